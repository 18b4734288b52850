"""What happened around letters, put together for the pages that tell it: events, clocks, demands, answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from campaign.languages import _, current_locale
from campaign.letters import queries as letter_queries
from campaign.letters.events import Event, latest_first, life_events, response_event, timeline_event, update_event
from campaign.letters.outcomes import Outcome, commitments_of, only_of, outcomes_of
from campaign.letters.rules import happened_words
from campaign.lib.citation import citation
from campaign.lib.silence import Clock, of_several
from campaign.models import (
    CertifiedTotal,
    Commitment,
    Edition,
    Letter,
    Response,
    Target,
    Update,
)
from campaign.public.queries import letters as queries
from campaign.public.queries.letters import Found
from campaign.public.rules import (
    events,
)
from campaign.public.rules import (
    letters as rules,
)
from campaign.public.views.blueprint import is_withdrawn
from campaign.sentences import deliveries as words

# The words that pages about outcomes need.
OUTCOME_WORDS: dict[str, Any] = {
    "happened": lambda row: happened_words(row.happened, row.precision, current_locale()),
    "qualified": words.QUALIFIED,
    "statuses": words.DEMAND_STATUSES,
    "tones": words.DEMAND_TONES,
    "response_kinds": words.RESPONSE_KINDS,
    "audiences": words.AUDIENCES,
    "commitment_states": words.COMMITMENT_STATES,
    "commitment_tones": words.COMMITMENT_TONES,
}


@dataclass(frozen=True)
class Told:
    """What happened around letters: events the latest first, the clock, what became of each letter, and its updates."""

    events: list[Event]
    clock: Clock | None
    outcomes: list[tuple[Outcome, Clock | None]]
    news: dict[int, list[Update]]

    def standing(self) -> list[tuple[Outcome, Clock | None]]:
        """The letters that were delivered or answered, each with its clock."""
        return [(outcome, clock) for outcome, clock in self.outcomes if outcome.deliveries or outcome.responses]

    def certified(self) -> list[CertifiedTotal]:
        """Every number that partners certify for these letters."""
        return [row for outcome, _clock in self.outcomes for row in outcome.certified]

    def answers(self) -> list[tuple[Response, list[Letter], list[Commitment]]]:
        """Each answer once, the latest first, with the letters it is about and what it promises; one query."""
        found: dict[int, tuple[Response, list[Letter]]] = {}
        for outcome, _clock in self.outcomes:
            for row in outcome.responses:
                found.setdefault(row.id, (row, []))[1].append(outcome.letter)
        promised = commitments_of(found)
        told = [(row, letters, promised.get(row.id, [])) for row, letters in found.values()]
        return sorted(told, key=lambda entry: (entry[0].sort_on, entry[0].id), reverse=True)


def happenings(found: Sequence[Found], now: datetime, target_id: int | None = None) -> Told:
    """What happened around letters; of one target only, where it is given. Seven queries, however many letters."""
    told = [row.letter for row in found if not is_withdrawn(row)]
    ids = [letter.id for letter in told]
    rows, editions = queries.timelines_of(ids), queries.delivered_editions(ids)
    outcomes, news = outcomes_of(told), letter_queries.updates_posted(ids)
    if target_id is not None:
        outcomes = {letter_id: only_of(outcome, target_id) for letter_id, outcome in outcomes.items()}
    happened: list[Event] = []
    for letter, name in zip(told, rules.letter_names(told), strict=True):
        own = [*life_events(letter, now), *deliveries(outcomes[letter.id], editions[letter.id], now)]
        happened += events.of_letter(own, name) if len(found) > 1 else own
        happened += [timeline_event(row, now.date()) for row in rows[letter.id]]
        happened += [answer(row, outcomes[letter.id]) for row in outcomes[letter.id].responses]
        happened += [posted(row, letter, now) for row in news[letter.id]]
    clocks = [
        (
            outcomes[letter.id],
            events.shown_clock(outcomes[letter.id].clock(now), rows[letter.id], editions[letter.id]),
        )
        for letter in told
    ]
    known = [clock for _outcome, clock in clocks if clock is not None]
    return Told(latest_first(happened), of_several(known) if known else None, clocks, news)


def posted(update: Update, letter: Letter, now: datetime) -> Event:
    """A posted update on a timeline, with where it is read."""
    url = url_for("public.timeline", slug=letter.slug, _anchor=f"update-{update.number}")
    return update_event(update.title, update.published_at or update.created_at, letter.timezone, now, url)


def owing(letters: Sequence[Letter], now: datetime) -> list[tuple[Target, Clock]]:
    """The companies that have not answered one of these letters, each with the longest clock, the longest first."""
    found: dict[str, tuple[Target, Clock]] = {}
    for outcome in outcomes_of(letters).values() if letters else ():
        for target in {row.target.slug: row.target for row in outcome.deliveries}.values():
            clock = outcome.clock(now, target.id)
            known = found.get(target.slug)
            if clock.is_running and (known is None or (clock.days or 0) > (known[1].days or 0)):
                found[target.slug] = (target, clock)
    return sorted(found.values(), key=lambda entry: (-(entry[1].days or 0), entry[0].name))


def deliveries(outcome: Outcome, editions: Iterable[Edition], now: datetime) -> list[Event]:
    """When editions of a letter were handed over, with the record of it where there is one."""
    letter, recorded = outcome.letter, {row.edition.id for row in outcome.deliveries}
    told = [
        events.delivery_event(cited(edition, letter), edition.delivered_at, letter.timezone, now)
        for edition in editions
        if edition.delivered_at is not None and edition.id not in recorded
    ]
    for row in outcome.deliveries:
        if row.delivery.delivered_at is not None:
            name = row.target.short_name or row.target.name
            url = url_for("public.delivery", slug=row.campaign, number=row.delivery.number)
            page = (_("Record of the delivery"), url)
            moment, zone = row.delivery.delivered_at, row.delivery.timezone
            told.append(events.handed_event(name, cited(row.edition, letter), moment, zone, page=page, now=now))
    return told


def answer(row: Response, outcome: Outcome) -> Event:
    """An answer on the timeline, leading to the whole of it."""
    return response_event(row, answer_url(row, outcome))


def answer_url(row: Response, outcome: Outcome) -> str:
    """Where the whole answer stands: on the page of its company."""
    return f"{url_for('public.company', slug=outcome.targets[row.target_id])}#response-{row.id}"


def cited(edition: Edition, letter: Letter) -> str:
    """The citable sentence of a frozen edition."""
    counts = events.edition_counts(edition.counts)
    return citation(counts, edition.number, edition.frozen_at or edition.created_at, letter.timezone)
