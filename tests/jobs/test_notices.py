"""Mails to several organizers about one thing: one each, and one for what comes in quick succession."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.jobs import outbox
from campaign.jobs.notices import while_of, write_to
from campaign.models import Job

Session = scoped_session[Any]
KIND = "moderation.complaints_filed"
MINUTE = timedelta(minutes=1)


def jobs(session: Session) -> list[tuple[Any, ...]]:
    """Key, payload and due time of each job, in order."""
    return [(job.key, job.payload, job.run_at) for job in session.scalars(select(Job).order_by(Job.id))]


def test_each_gets_one(session: Session, now: datetime) -> None:
    """P3: the same again is the same mail, and nobody is no mistake."""
    for _time in range(2):
        write_to([3, 5], KIND, "case:9", {"complaint": 9}, now=now, prio=outbox.SOON)
    write_to([], KIND, "case:10", {"complaint": 10}, now=now)
    assert jobs(session) == [
        ("case:9:3", {"complaint": 9, "organizer": 3}, now),
        ("case:9:5", {"complaint": 9, "organizer": 5}, now),
    ]
    assert set(session.scalars(select(Job.prio))) == {outbox.SOON}


def test_gathered_is_one_mail_for_ten_minutes(session: Session, now: datetime) -> None:
    """T6: it leaves when they are over, and can tell which they were; what comes after is the next."""
    for minutes in (0, 9, 10):
        write_to([3], KIND, "letter:1", {"letter": 1}, now=now + minutes * MINUTE, is_gathered=True)
    slot = int(now.timestamp()) // 600
    assert now.minute % 10 == now.second == 0
    assert jobs(session) == [
        (f"letter:1:{number}:3", {"letter": 1, "organizer": 3, "slot": number}, now + minutes * MINUTE)
        for number, minutes in ((slot, 10), (slot + 1, 20))
    ]
    assert while_of(slot) == (now, now + 10 * MINUTE)
