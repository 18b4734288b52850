"""What pages over several letters tell beside each letter's own events: deliveries, and the response clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from campaign.languages import _
from campaign.letters.events import Event, Happened, moment_event
from campaign.lib.silence import Clock


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


def handed_event(
    title: str, citation: str, delivered_at: datetime, zone: str, *, page: tuple[str, str], now: datetime
) -> Event:
    """A letter handed to a target; `page` is what the delivery is called and its address."""
    text = _("Delivered to %(target)s: %(citation)s.", target=title, citation=citation)
    return replace(moment_event(delivered_at, text, zone, now), source=page[0], url=page[1])


def shown_clock(clock: Clock, rows: Iterable[Happened], editions: Sequence[object]) -> Clock | None:
    """The clock of one letter as a page may show it.

    None where it was handed over without a record of it: days since then would accuse without knowing.
    """
    told = bool(editions) or any(row.kind == "delivered" for row in rows)
    return None if told and clock.days is None else clock


def edition_counts(stored: Mapping[str, int]) -> Counts:
    """The counts an edition froze, for its citation."""
    return Counts(**{name: int(stored.get(name, 0)) for name in ("organizations", "people", "employees")})
