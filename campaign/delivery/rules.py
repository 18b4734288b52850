"""When two presses make one edition, and which files of it are public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaign.states import EditionState, Refused

# Files that name signatories are built anew at most so often after somebody left the list.
REBUILT_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Wanted:
    """What an edition prints: date and place, and whether it leaves out who accepted an earlier text."""

    dated_on: date | None
    place: str
    is_current_only: bool = False


@dataclass(frozen=True)
class Last:
    """The letter's newest edition as far as the next one needs to know it."""

    number: int
    state: str
    wanted: Wanted
    frozen_at: datetime | None


def is_same(last: Last | None, wanted: Wanted, now: datetime, number: int | None) -> bool:
    """Whether who asks now gets the newest edition rather than a next one.

    That is so while it is being frozen; when its list was read no earlier than they asked; and when their button
    spoke of its number, since a colleague pressed first. Raises `Refused` edition_differs where it prints another date
    or place, or other signatories, than they want.
    """
    if last is None:
        return False
    is_building = last.state == EditionState.BUILDING
    is_as_new = last.frozen_at is not None and last.frozen_at >= now
    was_meant = number is not None and number <= last.number
    if not (is_building or is_as_new or was_meant):
        return False
    if last.wanted == wanted:
        return True
    if is_as_new and not was_meant:
        return False
    raise Refused("edition_differs", number=last.number)
