"""The response clock: how long a target has not answered those who signed, from plain dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The response clock, as the macro `response_clock` takes it; `days` is None before a delivery."""

    days: int | None = None
    delivered_on: date | None = None
    answered_on: date | None = None

    @property
    def is_running(self) -> bool:
        """Whether an answer is still owed."""
        return self.days is not None and self.answered_on is None


def response_clock(
    delivered_at: datetime | None, replies: Iterable[tuple[date, date]], now: datetime, zone: str
) -> Clock:
    """Whole days, by the calendar of `zone`, from the first delivery until the first reply to the signatories.

    A reply is the first and the last day it may have come on, the same where the day is known; where it is not, the
    target is believed to have answered as early as it may have. One from before the delivery does not answer it, and
    one that lies ahead does not yet.
    """
    if delivered_at is None or delivered_at > now:
        return Clock()
    begun, today = (moment.astimezone(ZoneInfo(zone)).date() for moment in (delivered_at, now))
    answered = min((max(first, begun) for first, last in replies if last >= begun and first <= today), default=None)
    return Clock(days=((answered or today) - begun).days, delivered_on=begun, answered_on=answered)


def of_several(clocks: Iterable[Clock]) -> Clock:
    """The clock of a letter to several targets: the longest that is running, else the longest there was."""
    started = [clock for clock in clocks if clock.days is not None]
    return max(started, key=lambda clock: (clock.is_running, clock.days), default=Clock())
