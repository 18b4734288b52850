"""The letter page: kept as bytes, and checked by one cheap query.

It is made of a frame, which changes with the letter's words, and of what fills its gaps, which changes with the count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Response, render_template, url_for
from markupsafe import Markup

from campaign.extensions import read_only
from campaign.formbase import hour_of
from campaign.languages import _, current_locale, longdate, speak
from campaign.letters import queries as letter_queries
from campaign.letters.changes import signed_by_text, signed_sentence
from campaign.letters.events import (
    Event,
    latest_first,
    life_events,
    moment_event,
    response_event,
    timeline_event,
    update_event,
)
from campaign.letters.outcomes import Outcome, outcomes_of
from campaign.letters.rules import NOT_YET_OPEN, body_and_notes, happened_words
from campaign.lib import clock
from campaign.lib.citation import citation
from campaign.models import Letter, Tally, TimelineEntry, Update
from campaign.pagecache import GAP, cache, cached_page, fill
from campaign.sentences import LETTER_KINDS
from campaign.sentences.deliveries import DEMAND_STATUSES, DEMAND_TONES, QUALIFIED
from campaign.signing import queries
from campaign.signing.rules import milestone
from campaign.signing.views.blueprint import (
    as_it_stands,
    bp,
    confirm_until,
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
    # Which versions there are, where there is more than one.
    texts: Sequence[Any] = ()


@bp.get("/letters/<slug>")
def letter(slug: str) -> Response:
    """The letter as readers see it."""
    state = cache().checked(("letter", slug), lambda: queries.letter_state(slug))
    if state is None or state.state in NOT_YET_OPEN:
        raise Refused("not_found")
    if state.state in (LetterState.WITHDRAWN, LetterState.REMOVED):
        return taken_down(slug)
    frame_key = ("frame", *words_key(state), hour_of(clock.now()))
    return cached_page(("letter", *state, *frame_key), lambda: put_together(slug, frame_key, state))


def taken_down(slug: str) -> Response:
    """A withdrawn letter's page (200), or a removed one's (410): each with the reason, and nothing of the text."""
    with read_only():
        shown = queries.letter_by_slug(slug)
    if shown is None or shown.opened_at is None:
        # Taken down before it ever opened: nobody's to know.
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
    told, texts, outcome = values.pop("told"), values.pop("texts"), values["outcome"]
    latest = latest_events(shown, told, outcome, values.pop("news"))
    values |= {"status": status_of(shown, told, outcome), "events": latest}
    until = confirm_until(shown)
    page = render_template(
        "signing/letter.html", letter=shown, form=form, since=since, confirm_until=until, gap=GAP, **values
    )
    return Frame(page.split(GAP), shown, form is not None, texts)


def fill_gaps(frame: Frame, state: Any) -> list[str]:
    """What stands in the gaps of a frame: counts and names as they are now."""
    counts = queries.tally_in(state, clock.now())
    with read_only():
        names = names_of(frame.letter.id, counts)
        versions = letter_queries.counts_by_version(frame.letter.id) if frame.texts else {}
    speak(frame.letter.language)
    goal = milestone(counts.total) if frame.has_form else None
    signed = signed_sentence(signed_by_text(frame.texts, versions)) if frame.texts else ""
    # As of the count, like every other page; a letter that was never counted, as of its last change.
    cited = citation(counts, None, state.counted_at or state.changed_at, frame.letter.timezone)
    filled = render_template(
        "signing/_counted.html",
        letter=frame.letter,
        counts=counts,
        goal=goal,
        signed=signed,
        gap=GAP,
        citation=cited,
        **names,
    )
    return filled.split(GAP)


def latest_events(
    shown: Letter, told: Sequence[TimelineEntry], outcome: Outcome, news: Sequence[Update]
) -> list[Event]:
    """What happened lately, the newest first."""
    now, page = clock.now(), url_for("public.timeline", slug=shown.slug)
    happened = [timeline_event(row, now.date()) for row in told]
    happened += [*life_events(shown, now), *outcome_events(outcome, now)]
    happened += [
        update_event(row.title, row.published_at or now, shown.timezone, now, f"{page}#update-{row.number}")
        for row in news
    ]
    return latest_first(happened)[:EVENTS]


def outcome_events(outcome: Outcome, now: datetime) -> list[Event]:
    """When the letter was handed over, and what was answered."""
    handed = [
        replace(
            moment_event(row.delivery.delivered_at, _("Delivered to %(target)s.", target=row.target.name), zone, now),
            source=_("Record of the delivery"),
            url=url_for("public.delivery", slug=row.campaign, number=row.delivery.number),
        )
        for row in outcome.deliveries
        if row.delivery.delivered_at is not None and (zone := row.delivery.timezone)
    ]
    company = {key: url_for("public.company", slug=slug) for key, slug in outcome.targets.items()}
    answered = [response_event(row, f"{company[row.target_id]}#response-{row.id}") for row in outcome.responses]
    return [*handed, *answered]


def status_of(shown: Letter, told: Sequence[TimelineEntry], outcome: Outcome) -> list[tuple[str, str]]:
    """Where the letter stands, in words with their day, each with its tone."""
    day = {name: longdate(getattr(shown, name), shown.timezone) for name in ("closes_at", "paused_at", "closed_at")}
    words = {
        LetterState.OPEN: _("Open until %(day)s", day=day["closes_at"]) if shown.closes_at else _("Open"),
        LetterState.PAUSED: _("Paused since %(day)s", day=day["paused_at"]),
        LetterState.CLOSED: _("Closed on %(day)s", day=day["closed_at"]),
        LetterState.ARCHIVED: _("Archived, closed on %(day)s", day=day["closed_at"]),
    }[LetterState(shown.state)]
    status = [(words, "warn" if shown.state == LetterState.PAUSED else "info")]
    delivered = [row for row in told if row.kind == "delivered" and row.sort_on <= clock.now().date()]
    recorded = [row.delivery for row in outcome.deliveries if row.delivery.delivered_at is not None]
    if recorded:
        status.append((_("Delivered %(day)s", day=longdate(recorded[-1].delivered_at, recorded[-1].timezone)), "ok"))
    elif delivered:
        last = happened_words(delivered[-1].happened, delivered[-1].precision, current_locale())
        status.append((_("Delivered %(day)s", day=last), "ok"))
    return status


def with_links(notes: str, numbers: Sequence[int]) -> str:
    """Footnotes in which each "Evidence 1" leads to that document; what is a link already stays as it is."""

    def linked(found: re.Match[str]) -> str:
        number = int(found[1] or 0)
        return f'<a href="#evidence-{number}">{found[0]}</a>' if number in numbers else found[0]

    return re.sub(r"<a\b.*?</a>|<[^>]*>|\b[Ee]vidence (\d{1,4})\b", linked, notes, flags=re.DOTALL)


def page_values(shown: Letter) -> dict[str, Any]:
    """Everything the frame shows beside the letter and its form.

    `told` is its timeline, `texts` its versions, `news` its updates.
    """
    body, notes = body_and_notes(shown.version.body_html if shown.version else "")
    evidence, outcome = letter_queries.evidence_of(shown.id), outcomes_of([shown])[shown.id]
    notes = with_links(notes, [document.number for document in evidence])
    return {
        "version": shown.version,
        "body": Markup(body),  # noqa: S704  cleaned when the letter was saved
        "notes": Markup(notes),  # noqa: S704  cleaned when the letter was saved
        "kind_label": LETTER_KINDS[shown.kind],
        "addressees": letter_queries.addressees_of(shown.id),
        "targets": letter_queries.targets_of(shown.id),
        "initial": letter_queries.initial_signatories_of(shown.id),
        "evidence": evidence,
        "told": letter_queries.timeline_of(shown.id),
        # One query, and only where there is more than one text.
        "texts": letter_queries.texts_of(shown.id) if shown.version and shown.version.number > 1 else (),
        "news": letter_queries.updates_posted([shown.id])[shown.id],
        "outcome": outcome,
        "clock": outcome.clock(clock.now()),
        "qualified": QUALIFIED,
        "statuses": DEMAND_STATUSES,
        "tones": DEMAND_TONES,
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
        "few_organizations": counts.organizations <= FEW,
        "pinned": queries.pinned_people(letter_id, PINNED),
        "people": people,
        "scale": scale,
    }
