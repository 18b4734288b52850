"""A question to somebody who is held: a page that shows it, and what they can do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.extensions import db, read_only
from campaign.formbase import PublicForm
from campaign.languages import lazy, speak
from campaign.lib import clock
from campaign.models import Asked, Letter, Signature
from campaign.sentences import QUESTIONS, sentence
from campaign.signing import operations
from campaign.signing.forms import AnswerForm, AskedCodeForm, PressForm, SecondAddressForm
from campaign.signing.operations.answer import Outcome
from campaign.signing.queries import signature_behind_link
from campaign.signing.queries.asked import asked_by_id
from campaign.signing.rules import CODE_LIFE, standing_of_question
from campaign.signing.views.blueprint import bp, letter_of, personal, shown_entry
from campaign.signing.views.links import read_link
from campaign.signing.views.own import MyForm, entered, own_form
from campaign.states import Refused

# Boxes that were ticked stay as they are: this page is about the entry.
NOT_HERE = dict.fromkeys(("is_private", "show_representative", "wants_results", "wants_updates"), False)


@bp.route("/asked/<token>", methods=["GET", "POST"])
def asked(token: str) -> Response:
    """The question with the entry it is about, and the ways to answer it."""
    row, signature, letter = read_question(token)
    act = ACTS.get(request.form.get("action", ""))
    if request.method != "POST":
        return asked_page(token, row, signature, letter)
    if act is None:
        raise Refused("unknown_action")
    try:
        return act(token, row, signature, letter)
    except Refused as refused:
        db.session.rollback()
        if refused.reason != "question_over":
            raise
        # Decided, withdrawn or taken back since the page was opened: it says so.
        return redirect(url_for("signing.asked", token=token), 303)


def read_question(token: str) -> tuple[Asked, Signature, Letter]:
    """The question behind a link, its signature and letter, read and let go.

    Raises `Refused("link_unknown")` for a forged or erased one, and for a link of another purpose.
    """
    asked_id, generation = read_link("asked", token)
    with read_only():
        row = asked_by_id(asked_id)
        signature = signature_behind_link(row.signature_id) if row else None
    if row is None or signature is None or signature.generation != generation or signature.erased_at is not None:
        raise Refused("link_unknown")
    letter = letter_of(signature)
    speak(signature.language)
    return row, signature, letter


def asked_page(
    token: str, row: Asked, signature: Signature, letter: Letter, sent: PublicForm | None = None, status: int = 200
) -> Response:
    """The page by where the question stands; `sent` is a form that cannot be taken as it is."""
    waits_for_code = row.code_asked_at is not None and clock.now() - row.code_asked_at <= CODE_LIFE
    return personal(
        "signing/asked.html",
        status,
        letter=letter,
        entry=shown_entry(signature),
        is_organization=signature.endorsement is not None,
        has_affiliation=bool(signature.affiliation),
        question=row.words or QUESTIONS[row.ready],
        stands=standing_of_question(row, signature),
        token=token,
        form=sent or PressForm(scope(token), formdata=None),
        forms=forms_of(token, row, signature, letter, sent),
        code_to=row.address if waits_for_code else "",
        proved=row.proved_domain,
        said=SAID.get(request.args.get("done", ""), ""),
    )


def forms_of(
    token: str, row: Asked, signature: Signature, letter: Letter, sent: PublicForm | None
) -> dict[str, PublicForm]:
    """The forms of the page by name, filled with what is stored; the one that was sent stands as it came."""
    forms: dict[str, PublicForm] = {
        "answer": AnswerForm(scope(token), formdata=None, data={"page": row.page, "note": row.note}),
        "address": SecondAddressForm(scope(token), formdata=None),
        "code": AskedCodeForm(scope(token), formdata=None),
        "correct": entry_form(token, signature, letter, sent=False),
        "press": PressForm(scope(token), formdata=None),
    }
    return {name: sent if sent is not None and type(sent) is type(form) else form for name, form in forms.items()}


def entry_form(token: str, signature: Signature, letter: Letter, sent: bool = True) -> MyForm:
    """The form of corrections, without the boxes."""
    form = own_form(signature, letter, scope(token), is_sent=sent)
    form.keep(NOT_HERE)
    return form


def scope(token: str) -> str:
    """What the tokens of the page's forms are bound to."""
    return f"asked:{token}"


