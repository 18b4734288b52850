"""The job table: order, leases, retries, and what is left when a worker dies."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.jobs.kinds import KINDS, Kind
from campaign.jobs.outbox import LATE, LEASE, NORMAL, SOON, Claimed
from campaign.models import Job
from tests.factories import NOW, make_letter

Session = scoped_session[Any]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of work that only these tests have."""
    monkeypatch.setitem(KINDS, "test.again", Kind("test.again", "repeat", run=lambda payload: None, attempts=3))
    monkeypatch.setitem(KINDS, "test.once", Kind("test.once", "park", run=lambda payload: None, attempts=3))


def put(key: str, kind: str = "test.again", **changes: Any) -> None:
    """Enqueue and commit."""
    outbox.enqueue(kind, key, {"id": 1}, now=NOW, **changes)
    db.session.commit()


def take(worker: str = "one", seconds: float = 0, **changes: Any) -> Claimed | None:
    """Claim and commit, so many seconds after `now`."""
    job = outbox.claim(worker, NOW + seconds * SECOND, **changes)
    db.session.commit()
    return job


def only() -> Job:
    """The one row of the table."""
    db.session.commit()
    return db.session.scalars(select(Job)).one()


def test_claim_goes_by_urgency_then_time_then_number(session: Session) -> None:
    """D1: what a person waits for first, the oldest first, nothing before its time."""
    put("late", prio=LATE, run_at=NOW - 9 * SECOND)
    put("normal-2", run_at=NOW)
    put("normal-1", run_at=NOW - SECOND)
    put("tomorrow", prio=SOON, run_at=NOW + timedelta(days=1))
    put("soon-1", prio=SOON)
    put("soon-2", prio=SOON)
    order = []
    while job := take():
        order.append(job.key)
    assert order == ["soon-1", "soon-2", "normal-1", "normal-2", "late"]
    assert (SOON, NORMAL, LATE) == (1, 5, 9)


def test_same_key_is_one_job(session: Session) -> None:
    """D1: an enqueue may be repeated; an unknown kind is refused before anything is written."""
    put("a")
    put("a", prio=SOON)
    assert only().prio == NORMAL
    with pytest.raises(outbox.UnknownKind):
        outbox.enqueue("test.unknown", "b", {}, now=NOW)


def test_claim_leaves_kinds_alone(session: Session) -> None:
    """Mails wait while the server is away, other work goes on."""
    put("mail", kind="test.once", prio=SOON)
    put("work")
    assert take(without=["test.once"]).key == "work"
    assert take(without=["test.once"]) is None


def test_claimed_job_is_leased_and_finished(session: Session) -> None:
    """The row says who has it until when, how often it was tried, and when it was done."""
    put("a")
    job = take("one")
    row = only()
    assert (row.state, row.worker, row.attempts, row.lease_until) == ("sending", "one", 1, NOW + LEASE)
    assert outbox.finish(job, NOW + SECOND) is True
    row = only()
    assert (row.state, row.worker, row.lease_until, row.done_at) == ("done", None, None, NOW + SECOND)
    assert outbox.finish(job, NOW) is False


def test_lost_job_cannot_be_settled(session: Session) -> None:
    """A worker that was silent too long no longer owns its job, whatever it says afterwards."""
    put("a")
    slow = take("slow")
    assert outbox.sweep(NOW + LEASE) == 0
    assert outbox.sweep(NOW + LEASE + SECOND) == 1
    fast = take("fast", seconds=301)
    assert fast.attempts == 2
    assert outbox.finish(slow, NOW) is False
    for settle in (outbox.give_back, outbox.give_up, outbox.park):
        settle(slow, "no longer mine")
    outbox.retry(slow, NOW, "no longer mine")
    assert (only().state, only().worker, only().error) == ("sending", "fast", "")
    assert outbox.finish(fast, NOW) is True


@pytest.mark.parametrize(
    ("kind", "attempts", "state"),
    [("test.again", 1, "ready"), ("test.again", 3, "dead"), ("test.once", 1, "parked"), ("test.gone", 1, "dead")],
)
def test_sweep_goes_by_crash_policy(
    session: Session, monkeypatch: pytest.MonkeyPatch, kind: str, attempts: int, state: str
) -> None:
    """D1, P24: a crash repeats or parks; a job that keeps killing its worker dies; an unknown kind is shown."""
    monkeypatch.setitem(KINDS, "test.gone", Kind("test.gone", "repeat"))
    put("a", kind=kind)
    take()
    only().attempts = attempts
    session.commit()
    monkeypatch.delitem(KINDS, "test.gone")
    assert outbox.sweep(NOW + LEASE + SECOND) == 1
    row = only()
    assert (row.state, row.worker, row.lease_until) == (state, None, None)
    assert (row.error == "") is (state == "ready")


