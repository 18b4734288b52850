"""Files that were imported into a letter, and taking one off as a whole."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import private_page
from campaign.languages import ngettext
from campaign.lib import clock
from campaign.moderation import operations, queries
from campaign.moderation.views.blueprint import bp


@bp.get("/desk/letters/<slug>/imports")
@organizer_required
def imports(slug: str) -> Response:
    """The imported files of a letter, newest first."""
    letter = letter_or_refuse(slug, "view")
    batches = queries.batches_of(letter.id)
    return private_page("moderation/imports.html", letter=letter, tab="signatures", batches=batches)


@bp.post("/desk/letters/<slug>/imports/<int:batch_id>")
@organizer_required
def remove_import(slug: str, batch_id: int) -> ResponseReturnValue:
    """Takes every signature of a file off the letter."""
    letter = letter_or_refuse(slug, "moderate")
    number = operations.remove_batch(letter.id, batch_id, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(ngettext("%(num)d signature was taken off.", "%(num)d signatures were taken off.", number))
    return redirect(url_for("moderation.imports", slug=slug), 303)
