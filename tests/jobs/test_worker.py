"""The worker against a real mail server on loopback, in every mood of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.jobs.kinds import KINDS, TIMERS, Kind, Timer
from campaign.jobs.worker import Worker
from campaign.mail import sender
from campaign.mail.render import Mail
from campaign.models import Heartbeat, Job
from tests.factories import NOW
from tests.mail.relays import relayed_worker, with_relay
from tests.support.smtp import Sink

Session = scoped_session[Any]
Work = Callable[[], int]


def letter_to(payload: dict[str, Any], now: Any) -> Mail:
    """A short mail to the address of the payload."""
    return Mail(to=payload["to"], subject="Hello", text="Text\n", html="<p>Text</p>", reply_to="desk@example.org")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch, frozen: Traveller) -> None:
    """Mails that may be repeated, mails that may not, mails nobody needs any more, and a job that breaks."""
    monkeypatch.setitem(KINDS, "test.mail", Kind("test.mail", "repeat", build=letter_to, attempts=3))
    monkeypatch.setitem(KINDS, "test.once", Kind("test.once", "park", build=letter_to, attempts=3))
    monkeypatch.setitem(KINDS, "test.none", Kind("test.none", "repeat", build=lambda payload, now: None))
    monkeypatch.setitem(KINDS, "test.fails", Kind("test.fails", "repeat", run=lambda payload: 1 // 0, attempts=2))


@pytest.fixture
def worker(app: Flask, sink: Sink) -> Iterator[Worker]:
    """A worker whose mails go to the sink."""
    with relayed_worker(app, sink.url) as worker:
        yield worker


@pytest.fixture
def work(worker: Worker) -> Work:
    """Runs the due jobs once; the mail server counts as back, whatever the worker thought before."""

    def run() -> int:
        db.session.commit()
        worker.mail_away_until = 0.0
        with worker.app.app_context():
            return worker.drain(threading.Event())

    return run


def put(key: str, kind: str = "test.mail", to: str = "ada@example.org", **changes: Any) -> None:
    """Enqueue a job."""
    outbox.enqueue(kind, key, {"to": to}, now=NOW, **changes)


def states() -> list[tuple[str, str, int]]:
    """Key, state and attempts of every job."""
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Job.key, Job.state, Job.attempts).order_by(Job.id))]


def test_mails_leave_over_one_connection(session: Session, sink: Sink, worker: Worker, work: Work) -> None:
    """House, R10: one connection is kept; each mail has one recipient, our From, the organizers' Reply-To."""
    for number in range(5):
        put(f"mail-{number}", to=f"person{number}@example.org")
    assert work() == 5
    kept = worker.sender.connection
    put("mail-5")
    assert work() == 1
    assert worker.sender.connection is kept
    assert kept is not None
    assert kept.num_emails == 6
    assert sink.recipients == [*(f"person{number}@example.org" for number in range(5)), "ada@example.org"]
    mail = sink.messages[0]
    assert (mail["To"], mail["Reply-To"], mail["Auto-Submitted"]) == (
        "person0@example.org",
        "desk@example.org",
        "auto-generated",
    )
    assert mail["From"] == worker.app.config["MAIL_FROM"]
    assert {state for _key, state, _attempts in states()} == {"done"}


def test_message_id_is_of_the_job(session: Session, sink: Sink, worker: Worker, work: Work) -> None:
    """D1, P3: the same job sent twice is the same mail; another job is another."""
    put("one")
    put("two")
    work()
    row = session.scalars(select(Job).where(Job.key == "one")).one()
    row.state, row.done_at = "ready", None
    session.commit()
    work()
    ids = [mail["Message-ID"] for mail in sink.messages]
    assert ids[0] == ids[2] != ids[1]
    assert [identity.startswith("<") and identity.endswith("@127.0.0.1>") for identity in ids] == [True] * 3


