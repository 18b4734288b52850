"""One organization on the board: its contacts, its answer, what it wrote, and the mails to it alone."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.languages import _
from campaign.lib import clock
from campaign.models import Invitation, Letter
from campaign.organizations import operations, queries
from campaign.organizations.forms import AnswerForm, ContactsForm, PressForm
from campaign.organizations.messages import invitation_url
from campaign.organizations.views.blueprint import bp, page, to_remind
from campaign.organizations.views.board import write_to
from campaign.sentences import sentence
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/coalition/<int:invitation_id>")
@organizer_required
def invited(slug: str, invitation_id: int) -> Response:
    """What there is about one organization."""
    letter = letter_or_refuse(slug, "view")
    return invited_page(letter, found(letter, invitation_id))


def found(letter: Letter, invitation_id: int) -> Invitation:
    """The invitation of this letter. Raises `Refused("not_found")`."""
    row = queries.invitation_of(letter.id, invitation_id)
    if row is None:
        raise Refused("not_found")
    return row


def invited_page(
    letter: Letter,
    row: Invitation,
    status: int = 200,
    contacts: ContactsForm | None = None,
    answer: AnswerForm | None = None,
) -> Response:
    """The page around its forms; `contacts` or `answer` is what was sent and cannot be."""
    names = ("contact", "email", "second_contact", "second_email", "needs_second")
    stored = {name: getattr(row, name) for name in names}
    signature = queries.signature_of(row)
    return page(
        "invited.html",
        letter,
        status,
        row=row,
        form=contacts or answer,
        contacts=contacts or ContactsForm(formdata=None, data=stored),
        answer=answer or AnswerForm(formdata=None),
        notes=queries.notes_of(row.id),
        signature=signature,
        version=queries.version_approved(row, signature),
        remindable=to_remind(row),
        page_url=invitation_url(row),
    )


@bp.post("/desk/letters/<slug>/coalition/<int:invitation_id>")
@organizer_required
def save_contacts(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Saves who is written to, and whether two have to approve."""
    letter, form = letter_or_refuse(slug, "edit"), ContactsForm()
    row = found(letter, invitation_id)
    if not form.validate() or row.cancelled_at is not None:
        return invited_page(letter, row, 422, contacts=form)
    operations.save_contacts(
        letter,
        row,
        contact=(form.contact.data or "", form.email.address),  # type: ignore[attr-defined]
        second=(form.second_contact.data or "", getattr(form.second_email, "address", None)),
        needs_second=bool(form.needs_second.data),
        by_id=current_organizer().id,
        now=clock.now(),
    )
    db.session.commit()
    flash(_("Saved."))
    return back(slug, invitation_id)


@bp.post("/desk/letters/<slug>/coalition/<int:invitation_id>/mail")
@organizer_required
def mail_one(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Invites or reminds this one, or takes its invitation back."""
    letter, form = letter_or_refuse(slug, "edit"), PressForm()
    row = found(letter, invitation_id)
    if not form.validate():
        raise Refused("stale_form")
    action = request.form.get("action", "")
    flash(*(take_back(letter, row) if action == "cancel" else write_to(letter, action, row.id)))
    return back(slug, invitation_id)


def take_back(letter: Letter, row: Invitation) -> tuple[str, str]:
    """Takes an invitation back and commits; what to say of it, and how."""
    try:
        operations.cancel_invitation(letter, row, by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return sentence(refused.reason), "warn"
    return _("The invitation is taken back; its link is dead."), "message"


@bp.post("/desk/letters/<slug>/coalition/<int:invitation_id>/notes")
@organizer_required
def answer_note(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Answers what the organization wrote; it gets the answer by mail."""
    letter, form = letter_or_refuse(slug, "edit"), AnswerForm()
    row = found(letter, invitation_id)
    if not form.validate() or row.cancelled_at is not None:
        return invited_page(letter, row, 422, answer=form)
    operations.answer_note(row, form.text.data or "", by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("Your answer is on its way."))
    return back(slug, invitation_id)


def back(slug: str, invitation_id: int) -> ResponseReturnValue:
    """On to the page of the organization."""
    return redirect(url_for("organizations.invited", slug=slug, invitation_id=invitation_id), 303)
