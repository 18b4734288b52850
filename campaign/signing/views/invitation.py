"""An organization's page on the coalition board: GET shows the embargoed letter, POST answers. Nothing is "seen"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.extensions import db, read_only
from campaign.formbase import PublicForm
from campaign.languages import _, speak
from campaign.letters import queries as letter_queries
from campaign.letters.rules import NOT_YET_OPEN
from campaign.letters.views.text import saved_letter
from campaign.lib import clock, tokens
from campaign.lib.emails import parse_address
from campaign.links import read_token
from campaign.models import Invitation, Letter
from campaign.organizations import operations as board
from campaign.organizations.queries import invitation_behind, notes_of
from campaign.organizations.rules import identifying_domain, masked, own_domain, takes_answers
from campaign.sentences import sentence
from campaign.signing import operations, queries
from campaign.signing.forms import OWN_DOMAIN, ApprovalCodeForm, ApprovalForm, BoardNoteForm, ConsiderForm, DeclineForm
from campaign.signing.rules import CODE_LIFE, approval_digest, code_address, is_second_approval, words_digest
from campaign.signing.views.blueprint import bp, personal
from campaign.states import LetterState, Refused
from campaign.verification import invitation as method

# How many names the page shows of who is on.
NAMES = 500


@bp.route("/invitations/<token>", methods=["GET", "POST"])
def invitation(token: str) -> Response:
    """The letter, who is on, and the answers an organization can give."""
    row, letter = read_invitation(token)
    if request.method != "POST":
        return invitation_page(token, row, letter)
    act = ACTS.get(request.form.get("action", ""))
    if act is None:
        raise Refused("unknown_action")
    return act(token, row, letter)


def read_invitation(token: str) -> tuple[Invitation, Letter]:
    """The invitation behind a link and its letter, read and let go. Raises `Refused` invitation_unknown, gone."""
    try:
        invitation_id, generation = read_token(method.METHOD, token)
    except tokens.BadToken:
        raise Refused("invitation_unknown") from None
    with read_only():
        row = invitation_behind(invitation_id, generation)
        letter = queries.letter_to_show(row.letter_id) if row else None
    if row is None or letter is None or letter.version_id is None:
        raise Refused("invitation_unknown")
    # Taken back, maybe before it was public: nobody reads on.
    if letter.state in (LetterState.WITHDRAWN, LetterState.REMOVED):
        raise Refused("gone")
    speak(letter.language)
    return row, letter


def ask_code(token: str, row: Invitation, letter: Letter) -> Response:
    """Mails the code that approves what was entered."""
    form = approval_form(token, row, letter)
    if not form.validate():
        return invitation_page(token, row, letter, form, 422)
    approval = operations.Approval(
        line=(form.line.data or "") if "line" in form else row.line,
        name=form.name.data or "",
        role=(form.role.data or "") if "role" in form else "",
        address=chosen_address(form, row),
    )
    now, words = clock.now(), form.words.data or ""
    return done(token, row, letter, form, lambda: operations.ask_for_code(row.id, row.generation, approval, words, now))


def chosen_address(form: ApprovalForm, row: Invitation) -> Any:
    """Where the code goes."""
    if form.to.data == OWN_DOMAIN:
        return form.address.address  # type: ignore[attr-defined]
    return parse_address((row.email if form.to.data == "1" else row.second_email) or "")


def type_code(token: str, row: Invitation, letter: Letter) -> Response:
    """Takes the code; a miss is counted and shown at the field."""
    form = ApprovalCodeForm(scope(token))
    if not form.validate():
        return invitation_page(token, row, letter, form, 422)
    try:
        outcome = operations.approve(row.id, row.generation, form.code.data or "", form.digest.data or "", clock.now())
    except Refused as refused:
        return refused_page(token, form, refused)
    db.session.commit()
    if outcome in ("code_wrong", "code_dead"):
        form.code.errors = [sentence(outcome)]
        return invitation_page(token, *read_invitation(token), form, 422)
    return redirect(url_for("signing.invitation", token=token, _anchor="answer"), 303)


def consider(token: str, row: Invitation, letter: Letter) -> Response:
    """The organization thinks about it."""
    form, now = ConsiderForm(scope(token)), clock.now()
    if not form.validate():
        return invitation_page(token, row, letter, form, 422)
    return done(token, row, letter, form, lambda: board.consider(row.id, row.generation, form.board_on.data, now))


def decline(token: str, row: Invitation, letter: Letter) -> Response:
    """The organization does not sign."""
    form, now = DeclineForm(scope(token)), clock.now()
    if not form.validate():
        return invitation_page(token, row, letter, form, 422)
    return done(token, row, letter, form, lambda: board.decline(row.id, row.generation, form.reason.data or "", now))


def write(token: str, row: Invitation, letter: Letter) -> Response:
    """Keeps a question or a comment on the draft."""
    form, now = BoardNoteForm(scope(token)), clock.now()
    if not form.validate():
        return invitation_page(token, row, letter, form, 422)
    is_question = request.form.get("action") == "question"
    text, author = form.text.data or "", form.author.data or ""
    return done(
        token,
        row,
        letter,
        form,
        lambda: board.add_note(row.id, row.generation, text=text, author=author, is_question=is_question, now=now),
    )


ACTS: dict[str, Callable[[str, Invitation, Letter], Response]] = {
    "ask_code": ask_code,
    "approve": type_code,
    "consider": consider,
    "decline": decline,
    "question": write,
    "comment": write,
}


def done(token: str, row: Invitation, letter: Letter, form: PublicForm, act: Callable[[], None]) -> Response:
    """One operation and its commit, then the page anew; a refusal shows the page with what was typed."""
    try:
        act()
        db.session.commit()
    except Refused as refused:
        return refused_page(token, form, refused)
    place = "notes" if isinstance(form, BoardNoteForm) else "answer"
    return redirect(url_for("signing.invitation", token=token, _anchor=place), 303)


def refused_page(token: str, form: PublicForm, refused: Refused) -> Response:
    """The page as it is now, with why what was sent cannot be."""
    db.session.rollback()
    if refused.reason == "invitation_unknown":
        raise refused
    form.form_errors.append(sentence(refused.reason, **refused.values))
    return invitation_page(token, *read_invitation(token), form, 422)


def scope(token: str) -> str:
    """What the tokens of the page's forms are bound to."""
    return f"invitation:{token}"