def answer(token: str, row: Asked, signature: Signature, letter: Letter) -> Response:
    """Keeps a page or a note."""
    form = AnswerForm(scope(token))
    if not form.validate():
        return asked_page(token, row, signature, letter, form, 422)
    said = (form.page.data or "", form.note.data or "")
    return done(
        token,
        row,
        signature,
        form,
        "answer",
        lambda asked, owner: operations.answer_question(asked, owner, *said, clock.now()),
    )


def address(token: str, row: Asked, signature: Signature, letter: Letter) -> Response:
    """Mails a code to another address."""
    form = SecondAddressForm(scope(token))
    if not form.validate():
        return asked_page(token, row, signature, letter, form, 422)
    typed = form.email.address  # type: ignore[attr-defined]
    return done(
        token,
        row,
        signature,
        form,
        "address",
        lambda asked, _owner: operations.ask_for_address_code(asked, typed, clock.now()),
    )


def code(token: str, row: Asked, signature: Signature, letter: Letter) -> Response:
    """Takes the code that another address got; a wrong one is counted, and says what to do."""
    form = AskedCodeForm(scope(token))
    if not form.validate():
        return asked_page(token, row, signature, letter, form, 422)
    owned = operations.owned_question(row.id, signature.id, signature.generation)
    outcome: Outcome = operations.prove_address(*owned, form.code.data or "", clock.now())
    db.session.commit()
    if outcome == "proved":
        return back(token, "code")
    form.code.errors = [WRONG[outcome]]
    return asked_page(token, *read_question(token), form, 422)


def correct(token: str, row: Asked, signature: Signature, letter: Letter) -> Response:
    """Takes a corrected entry."""
    form = entry_form(token, signature, letter)
    if not form.validate():
        return asked_page(token, row, signature, letter, form, 422)
    found = entered(form, signature)
    if found is None:
        return asked_page(token, row, signature, letter, form, 422)
    return done(
        token,
        row,
        signature,
        form,
        "correct",
        lambda asked, owner: operations.correct_when_asked(asked, owner, *found, clock.now()),
    )


def drop(token: str, row: Asked, signature: Signature, letter: Letter) -> Response:
    """Signs without the affiliation."""
    return pressed(
        token,
        row,
        signature,
        letter,
        "drop",
        lambda asked, owner: operations.drop_affiliation(asked, owner, clock.now()),
    )


def withdraw(token: str, row: Asked, signature: Signature, letter: Letter) -> Response:
    """Takes the signature back."""
    return pressed(
        token,
        row,
        signature,
        letter,
        "withdraw",
        lambda _asked, owned: operations.withdraw_when_asked(owned, clock.now()),
    )


Act = Callable[[Asked, Signature], None]


def pressed(token: str, row: Asked, signature: Signature, letter: Letter, name: str, act: Act) -> Response:
    """A button with nothing beside it."""
    form = PressForm(scope(token))
    if not form.validate():
        return asked_page(token, row, signature, letter, form, 422)
    return done(token, row, signature, form, name, act)


def done(token: str, row: Asked, signature: Signature, form: PublicForm, name: str, act: Act) -> Response:
    """One operation and its commit, then the page anew; a refusal shows the page with what was typed."""
    try:
        act(*operations.owned_question(row.id, signature.id, signature.generation))
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        if refused.reason in ("question_over", "link_unknown"):
            raise
        form.form_errors.append(sentence(refused.reason, **refused.values))
        return asked_page(token, *read_question(token), form, 422)
    return back(token, name)


def back(token: str, name: str) -> Response:
    """On to the page, which says what was done."""
    return redirect(url_for("signing.asked", token=token, done=name), 303)


WRONG: dict[Outcome, Any] = {
    "code_wrong": lazy("This is not the code of the newest mail. Check the six digits"),
    "code_dead": lazy("This code works no more. Ask for a new one"),
}
# What the page says after an act.
SAID = {
    "answer": lazy("Thank you. Your answer is with the organizers; until they have decided you can change it."),
    "address": lazy("A code is on its way to that address. Type it below."),
    "code": lazy("Thank you. The address is confirmed, and the organizers see at which domain it is."),
    "correct": lazy("Your entry is changed."),
    "drop": lazy("Your affiliation is taken off."),
    "withdraw": lazy("Your signature is withdrawn."),
}
ACTS: dict[str, Callable[[str, Asked, Signature, Letter], Response]] = {
    "answer": answer,
    "address": address,
    "code": code,
    "correct": correct,
    "drop": drop,
    "withdraw": withdraw,
}
