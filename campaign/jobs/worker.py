"""The embedded engine: takes due jobs one at a time, sends mails over one kept connection, keeps time."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from datetime import datetime, timedelta
from typing import Literal

from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from campaign import limits
from campaign.extensions import db, read_only, upsert
from campaign.jobs import outbox
from campaign.jobs.kinds import KINDS, TIMERS, MustWait
from campaign.jobs.outbox import Claimed
from campaign.lib import clock
from campaign.lib.emails import parse_address
from campaign.mail.sender import MailRefused, Sender, ServerAway
from campaign.mailboxes import mailbox_of
from campaign.models import Heartbeat

log = logging.getLogger("campaign.worker")

IDLE_SECONDS = 0.5
SWEEP_SECONDS = 10.0
LONGEST_PAUSE = 30.0
HEARTBEAT_KEPT = timedelta(days=1)
# How long a stopping process waits for its long job; the supervisor waits ten seconds.
STOP_SECONDS = 8.0


# What a worker takes: everything, or the long kinds, or the others and the timers.
Share = Literal["all", "short", "long"]


class Worker:
    """One worker: a name, a kept mail connection, and when each timer is due again.

    `beside` is the name of the worker of the same process whose lease this one keeps.
    """

    def __init__(self, app: Flask, share: Share = "all", beside: str = "") -> None:
        self.app = app
        self.share = share
        self.beside = beside
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.sender = Sender(app)
        self.due: dict[str, float] = {}
        self.mail_away_until = 0.0
        self.pause = 1.0

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; what is in hand is finished first."""
        while not stop.is_set():
            try:
                with self.app.app_context():
                    self.keep_time()
                    self.drain(stop)
            except OperationalError:
                # The database is away or busy: nothing is lost, the next round tries again.
                log.exception("database away")
            stop.wait(IDLE_SECONDS)
        self.sender.close()

    def run_once(self) -> int:
        """Runs timers, every due job once, and timers again if there were jobs; for tests; returns how many jobs."""
        with self.app.app_context():
            self.due.clear()
            self.keep_time()
            done = self.drain(threading.Event())
            if done:
                self.due.clear()
                self.keep_time()
            self.sender.close()
            return done

    def drain(self, stop: threading.Event) -> int:
        """Runs due jobs until none is left or `stop` is set; returns how many."""
        done = 0
        job = self.claim()
        while job is not None:
            job = self.work(job, claim_next=not stop.is_set())
            done += 1
            self.keep_time()
        return done

    def claim(self) -> Claimed | None:
        """The next due job, committed as ours."""
        job = outbox.claim(self.name, clock.now(), self.skipped_kinds())
        db.session.commit()
        return job

    def skipped_kinds(self) -> tuple[str, ...]:
        """The kinds another worker takes, and the mails while the mail server is away."""
        is_away = time.monotonic() < self.mail_away_until
        others = {"all": (), "short": (True,), "long": (False,)}[self.share]
        return tuple(name for name, kind in KINDS.items() if kind.is_long in others or (is_away and kind.is_mail))

    def work(self, job: Claimed, claim_next: bool = True) -> Claimed | None:
        """Does one job; finishing it and claiming the next are one commit."""
        now, mailbox = clock.now(), None
        try:
            if job.kind.is_mail:
                mailbox = self.send(job, now)
            elif job.kind.run is not None:
                job.kind.run(job.payload)
                db.session.rollback()
        except Exception as error:  # noqa: BLE001  # any job may fail in its own way; each is settled and logged
            db.session.rollback()
            self.settle_failure(job, clock.now(), error)
        else:
            if outbox.finish(job, clock.now()):
                if job.kind.sent is not None:
                    job.kind.sent(job.payload, now)
                job.kind.tell(job.payload, "skipped" if mailbox is None else "sent", now)
            if mailbox is not None:
                limits.book_mail(mailbox, now)
            if mailbox is not None and job.kind.is_first:
                limits.book_first_mail(now)
        following = outbox.claim(self.name, clock.now(), self.skipped_kinds()) if claim_next else None
        db.session.commit()
        return following

    def send(self, job: Claimed, now: datetime) -> str | None:
        """Builds the mail from a read-only look at the records, then hands it over; returns whose budget it is on.

        None when there was nothing to say. Raises `MustWait` when the mailbox has had its mails for now.
        """
        with read_only():
            message = job.kind.build(job.payload, now) if job.kind.build else None
            if message is None:
                return None
            mailbox = mailbox_of(parse_address(message.to)).key
            if job.kind.is_apart:
                mailbox = f"apart-{mailbox}"
            until = limits.mail_wait(mailbox, now)
            slow_until = limits.first_mail_wait(now) if job.kind.is_first else None
        if until is not None:
            raise MustWait(until, "this mailbox has had its mails for now")
        if slow_until is not None:
            raise MustWait(slow_until, "the site sends first mails slowly for now")
        self.sender.send(message, key=job.key, now=now)
        self.pause = 1.0
        return mailbox

    def settle_failure(self, job: Claimed, now: datetime, error: Exception) -> None:
        """Decides what a failed job becomes: given back, retried, dead or parked."""
        if isinstance(error, MustWait):
            outbox.give_back(job, str(error), until=error.until)
            return
        # The class and our own words only: a server's answer repeats the address.
        words = str(error) if isinstance(error, (MailRefused, ServerAway)) else type(error).__name__
        log.warning("job %s of kind %s failed: %s", job.id, job.kind.name, words)
        if not isinstance(error, (MailRefused, ServerAway)):
            log.debug("job %s", job.id, exc_info=error)
        if isinstance(error, ServerAway) and error.in_doubt and job.kind.crash == "park":
            outbox.park(job, words)
        elif isinstance(error, ServerAway):
            self.mail_away_until = time.monotonic() + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            if error.in_doubt:
                # Perhaps it is this mail that makes the server hang: the others go first.
                outbox.retry(job, now, words)
            else:
                outbox.give_back(job, words)
        elif isinstance(error, MailRefused) and error.is_permanent:
            outbox.give_up(job, words, "bounced" if error.no_mailbox else "dead")
            if error.no_mailbox and job.kind.is_first:
                limits.book_first_mail(now, came_back=True)
        else:
            outbox.retry(job, now, words)

    def keep_time(self) -> None:
        """Calls the timers that are due: the rooms' own, the sweep and the heartbeat."""
        moment = time.monotonic()
        for name, seconds, run in self.timers():
            if moment >= self.due.get(name, 0.0):
                self.due[name] = moment + seconds
                self.call_timer(name, run)

    def timers(self) -> list[tuple[str, float, object]]:
        """Name, interval and function of everything that is called by the clock."""
        if self.share == "long":
            return []
        own: list[tuple[str, float, object]] = [("sweep", SWEEP_SECONDS, self.sweep)]
        return own + [(timer.name, timer.seconds, timer.run) for timer in TIMERS.values()]

    def call_timer(self, name: str, run: object) -> None:
        """One call of a timer; a failure is logged and the others go on."""
        try:
            run(clock.now())  # type: ignore[operator]
        except OperationalError:
            raise
        except Exception:  # one broken timer must not stop signatures and mails
            log.exception("timer %s failed", name)
        finally:
            db.session.rollback()

    def sweep(self, now: datetime) -> None:
        """Says that this worker lives, and settles what dead ones left."""
        upsert(Heartbeat.__table__, {"worker": self.name, "seen_at": now}, ["worker"], ["seen_at"])  # type: ignore[arg-type]
        # Each start of a worker has a name of its own.
        db.session.execute(delete(Heartbeat).where(Heartbeat.seen_at < now - HEARTBEAT_KEPT))
        if self.beside:
            outbox.keep_lease(self.beside, now)
        outbox.sweep(now)
        db.session.commit()


def run_worker(app: Flask, stop: threading.Event) -> None:
    """Works in this process until `stop` is set: mails and timers here, long jobs in a thread beside."""
    slow = Worker(app, "long")
    # A daemon: what it has in hand when the time to stop is over is taken over by another worker.
    thread = threading.Thread(target=slow.run, args=(stop,), name="long-jobs", daemon=True)
    thread.start()
    Worker(app, "short", beside=slow.name).run(stop)
    thread.join(STOP_SECONDS)
