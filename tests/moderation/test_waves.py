"""The wave alarm: what is unusual, by network, domain, name and hour, in words; raised once, told once an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import scoped_session

from campaign.choices import AlarmKind
from campaign.lib import clock
from campaign.models import Alarm, Job, Letter, Organizer, Signature, SigningHint, SigningHour
from campaign.moderation import operations, waves
from campaign.moderation.conditions import RANDOM
from campaign.moderation.jobs import look_for_waves
from tests.factories import NOW, make_campaign, make_letter, make_organizer, make_signature

Session = scoped_session[Any]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NAMES = ("Ada Lovelace", "Grace Hopper", "Joan Clarke", "Mary Jackson", "Hedy Lamarr", "Rosa Parks", "Emmy Noether")


def attempts(session: Session, letter: Letter, number: int, **same: Any) -> None:
    """So many people signed within half an hour before `at`; `same` is what they have in common."""
    at = same.pop("at", NOW)
    first = make_signature(letter, "Template", verification="pending")
    columns = {c.name: getattr(first, c.name) for c in Signature.__table__.columns if c.name != "id"}
    rows = []
    for n in range(number):
        name = same.get("name", f"{NAMES[n % 7]} {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}o")
        email = f"w{n}.{at.timestamp():.0f}@{same.get('domain', f'd{n}.example')}"
        rows.append({**columns, "name": name.replace("#", str(n)), "email": email, "mailbox_key": f"{email:>64}"[-64:]})
    session.delete(first)
    session.flush()
    ids = session.scalars(insert(Signature).returning(Signature.id), rows).all()
    hints = [
        {
            "letter_id": letter.id,
            "signature_id": signature_id,
            "network": same.get("network", f"{n:032x}"),
            "signed_at": at - 30 * MINUTE * n / max(1, number),
        }
        for n, signature_id in enumerate(ids)
    ]
    session.execute(insert(SigningHint), hints)
    session.commit()


def found(letter: Letter) -> dict[tuple[str, str], tuple[int, int]]:
    """What is unusual now: kind and subject, with number and usual."""
    return {
        (finding.kind.value, finding.subject): (finding.number, finding.usual)
        for finding in operations.look_for_waves(letter.id, NOW)
    }


def usual_week(session: Session, letter: Letter, **figures: int) -> None:
    """Each hour of the last week was like this."""
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    for number in range(1, 100):
        row = SigningHour(letter_id=letter.id, hour_at=hour - number * HOUR, **figures)
        session.add(row)
    session.commit()


@pytest.fixture
def letter(session: Session) -> Letter:
    """An open letter with an owner."""
    campaign = make_campaign()
    make_organizer(campaign=campaign)
    return make_letter(campaign=campaign)


@pytest.mark.parametrize(
    ("number", "same", "kind", "subject"),
    [
        (41, {"network": "ab" * 16}, "network", "ab" * 16),
        (51, {"domain": "bots.example"}, "domain", "bots.example"),
        (31, {"name": "Patriot #"}, "name", "patriot*"),
        (31, {"name": "Maria Gonzalez"}, "name", "maria go*"),
        (31, {"name": "xkqzwvbn"}, "name", RANDOM),
    ],
)
def test_unusual(session: Session, letter: Letter, number: int, same: dict[str, str], kind: str, subject: str) -> None:
    """p-V6: above the floor it is unusual, at it it is not."""
    attempts(session, letter, number - 1, **same)
    assert found(letter) == {}
    other = make_letter("other")
    attempts(session, other, number, **same)
    assert found(other) == {(kind, subject): (number, 0)}


def test_unusual_hour(session: Session, letter: Letter) -> None:
    """p-V6: the hour as such, against the letter's own past."""
    usual_week(session, letter, attempts=30)
    attempts(session, letter, 150)
    assert found(letter) == {}
    attempts(session, letter, 1, at=NOW - MINUTE)
    assert found(letter) == {("hour", ""): (151, 30)}


def test_usual_is_the_letters_own(session: Session, letter: Letter) -> None:
    """p-V6: a university letter whose hours bring 100 from one campus has another measure."""
    usual_week(session, letter, network=30, attempts=200)
    attempts(session, letter, 90, network="ab" * 16)
    assert found(letter) == {}
    attempts(session, letter, 1, network="ab" * 16, at=NOW - MINUTE)
    assert found(letter) == {("network", "ab" * 16): (91, 30)}


