"""What pages over several letters tell beside each letter's own events: deliveries, and the response clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from campaign.languages import _
from campaign.letters.events import Event, Happened, moment_event


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


def delivery_event(citation: str, delivered_at: datetime, zone: str, now: datetime) -> Event:
    """A delivered edition on the timeline."""
    return moment_event(delivered_at, _("Delivered: %(citation)s.", citation=citation), zone, now)


def of_letter(events: Iterable[Event], name: str) -> list[Event]:
    """The same events where several letters stand together: each names its letter."""
    return [replace(event, text=_("%(actor)s: %(text)s", actor=name, text=event.text)) for event in events]


def response_clock(rows: Iterable[Happened], editions: Sequence[object]) -> Clock | None:
    """The clock as far as records go: not running before a delivery, and not shown after one.

    What the target answered is not recorded yet, so days since a delivery would accuse without knowing.
    """
    delivered = bool(editions) or any(row.kind == "delivered" for row in rows)
    return None if delivered else Clock()


def edition_counts(stored: Mapping[str, int]) -> Counts:
    """The counts an edition froze, for its citation."""
    return Counts(**{name: int(stored.get(name, 0)) for name in ("organizations", "people", "employees")})
