"""The table limiter: counts per bucket and window of time, shared by all processes.

A bucket is a keyed hash or an id, never an address. `LIMITS=off` (refused outside development)
lets everything through, for load tests.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import select

from campaign.extensions import db, increment
from campaign.models import LimitCount


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


def is_on() -> bool:
    """Whether limits are in force."""
    return bool(current_app.config["LIMITS"] == "on")


def mail_not_before(mailbox_key: str, now: datetime) -> datetime:
    """Books one mail for the mailbox and says when it may leave: now, or when the budget renews.

    The budget (MAIL_PER_HOUR, MAIL_PER_DAY) covers the whole site, so nobody can be bombed.
    """
    if not is_on():
        return now
    hour, day = timedelta(hours=1), timedelta(days=1)
    in_hour = add(f"mail-h:{mailbox_key}", hour, now)
    in_day = add(f"mail-d:{mailbox_key}", day, now)
    if in_day > current_app.config["MAIL_PER_DAY"]:
        return window_start(now, day) + day
    if in_hour > current_app.config["MAIL_PER_HOUR"]:
        return window_start(now, hour) + hour
    return now
