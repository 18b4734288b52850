"""The table limiter: counts per bucket and sliding window of time, shared by all processes.

A bucket is a keyed hash or an id, never an address. `LIMITS=off` (refused outside development)
lets everything through, for load tests.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from campaign.extensions import db, increment
from campaign.lib.periods import PERIODS
from campaign.models import LimitCount
from campaign.states import Refused

# Mails to mailboxes nobody has proven yet: above so many in an hour, or when of at least so many this part came back,
# they leave slowly. The busiest petition there was had 15,000 signatures in ten minutes.
FIRST_MAILS_AN_HOUR, FIRST_MAILS_SLOW_A_MINUTE = 30_000, 300
BOUNCES_COUNT_FROM, BOUNCED_PART = 200, 0.1
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FIRST_MAILS, FIRST_BOUNCES = "first-mails", "first-bounces"
# A count is of no use once it left the longest window, a day.
KEPT = PERIODS["counts"]
# Windows slide in steps of their length / SLOTS, so that a bucket never has more rows than this in one.
SLOTS = 720


def slot_end(now: datetime, window: timedelta) -> datetime:
    """The end of the step `now` lies in, counted from 1970 in UTC: what is counted now stands until a window later."""
    step = max(1, int(window.total_seconds()) // SLOTS)
    return datetime.fromtimestamp(math.ceil(now.timestamp() / step) * step, UTC)


def count(bucket: str, window: timedelta, now: datetime) -> int:
    """How much `add` counted for this bucket in the window that ends now."""
    return db.session.scalar(select(_sum_since(bucket, now - window))) or 0


def add(bucket: str, window: timedelta, now: datetime, most: int | None = 1) -> int:
    """Counts one more and returns the new number of the window that ends now, in the caller's transaction.

    What is over `most` (None: never) is not counted, so that a refusal does not put off the next chance. Parallel
    calls queue up on the row of their step; only at the border of two may they miss one another.
    """
    at = slot_end(now, window)
    row = {"bucket": bucket, "window_at": at, "count": 1}
    others = _sum_since(bucket, now - window, without=at)
    number = increment(LimitCount.__table__, row, ["bucket", "window_at"], "count", plus=others)  # type: ignore[arg-type]
    if most is not None and number > most:
        own = (LimitCount.bucket == bucket) & (LimitCount.window_at == at)
        db.session.execute(update(LimitCount).where(own).values(count=LimitCount.count - 1))
    return number


def refuse_above(most: int, bucket: str, window: timedelta, now: datetime, reason: str, **values: object) -> None:
    """Counts one more, and raises `Refused(reason)` where that makes more than `most` in the window that ends now."""
    if add(bucket, window, now, most=most) > most and is_on():
        raise Refused(reason, **values)


def renewal(bucket: str, window: timedelta, most: int, now: datetime) -> datetime | None:
    """When the bucket has fewer than `most` in the window again; None when it has now."""
    seen = 0
    rows = select(LimitCount.window_at, LimitCount.count).where(
        LimitCount.bucket == bucket, LimitCount.window_at > now - window
    )
    for at, number in db.session.execute(rows.order_by(LimitCount.window_at.desc())):
        seen += number
        if seen >= most:
            return at + window
    return None


def _sum_since(bucket: str, since: datetime, without: datetime | None = None) -> Any:
    """A subquery: what the bucket's steps after a moment sum to, one of them left out."""
    steps = aliased(LimitCount)
    total = select(func.coalesce(func.sum(steps.count), 0)).where(steps.bucket == bucket, steps.window_at > since)
    return (total if without is None else total.where(steps.window_at != without)).scalar_subquery()


def prune(now: datetime) -> int:
    """Deletes counts that left the longest window; returns how many."""
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
    waits = [renewal(f"{prefix}:{mailbox}", window, most, now) for prefix, window, most in _budgets()]
    return max((wait for wait in waits if wait is not None), default=None)


def book_mail(mailbox: str, now: datetime) -> None:
    """Counts a mail that left against the budget of its mailbox."""
    for prefix, window, _most in _budgets():
        add(f"{prefix}:{mailbox}", window, now, most=None)


def first_mails(now: datetime, since: datetime | None = None) -> tuple[int, int]:
    """How many first mails left in the last hour, or in that part of it `since` a moment, and how many came back."""
    begins_at = max(now - HOUR, since or now - HOUR)
    rows = (
        select(LimitCount.bucket, func.sum(LimitCount.count))
        .where(LimitCount.bucket.in_((FIRST_MAILS, FIRST_BOUNCES)), LimitCount.window_at > begins_at)
        .group_by(LimitCount.bucket)
    )
    found = {row[0]: int(row[1]) for row in db.session.execute(rows)}
    return found.get(FIRST_MAILS, 0), found.get(FIRST_BOUNCES, 0)


def is_site_slow(now: datetime, since: datetime | None = None) -> bool:
    """Whether first mails leave slowly now, to spare third parties and the site's good name (T6).

    `since` as in `first_mails`: whether what came after a moment would be reason enough.
    """
    left, bounced = first_mails(now, since)
    is_bad = left + bounced >= BOUNCES_COUNT_FROM and bounced > BOUNCED_PART * (left + bounced)
    return is_on() and (left > FIRST_MAILS_AN_HOUR or is_bad)


def first_mail_wait(now: datetime) -> datetime | None:
    """When the next first mail may leave while the site is slow; None when it may leave now."""
    if not is_site_slow(now) or count(FIRST_MAILS, MINUTE, now) < FIRST_MAILS_SLOW_A_MINUTE:
        return None
    return now + MINUTE


def book_first_mail(now: datetime, *, came_back: bool = False) -> None:
    """Counts a first mail that left, or one that came back."""
    add(FIRST_BOUNCES if came_back else FIRST_MAILS, HOUR, now, most=None)


def _budgets() -> tuple[tuple[str, timedelta, int], ...]:
    """Prefix of the bucket, window and number of mails."""
    return (
        ("mail-d", timedelta(days=1), current_app.config["MAIL_PER_DAY"]),
        ("mail-h", timedelta(hours=1), current_app.config["MAIL_PER_HOUR"]),
    )
