"""The desk's first page, and how a letter begins."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import campaign_or_refuse, current_organizer, organizer_required
from campaign.accounts.queries import campaigns_of
from campaign.accounts.rules import may
from campaign.extensions import db, read_only
from campaign.formbase import options
from campaign.http import private_page, refuse
from campaign.languages import _
from campaign.letters import operations, queries, rules
from campaign.letters.forms import NewLetterForm
from campaign.letters.views.blueprint import bp
from campaign.letters.wording import asks_for_decisions, desk_place
from campaign.lib import clock
from campaign.models import Campaign
from campaign.sentences import LETTER_KINDS, LETTER_STATES, ROLES
from campaign.states import Refused


@bp.get("/desk")
@organizer_required
def desk() -> Response:
    """The campaigns of the organizer, each with its letters and what waits there."""
    campaigns = campaigns_of(current_organizer().id)
    letters = queries.letters_with_counts([campaign.id for campaign, _role in campaigns])
    counts = queries.waiting_counts([letter.id for letter, _tally in letters if asks_for_decisions(letter.state)])
    letters.sort(key=lambda row: desk_place(row[0].state, counts.get(row[0].id, 0)))
    return private_page(
        "letters/desk.html",
        campaigns=[(campaign, role, may(role, "edit"), may(role, "team")) for campaign, role in campaigns],
        letters=letters,
        waiting=counts,
        roles=ROLES,
        states=LETTER_STATES,
        kinds=LETTER_KINDS,
    )


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
