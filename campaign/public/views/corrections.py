"""The public correction log: every fall of a letter's count, by day and rule, without names."""

from __future__ import annotations

from flask import Response

from campaign.public.queries.corrections import falls_of
from campaign.public.rules.corrections import fall_lines
from campaign.public.views.blueprint import bp, letter_page, readable

# The lines of more than a year of daily corrections by several rules.
SHOWN = 2_000


@bp.get("/letters/<slug>/corrections")
def corrections(slug: str) -> Response:
    """How many signatures left the count, when, and by which rule."""
    found = readable(slug)
    return letter_page(
        found,
        "public/corrections.html",
        lambda: {"falls": fall_lines(falls_of(found.letter.id, SHOWN))},
        is_costly=True,
    )
