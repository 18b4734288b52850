"""The desk's editions: freeze the list, see what was frozen."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.delivery import operations, queries
from campaign.delivery.views.blueprint import bp
from campaign.exports.source import Counts
from campaign.extensions import db
from campaign.http import private_page
from campaign.languages import _
from campaign.lib import clock
from campaign.lib.citation import citation
from campaign.models import Edition, Letter


@bp.get("/desk/letters/<slug>/editions")
@organizer_required
def editions(slug: str) -> Response:
    """The letter's editions, the newest first."""
    letter = letter_or_refuse(slug, "view")
    rows = [(edition, edition_citation(letter, edition)) for edition in queries.editions_of(letter.id)]
    return private_page("delivery/editions.html", letter=letter, tab="deliver", editions=rows, form=FlaskForm())


@bp.post("/desk/letters/<slug>/editions")
@organizer_required
def freeze(slug: str) -> Response:
    """Begins the next edition; the list is frozen in the background."""
    letter = letter_or_refuse(slug, "deliver")
    number = operations.ask_for_edition(letter, by_id=current_organizer().id, now=clock.now()).number
    db.session.commit()
    flash(_("Edition %(number)s is being frozen.", number=number))
    return redirect(url_for("delivery.editions", slug=slug), 303)


def edition_citation(letter: Letter, edition: Edition) -> str:
    """The citable sentence of an edition; empty while it is being frozen."""
    if edition.frozen_at is None:
        return ""
    return citation(Counts.stored(edition.counts), edition.number, edition.frozen_at, letter.timezone)
