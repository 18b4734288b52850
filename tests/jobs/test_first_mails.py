"""The breaker of the site: mails to mailboxes nobody has proven slow down when too many leave, or too many return."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import scoped_session

from campaign import limits
from campaign.cli import work_checks
from campaign.lib import clock
from campaign.models import Alarm, Job, LimitCount
from campaign.moderation import operations as moderation
from campaign.moderation.waves import alarm_words
from campaign.signing import operations
from tests.factories import NOW, entry, make_campaign, make_letter, make_organizer, make_signature

Session = scoped_session[Any]
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("frozen")


def booked(session: Session, bucket: str, number: int, now: datetime = NOW) -> None:
    """So many mails a minute and a half ago."""
    at = limits.slot_end(now - 1.5 * MINUTE, limits.HOUR)
    session.add(LimitCount(bucket=bucket, window_at=at, count=number))
    session.commit()


@pytest.mark.parametrize(
    ("left", "bounced", "is_slow"),
    [(30_000, 0, False), (30_001, 0, True), (180, 19, False), (180, 20, False), (179, 21, True), (9_000, 1_001, True)],
)
def test_when_the_site_slows(session: Session, left: int, bounced: int, is_slow: bool) -> None:
    """T6: by number, or by what comes back once there is enough to tell."""
    booked(session, limits.FIRST_MAILS, left)
    booked(session, limits.FIRST_BOUNCES, bounced)
    assert limits.is_site_slow(NOW) is is_slow
    assert limits.is_site_slow(NOW + limits.HOUR) is False


def test_slow_is_not_stopped(session: Session) -> None:
    """T6: 300 a minute go on leaving."""
    booked(session, limits.FIRST_MAILS, 30_001)
    assert limits.first_mail_wait(NOW) is None
    at = limits.slot_end(NOW, limits.HOUR)
    session.add(LimitCount(bucket=limits.FIRST_MAILS, window_at=at, count=300))
    session.commit()
    assert limits.first_mail_wait(NOW) == NOW + MINUTE


def test_only_first_mails_wait(app: Flask, session: Session, mails: Any) -> None:
    """T6: a confirmation waits with its reason; what a known mailbox is told leaves at once."""
    letter = make_letter()
    booked(session, limits.FIRST_MAILS, 30_001)
    session.add(LimitCount(bucket=limits.FIRST_MAILS, window_at=limits.slot_end(NOW, limits.HOUR), count=300))
    make_signature(letter, "Ada Lovelace", "known@example.org")
    operations.sign_letter(letter.id, entry(email="known@example.org"), NOW)
    operations.sign_letter(letter.id, entry(email="new@example.org"), NOW)
    assert [mail["to"] for mail in mails()] == ["known@example.org"]
    waiting = session.scalars(select(Job).where(Job.kind == "signing.confirm")).one()
    assert (waiting.state, waiting.attempts) == ("ready", 0)
    assert waiting.error == "the site sends first mails slowly for now"


def test_first_mails_are_counted(app: Flask, session: Session, mails: Any) -> None:
    """T6: those that left, and only those."""
    letter = make_letter()
    operations.sign_letter(letter.id, entry(), NOW)
    mails()
    assert limits.first_mails(NOW) == (1, 0)


def test_owners_and_operator_are_told(app: Flask, session: Session, mails: Any) -> None:
    """T6: an alarm on the desk, a mail to each owner once, a warning of `doctor`; over by itself."""
    campaign = make_campaign()
    make_organizer("owner@example.org", campaign)
    letter = make_letter(campaign=campaign)
    booked(session, limits.FIRST_MAILS, 31_000)
    booked(session, limits.FIRST_BOUNCES, 12)
    for _time in range(2):
        moderation.look_at_mail([letter.id], NOW)
        session.commit()
    alarm = session.scalars(select(Alarm)).one()
    assert alarm_words(alarm) == (
        "31,000 mails went to addresses nobody has confirmed in one hour, and 12 came back. "
        "Such mails of the whole site now leave slowly."
    )
    assert session.scalar(select(func.count()).where(Job.kind == "moderation.wave_alarm")) == 1
    assert "31,000 mails" in mails("owner@example.org")[0]["text"]
    assert (work_checks.first_mails(app).level, work_checks.first_mails(app).name) == ("warn", "first mails")
    later = NOW + timedelta(hours=4)
    moderation.look_at_mail([letter.id], later)
    assert session.scalars(select(Alarm)).one().state == "over"


def test_alarm_called_over_rises_by_what_comes_after(session: Session) -> None:
    """T6: the mails of the same hour raise it no second time; as many again do."""
    campaign = make_campaign()
    by_id, letter = make_organizer("owner@example.org", campaign).id, make_letter(campaign=campaign)
    booked(session, limits.FIRST_MAILS, 31_000, NOW)
    moderation.look_at_mail([letter.id], NOW)
    alarm = session.scalars(select(Alarm)).one()
    moderation.settle_alarm(letter.id, alarm.id, "over", by_id=by_id, now=NOW + timedelta(minutes=1))
    for minutes, more in ((5, 0), (10, 30_000), (15, 1)):
        assert session.scalars(select(Alarm.state)).all() == ["over"]
        later = NOW + timedelta(minutes=minutes)
        booked(session, limits.FIRST_MAILS, more, later)
        moderation.look_at_mail([letter.id], later)
    assert [(row.state, row.number) for row in session.scalars(select(Alarm).order_by(Alarm.id))] == [
        ("over", 31_000),
        ("new", 30_001),
    ]


def test_operator_is_written_to_once_a_day(
    app: Flask, session: Session, mails: Any, frozen: time_machine.Traveller, now: datetime
) -> None:
    """T6: while the breaker is open one mail a day, which is no first mail itself; none once it is over."""
    app.config["OPERATOR_ADDRESS"] = "Open Courts Initiative, 1 Main Street; operator@example.org"
    app.config["BASE_URL"] = "https://letters.example.org"
    for hours in (0, 1, 24):
        frozen.move_to(now + timedelta(hours=hours))
        booked(session, limits.FIRST_MAILS, 31_000, clock.now())
        at = limits.slot_end(clock.now(), limits.HOUR)
        session.add(LimitCount(bucket=limits.FIRST_MAILS, window_at=at, count=300))
        moderation.look_at_mail([], clock.now())
        session.commit()
        sent = mails("operator@example.org")
        assert len(sent) == (2 if hours == 24 else 1)
    assert sent[0]["subject"] == "Mails of letters.example.org leave slowly"
    assert "31,300 mails went to addresses nobody has confirmed in one hour, and 0 came back." in sent[0]["text"]
    assert "undersigned doctor" in sent[0]["html"]


@pytest.mark.parametrize("address", ["1 Main Street, Springfield", ""])
def test_operator_without_a_mailbox_gets_no_mail(app: Flask, session: Session, mails: Any, address: str) -> None:
    """The setting may be a postal address: `doctor` and the desk tell of it then."""
    app.config["OPERATOR_ADDRESS"] = address
    booked(session, limits.FIRST_MAILS, 31_000, clock.now())
    moderation.look_at_mail([], clock.now())
    session.commit()
    assert mails() == []
    assert session.scalars(select(Job.state)).all() == ["done"]


def test_operator_is_not_told_of_what_is_over(app: Flask, session: Session, mails: Any) -> None:
    """A mail that waited until the breaker closed is not sent."""
    app.config["OPERATOR_ADDRESS"] = "operator@example.org"
    booked(session, limits.FIRST_MAILS, 31_000, clock.now())
    moderation.look_at_mail([], clock.now())
    session.execute(update(Alarm).values(state="over", over_at=clock.now()))
    session.commit()
    assert mails() == []
