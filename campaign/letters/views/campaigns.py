"""How a campaign begins, and what it says of itself."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import campaign_or_refuse, current_organizer, organizer_required
from campaign.extensions import db, read_only
from campaign.http import private_page, refuse
from campaign.languages import _
from campaign.letters import operations, rules
from campaign.letters.forms import CampaignEditForm, CampaignForm
from campaign.letters.views.blueprint import bp
from campaign.lib import clock
from campaign.models import Campaign
from campaign.states import Refused


@bp.get("/desk/campaigns/new")
@organizer_required
def new_campaign() -> Response:
    """The form of a new campaign."""
    return new_page(CampaignForm())


def new_page(form: CampaignForm, status: int = 200) -> Response:
    """The page around the form of a new campaign."""
    return private_page("letters/new_campaign.html", status, form=form)


@bp.post("/desk/campaigns/new")
@organizer_required
def create_campaign() -> ResponseReturnValue:
    """Makes a campaign, which the organizer owns, and goes on to its first letter."""
    form = CampaignForm()
    if not form.validate():
        return new_page(form, 422)
    slug = form.slug.data or rules.slug_from(form.title.data or "")
    try:
        operations.create_campaign(slug=slug, **said(form), by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return new_page(form, 422)
    flash(_("The campaign is made. Now write its first letter."))
    return redirect(url_for("letters.new_letter", slug=slug), 303)


def said(form: CampaignEditForm) -> dict[str, str]:
    """What was typed of the campaign."""
    return {name: form[name].data or "" for name in ("title", "lead", "reply_to", "summary", "letterhead")}


@bp.get("/desk/campaigns/<slug>/edit")
@organizer_required
def edit_campaign(slug: str) -> Response:
    """What the campaign says of itself, in a form."""
    campaign = campaign_or_refuse(slug, "team")
    return edit_page(campaign, stored_campaign(campaign))


def stored_campaign(campaign: Campaign) -> CampaignEditForm:
    """The form filled with what is stored."""
    return CampaignEditForm(formdata=None, obj=campaign).remembering()


def edit_page(campaign: Campaign, form: CampaignEditForm, status: int = 200) -> Response:
    """The page around the form of a campaign."""
    with read_only():
        return private_page("letters/edit_campaign.html", status, form=form, campaign=campaign)


@bp.post("/desk/campaigns/<slug>/edit")
@organizer_required
def save_campaign(slug: str) -> ResponseReturnValue:
    """Saves it; the pages of its letters show it at once."""
    campaign, form = campaign_or_refuse(slug, "team"), CampaignEditForm()
    if not form.validate() or form.came_too_late(stored_campaign(campaign)):
        db.session.rollback()
        return edit_page(campaign, form, 422)
    operations.edit_campaign(campaign, **said(form), by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("The campaign is saved."))
    return redirect(url_for("letters.edit_campaign", slug=slug), 303)
