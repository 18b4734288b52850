"""What may be told of the employees who signed, and when: one number, once a day, from ten up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from campaign.choices import EmployeeMethod

# The number changes at this hour, UTC, and the codes of the day before end with it.
CHANGE_HOUR = 4
SHOWN_FROM = 10
# Of those who were mailed a code since the number last moved, at least so many are never counted at that move: whoever
# reads the log of a mail server cannot tell that any one of them signed.
LEFT_OUT = 3
# The ways that are too few to be told apart, in `ways_told`.
OTHER = "other"
# A letter that is open longer should let its key go.
LONG_OPEN = timedelta(days=90)


def employee_day(now: datetime) -> date:
    """The day a moment belongs to; it begins at the hour of the change."""
    return (now.astimezone(UTC) - timedelta(hours=CHANGE_HOUR)).date()


def next_change(now: datetime) -> datetime:
    """When the number changes next."""
    return datetime.combine(employee_day(now) + timedelta(days=1), time(CHANGE_HOUR), UTC)


def mail_counted(signed: int, counted: int, asked: int) -> int:
    """How many signatures by work mail the number counts from now on.

    `signed` are there, `counted` were counted before, `asked` is how many addresses were mailed a code since the number
    last moved for them. It rises by ten at least, and leaves out LEFT_OUT of the addresses; it falls at once.
    """
    rise = min(signed - counted, asked - LEFT_OUT)
    return counted + rise if rise >= SHOWN_FROM else min(signed, counted)


def shown_number(number: int) -> int:
    """The number as it is shown: nothing at all below ten."""
    return number if number >= SHOWN_FROM else 0


def ways_told(ways: Mapping[str, int]) -> dict[str, int]:
    """How many were checked in each way, as far as it may be told: none below ten, and none that can be worked out.

    What is too small is told together as OTHER; it takes the smallest of the others in where it is below ten itself.
    Adds up to the number that is shown; {} where none is.
    """
    total = sum(ways.values())
    if not shown_number(total):
        return {}
    told = {method.value: ways.get(method, 0) for method in EmployeeMethod if ways.get(method, 0) >= SHOWN_FROM}
    rest = total - sum(told.values())
    if 0 < rest < SHOWN_FROM and told:
        rest += told.pop(min(told, key=lambda name: told[name]))
    return {**told, OTHER: rest} if rest else told
