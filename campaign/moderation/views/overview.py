"""The overview of a letter: its numbers, what waits, and what to do next."""

from __future__ import annotations

from flask import Response

from campaign.accounts.permissions import letter_or_refuse, organizer_required
from campaign.http import private_page
from campaign.lib import clock
from campaign.moderation import protection, queries
from campaign.moderation.views.blueprint import bp
from campaign.sentences import LETTER_STATES
from campaign.signing.queries import tally_of


@bp.get("/desk/letters/<slug>")
@organizer_required
def overview(slug: str) -> Response:
    """Counts by kind and state, the age of the queue and of the mails, and the next steps."""
    letter, now = letter_or_refuse(slug, "view"), clock.now()
    return private_page(
        "moderation/overview.html",
        letter=letter,
        tab="overview",
        letter_state=LETTER_STATES[letter.state],
        tally=tally_of(letter.id, now),
        waiting=queries.count_undecided(letter.id),
        figures=queries.figures_of(letter.id, now),
        alarms=protection.count_new_alarms(letter.id),
    )
