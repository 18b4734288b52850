"""The job table: enqueue in the caller's transaction, claim, finish, and sweep what was left lying."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, literal, or_, select, update

from campaign.extensions import db, insert_or_skip
from campaign.jobs.kinds import KINDS, End, Kind, Payload
from campaign.lib import clock
from campaign.lib.periods import PERIODS
from campaign.models import Job, Letter
from campaign.models.retention import HELD_LETTERS, on_hold
from campaign.states import JOB, JobState, advance

# Smaller goes first: what a person waits for, ordinary work, mass mail.
SOON, NORMAL, LATE = 1, 5, 9
LONGEST_WAIT = timedelta(hours=1)
# How long a worker may be silent about a job before another takes it over.
LEASE = timedelta(minutes=5)
# How long jobs are kept when they are done or given up (K6); the privacy notice names it.
DONE_KEPT = PERIODS["jobs"]


class UnknownKind(Exception):
    """Work of a kind that nobody would ever run."""


@dataclass(frozen=True)
class Claimed:
    """A job in the hands of one worker. `attempts` is part of the proof that it still is."""

    id: int
    kind: Kind
    key: str
    payload: Payload
    attempts: int
    worker: str


def enqueue(
    kind: str,
    key: str,
    payload: Payload,
    *,
    now: datetime,
    run_at: datetime | None = None,
    prio: int = NORMAL,
    letter_id: int | None = None,
) -> None:
    """Writes a job into the caller's transaction; the same key twice is one job.

    `payload` holds ids only. Raises `UnknownKind`.
    """
    enqueue_many([job_row(kind, key, payload, now=now, run_at=run_at, prio=prio, letter_id=letter_id)])


def job_row(
    kind: str,
    key: str,
    payload: Payload,
    *,
    now: datetime,
    run_at: datetime | None = None,
    prio: int = NORMAL,
    letter_id: int | None = None,
) -> dict[str, Any]:
    """The row of one job for `enqueue_many`. Raises `UnknownKind`."""
    if kind not in KINDS:
        raise UnknownKind(kind)
    return {
        "kind": kind,
        "key": key,
        "payload": payload,
        "state": JobState.READY.value,
        "prio": prio,
        "run_at": run_at or now,
        "attempts": 0,
        "error": "",
        "letter_id": letter_id,
        "created_at": now,
    }


def enqueue_many(rows: list[dict[str, Any]]) -> None:
    """Writes many jobs at once (fan-out); rows whose key is there already are left out."""
    insert_or_skip(Job.__table__, rows)  # type: ignore[arg-type]


def claim(worker: str, now: datetime, without: Iterable[str] = ()) -> Claimed | None:
    """Takes the next due job for this worker, or None; the caller commits.

    `without` names kinds to leave alone, e.g. mails while the mail server is away.
    """
    due = select(Job.id).where(Job.state == _literal("ready"), Job.run_at <= now)
    if skipped := tuple(without):
        due = due.where(Job.kind.not_in(skipped))
    due = due.order_by(Job.prio, Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True)
    row = db.session.execute(
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(
            state=advance(JOB, "ready", "claim"),
            attempts=Job.attempts + 1,
            worker=worker,
            lease_until=now + LEASE,
        )
        .returning(Job.id, Job.kind, Job.key, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        return None
    kind = KINDS.get(row.kind)
    if kind is None:
        # Written by a newer release; a person has to look.
        _settle(row.id, worker, row.attempts, {"state": "dead", "error": f"unknown kind {row.kind}"})
        return None
    return Claimed(row.id, kind, row.key, row.payload, row.attempts, worker)


def keep_lease(worker: str, now: datetime) -> None:
    """Says that this worker still has its job in hand, however long that takes."""
    db.session.execute(
        update(Job)
        .where(Job.state == _literal("sending"), Job.worker == worker)
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )


def finish(job: Claimed, now: datetime) -> bool:
    """Marks the job done; False when another worker took it over meanwhile."""
    return _end(job, {"state": advance(JOB, "sending", "finish"), "done_at": now})


def retry(job: Claimed, now: datetime, error: str) -> None:
    """Puts the job back for later: doubling waits with jitter, `dead` after the kind's last attempt."""
    if job.attempts >= job.kind.attempts:
        give_up(job, error)
        return
    wait = min(timedelta(seconds=5 * 2**job.attempts), LONGEST_WAIT) * (0.8 + secrets.randbelow(41) / 100)
    changes = {"state": advance(JOB, "sending", "retry"), "run_at": now + wait, "error": error[:500]}
    _settle(job.id, job.worker, job.attempts, changes)


def give_back(job: Claimed, error: str, until: datetime | None = None) -> None:
    """Puts the job back, the attempt not counted: the world was away, or it may not run before `until`."""
    changes = {"state": advance(JOB, "sending", "retry"), "attempts": job.attempts - 1, "error": error[:500]}
    if until is not None:
        changes["run_at"] = until
    _settle(job.id, job.worker, job.attempts, changes)


