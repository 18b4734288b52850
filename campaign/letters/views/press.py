"""The desk's page of the press: what reporters find, and whom they reach."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.languages import _
from campaign.letters import operations, queries
from campaign.letters.forms import PressContactForm
from campaign.letters.views.blueprint import bp, editor_page
from campaign.lib import clock
from campaign.lib.citation import citation
from campaign.models import Campaign, Letter, Tally


@bp.get("/desk/letters/<slug>/press")
@organizer_required
def press(slug: str) -> Response:
    """What the press page says, what it still lacks, and the form of its person."""
    letter = letter_or_refuse(slug, "view")
    return press_page(letter, letter.campaign, stored_contact(letter.campaign))


def stored_contact(campaign: Campaign) -> PressContactForm:
    """The form filled with what is stored."""
    return PressContactForm(formdata=None, obj=campaign).remembering()


def press_page(letter: Letter, campaign: Campaign, form: PressContactForm, status: int = 200) -> Response:
    """The page around the form."""
    with read_only():
        counts = queries.tally_of(letter.id) or Tally(letter_id=letter.id, counted_at=letter.changed_at)
        ask = queries.version_of(letter).ask
        return editor_page(
            "press.html",
            letter,
            "press",
            status,
            form=form,
            citation=citation(counts, None, counts.counted_at, letter.timezone),
            ask=ask,
            lacking=what_is_lacking(campaign, ask),
        )


def what_is_lacking(campaign: Campaign, ask: str) -> list[str]:
    """What a reporter would look for on the press page in vain, in sentences."""
    found = {
        _("Nobody is named whom reporters can ask."): campaign.press_name,
        _("There is neither a telephone number nor an address."): campaign.press_phone or campaign.press_email,
        _("The languages the person speaks are not said."): campaign.press_languages,
        _("The ask in one sentence is missing; it is written with the text."): ask,
    }
    return [sentence for sentence, given in found.items() if not given]


@bp.post("/desk/letters/<slug>/press")
@organizer_required
def save_press(slug: str) -> ResponseReturnValue:
    """Saves whom reporters reach; the press pages of all letters of the campaign show it at once."""
    letter, form = letter_or_refuse(slug, "edit"), PressContactForm()
    campaign = letter.campaign
    if not form.validate() or form.came_too_late(stored_contact(campaign)):
        db.session.rollback()
        return press_page(letter, campaign, form, 422)
    operations.save_press_contact(campaign, **form.contact(), by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("The press contact is saved. It stands on the press page of every letter of the campaign."))
    return redirect(url_for("letters.press", slug=slug), 303)
