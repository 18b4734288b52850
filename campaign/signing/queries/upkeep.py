"""Reads of what is due: letters to recount, signatures to remind, expire or blank."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from campaign.extensions import db
from campaign.models import DirtyLetter, Letter, Signature, Tally
from campaign.models.signature import IS_PENDING
from campaign.signing.rules import NEVER_MAILED_LIFE, REMINDERS

# The timer asks once a second. A count that takes longer than a moment is repeated no sooner than
# this many times its duration, so that counting never takes more than a twentieth of the time.
RECOUNT_FACTOR = 20
MOMENT = 0.05


def letters_to_recount(now: datetime) -> list[tuple[int, int]]:
    """Letter id and newest dirty mark of each letter whose count is due."""
    rows = db.session.execute(
        select(DirtyLetter.letter_id, func.max(DirtyLetter.id), Tally.counted_at, Tally.seconds)
        .outerjoin(Tally, Tally.letter_id == DirtyLetter.letter_id)
        .group_by(DirtyLetter.letter_id, Tally.counted_at, Tally.seconds)
    )
    due = []
    for letter_id, last_mark, counted_at, seconds in rows:
        pause = timedelta(seconds=RECOUNT_FACTOR * seconds if (seconds or 0.0) > MOMENT else 0.0)
        # A clock that jumped back must not stop the count.
        if counted_at is None or now - counted_at >= pause or counted_at > now:
            due.append((letter_id, last_mark))
    return due


def signatures_to_remind(now: datetime, limit: int) -> list[Any]:
    """Id, letter id and number of reminders of signatures that wait 2 or 5 days after their mail."""
    first, second = REMINDERS
    waiting = or_(
        (Signature.reminder_count == 0) & (Signature.mailed_at <= now - first),
        (Signature.reminder_count == 1) & (Signature.mailed_at <= now - second),
    )
    # Past its closing instant a letter counts as closed, though the worker closes it any second.
    is_running = or_(Letter.closes_at.is_(None), Letter.closes_at > now)
    letter_state = select(Letter.state).where(Letter.id == Signature.letter_id, is_running).scalar_subquery()
    return list(
        db.session.execute(
            select(Signature.id, Signature.letter_id, Signature.reminder_count)
            # As a value of each row, so that no planner starts from the open letters and reads all their signatures.
            .where(IS_PENDING, waiting, Signature.signed_at <= now - first, letter_state == "open")
            .where(or_(Signature.expires_at.is_(None), Signature.expires_at > now))
            .order_by(Signature.signed_at, Signature.id)
            .limit(limit)
        )
    )


def is_over(now: datetime) -> ColumnElement[bool]:
    """The condition of a pending signature whose link ended, or whose mail never left in 30 days."""
    return or_(
        Signature.expires_at <= now,
        Signature.expires_at.is_(None) & (Signature.signed_at <= now - NEVER_MAILED_LIFE),
    )


def count_over(now: datetime) -> int:
    """How many pending signatures are over."""
    return db.session.scalar(select(func.count()).select_from(Signature).where(IS_PENDING, is_over(now))) or 0
