"""The letter page: kept as bytes, and checked by one cheap query.

It is made of a frame, which changes with the letter's words, and of what fills its gaps, which changes with the count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, render_template
from markupsafe import Markup

from campaign.extensions import read_only
from campaign.formbase import hour_of
from campaign.languages import speak
from campaign.letters import queries as letter_queries
from campaign.letters.events import Event, latest_first, life_events, timeline_event
from campaign.letters.rules import body_and_notes
from campaign.lib import clock
from campaign.models import Letter, Tally
from campaign.pagecache import GAP, cache, cached_page, fill
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
    words_key,
)
from campaign.states import LetterState, Refused

# x-W2: up to 12 one column, to 200 all of them in columns, above that the latest.
FEW, COLUMNS, LATEST, PINNED, EVENTS = 12, 200, 40, 12, 6


@dataclass(frozen=True)
class Frame:
    """The parts of a letter page between its gaps, and the letter, detached, that the gaps are filled for."""

    parts: list[str]
    letter: Letter
    has_form: bool


@bp.get("/letters/<slug>")
def letter(slug: str) -> Response:
    """The letter as readers see it."""
    state = cache().checked(("letter", slug), lambda: queries.letter_state(slug))
    if state is None or state.state in HIDDEN:
        raise Refused("not_found")
    if state.state in (LetterState.WITHDRAWN, LetterState.REMOVED):
        return taken_down(slug)
    frame_key = ("frame", *words_key(state), hour_of(clock.now()))
    return cached_page(("letter", *state, *frame_key), lambda: put_together(slug, frame_key, state))


def taken_down(slug: str) -> Response:
    """A withdrawn letter's page (200), or a removed one's (410): each with the reason, and nothing of the text."""
    with read_only():
        shown = queries.letter_by_slug(slug)
    if shown is None:
        raise Refused("not_found")
    speak(shown.language)
    return unavailable(shown, None, 410 if shown.state == LetterState.REMOVED else 200)


def put_together(slug: str, frame_key: tuple[object, ...], state: Any) -> bytes:
    """The letter page from its frame and its names, each kept for as long as it is right."""
    frame = cache().frame(frame_key, lambda: make_frame(slug))
    counted = cache().frame(("names", *state, *frame_key), lambda: fill_gaps(frame, state))
    return fill(frame.parts, counted).encode()


def make_frame(slug: str) -> Frame:
    """The letter page without its names."""
    with read_only():
        shown = queries.letter_by_slug(slug)
        if shown is None:
            raise Refused("not_found")
        values = page_values(shown)
    shown = as_it_stands(shown)
    speak(shown.language)
    form = person_form(shown) if takes_signatures(shown) and shown.accepts_people else None
    since = shown.paused_at if shown.state == LetterState.PAUSED else shown.closed_at
    page = render_template("signing/letter.html", letter=shown, form=form, since=since, gap=GAP, **values)
    return Frame(page.split(GAP), shown, form is not None)


def fill_gaps(frame: Frame, state: Any) -> list[str]:
    """What stands in the gaps of a frame: counts and names as they are now."""
    counts = queries.tally_in(state, clock.now())
    with read_only():
        names = names_of(frame.letter.id, counts)
    speak(frame.letter.language)
    goal = milestone(counts.total) if frame.has_form else None
    filled = render_template("signing/_counted.html", letter=frame.letter, counts=counts, goal=goal, gap=GAP, **names)
    return filled.split(GAP)


def latest_events(shown: Letter) -> list[Event]:
    """What happened lately, the newest first."""
    now = clock.now()
    told = [timeline_event(row, now.date()) for row in letter_queries.timeline_of(shown.id)]
    return latest_first([*told, *life_events(shown, now)])[:EVENTS]


def page_values(shown: Letter) -> dict[str, object]:
    """Everything the frame shows beside the letter and its form."""
    body, notes = body_and_notes(shown.version.body_html if shown.version else "")
    return {
        "version": shown.version,
        "body": Markup(body),  # noqa: S704  cleaned when the letter was saved
        "notes": Markup(notes),  # noqa: S704  cleaned when the letter was saved
        "kind_label": LETTER_KINDS[shown.kind],
        "addressees": letter_queries.addressees_of(shown.id),
        "targets": letter_queries.targets_of(shown.id),
        "status": None,
        "outcome": None,
        "initial": letter_queries.initial_signatories_of(shown.id),
        "evidence": letter_queries.evidence_of(shown.id),
        "events": latest_events(shown),
    }


def names_of(letter_id: int, counts: Tally) -> dict[str, object]:
    """The names the letter page shows, and how: few, columns (all of them) or many (the latest)."""
    named = counts.people - counts.private
    scale = "few" if named <= FEW else "columns" if named <= COLUMNS else "many"
    people = (
        queries.people_in_order(letter_id, COLUMNS) if scale != "many" else queries.latest_people(letter_id, LATEST)
    )
    return {
        "organizations": queries.organizations_in_order(letter_id, COLUMNS),
        "pinned": queries.pinned_people(letter_id, PINNED),
        "people": people,
        "scale": scale,
    }
