"""What `undersigned doctor` looks at in the work that outlives a request: the worker, what waits, and mail."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, literal, select

from campaign import limits
from campaign.cli.findings import Finding, fail, ok, warn
from campaign.extensions import db
from campaign.lib import clock
from campaign.mail.render import Mail
from campaign.mail.sender import MailRefused, Sender, ServerAway
from campaign.models import Heartbeat, Job
from campaign.states import JobState
from config import PREFIX

# trust P24: readers of this check are warned when the oldest due mail is older.
LATE = timedelta(minutes=5)
SILENT = timedelta(seconds=60)


def worker(app: Flask) -> Finding:
    """A worker was heard of lately."""
    seen = db.session.scalar(select(func.max(Heartbeat.seen_at)))
    if seen is None or clock.now() - seen > SILENT:
        last = "never" if seen is None else f"last at {clock.rfc3339(seen)}"
        return fail("worker", f"no worker runs ({last})", "start one: undersigned serve, or undersigned worker")
    return ok("worker", f"seen {(clock.now() - seen).total_seconds():.0f} s ago")


def outbox(app: Flask) -> Finding:
    """Nothing that is due waits for long, and nothing was given up."""
    # Written into the SQL, because SQLite uses a partial index only for literals.
    ready = literal(JobState.READY.value, literal_execute=True)
    oldest = db.session.scalar(select(func.min(Job.run_at)).where(Job.state == ready))
    if oldest is not None and clock.now() - oldest > LATE:
        return fail(
            "outbox", f"work waits since {clock.rfc3339(oldest)}", f"look at worker and mail; {PREFIX}WORKER_PROCESSES"
        )
    dead = db.session.scalar(select(func.count()).where(Job.state.in_([JobState.DEAD.value, JobState.PARKED.value])))
    if dead:
        return warn("outbox", f"{dead} jobs were given up", "the desk lists them with their errors")
    return ok("outbox", "nothing waits")


def first_mails(app: Flask) -> Finding:
    """Mails to addresses that nobody has confirmed leave as fast as they can."""
    left, bounced = limits.first_mails(clock.now())
    seen = f"{left} in the last hour, {bounced} came back"
    if limits.is_site_slow(clock.now()):
        return warn(
            "first mails", f"{seen}: they leave slowly", "look at Protection on the desk: somebody types addresses"
        )
    return ok("first mails", seen)


def mail(app: Flask) -> Finding:
    """The relay takes a connection, or the folder takes files."""
    address = app.config["MAIL_URL"]
    if address.startswith("file:"):
        return warn(
            "mail", "goes into a folder, not out", f"{PREFIX}MAIL_URL=smtps://user:password@mail.example.org:465"
        )
    sender = Sender(app)
    try:
        sender.connected()
    except Exception as problem:  # noqa: BLE001  a relay can fail in as many ways as there are networks
        return fail("mail", f"no relay ({type(problem).__name__})", f"{PREFIX}MAIL_URL: host, port, user or password")
    finally:
        sender.close()
    return ok("mail", "the relay takes our connection")


def sent_mail(app: Flask, to: str) -> Finding:
    """A mail of our own to that address leaves."""
    words = f"This mail was sent by `undersigned doctor` of {app.config['BASE_URL']}.\n"
    message = Mail(to=to, subject="Undersigned can send mail", text=words, html=f"<p>{words}</p>")
    now = clock.now()
    sender = Sender(app)
    try:
        sender.send(message, key=f"doctor:{now.isoformat()}", now=now)
    except (MailRefused, ServerAway) as problem:
        return fail("test mail", str(problem), f"{PREFIX}MAIL_URL and {PREFIX}MAIL_FROM")
    finally:
        sender.close()
    return ok("test mail", f"handed over for {to}")
