"""The public correction log: falls of a letter's count by day and rule, complaints by number; nobody is named."""

from __future__ import annotations

from flask import Response

from campaign.moderation import cases
from campaign.public.queries.corrections import falls_of
from campaign.public.rules.corrections import case_lines, fall_lines
from campaign.public.views.blueprint import bp, letter_page, readable

# The lines of more than a year of daily corrections by several rules, and of the latest complaints.
SHOWN, CASES_SHOWN = 2_000, 500


@bp.get("/letters/<slug>/corrections")
def corrections(slug: str) -> Response:
    """How many signatures left the count, when, and by which rule; what came of each complaint."""
    found = readable(slug)
    letter = found.letter

    def values() -> dict[str, object]:
        decided = cases.cases_of(letter.id, cases.DECIDED, CASES_SHOWN)
        waiting = cases.count_cases(letter.id)
        return {
            "falls": fall_lines(falls_of(letter.id, SHOWN)),
            "complaints": case_lines(decided, letter.timezone),
            "complaints_waiting": sum(waiting.get(state, 0) for state in cases.UNDECIDED),
        }

    return letter_page(found, "public/corrections.html", values, is_costly=True)
