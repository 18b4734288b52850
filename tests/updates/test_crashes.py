"""A worker that dies anywhere: nobody gets an update twice, and what is in doubt is shown (P3, D1)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.jobs.worker import Worker
from campaign.lib import clock
from campaign.mail.render import Mail
from campaign.models import Job, Letter, Signature, Update
from campaign.updates import jobs, operations, queries, rules
from tests.factories import NOW, make_consent, make_signature, make_update
from tests.support.smtp import Sink
from tests.updates.conftest import Work, mail_states, send_now

Session = scoped_session[Any]


class Killed(BaseException):
    """The end of a process: no handler of the product sees it."""


class DyingWorker(Worker):
    """A worker that is killed at one point of its `turn`-th mail."""

    point = ""
    turn = 1

    def die(self, point: str) -> None:
        """The kill, if this is the place and the turn."""
        if point == self.point:
            self.turn -= 1
            if self.turn == 0:
                db.session.rollback()
                self.sender.close()
                raise Killed

    def send(self, job: Any, now: Any) -> str | None:
        """Before anything is handed over, or right after."""
        self.die("claimed")
        mailbox = super().send(job, now)
        self.die("handed over")
        return mailbox


def run_until_killed(worker: DyingWorker) -> bool:
    """Lets it work; whether it was killed."""
    db.session.commit()
    with worker.app.app_context():
        try:
            worker.keep_time()
            worker.drain(threading.Event())
        except Killed:
            return True
        finally:
            worker.sender.close()
    return False


def sent_until_killed(letter: Letter, worker: Worker, point: str, turn: int = 1) -> Update:
    """An update whose worker was killed at that point of its `turn`-th mail."""
    update = make_update(letter)
    send_now(letter, update)
    dying = DyingWorker(worker.app)
    dying.point, dying.turn = point, turn
    assert run_until_killed(dying)
    return update


def take_step(worker: Worker, update: Update) -> None:
    """One step of the clock of updates, in a session of its own."""
    number = update.id
    db.session.commit()
    with worker.app.app_context():
        jobs.take_step(number, NOW)


@pytest.fixture
def many(letter: Letter) -> list[Signature]:
    """Six who ticked the box."""
    found = [make_signature(letter, f"Person {n}", f"person{n}@example.org") for n in range(6)]
    for signature in found:
        make_consent(signature)
    db.session.commit()
    return found


@pytest.mark.parametrize(("point", "arrived"), [("claimed", 5), ("handed over", 6)])
def test_killed_while_sending(
    letter: Letter,
    many: list[Signature],
    worker: Worker,
    work: Work,
    sink: Sink,
    frozen: Traveller,
    point: str,
    arrived: int,
) -> None:
    """P3: 0 repeats, one parked row for the kill, and everybody else has it."""
    update = sent_until_killed(letter, worker, point, turn=3)
    work()
    assert update.state == "sending"
    frozen.shift(outbox.LEASE + timedelta(seconds=1))
    work(3)
    assert len(sink.recipients) == len(set(sink.recipients)) == arrived
    assert Counter(mail_states(update)) == {("sent", ""): 5, ("parked", ""): 1}
    assert update.state == "sent"
    frozen.shift(timedelta(hours=2))
    work()
    assert len(sink.recipients) == arrived


def test_killed_between_two_steps_of_the_fan_out(
    letter: Letter,
    many: list[Signature],
    worker: Worker,
    work: Work,
    sink: Sink,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """D1: rows, jobs and how far it came are one commit: before it nothing, after it everything, resumed by key."""
    monkeypatch.setattr(rules, "CHUNK", 2)
    update = make_update(letter)
    send_now(letter, update)
    for _number in range(2):
        step = operations.plan(update, NOW)
        assert step is not None
        operations.hand_out(letter, update, step, NOW)
        # The kill before the commit, then the same step once more.
        db.session.rollback()
        assert mail_states(update) == []
    take_step(worker, update)
    assert [mail_states(update), db.session.get_one(Update, update.id).fanned_out_to] == [
        [("waiting", "")] * 2,
        many[1].id,
    ]
    work(6)
    assert sink.recipients == [f"person{n}@example.org" for n in range(6)]
    assert update.state == "sent"


def test_two_workers_take_a_step_once(letter: Letter, many: list[Signature], session: Session) -> None:
    """A step that was planned from what another worker changed meanwhile does nothing."""
    update = make_update(letter)
    send_now(letter, update)
    first, second = operations.plan(update, NOW), operations.plan(update, NOW)
    assert first is not None
    assert second is not None
    assert operations.hand_out(letter, update, first, NOW) == 6
    assert operations.hand_out(letter, update, second, NOW) == 0
    assert len(list(session.scalars(select(Job.id).where(Job.kind == "updates.mail")))) == 6


@pytest.mark.parametrize("mode", ["drop"])
def test_connection_that_breaks_in_the_middle(
    letter: Letter, many: list[Signature], work: Work, sink: Sink, frozen: Traveller, mode: str
) -> None:
    """P3: what broke off in the middle is parked, not repeated."""
    update = make_update(letter)
    send_now(letter, update)
    sink.mode = mode
    work()
    sink.mode = "accept"
    for _time in range(3):
        work()
        frozen.shift(timedelta(hours=1))
    states = Counter(state for state, _reason in mail_states(update))
    assert states["parked"] >= 1
    assert states["parked"] + states["sent"] == 6
    assert len(sink.recipients) == len(set(sink.recipients)) == states["sent"]


def test_parked_mails_are_sent_again_at_a_persons_word(
    letter: Letter, many: list[Signature], worker: Worker, work: Work, sink: Sink, frozen: Traveller
) -> None:
    """The press is the only way; the mail has the Message-ID it had, and its row says what became of it."""
    update = sent_until_killed(letter, worker, "handed over")
    frozen.shift(outbox.LEASE + timedelta(seconds=1))
    work(3)
    assert [row.email for row in queries.unsettled_mails(update.id)] == ["person0@example.org"]
    assert operations.send_again(letter, update, by_id=None, now=clock.now()) == 1
    work()
    assert Counter(mail_states(update)) == {("sent", ""): 6}
    mails = sink.to("person0@example.org")
    assert len(mails) == 2
    assert len({mail["Message-ID"] for mail in mails}) == 1
    assert operations.send_again(letter, update, by_id=None, now=clock.now()) == 0


def test_again_works_after_jobs_were_pruned(
    letter: Letter, many: list[Signature], worker: Worker, work: Work, sink: Sink, frozen: Traveller
) -> None:
    """K6: a job that was given up is gone after a month; the row is still there, and makes a new one."""
    update = sent_until_killed(letter, worker, "claimed")
    frozen.shift(outbox.DONE_KEPT + timedelta(days=40))
    work(3)
    outbox.prune(clock.now())
    outbox.prune(clock.now() + timedelta(days=31))
    assert operations.send_again(letter, update, by_id=None, now=clock.now()) == 1
    work()
    assert Counter(sink.recipients) == {f"person{n}@example.org": 1 for n in range(6)}


def test_pause_between_claim_and_send(letter: Letter, many: list[Signature], worker: Worker) -> None:
    """A pause holds also what another worker claimed before it: the last look is right before the mail is built."""
    update = make_update(letter)
    send_now(letter, update)
    take_step(worker, update)
    claimed = outbox.claim("another", NOW)
    assert claimed is not None
    db.session.commit()
    operations.pause(letter, update, by_id=None, now=NOW)
    db.session.commit()
    with pytest.raises(jobs.MustWait):
        jobs.build_update(claimed.payload, NOW)


def mail_of(build: Callable[..., Mail | None], **payload: int) -> Mail | None:
    """What a job would send now."""
    return build(payload, NOW)


def test_a_mail_that_left_is_never_built_again(letter: Letter, many: list[Signature], work: Work) -> None:
    """P3: even a second job for the same mail would find it sent."""
    update = make_update(letter)
    send_now(letter, update)
    work()
    assert mail_of(jobs.build_update, update=update.id, signature=many[0].id) is None
    assert mail_of(jobs.build_update, update=update.id, signature=0) is None
    assert mail_of(jobs.build_update, update=0, signature=many[0].id) is None
