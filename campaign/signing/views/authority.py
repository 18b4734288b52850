"""Pages on which somebody shows that an organization signs: the representative's buttons, and who is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.extensions import db, read_only
from campaign.languages import speak
from campaign.lib import clock
from campaign.models import AuthorityRequest, Letter, Signature
from campaign.sentences import sentence
from campaign.signing import operations, queries
from campaign.signing.forms import ColleagueForm, ContactForm, PressForm
from campaign.signing.operations.authority import claim_digest, is_over
from campaign.signing.views.blueprint import bp, letter_of, personal, scope_of, shown_entry
from campaign.signing.views.links import linked, read_link
from campaign.signing.views.own import back, entry_page, own_form
from campaign.states import Refused


@bp.post("/my/<token>/authority")
def show_authority(token: str) -> Response:
    """The representative asks for a look at the domain, or names somebody who can approve."""
    signature, letter = linked("my", token)
    act = WAYS.get(request.form.get("action", ""))
    if act is None:
        raise Refused("unknown_action")
    form_class, work, done = act
    form = form_class(scope_of(letter))
    if not form.validate():
        return again(token, signature, letter, form)
    owned = operations.owned_signature(signature.id, signature.generation)
    try:
        work(owned, form, clock.now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.form_errors.append(sentence(refused.reason, **refused.values))
        return again(token, *linked("my", token), form)
    return back(token, done)


def check(signature: Signature, form: PressForm, now: datetime) -> None:
    """A look at the domain, by the worker."""
    operations.ask_check(signature, by_id=None, now=now)


def colleague(signature: Signature, form: ColleagueForm, now: datetime) -> None:
    """A second person is asked."""
    operations.name_colleague(signature, form.colleague.address, by_id=None, now=now)  # type: ignore[attr-defined]


def contact(signature: Signature, form: ContactForm, now: datetime) -> None:
    """An organizer looks for the contact first."""
    address = form.contact.address  # type: ignore[attr-defined]
    operations.name_contact(signature, address, form.page.data or "", by_id=None, now=now)


# By the button: the form, what it does, and what the page says then.
WAYS: dict[str, tuple[Callable[..., PressForm], Callable[..., None], str]] = {
    "check": (PressForm, check, "check"),
    "colleague": (ColleagueForm, colleague, "asked"),
    "contact": (ContactForm, contact, "named"),
}


def again(token: str, signature: Signature, letter: Letter, form: PressForm) -> Response:
    """The representative's own page with what cannot be."""
    return entry_page(token, signature, letter, own_form(signature, letter, is_sent=False), sent=form, status=422)


@bp.route("/authority/<token>", methods=["GET", "POST"])
def authority(token: str) -> Response:
    """Whoever was asked sees what is claimed, and approves or says no; only the buttons act."""
    row, signature, letter = asked(token)
    form = PressForm(f"authority:{token}")
    if request.method != "POST":
        return authority_page(token, row, signature, letter, form)
    action = request.form.get("action", "")
    if action not in ("approve", "decline"):
        raise Refused("unknown_action")
    if not form.validate():
        return authority_page(token, row, signature, letter, form, 422)
    try:
        answer(row, action == "approve", form.digest.data or "")
    except Refused as refused:
        db.session.rollback()
        form.form_errors.append(sentence(refused.reason))
        return authority_page(token, *asked(token), form, 422)
    return redirect(url_for("signing.authority", token=token), 303)


def answer(row: AuthorityRequest, approves: bool, digest: str) -> None:
    """Keeps an answer, and commits. Raises `Refused` link_unknown, authority_over, authority_changed."""
    signature = queries.signature_for_change(row.signature_id)
    locked = queries.request_for_change(row.id)
    if signature is None or locked is None:
        raise Refused("link_unknown")
    operations.answer_request(locked, signature, approves, digest, clock.now())
    db.session.commit()


def asked(token: str) -> tuple[AuthorityRequest, Signature, Letter]:
    """What a mailed link asks about, read and let go. Raises `Refused` link_unknown, gone."""
    request_id, generation = read_link("authority", token)
    with read_only():
        row = queries.request_behind(request_id)
        signature = queries.signature_with_endorsement(row.signature_id) if row else None
    if row is None or signature is None or row.generation != generation or signature.endorsement is None:
        raise Refused("link_unknown")
    letter = letter_of(signature)
    if letter.state == "removed":
        raise Refused("gone")
    speak(letter.language)
    return row, signature, letter


def authority_page(
    token: str, row: AuthorityRequest, signature: Signature, letter: Letter, form: PressForm, status: int = 200
) -> Response:
    """The page by where the request stands: ready, approved, declined or over."""
    answered = "approved" if row.approved_at else "declined" if row.declined_at else ""
    form.digest.data = claim_digest(signature)
    return personal(
        "signing/authority.html",
        status,
        letter=letter,
        row=row,
        signature=signature,
        claim=signature.endorsement,
        entry=shown_entry(signature),
        token=token,
        form=form,
        stage=answered or ("over" if is_over(row, signature, letter.state, clock.now()) else "ready"),
        is_shown=signature.moderation == "approved",
    )
