"""The one citable sentence of a list, the same string on every page, file and feed. English for now."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Counted(Protocol):
    """The numbers a citation names: a tally, or the counts of an edition."""

    @property
    def organizations(self) -> int: ...
    @property
    def people(self) -> int: ...
    @property
    def employees(self) -> int: ...


def citation(counts: Counted, edition: int | None, moment: datetime, zone: str = "UTC") -> str:
    """For example "68 organizations and 152,004 people, second edition, 18 June 2018, 10:00 PDT".

    `edition` is None for the live list. `moment` is when the live list was counted, or the edition
    frozen; it is told on the clocks of `zone`, the letter's. People include the private ones;
    imported signatures are in no total and so not named.
    """
    parts = [_who(counts), f"{_ordinal(edition)} edition" if edition is not None else "", _moment(moment, zone)]
    return ", ".join(part for part in parts if part)


def _who(counts: Counted) -> str:
    numbers = (
        (counts.organizations, "organization", "organizations"),
        (counts.people, "person", "people"),
        (counts.employees, "employee", "employees"),
    )
    named = [f"{number:,} {one if number == 1 else many}" for number, one, many in numbers if number]
    if not named:
        return "no signatures"
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]


def _ordinal(number: int) -> str:
    if 1 <= number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    last = 0 if number % 100 in (11, 12, 13) else number % 10
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(last, "th")


def _moment(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    # A zone without an abbreviation of its own gives its offset, e.g. "+03".
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M} {local.tzname()}"
