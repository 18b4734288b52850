"""After a form was sent: "check your email", the code of the mail, and sending it again."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from campaign.choices import LetterKind
from campaign.evenness import even_work
from campaign.extensions import db
from campaign.languages import _
from campaign.lib import clock
from campaign.links import make_token
from campaign.mailboxes import mailbox_of
from campaign.models import Letter
from campaign.signing import operations
from campaign.signing.forms import AddressForm, CodeForm
from campaign.signing.views.blueprint import bp, open_answers, personal, scope_of, seal_answers, visible_letter
from campaign.signing.views.pages import asked_to_wait
from campaign.states import Refused

# Statements of the longest way through each door: of a person and an organization that wait, with the first mark of a
# network of the day.
LONGEST_WAY = {"resend": 10, "code": 9}


@bp.get("/letters/<slug>/sign/sent")
def sent(slug: str) -> Response:
    """ "Check your email", from the sealed answers in the address."""
    letter, _counts = visible_letter(slug)
    sealed = request.args.get("s", "")
    address = str(open_answers(sealed).get("email", ""))
    return sent_page(letter, address, sealed, CodeForm(scope_of(letter), formdata=None))


@bp.post("/letters/<slug>/sign/code")
def code(slug: str) -> Response:
    """Confirms by the six digits of the mail."""
    letter, _counts = visible_letter(slug)
    form = CodeForm(scope_of(letter))
    if not form.validate():
        return sent_page(letter, form.email.data or "", form.s.data or "", form, 422)
    mailbox = mailbox_of(form.email.address)  # type: ignore[attr-defined]
    try:
        with even_work(LONGEST_WAY["code"]):
            operations.count_at_door("code", request.remote_addr, clock.now())
            signature = operations.confirm_by_code(letter.id, mailbox, form.code.data or "", clock.now())
    except Refused as refused:
        return asked_to_wait(refused, lambda: sent_page(letter, form.email.data or "", form.s.data or "", form), form)
    if signature is None:
        db.session.commit()
        form.code.errors = [_("That code does not match. Check the six digits in the newest mail, or use its link.")]
        return sent_page(letter, form.email.data or "", form.s.data or "", form, 422)
    token = make_token("confirm", signature.id, signature.generation)
    # Still pending: the answers are others than those its mail showed, so that they are shown first.
    signed = 1 if signature.verification == "verified" else None
    db.session.commit()
    return redirect(url_for("signing.confirm", token=token, signed=signed), 303)


@bp.post("/letters/<slug>/sign/resend")
def resend(slug: str) -> Response:
    """Sends the mail again; the same answer for every address."""
    letter, _counts = visible_letter(slug)
    form = AddressForm(scope_of(letter))
    sealed = form.s.data or ""
    if not form.validate():
        return sent_page(letter, "", sealed, form, 422)
    mailbox = mailbox_of(form.email.address)  # type: ignore[attr-defined]
    try:
        with even_work(LONGEST_WAY["resend"]):
            operations.count_at_door("resend", request.remote_addr, clock.now())
            operations.resend(letter.id, mailbox, clock.now())
    except Refused as refused:
        again = CodeForm(scope_of(letter), formdata=None)
        return asked_to_wait(refused, lambda: sent_page(letter, form.email.data or "", sealed, again), again)
    db.session.commit()
    sealed = sealed if open_answers(sealed) else seal_answers("person", {"email": form.email.data})
    return redirect(url_for("signing.sent", slug=slug, s=sealed, resent=1), 303)


def sent_page(letter: Letter, address: str, sealed: str, form: object, status: int = 200) -> Response:
    """The page "check your email"; without an address it asks for one."""
    if not address and not isinstance(form, AddressForm):
        form = AddressForm(scope_of(letter), formdata=None)
    return personal(
        "signing/sent.html",
        status,
        letter=letter,
        email=address,
        s=sealed,
        subject=_("Confirm your signature: %(title)s", title=letter.title),
        form=form,
        entry=entry_as_typed(letter, open_answers(sealed)),
        resent="resent" in request.args,
    )


def entry_as_typed(letter: Letter, answers: dict[str, object]) -> dict[str, object] | None:
    """The line of an academic as it will print, from the sealed answers alone: nothing of it was looked up (T8)."""
    if letter.kind != LetterKind.ACADEMICS or answers.get("kind") != "person" or answers.get("is_private"):
        return None
    affiliation = answers.get("shown") or answers.get("affiliation")
    return {"name": answers.get("name"), "title": answers.get("title"), "affiliation": affiliation}