def test_refused_mail_dies_and_the_next_goes(session: Session, sink: Sink, work: Work) -> None:
    """P7: a permanent refusal is not retried and shown; our words only, never the server's with the address."""
    sink.mode = "refuse"
    put("refused", to="gone@example.org")
    work()
    sink.mode = "accept"
    put("next")
    work()
    assert states() == [("refused", "dead", 1), ("next", "done", 1)]
    assert session.scalars(select(Job.error).order_by(Job.id)).all() == ["the mail server answered 550", ""]
    assert work() == 0


def test_postponed_mail_is_tried_again(session: Session, sink: Sink, work: Work, frozen: Traveller) -> None:
    """P6: 451 waits and tries again, and dies only after the last attempt of its kind."""
    sink.mode = "later"
    put("one")
    put("two")
    assert work() == 2
    assert states() == [("one", "ready", 1), ("two", "ready", 1)]
    assert work() == 0
    frozen.shift(timedelta(minutes=1))
    assert work() == 2
    sink.mode = "accept"
    frozen.shift(timedelta(minutes=1))
    assert work() == 2
    assert states() == [("one", "done", 3), ("two", "done", 3)]
    assert len(sink.messages) == 2


def test_dropped_connection_costs_nothing(session: Session, sink: Sink, work: Work, frozen: Traveller) -> None:
    """P6, P3: dropped in mid-DATA: what may repeat is tried later, what may not is parked and shown."""
    sink.mode = "drop"
    put("repeat")
    work()
    put("once", kind="test.once", prio=outbox.SOON)
    work()
    assert states() == [("repeat", "ready", 1), ("once", "parked", 1)]
    sink.mode = "accept"
    frozen.shift(timedelta(minutes=1))
    assert work() == 1
    assert states() == [("repeat", "done", 2), ("once", "parked", 1)]
    assert len(sink.messages) == 1


