"""The blueprint of updates, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from campaign.accounts.permissions import keep_what_was_typed, may_here
from campaign.choices import UpdateKind
from campaign.http import private_page
from campaign.languages import _, country
from campaign.models import Edition, Letter, Update
from campaign.sentences.updates import SKIPS, UPDATE_KINDS, UPDATE_STATES, UPDATE_STEPS, UPDATE_TONES
from campaign.states import Refused, UpdateState
from campaign.updates import queries
from campaign.updates.queries import Circle
from campaign.updates.rules import RESULT_MAILS

bp = Blueprint("updates", __name__)
bp.before_request(keep_what_was_typed)


@bp.context_processor
def words_and_rights() -> dict[str, Any]:
    """What the pages of updates say things with, and ask rights by."""
    words = {"kinds": UPDATE_KINDS, "states": UPDATE_STATES, "tones": UPDATE_TONES, "steps": UPDATE_STEPS}
    return {**words, "may": may_here, "skips": SKIPS, "most": RESULT_MAILS}


def update_or_refuse(letter: Letter, update_number: int) -> Update:
    """An update of the letter. Raises `Refused("not_found")`."""
    update = queries.update_of(letter.id, update_number)
    if update is None:
        raise Refused("not_found")
    return update


def updates_page(template: str, letter: Letter, status: int = 200, **values: object) -> Response:
    """A page of updates at the desk."""
    return private_page(f"updates/{template}", status, letter=letter, tab="updates", **values)


def audience(update: Update) -> dict[str, Any]:
    """Who would get the mail: in words, and the numbers that have to be known before it leaves.

    A large list is not counted again once every mail has left.
    """
    circle = Circle.of(update)
    is_over = update.state in (UpdateState.SENT, UpdateState.CANCELLED)
    before = queries.result_mails_begun(update.letter_id, update.id) if update.kind == UpdateKind.RESULT else None
    # Nobody can have had four of them before four were begun.
    exhausted = 0 if is_over or (before or 0) < RESULT_MAILS else queries.count_exhausted(circle)
    return {
        "circle": circle_words(update, queries.edition_to_name(update)),
        "mails": 0 if is_over else queries.count_recipients(circle) - exhausted,
        "exhausted": exhausted,
        "without_address": queries.count_without_address(circle),
        "results_before": before,
    }


def circle_words(update: Update, edition: Edition | None) -> list[str]:
    """The circle said aloud, a condition each."""
    words = {
        UpdateKind.NEWS.value: _("Confirmed signatories who ticked the box for news"),
        UpdateKind.RESULT.value: _("Confirmed signatories who asked what comes of this letter"),
        UpdateKind.FINAL_COPY.value: _("Organizations of edition %(number)s", number=edition.number if edition else ""),
    }
    said = [str(words[update.kind])]
    if version := update.segment.get("version"):
        said.append(_("who accepted version %(number)s", number=version))
    if code := update.segment.get("country"):
        said.append(_("in %(country)s", country=country(code)))
    return said