def test_slow_wave_of_a_day(session: Session, letter: Letter) -> None:
    """p-V6, openPetition 2014: ten an hour from one network, all day long."""
    for hour in range(21):
        attempts(session, letter, 10, network="ab" * 16, at=NOW - hour * HOUR)
    assert found(letter) == {("network", "ab" * 16): (210, 0)}
    alarm = session.scalars(select(Alarm)).one()
    assert (alarm.hours, waves.alarm_words(alarm)) == (
        24,
        "210 signatures came from one network in one day. Usual on this letter: at most 0 in an hour.",
    )


def test_free_mail_is_no_wave(session: Session, letter: Letter) -> None:
    """Everybody's provider says nothing."""
    attempts(session, letter, 60, domain="gmail.com")
    assert found(letter) == {}


def test_alarm_is_raised_once_and_ends(session: Session, letter: Letter) -> None:
    """p-V6: renewed while it goes on, over two hours later, and then raised anew."""
    attempts(session, letter, 45, network="ab" * 16)
    for minutes in (0, 5, 10):
        operations.look_for_waves(letter.id, NOW + minutes * MINUTE)
        session.commit()
    alarm = session.scalars(select(Alarm)).one()
    assert (alarm.state, alarm.number, alarm.raised_at, alarm.last_at) == ("new", 45, NOW, NOW + 10 * MINUTE)
    later = NOW + 3 * HOUR
    operations.look_for_waves(letter.id, later)
    session.commit()
    assert (alarm.state, alarm.over_at) == ("over", later)
    attempts(session, letter, 45, network="ab" * 16, at=later)
    operations.look_for_waves(letter.id, later)
    assert [alarm.state for alarm in session.scalars(select(Alarm).order_by(Alarm.id))] == ["over", "new"]


def test_owners_are_told_once_an_hour(session: Session, letter: Letter) -> None:
    """p-V6: one mail with all that is new, the next an hour later at the soonest."""
    attempts(session, letter, 45, network="ab" * 16)
    operations.look_for_waves(letter.id, NOW)
    attempts(session, letter, 60, domain="bots.example", at=NOW + 5 * MINUTE)
    operations.look_for_waves(letter.id, NOW + 5 * MINUTE)
    mails = select(Job).where(Job.kind == "moderation.wave_alarm").order_by(Job.id)
    assert [len(job.payload["alarms"]) for job in session.scalars(mails)] == [1]
    operations.look_for_waves(letter.id, NOW + 30 * MINUTE)
    assert len(session.scalars(mails).all()) == 1
    operations.look_for_waves(letter.id, NOW + HOUR)
    assert [len(job.payload["alarms"]) for job in session.scalars(mails)] == [1, 1]


def test_mail_says_what_and_where(session: Session, mails: Any) -> None:
    """p-V6: in words, with the way to the switches; it leaves without anybody pressing."""
    campaign = make_campaign()
    make_organizer("owner@example.org", campaign)
    letter = make_letter(campaign=campaign)
    attempts(session, letter, 412, network="ab" * 16, at=clock.now())
    mail = mails("owner@example.org")[0]
    assert mail["subject"] == "Unusual signatures: Stop selling face recognition"
    assert "412 signatures came from one network in one hour" in mail["text"]
    assert [link for link in mail["links"] if link.endswith("/desk/letters/stop/protection")]
    # Above 300 from one network the form asks for a proof of work, for a time.
    session.expire_all()
    assert letter.proof_until is not None
    assert letter.asks_proof is False


def test_alarm_of_a_letter_that_nobody_signs_any_more_ends(session: Session, letter: Letter) -> None:
    """p-V6: the worker ends it, though it has no reason to look at that letter again."""
    attempts(session, letter, 45, network="ab" * 16)
    look_for_waves(NOW)
    letter.state, letter.paused_at = "paused", NOW
    session.commit()
    look_for_waves(NOW + 3 * HOUR)
    assert session.scalars(select(Alarm.state)).one() == "over"


def test_proof_ends_by_itself(session: Session, letter: Letter) -> None:
    """p-V5: what the alarm switched on, time switches off."""
    attempts(session, letter, 301, network="ab" * 16)
    operations.look_for_waves(letter.id, NOW)
    assert letter.proof_until == NOW + 2 * HOUR
    operations.end_proofs(NOW + 2 * HOUR)
    assert (letter.proof_until, letter.changed_at) == (None, NOW + 2 * HOUR)


