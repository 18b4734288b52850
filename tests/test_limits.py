"""The table limiter: counts that survive a restart and are shared by processes, and the budget of mails."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import scoped_session

from campaign import limits
from campaign.extensions import db
from tests.factories import NOW

Session = scoped_session[Any]
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
KEY = "a" * 64


def test_counts_by_bucket_and_window(session: Session) -> None:
    """R9: each bucket and window has its own number."""
    assert [limits.add("a", HOUR, NOW, most=3) for _time in range(3)] == [1, 2, 3]
    assert limits.add("b", HOUR, NOW) == 1
    assert limits.count("a", HOUR, NOW + 59 * MINUTE) == 3
    assert limits.count("a", HOUR, NOW + 60 * MINUTE) == 0
    assert limits.count("c", HOUR, NOW) == 0


def test_count_survives_a_restart(app: Flask, session: Session) -> None:
    """R9: nothing of it is in a process's memory."""
    limits.add("a", HOUR, NOW)
    session.commit()
    session.remove()
    db.engine.dispose()
    assert limits.count("a", HOUR, NOW) == 1


def test_rolled_back_count_never_was(session: Session) -> None:
    """The count stands in the caller's transaction: what was not done is not counted."""
    limits.add("a", HOUR, NOW)
    session.rollback()
    assert limits.count("a", HOUR, NOW) == 0


@pytest.mark.parametrize(("seconds", "end"), [(600, 59), (3600, 60), (86400, 120)])
def test_counts_stand_until_the_end_of_their_step(seconds: int, end: int) -> None:
    """Steps are the same for every process, and end after the moment, so that a window is never too short."""
    window = timedelta(seconds=seconds)
    assert limits.slot_end(NOW, window) == NOW
    assert limits.slot_end(NOW + timedelta(seconds=58, microseconds=1), window) == NOW + timedelta(seconds=end)


def test_window_slides(session: Session) -> None:
    """T6: the full hour on the clock renews nothing; what is an hour old does, one by one."""
    for minutes in (58, 59, 61):
        limits.add("a", HOUR, NOW + minutes * MINUTE, most=3)
    counts = [limits.count("a", HOUR, NOW + minutes * MINUTE) for minutes in (62, 117, 118, 119, 120, 121)]
    assert counts == [3, 3, 2, 1, 1, 0]


def test_refusal_puts_nothing_off(session: Session) -> None:
    """Who asks again and again within ten minutes gets the next mail ten minutes after the last one all the same."""
    numbers = [limits.add("a", 10 * MINUTE, NOW + minutes * MINUTE) for minutes in (0, 4, 9, 10, 11)]
    assert numbers == [1, 2, 2, 1, 2]
    assert limits.count("a", 10 * MINUTE, NOW + 19 * MINUTE) == 1


def test_renewal_is_when_the_oldest_one_leaves(session: Session) -> None:
    """The moment a page or a mail may be told to wait for."""
    for minutes in (0, 0, 30):
        limits.add("a", HOUR, NOW + minutes * MINUTE, most=3)
    later = NOW + 40 * MINUTE
    found = [limits.renewal("a", HOUR, most, later) for most in (1, 2, 3, 4)]
    assert found == [NOW + 90 * MINUTE, NOW + HOUR, NOW + HOUR, None]
    assert limits.renewal("a", HOUR, 3, NOW + HOUR) is None


def test_parallel_counts_lose_nothing(app: Flask, session: Session) -> None:
    """R9, T11: four at once, 25 times each, are a hundred."""
    session.commit()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                for _time in range(25):
                    limits.add("a", HOUR, NOW, most=None)
                    db.session.commit()
        except BaseException as error:  # noqa: BLE001  shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert limits.count("a", HOUR, NOW) == 100


def test_mail_budget_by_hour_and_day(session: Session) -> None:
    """T6: three in any hour, five in any day; what is over waits for the oldest to leave; each mailbox has its own."""
    waits = []
    late = NOW.replace(hour=23, minute=50)
    minutes = (0, 0, 0, 20, 60, 61, 120, 24 * 60)
    for moment in [late + number * MINUTE for number in minutes]:
        waits.append(limits.mail_wait(KEY, moment))
        if waits[-1] is None:
            limits.book_mail(KEY, moment)
    tomorrow = late + timedelta(days=1)
    assert waits == [None, None, None, late + HOUR, None, None, tomorrow, None]
    assert limits.mail_wait("b" * 64, late) is None


def test_limits_can_be_switched_off_for_load_tests(app: Flask, session: Session) -> None:
    """LIMITS=off, refused outside development, lets everything through."""
    for _time in range(9):
        limits.book_mail(KEY, NOW)
    assert limits.mail_wait(KEY, NOW) is not None
    app.config["LIMITS"] = "off"
    assert limits.mail_wait(KEY, NOW) is None
    assert limits.is_on() is False
