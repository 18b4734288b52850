"""Events of a timeline in words, for the letter page and for every page that tells what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from campaign.choices import ResponseKind
from campaign.languages import _, current_locale, longdate
from campaign.letters.rules import happened_words
from campaign.sentences.deliveries import AUDIENCES
from campaign.states import LetterState, ResponseState

# How much of an answer a timeline repeats.
LONGEST = 280


class HasLife(Protocol):
    """The columns of a letter that its own events are made from."""

    @property
    def state(self) -> str: ...
    @property
    def timezone(self) -> str: ...
    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...


class Happened(Protocol):
    """The columns of a timeline row."""

    @property
    def sort_on(self) -> date: ...
    @property
    def happened(self) -> str: ...
    @property
    def precision(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def url(self) -> str: ...


class Answered(Happened, Protocol):
    """The columns of a response that its event is made from; its `url` is not told here."""

    @property
    def state(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def reason(self) -> str: ...


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


def update_event(title: str, published_at: datetime, zone: str, now: datetime, url: str) -> Event:
    """A posted update; `url` is where it is read."""
    return replace(moment_event(published_at, title, zone, now), url=url)


def life_events(letter: HasLife, now: datetime) -> list[Event]:
    """When the letter opened, was paused, closed or will close: what its own record says."""
    found = []
    if letter.opened_at is not None:
        found.append(moment_event(letter.opened_at, _("Opened for signing."), letter.timezone, now))
    if letter.state == LetterState.PAUSED and letter.paused_at is not None:
        found.append(moment_event(letter.paused_at, _("Signing paused."), letter.timezone, now))
    if letter.state in (LetterState.CLOSED, LetterState.ARCHIVED) and letter.closed_at is not None:
        found.append(moment_event(letter.closed_at, _("Closed for signing."), letter.timezone, now))
    elif letter.state == LetterState.OPEN and letter.closes_at is not None and letter.closes_at > now:
        found.append(moment_event(letter.closes_at, _("Signing closes."), letter.timezone, now))
    return found


def response_event(row: Answered, url: str) -> Event:
    """What a target answered or did, in words; `url` leads to the whole of it."""
    if row.state == ResponseState.SET_ASIDE:
        text = _("An answer of the company was set aside: %(reason)s", reason=shortened(row.reason))
    else:
        text = shortened(row.title or row.text)
    who = row.actor
    if row.kind != ResponseKind.ACT and row.state != ResponseState.SET_ASIDE:
        who = _("%(actor)s, %(audience)s", actor=who, audience=AUDIENCES[row.audience]) if who else ""
    return Event(
        on=row.sort_on,
        when=happened_words(row.happened, row.precision, current_locale()),
        iso=None if row.precision == "range" else row.happened,
        text=_("%(actor)s: %(text)s", actor=who, text=text) if who else text,
        source=row.source or _("The whole answer"),
        url=url,
    )


def shortened(text: str) -> str:
    """The first words of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rpartition(' ')[0]} …"


def moment_event(moment: datetime, text: str, zone: str, now: datetime) -> Event:
    """Something at a moment, told by its day in `zone`."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return Event(on=day, when=longdate(moment, zone), iso=day.isoformat(), text=text, later=moment > now)


def latest_first(events: Iterable[Event]) -> list[Event]:
    """The events in order, the latest first; one that several letters tell alike stands once."""
    found = list(dict.fromkeys(events))
    return sorted(found, key=lambda event: event.on, reverse=True)