def test_hours_are_remembered(session: Session, letter: Letter) -> None:
    """p-V6: each full hour once; what was unusual in it is no measure for the next."""
    attempts(session, letter, 45, network="ab" * 16, at=NOW - 5 * MINUTE)
    attempts(session, letter, 20, domain="club.example", at=NOW - 10 * MINUTE)
    operations.look_for_waves(letter.id, NOW)
    operations.look_for_waves(letter.id, NOW + 5 * MINUTE)
    hour = session.scalars(select(SigningHour)).one()
    assert (hour.hour_at, hour.attempts, hour.network, hour.domain) == (NOW - HOUR, 65, 0, 20)


@pytest.mark.parametrize(
    ("hours", "usual"), [([], 0), ([7], 7), ([3, 1, 2], 2), (list(range(100)), 94), ([5] * 95 + [900] * 5, 5)]
)
def test_usual_leaves_out_the_highest(hours: list[int], usual: int) -> None:
    """A few bad hours of a week do not become the measure."""
    assert waves.usual_of(hours) == usual


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Patriot 1776", "patriot*"),
        ("Maria Gonzalez", "maria go*"),
        ("Al 1", "al 1*"),
        ("J*hn Smith", "jhn smi*"),
        ("xkqzwvbn", RANDOM),
        ("明", "明*"),
    ],
)
def test_pattern_of_a_name(name: str, pattern: str) -> None:
    """p-V6: what a name has in common with others, as the desk can look for it."""
    assert waves.pattern_of(name) == pattern


@pytest.mark.parametrize("kind", list(AlarmKind))
def test_every_alarm_has_words_and_a_condition(kind: AlarmKind) -> None:
    """p-V6: none leads nowhere."""
    alarm = Alarm(letter_id=1, kind=kind.value, subject="x", number=1, usual=0, raised_at=NOW, last_at=NOW)
    assert waves.alarm_words(alarm).endswith(".")
    assert not waves.condition_of(alarm).is_empty


def call_over(session: Session, letter: Letter, at: datetime) -> None:
    """Somebody says that the alarm of the network is over."""
    alarm = session.scalars(select(Alarm).where(Alarm.kind == "network")).one()
    by_id = session.scalars(select(Organizer.id)).one()
    operations.settle_alarm(letter.id, alarm.id, "over", by_id=by_id, now=at)
    session.commit()


def alarms(session: Session) -> list[tuple[str, int]]:
    """State and number of each alarm of a network, in order."""
    rows = select(Alarm).where(Alarm.kind == "network").order_by(Alarm.id)
    return [(alarm.state, alarm.number) for alarm in session.scalars(rows)]


@pytest.mark.parametrize(
    ("number", "hours"),
    # So many in half an hour, or in each of many hours.
    [(45, 1), (10, 21)],
)
def test_alarm_called_over_rises_by_what_comes_after(session: Session, letter: Letter, number: int, hours: int) -> None:
    """p-V6: the same hour, or day, raises it no second time; as much again does."""
    for hour in range(hours):
        attempts(session, letter, number, network="ab" * 16, at=NOW - hour * HOUR)
    operations.look_for_waves(letter.id, NOW)
    call_over(session, letter, NOW + MINUTE)
    before = number * hours
    for minutes in (5, 30):
        operations.look_for_waves(letter.id, NOW + minutes * MINUTE)
        session.commit()
        assert alarms(session) == [("over", before)]
    most = 40 if hours == 1 else 200
    # Half of it lies in the half hour before, so that all of it came after.
    later = NOW + 40 * MINUTE
    attempts(session, letter, most, network="ab" * 16, at=later)
    operations.look_for_waves(letter.id, later)
    assert alarms(session) == ([("over", before)] if hours == 1 else [("over", before), ("new", most)])
    attempts(session, letter, 1, network="ab" * 16, at=later + MINUTE)
    operations.look_for_waves(letter.id, later + MINUTE)
    assert alarms(session) == [("over", before), ("new", most + 1)]


def test_alarm_called_over_asks_for_no_proof_again(session: Session, letter: Letter) -> None:
    """p-V5: the proof of work that somebody ended is not asked for by the same hour."""
    attempts(session, letter, 301, network="ab" * 16)
    operations.look_for_waves(letter.id, NOW)
    call_over(session, letter, NOW + MINUTE)
    letter.proof_until = None
    operations.look_for_waves(letter.id, NOW + 5 * MINUTE)
    assert letter.proof_until is None
