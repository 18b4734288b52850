"""Whether an organization may sign: an organizer asks its contact, a colleague, or for a look at its domain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.formbase import PostedForm
from campaign.languages import lazy
from campaign.lib import clock
from campaign.models import Letter, Signature
from campaign.moderation import queries
from campaign.moderation.forms import AskColleagueForm, AskContactForm, AuthorityPressForm, DecisionForm
from campaign.moderation.views.blueprint import bp, first_error
from campaign.moderation.views.signatures import signatures_page
from campaign.sentences import sentence
from campaign.signing import operations
from campaign.states import Refused


@bp.post("/desk/letters/<slug>/signatures/<int:signature_id>/authority")
@organizer_required
def authority(slug: str, signature_id: int) -> ResponseReturnValue:
    """Does what was pressed about one endorsement, and shows it again."""
    letter = letter_or_refuse(slug, "moderate")
    signature = queries.locked_signature(letter.id, signature_id)
    if signature is None:
        raise Refused("not_found")
    way = WAYS.get(request.form.get("action", ""))
    if way is None:
        raise Refused("unknown_action")
    form_class, work, said = way
    form = form_class()
    if not form.validate():
        return again(letter, form, first_error(form))
    try:
        work(signature, form, current_organizer().id, clock.now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        return again(letter_or_refuse(slug, "moderate"), form, sentence(refused.reason, **refused.values))
    flash(str(said))
    page = "moderation.queue" if request.form.get("back") == "queue" else "moderation.signatures"
    return redirect(url_for(page, slug=slug, at=signature_id, _anchor="one"), 303)


def again(letter: Letter, form: PostedForm, problem: str) -> ResponseReturnValue:
    """The signature with what cannot be, and everything typed."""
    return signatures_page(letter, DecisionForm(formdata=None), problem=problem, status=422, asking=form)


def contact(signature: Signature, form: AskContactForm, by_id: int, now: datetime) -> None:
    """The published contact is asked."""
    address = form.contact.address  # type: ignore[attr-defined]
    operations.name_contact(signature, address, form.page.data or "", by_id=by_id, now=now)


def colleague(signature: Signature, form: AskColleagueForm, by_id: int, now: datetime) -> None:
    """A second person is asked."""
    operations.name_colleague(signature, form.colleague.address, by_id=by_id, now=now)  # type: ignore[attr-defined]


def check(signature: Signature, form: AuthorityPressForm, by_id: int, now: datetime) -> None:
    """The worker looks at the domain."""
    operations.ask_check(signature, by_id=by_id, now=now)


def stands(signature: Signature, form: AuthorityPressForm, by_id: int, now: datetime) -> None:
    """The contact that the representative named stands on its page."""
    operations.settle_contact(signature, form.request_id, True, by_id=by_id, now=now)


def absent(signature: Signature, form: AuthorityPressForm, by_id: int, now: datetime) -> None:
    """It does not stand there."""
    operations.settle_contact(signature, form.request_id, False, by_id=by_id, now=now)


# By the button: the form, what it does, and what the page says then.
WAYS: dict[str, tuple[Callable[..., PostedForm], Callable[..., None], object]] = {
    "contact": (AskContactForm, contact, lazy("The contact gets a mail with a link.")),
    "colleague": (AskColleagueForm, colleague, lazy("The colleague gets a mail with a link.")),
    "check": (AuthorityPressForm, check, lazy("The domain is looked at now. Load this page again in a minute.")),
    "stands": (AuthorityPressForm, stands, lazy("The contact gets a mail with a link.")),
    "absent": (AuthorityPressForm, absent, lazy("Kept: this contact does not stand on its page.")),
}