def give_up(job: Claimed, error: str, end: End = "dead") -> None:
    """Marks the job dead; the desk shows it with its error."""
    changes = {"state": advance(JOB, "sending", "give_up"), "error": error[:500]}
    if _end(job, changes):
        job.kind.tell(job.payload, end, clock.now())


def park(job: Claimed, error: str) -> None:
    """Sets the job aside: it may have happened, and twice would be worse than never."""
    changes = {"state": advance(JOB, "sending", "park"), "error": error[:500]}
    if _end(job, changes):
        job.kind.tell(job.payload, "parked", clock.now())


def sweep(now: datetime) -> int:
    """Settles jobs whose lease ran out by their kind's crash policy; returns how many."""
    left = db.session.execute(
        select(Job.id, Job.kind, Job.payload, Job.attempts).where(
            Job.state == _literal("sending"), Job.lease_until < now
        )
    ).all()
    for row in left:
        kind = KINDS.get(row.kind)
        again = kind is not None and kind.crash == "repeat" and row.attempts < kind.attempts
        event = "retry" if again else "park" if kind is not None and kind.crash == "park" else "give_up"
        error = "" if again else "sender died while sending; not sent again"
        own = (Job.id == row.id, Job.state == "sending", Job.attempts == row.attempts)
        goes = kind is not None and kind.leaves_no_row and not again
        changes = {"state": advance(JOB, "sending", event), "error": error, "lease_until": None, "worker": None}
        settled = db.session.execute(delete(Job).where(*own) if goes else update(Job).where(*own).values(**changes))
        if kind is not None and not again and settled.rowcount:  # type: ignore[attr-defined]
            kind.tell(row.payload, "parked" if event == "park" else "dead", now)
    return len(left)


def run_again(job_id: int, now: datetime) -> bool:
    """Gives a dead or parked job another round of attempts; False when it is neither."""
    result = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(("dead", "parked")))
        .values(state="ready", attempts=0, run_at=now, error="", worker=None, lease_until=None)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def hasten(keys: str, letter_id: int, now: datetime) -> None:
    """Lets the waiting jobs of this letter whose key begins with `keys` run now: what held them is over."""
    begins = Job.key.startswith(keys, autoescape=True)
    waits = (Job.letter_id == letter_id, Job.state == "ready", begins, Job.run_at > now)
    db.session.execute(update(Job).where(*waits).values(run_at=now).execution_options(synchronize_session=False))


def forget_ready(key: str) -> bool:
    """Deletes a job that has not started; False when it is too late or was never there."""
    result = db.session.execute(delete(Job).where(Job.key == key, Job.state == "ready"))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def forget_many(keys: Sequence[str]) -> None:
    """Deletes those jobs that have not started."""
    if keys:
        db.session.execute(delete(Job).where(Job.key.in_(keys), Job.state == "ready"))


def prune(now: datetime, kept: timedelta = DONE_KEPT) -> int:
    """Deletes jobs that were done, or last tried and given up, longer than `kept` ago; returns how many."""
    count = 0
    for over in _over(now - kept):
        deleted = db.session.execute(delete(Job).where(*over).execution_options(synchronize_session=False))
        count += int(deleted.rowcount)  # type: ignore[attr-defined]
    return count


def count_over(now: datetime, kept: timedelta = DONE_KEPT) -> int:
    """How many jobs `prune` would delete."""
    return sum(db.session.scalar(select(func.count(Job.id)).where(*over)) or 0 for over in _over(now - kept))


def _over(before: datetime) -> Iterator[tuple[Any, ...]]:
    """The conditions of what is pruned, each for an index: what was given up is found letter by letter.

    A letter on legal hold keeps its jobs.
    """
    is_free = or_(Job.letter_id.is_(None), Job.letter_id.not_in(HELD_LETTERS))
    yield Job.state == _literal("done"), Job.done_at < before, is_free
    given_up = (Job.state.in_(("dead", "parked")), Job.run_at < before)
    yield Job.letter_id.in_(select(Letter.id).where(~on_hold(Letter.id))), *given_up
    yield Job.letter_id.is_(None), *given_up


def _end(job: Claimed, changes: dict[str, Any]) -> bool:
    """Settles a job for good: deletes it where its kind leaves no row, else changes it. False when it is not ours."""
    if not job.kind.leaves_no_row:
        return _settle(job.id, job.worker, job.attempts, changes)
    own = (Job.id == job.id, Job.worker == job.worker, Job.attempts == job.attempts, Job.state == "sending")
    deleted = db.session.execute(delete(Job).where(*own).execution_options(synchronize_session=False))
    return bool(deleted.rowcount)  # type: ignore[attr-defined]


def _settle(job_id: int, worker: str, attempts: int, changes: dict[str, Any]) -> bool:
    """Changes a job only while it is still in this worker's hands."""
    result = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.worker == worker, Job.attempts == attempts, Job.state == "sending")
        .values(lease_until=None, worker=None, **changes)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _literal(state: str) -> Any:
    """A state written into the SQL: SQLite uses a partial index only for literals."""
    return literal(state, literal_execute=True)