def approval_form(token: str, row: Invitation, letter: Letter, sent: bool = True) -> ApprovalForm:
    """The form of an approval, with where its code may go."""
    with read_only():
        second = is_second_approval(row, letter_queries.version_of(letter))
    places = [(str(place), masked(email)) for place, email in ((1, row.email), (2, row.second_email)) if email]
    domain = own_domain(row.website)
    if domain:
        places.append((OWN_DOMAIN, str(_("Another address at %(domain)s", domain=domain))))
    stored = {"line": row.line or row.name, "to": places[0][0] if places else ""}
    if not second:
        stored |= {"name": row.approver, "role": row.approver_role}
    form = ApprovalForm(scope(token), data=stored) if sent else ApprovalForm(scope(token), formdata=None, data=stored)
    form.fit(places, second)
    return form


def stage_of(row: Invitation, letter: Letter, second: bool) -> str:
    """What the page offers: approved, closed, code (one was mailed), second, or answer."""
    if row.answer == "approved":
        return "approved"
    if not takes_answers(letter.state, letter.closes_at, clock.now()):
        return "closed"
    asked = row.code_asked_at is not None and clock.now() - row.code_asked_at <= CODE_LIFE
    if second:
        return "code" if asked and row.second_approver_email else "second"
    waits = asked and row.approver_email and row.first_approved_at is None
    # Another answer since then says that nobody waits for the code any more.
    is_last = row.answered_at is None or (row.code_asked_at or row.answered_at) >= row.answered_at
    return "code" if waits and is_last else "answer"


def invitation_page(
    token: str, row: Invitation, letter: Letter, form: PublicForm | None = None, status: int = 200
) -> Response:
    """The page by where the answer stands; `form` is what was sent and cannot be."""
    with read_only():
        version = letter_queries.version_of(letter)
        words = {**saved_letter(letter), "names": queries.organizations_in_order(letter.id, NAMES)}
        conversation = notes_of(row.id)
        approved = queries.version_number(row.version_id) if row.version_id else version.number
        stands = queries.stands_on(letter.id, row.name_folded, identifying_domain(row.website))
    second = is_second_approval(row, version)
    forms = forms_of(token, row, letter, form)
    # Whatever was sent before, the next press is about what is shown now.
    forms["ApprovalForm"].words.data = words_digest(version)
    forms["ApprovalCodeForm"].digest.data = approval_digest(row, version)
    return personal(
        "signing/invitation.html",
        status,
        letter=letter,
        row=row,
        token=token,
        form=form,
        forms=forms,
        stage=stage_of(row, letter, second),
        is_second=second,
        code_to=masked(code_address(row)),
        changed=row.code_asked_at is not None and letter.changed_at > row.code_asked_at,
        stands=stands,
        conversation=conversation,
        version=approved if row.answer == "approved" else version.number,
        is_public=letter.state not in NOT_YET_OPEN,
        due_over=letter.answers_due_at is not None and clock.now() >= letter.answers_due_at,
        **words,
    )


def forms_of(token: str, row: Invitation, letter: Letter, sent: PublicForm | None) -> dict[str, Any]:
    """Every form of the page by its class, filled with what is stored; the one that was sent stands as it came."""
    forms: tuple[PublicForm, ...] = (
        approval_form(token, row, letter, sent=False),
        ApprovalCodeForm(scope(token), formdata=None),
        ConsiderForm(scope(token), formdata=None, board_on=row.board_on),
        DeclineForm(scope(token), formdata=None, reason=row.reason),
        BoardNoteForm(scope(token), formdata=None),
    )
    named = {type(form).__name__: form for form in forms}
    return named if sent is None else {**named, type(sent).__name__: sent}
