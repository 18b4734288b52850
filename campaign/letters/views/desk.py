"""The desk's first page, and how a campaign and a letter begin."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import campaign_or_refuse, current_organizer, organizer_required
from campaign.accounts.queries import campaigns_of
from campaign.accounts.rules import may
from campaign.extensions import db, read_only
from campaign.formbase import options
from campaign.http import private_page
from campaign.languages import _
from campaign.letters import operations, queries, rules
from campaign.letters.forms import CampaignForm, NewLetterForm
from campaign.letters.views.blueprint import bp, refuse
from campaign.lib import clock
from campaign.models import Campaign
from campaign.sentences import LETTER_KINDS, LETTER_STATES, ROLES
from campaign.states import Refused

TONES = {"open": "ok", "scheduled": "info", "paused": "warn", "withdrawn": "bad", "removed": "bad"}


@bp.get("/desk")
@organizer_required
def desk() -> Response:
    """The campaigns of the organizer, each with its letters and what waits there."""
    campaigns = campaigns_of(current_organizer().id)
    letters = queries.letters_with_counts([campaign.id for campaign, _role in campaigns])
    return private_page(
        "letters/desk.html",
        campaigns=[(campaign, role, may(role, "edit"), may(role, "team")) for campaign, role in campaigns],
        letters=letters,
        waiting=queries.waiting_counts([letter.id for letter, _tally in letters]),
        roles=ROLES,
        states=LETTER_STATES,
        kinds=LETTER_KINDS,
        tones=TONES,
    )


@bp.get("/desk/campaigns/new")
@organizer_required
def new_campaign() -> Response:
    """The form of a new campaign."""
    return campaign_page(CampaignForm())


def campaign_page(form: CampaignForm, status: int = 200) -> Response:
    """The page around the form of a new campaign."""
    return private_page("letters/new_campaign.html", status, form=form)


@bp.post("/desk/campaigns/new")
@organizer_required
def create_campaign() -> ResponseReturnValue:
    """Makes a campaign, which the organizer owns."""
    form = CampaignForm()
    if not form.validate():
        return campaign_page(form, 422)
    title = form.title.data or ""
    try:
        operations.create_campaign(
            slug=form.slug.data or rules.slug_from(title),
            title=title,
            lead=form.lead.data or "",
            reply_to=form.reply_to.data or "",
            summary=form.summary.data or "",
            by_id=current_organizer().id,
            now=clock.now(),
        )
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return campaign_page(form, 422)
    flash(_("The campaign is made. Now write its first letter."))
    return redirect(url_for("letters.desk"), 303)


@bp.get("/desk/campaigns/<slug>/letters/new")
@organizer_required
def new_letter(slug: str) -> Response:
    """The form of a new letter."""
    return letter_page(campaign_or_refuse(slug, "edit"), NewLetterForm(language="en", timezone="UTC"))


def letter_page(campaign: Campaign, form: NewLetterForm, status: int = 200) -> Response:
    """The page around the form of a new letter."""
    form.timezone.choices = options((zone, zone) for zone in rules.zones())
    with read_only():
        return private_page("letters/new_letter.html", status, form=form, campaign=campaign)


@bp.post("/desk/campaigns/<slug>/letters/new")
@organizer_required
def create_letter(slug: str) -> ResponseReturnValue:
    """Makes a draft and goes on to its text."""
    campaign, form = campaign_or_refuse(slug, "edit"), NewLetterForm()
    if not form.validate():
        return letter_page(campaign, form, 422)
    try:
        made = begin_letter(campaign, form)
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return letter_page(campaign, form, 422)
    flash(_("The letter is a draft. Only your team can see it."))
    return redirect(url_for("letters.edit", slug=made), 303)


def begin_letter(campaign: Campaign, form: NewLetterForm) -> str:
    """The draft that the form asks for; returns its slug. Raises `Refused`."""
    now, by_id, title = clock.now(), current_organizer().id, form.title.data or ""
    settings = rules.Settings(kind=form.kind.data, language=form.language.data or "", timezone=form.timezone.data)
    made = operations.create_letter(
        campaign,
        slug=form.slug.data or rules.slug_from(title),
        words=rules.Words(title=title, body=""),
        settings=settings,
        by_id=by_id,
        now=now,
    )
    target = form.target.data or ""
    entry = rules.TargetEntry(slug=rules.slug_from(target), name=target)
    operations.replace_targets(made, [entry], by_id=by_id, now=now)
    return made.slug
