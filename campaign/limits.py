"""The table limiter: counts per bucket and window of time, shared by all processes.

A bucket is a keyed hash or an id, never an address. `LIMITS=off` (refused outside development)
lets everything through, for load tests.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select

from campaign.extensions import db, increment
from campaign.models import LimitCount

# A count is of no use once its window ended; two days cover the longest window, a day.
KEPT = timedelta(days=2)


def window_start(now: datetime, window: timedelta) -> datetime:
    """The start of the window `now` lies in, counted from 1970 in UTC."""
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def count(bucket: str, window: timedelta, now: datetime) -> int:
    """How often `add` was called for this bucket in the window of `now`."""
    statement = select(LimitCount.count).where(
        LimitCount.bucket == bucket, LimitCount.window_at == window_start(now, window)
    )
    return db.session.scalar(statement) or 0


def add(bucket: str, window: timedelta, now: datetime) -> int:
    """Counts one more and returns the new number, in the caller's transaction."""
    row = {"bucket": bucket, "window_at": window_start(now, window), "count": 1}
    return increment(LimitCount.__table__, row, ["bucket", "window_at"], "count")  # type: ignore[arg-type]


def prune(now: datetime) -> int:
    """Deletes counts of windows that ended; returns how many. The longest window is a day."""
    result = db.session.execute(delete(LimitCount).where(LimitCount.window_at < now - KEPT))
    return int(result.rowcount)  # type: ignore[attr-defined]


def is_on() -> bool:
    """Whether limits are in force."""
    return bool(current_app.config["LIMITS"] == "on")


def mail_wait(mailbox: str, now: datetime) -> datetime | None:
    """When the budget of a mailbox renews, if it is used up now; None when a mail may leave.

    The budget (MAIL_PER_HOUR, MAIL_PER_DAY) covers the whole site, so nobody can be bombed.
    """
    if not is_on():
        return None
    for prefix, window, most in _budgets():
        if count(f"{prefix}:{mailbox}", window, now) >= most:
            return window_start(now, window) + window
    return None


def book_mail(mailbox: str, now: datetime) -> None:
    """Counts a mail that left against the budget of its mailbox."""
    for prefix, window, _most in _budgets():
        add(f"{prefix}:{mailbox}", window, now)


def _budgets() -> tuple[tuple[str, timedelta, int], ...]:
    """Day before hour: whoever has had a day's mails waits for the next day."""
    return (
        ("mail-d", timedelta(days=1), current_app.config["MAIL_PER_DAY"]),
        ("mail-h", timedelta(hours=1), current_app.config["MAIL_PER_HOUR"]),
    )
