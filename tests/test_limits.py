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
    assert [limits.add("a", HOUR, NOW) for _time in range(3)] == [1, 2, 3]
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


@pytest.mark.parametrize(("seconds", "start"), [(600, 17 * 3600), (3600, 17 * 3600), (86400, 0)])
def test_window_starts_on_the_clock(seconds: int, start: int) -> None:
    """Windows are the same for every process, whatever moment it looks."""
    midnight = NOW.replace(hour=0)
    window = timedelta(seconds=seconds)
    assert limits.window_start(NOW, window) == midnight + timedelta(seconds=start)
    assert limits.window_start(NOW + timedelta(seconds=seconds - 1), window) <= NOW + timedelta(seconds=seconds - 1)


def test_parallel_counts_lose_nothing(app: Flask, session: Session) -> None:
    """R9, T11: four at once, 25 times each, are a hundred."""
    session.commit()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                for _time in range(25):
                    limits.add("a", HOUR, NOW)
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
    """T6: three an hour, five a day; what is over waits for the next window; each mailbox has its own."""
    tomorrow = NOW.replace(hour=0) + timedelta(days=1)
    waits = []
    for moment in (NOW, NOW, NOW, NOW, NOW + HOUR, NOW + HOUR, NOW + 2 * HOUR, tomorrow):
        waits.append(limits.mail_wait(KEY, moment))
        if waits[-1] is None:
            limits.book_mail(KEY, moment)
    assert waits == [None, None, None, NOW + HOUR, None, None, tomorrow, None]
    assert limits.mail_wait("b" * 64, NOW) is None


def test_limits_can_be_switched_off_for_load_tests(app: Flask, session: Session) -> None:
    """LIMITS=off, refused outside development, lets everything through."""
    for _time in range(9):
        limits.book_mail(KEY, NOW)
    assert limits.mail_wait(KEY, NOW) is not None
    app.config["LIMITS"] = "off"
    assert limits.mail_wait(KEY, NOW) is None
    assert limits.is_on() is False