def test_retries_wait_longer_each_time_then_die(session: Session) -> None:
    """D1: about 10 and 20 seconds, 20 percent jitter; then dead, with the last error."""
    put("a")
    waits = []
    seconds = 0.0
    for _attempt in range(3):
        job = take(seconds=seconds)
        outbox.retry(job, NOW, "the mail server answered 451")
        row = only()
        waits.append((row.run_at - NOW).total_seconds())
        seconds = waits[-1]
    assert 8 <= waits[0] <= 12
    assert 16 <= waits[1] <= 24
    assert (row.state, row.attempts, row.error) == ("dead", 3, "the mail server answered 451")
    assert take(seconds=999_999) is None


def test_longest_wait_is_an_hour(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail is tried at least once an hour, so that a server's return is noticed."""
    monkeypatch.setitem(KINDS, "test.again", Kind("test.again", "repeat", attempts=99))
    put("a")
    only().attempts = 40
    session.commit()
    outbox.retry(take(), NOW, "")
    assert timedelta(minutes=48) <= only().run_at - NOW <= timedelta(minutes=72)


def test_given_back_counts_no_attempt(session: Session) -> None:
    """P6: while the server is away no job uses up its attempts, and it stays first in its place."""
    put("a")
    for _time in range(9):
        outbox.give_back(take(), "the mail server is away")
    row = only()
    assert (row.state, row.attempts, row.run_at) == ("ready", 0, NOW)


def test_dead_and_parked_jobs_run_again_by_hand(session: Session) -> None:
    """The desk gives a job a new round; a job that is not over is left alone."""
    put("a")
    job = take()
    assert outbox.run_again(job.id, NOW) is False
    outbox.give_up(job, "refused")
    assert outbox.run_again(job.id, NOW) is True
    row = only()
    assert (row.state, row.attempts, row.error) == ("ready", 0, "")
    outbox.park(take(), "in doubt")
    assert outbox.run_again(job.id, NOW) is True
    assert outbox.run_again(job.id, NOW) is False


def test_waiting_job_can_be_forgotten_until_it_starts(session: Session) -> None:
    """O4: the mail of a decision that is undone in time never leaves."""
    put("a")
    assert outbox.forget_ready("b") is False
    assert outbox.forget_ready("a") is True
    put("a")
    take()
    assert outbox.forget_ready("a") is False


def test_prune_takes_what_is_over(session: Session) -> None:
    """K6: what was done, or last tried and given up, goes after 30 days; what waits stays."""
    letter = make_letter()
    put("done")
    outbox.finish(take(), NOW)
    put("dead", letter_id=letter.id)
    outbox.give_up(take(), "refused")
    put("parked")
    outbox.park(take(), "perhaps sent")
    put("later", run_at=NOW + timedelta(days=1), letter_id=letter.id)
    outbox.give_up(take(seconds=86400), "refused")
    put("ready")
    month = NOW + timedelta(days=30)
    assert (outbox.count_over(month), outbox.prune(month)) == (0, 0)
    assert outbox.count_over(month + timedelta(seconds=1)) == 3
    assert outbox.prune(month + timedelta(seconds=1)) == 3
    assert session.scalars(select(Job.key).order_by(Job.id)).all() == ["later", "ready"]


def test_job_of_a_newer_release_is_shown(session: Session) -> None:
    """A kind nobody knows is not tried for ever: a person sees it."""
    put("a")
    only().kind = "future.kind"
    session.commit()
    assert take() is None
    assert (only().state, only().error) == ("dead", "unknown kind future.kind")


def test_two_workers_never_take_the_same_job(app: Flask, session: Session) -> None:
    """P3: 120 jobs, four workers at once: each is taken once, none is left."""
    for number in range(120):
        outbox.enqueue("test.again", f"job-{number}", {}, now=NOW)
    session.commit()
    taken: list[tuple[str, str]] = []
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            with app.app_context():
                while job := outbox.claim(name, NOW):
                    outbox.finish(job, NOW)
                    db.session.commit()
                    taken.append((job.key, name))
                db.session.rollback()
        except BaseException as error:  # noqa: BLE001  shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert sorted(key for key, _name in taken) == sorted(f"job-{number}" for number in range(120))
    assert session.scalar(select(func.count()).select_from(Job).where(Job.state == "done")) == 120