def test_hanging_receiver_does_not_hold_the_queue(
    session: Session, sink: Sink, work: Work, frozen: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P8: a mail that hangs is set aside after the time-out, and the ones behind it go first."""
    monkeypatch.setattr(sender, "TIMEOUT", 0.3)
    sink.mode = "hang"
    put("hangs")
    put("behind")
    work()
    assert states() == [("hangs", "ready", 1), ("behind", "ready", 0)]
    sink.mode = "accept"
    assert work() == 1
    assert [state for _key, state, _attempts in states()] == ["ready", "done"]
    frozen.shift(timedelta(minutes=1))
    work()
    assert [state for _key, state, _attempts in states()] == ["done", "done"]


def test_server_away_uses_up_no_attempt(session: Session, app: Flask, frozen: Traveller) -> None:
    """P6: nobody listens: the job goes back as it was, other work goes on, and the next round waits longer."""
    relayed = with_relay(app, "smtp://127.0.0.1:1")
    worker = Worker(relayed)
    put("mail")
    put("none", kind="test.none")
    session.commit()
    with relayed.app_context():
        for _round in range(4):
            worker.mail_away_until = 0.0
            worker.drain(threading.Event())
        assert worker.skipped_kinds() != ()
        assert "test.fails" not in worker.skipped_kinds()
        assert worker.pause == 16.0
        db.engine.dispose()
    assert states() == [("mail", "ready", 0), ("none", "ready", 0)]
    assert (
        session.scalars(select(Job.error).order_by(Job.id)).first()
        == "the mail server is away (ConnectionRefusedError)"
    )


def test_mail_nobody_needs_is_done(session: Session, sink: Sink, work: Work) -> None:
    """A mail with nothing left to say is finished without a word."""
    put("none", kind="test.none")
    work()
    assert states() == [("none", "done", 1)]
    assert sink.messages == []


def test_failing_job_is_logged_and_dies(
    session: Session, work: Work, frozen: Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    """A job that breaks is tried as often as its kind says; the log and the row name the error, not the data."""
    put("fails", kind="test.fails", to="secret@example.org")
    for _time in range(3):
        work()
        frozen.shift(timedelta(hours=1))
    assert states() == [("fails", "dead", 2)]
    assert session.scalars(select(Job.error)).all() == ["ZeroDivisionError"]
    assert "ZeroDivisionError" in caplog.text
    assert "secret@example.org" not in caplog.text


def test_sent_runs_with_the_finish(session: Session, sink: Sink, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """House 4: what a mail sets on its way, the expiry of its link, stands in the commit that finishes the job."""
    noted: list[tuple[Any, Any]] = []
    kind = Kind("test.mail", "repeat", build=letter_to, sent=lambda payload, now: noted.append((payload["to"], now)))
    monkeypatch.setitem(KINDS, "test.mail", kind)
    put("one")
    sink.mode = "refuse"
    put("two", to="gone@example.org")
    work()
    sink.mode = "accept"
    put("three")
    work()
    assert noted == [("ada@example.org", NOW)]


def test_broken_timer_stops_nothing(
    session: Session, worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One timer that fails is logged; the others run, and the worker says that it lives."""
    ran: list[str] = []
    monkeypatch.setitem(TIMERS, "test-broken", Timer("test-broken", 999.0, lambda now: ran.append("broken") or 1 // 0))
    monkeypatch.setitem(TIMERS, "test-works", Timer("test-works", 999.0, lambda now: ran.append("works")))
    session.commit()
    with worker.app.app_context():
        worker.keep_time()
    assert ran == ["broken", "works"]
    assert "timer test-broken failed" in caplog.text
    assert session.scalars(select(Heartbeat.worker)).all() == [worker.name]
    with worker.app.app_context():
        worker.keep_time()
    assert ran == ["broken", "works"]


def test_run_stops_when_told(session: Session, sink: Sink, worker: Worker) -> None:
    """P23: asked to stop, a worker finishes what it has and closes its connection."""
    put("one")
    session.commit()
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    for _time in range(200):
        if sink.messages:
            break
        stop.wait(0.05)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert states()[0][1] == "done"
    assert worker.sender.connection is None


def test_old_signs_of_life_go(session: Session, worker: Worker, frozen: Traveller) -> None:
    """Each start of a worker leaves a row of its own, and none stays for ever."""
    session.add(Heartbeat(worker="long gone", seen_at=NOW - timedelta(days=2)))
    session.add(Heartbeat(worker="just gone", seen_at=NOW - timedelta(minutes=1)))
    session.commit()
    worker.sweep(NOW)
    assert sorted(session.scalars(select(Heartbeat.worker))) == sorted(["just gone", worker.name])


def test_long_work_has_a_worker_of_its_own(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """P6: a file that takes minutes holds back no other work, and the long worker leaves the clock alone."""
    done: list[str] = []
    for name, is_long in (("test.short", False), ("test.long", True)):
        kind = Kind(name, "repeat", run=lambda payload: done.append(payload["name"]), is_long=is_long)
        monkeypatch.setitem(KINDS, name, kind)
        outbox.enqueue(name, name, {"name": name}, now=NOW)
    session.commit()
    monkeypatch.setitem(TIMERS, "test", Timer("test", 0.0, lambda now: done.append("timer")))
    Worker(app, "long").run_once()
    assert done == ["test.long"]
    Worker(app, "short").run_once()
    assert done[1:] == ["timer", "test.short", "timer", "timer"]


@pytest.mark.parametrize(("beside", "state"), [("slow", "sending"), ("", "ready")])
def test_lease_of_long_work_is_kept_while_its_process_lives(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, beside: str, state: str
) -> None:
    """P24: nobody takes over what is still being done; without its process the lease runs out."""
    monkeypatch.setitem(KINDS, "test.long", Kind("test.long", "repeat", run=lambda payload: None, is_long=True))
    outbox.enqueue("test.long", "long", {}, now=NOW)
    session.commit()
    assert outbox.claim("slow", NOW) is not None
    session.commit()
    Worker(app, "short", beside=beside).sweep(NOW + 2 * outbox.LEASE)
    assert session.scalars(select(Job.state)).one() == state
