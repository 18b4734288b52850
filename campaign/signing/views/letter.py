"""The letter page: the text, its names, the form; kept as bytes and checked by one cheap query."""

from __future__ import annotations

from flask import Response, render_template

from campaign.extensions import read_only
from campaign.formbase import hour_of
from campaign.languages import speak
from campaign.letters import queries as letter_queries
from campaign.letters.events import Event, latest_first, life_events, timeline_event
from campaign.lib import clock
from campaign.models import Letter
from campaign.pagecache import cache, cached_page
from campaign.sentences import LETTER_KINDS
from campaign.signing import queries
from campaign.signing.rules import milestone
from campaign.signing.views.blueprint import (
    HIDDEN,
    as_it_stands,
    bp,
    person_form,
    takes_signatures,
    unavailable,
)
from campaign.states import LetterState, Refused

# x-W2: up to 12 one column, to 200 all of them in columns, above that the latest.
FEW, COLUMNS, LATEST, PINNED, EVENTS = 12, 200, 40, 12, 6


@bp.get("/letters/<slug>")
def letter(slug: str) -> Response:
    """The letter as readers see it."""
    state = cache().checked(("letter", slug), lambda: queries.letter_state(slug))
    if state is None or state.state in HIDDEN:
        raise Refused("not_found")
    if state.state in (LetterState.WITHDRAWN, LetterState.REMOVED):
        return taken_down(slug)
    now = clock.now()
    is_over = state.closes_at is not None and now >= state.closes_at
    key = ("letter", *state, is_over, hour_of(now))
    return cached_page(key, lambda: render_letter(slug).encode())


def taken_down(slug: str) -> Response:
    """A withdrawn letter's page (200), or a removed one's (410): each with the reason, and nothing of the text."""
    with read_only():
        shown = queries.letter_by_slug(slug)
    if shown is None:
        raise Refused("not_found")
    speak(shown.language)
    return unavailable(shown, None, 410 if shown.state == LetterState.REMOVED else 200)


def render_letter(slug: str) -> str:
    """The letter page as HTML."""
    with read_only():
        shown = queries.letter_by_slug(slug)
        if shown is None:
            raise Refused("not_found")
        values = page_values(shown)
    shown = as_it_stands(shown)
    speak(shown.language)
    form = person_form(shown) if takes_signatures(shown) and shown.accepts_people else None
    since = shown.paused_at if shown.state == LetterState.PAUSED else shown.closed_at
    return render_template("signing/letter.html", letter=shown, form=form, since=since, **values)


def latest_events(shown: Letter) -> list[Event]:
    """What happened lately, the newest first."""
    now = clock.now()
    told = [timeline_event(row, now.date()) for row in letter_queries.timeline_of(shown.id)]
    return latest_first([*told, *life_events(shown, now)])[:EVENTS]


def page_values(shown: Letter) -> dict[str, object]:
    """Everything the letter page shows beside the letter and its form."""
    counts = queries.tally_of(shown.id, clock.now())
    named = counts.people - counts.private
    scale = "few" if named <= FEW else "columns" if named <= COLUMNS else "many"
    people = queries.people_in_order(shown.id, COLUMNS) if scale != "many" else queries.latest_people(shown.id, LATEST)
    return {
        "version": shown.version,
        "kind_label": LETTER_KINDS[shown.kind],
        "addressees": letter_queries.addressees_of(shown.id),
        "targets": letter_queries.targets_of(shown.id),
        "counts": counts,
        "goal": milestone(counts.total),
        "status": None,
        "outcome": None,
        "initial": letter_queries.initial_signatories_of(shown.id),
        "organizations": queries.organizations_in_order(shown.id, COLUMNS),
        "pinned": queries.pinned_people(shown.id, PINNED),
        "people": people,
        "scale": scale,
        "evidence": letter_queries.evidence_of(shown.id),
        "events": latest_events(shown),
    }
