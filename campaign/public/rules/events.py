"""What happened around letters, in words and in order; and the response clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from campaign.languages import _, current_locale, longdate
from campaign.letters.rules import happened_words
from campaign.public.rules.letters import LetterLike
from campaign.states import LetterState


class Happened(Protocol):
    """The columns of a timeline row."""

    sort_on: date
    happened: str
    precision: str
    kind: str
    actor: str
    text: str
    source: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something on a timeline, as the macro `timeline` takes it; `on` orders."""

    on: date
    when: str
    iso: str | None
    text: str
    source: str = ""
    url: str = ""
    later: bool = False


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The response clock, as the macro `response_clock` takes it; `days` is None before a delivery."""

    days: int | None = None
    delivered_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The numbers a citation names."""

    organizations: int
    people: int
    employees: int


def timeline_event(row: Happened, today: date) -> Event:
    """A row of the timeline in words, with who acted in front."""
    return Event(
        on=row.sort_on,
        when=happened_words(row.happened, row.precision, current_locale()),
        # HTML knows days, months and years, but no ranges.
        iso=None if row.precision == "range" else row.happened,
        text=_("%(actor)s: %(text)s", actor=row.actor, text=row.text) if row.actor else row.text,
        source=row.source,
        url=row.url,
        later=row.sort_on > today,
    )


def life_events(letter: LetterLike, now: datetime) -> list[Event]:
    """When the letter opened, closed or will close: what its own record says."""
    found = []
    if letter.opened_at is not None:
        found.append(_moment_event(letter.opened_at, _("Opened for signing."), letter.timezone, now))
    if letter.state in (LetterState.CLOSED, LetterState.ARCHIVED) and letter.closed_at is not None:
        found.append(_moment_event(letter.closed_at, _("Closed for signing."), letter.timezone, now))
    elif letter.state == LetterState.OPEN and letter.closes_at is not None and letter.closes_at > now:
        found.append(_moment_event(letter.closes_at, _("Closes for signing."), letter.timezone, now))
    return found


def delivery_event(citation: str, delivered_at: datetime, zone: str, now: datetime) -> Event:
    """A delivered edition on the timeline."""
    return _moment_event(delivered_at, _("Delivered: %(citation)s.", citation=citation), zone, now)


def _moment_event(moment: datetime, text: str, zone: str, now: datetime) -> Event:
    day = moment.astimezone(ZoneInfo(zone)).date()
    return Event(on=day, when=longdate(moment, zone), iso=day.isoformat(), text=text, later=moment > now)


def of_letter(events: Iterable[Event], title: str) -> list[Event]:
    """The same events where several letters stand together: each names its letter."""
    return [replace(event, text=_("%(actor)s: %(text)s", actor=title, text=event.text)) for event in events]


def latest_first(events: Iterable[Event]) -> list[Event]:
    """The events in order, the latest first; one that several letters tell alike stands once."""
    found = list(dict.fromkeys(events))
    return sorted(found, key=lambda event: event.on, reverse=True)


def response_clock(rows: Iterable[Happened], editions: Sequence[object]) -> Clock | None:
    """The clock as far as records go: not running before a delivery, and not shown after one.

    What the target answered is not recorded yet, so days since a delivery would accuse without knowing.
    """
    delivered = bool(editions) or any(row.kind == "delivered" for row in rows)
    return None if delivered else Clock()


def edition_counts(stored: Mapping[str, int]) -> Counts:
    """The counts an edition froze, for its citation."""
    return Counts(**{name: int(stored.get(name, 0)) for name in ("organizations", "people", "employees")})
