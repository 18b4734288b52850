"""Pages about the site itself: what it keeps, and who runs it."""

from __future__ import annotations

from flask import Response, current_app

from campaign.public.queries.letters import letters_in_states
from campaign.public.rules import notice
from campaign.public.views.blueprint import bp, site_page
from campaign.states import LetterState

LETTERS_SHOWN = 50


@bp.get("/privacy")
def privacy() -> Response:
    """The privacy notice, from the settings and periods in force."""
    return site_page("public/privacy.html", operator=operator(), kept=notice.kept())


@bp.get("/contact")
def contact() -> Response:
    """Who runs the site, and who organizes its open letters."""
    found = letters_in_states((LetterState.OPEN.value,), LETTERS_SHOWN)
    organizers = [(row.letter.title, row.letter.slug, row.letter.campaign.lead) for row in found]
    return site_page("public/contact.html", operator=operator(), organizers=organizers)


def operator() -> dict[str, str | None]:
    """Name and address of who runs the site; none in development, where nobody does yet."""
    return {"name": current_app.config["OPERATOR_NAME"], "address": current_app.config["OPERATOR_ADDRESS"]}
