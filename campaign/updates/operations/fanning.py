"""The mails of an update, from its beginning to its last mail.

A step hands over some mails, each a row and a job in one transaction, and keeps how far it came. A throttle hands over
no more than the next minute takes, evenly spread; without one there are about a thousand at a time. So a pause or a
stop finds few jobs, confirmation mails never wait behind many, and the write lock is never held for a whole list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update as change

from campaign.choices import UpdateKind, UpdateMailState
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.jobs.kinds import End
from campaign.models import Letter, Update, UpdateMail
from campaign.moderation.queries import signature_by_id
from campaign.signing.operations import suppress
from campaign.states import UPDATE, UpdateState, advance
from campaign.updates import queries, rules
from campaign.updates.operations.writing import lock_updates, publish
from campaign.updates.queries import Circle

MAIL = "updates.mail"
# What the row of a mail becomes when its job ended.
OUTCOMES: dict[End, str] = {
    "sent": UpdateMailState.SENT.value,
    "skipped": UpdateMailState.SKIPPED.value,
    "parked": UpdateMailState.PARKED.value,
    "dead": UpdateMailState.FAILED.value,
    "bounced": UpdateMailState.FAILED.value,
}


@dataclass(frozen=True)
class Plan:
    """The next step of an update: mails to hand over after signature `after`, or that all of them have left."""

    update_id: int
    after: int
    signature_ids: Sequence[int] = ()
    turns: Sequence[datetime] = ()
    is_over: bool = False


def job_keys(update_id: int) -> str:
    """How the keys of an update's jobs begin, and those of no other."""
    return f"update:{update_id}:"


def job_key(update_id: int, signature_id: int) -> str:
    """The key of a mail's job: one for each update and signature, so that no step adds a second."""
    return f"{job_keys(update_id)}{signature_id}"


def begin(letter: Letter, update: Update, now: datetime) -> None:
    """Starts the sending, and posts the update where it is meant for everybody."""
    update.state = advance(UPDATE, update.state, "send")
    update.begun_at = update.changed_at = now
    publish(letter, update, now)
    db.session.flush()


def begin_on_time(letter: Letter, update: Update, now: datetime) -> None:
    """Starts what was scheduled for now; nothing when somebody moved it meanwhile. A hidden letter waits."""
    lock_updates(letter, update)
    if update.state == UpdateState.SCHEDULED and rules.takes_mails(letter.state):
        begin(letter, update, now)


def plan(update: Update, now: datetime) -> Plan | None:
    """What can be done for an update that is being sent; None when it has to wait. Only reads."""
    waiting = queries.count_waiting(update.id)
    turns = rules.turns(queries.last_turn(update.id), update.per_hour, now, rules.CHUNK)
    if not turns or waiting >= rules.ENOUGH_WAITING:
        return None
    ids = queries.next_recipients(Circle.of(update), update.fanned_out_to, len(turns))
    if not ids:
        return None if waiting else Plan(update.id, update.fanned_out_to, is_over=True)
    return Plan(update.id, update.fanned_out_to, ids, turns)


def hand_out(letter: Letter, update: Update, step: Plan, now: datetime) -> int:
    """Writes rows and jobs of a step; how many. Nothing when another worker took it, or it was paused meanwhile."""
    lock_updates(letter, update)
    if update.state != UpdateState.SENDING or update.fanned_out_to != step.after:
        return 0
    is_result = update.kind == UpdateKind.RESULT
    # Only under the lock: of two results that leave at once, the second must see the places the first one took.
    slots = queries.slots_of(step.signature_ids) if is_result else {}
    rows, jobs = [], []
    for signature_id, turn in zip(step.signature_ids, step.turns, strict=False):
        slot = rules.free_slot(slots.get(signature_id, ())) if is_result else None
        had_all = is_result and slot is None
        state, reason = (UpdateMailState.SKIPPED, "had_four") if had_all else (UpdateMailState.WAITING, "")
        ids = {"update_id": update.id, "signature_id": signature_id}
        rows.append({**ids, "slot": slot, "state": state.value, "reason": reason, "queued_at": turn})
        if not had_all:
            payload = {"update": update.id, "signature": signature_id}
            key = job_key(update.id, signature_id)
            jobs.append(outbox.job_row(MAIL, key, payload, now=now, run_at=turn, prio=outbox.LATE, letter_id=letter.id))
    insert_or_skip(UpdateMail.__table__, rows)  # type: ignore[arg-type]
    outbox.enqueue_many(jobs)
    update.fanned_out_to = step.signature_ids[-1]
    db.session.flush()
    return len(jobs)


def finish(letter: Letter, update: Update, now: datetime) -> None:
    """Notes that every mail has left; nothing when it was paused meanwhile, or somebody waits after all."""
    lock_updates(letter, update)
    if update.state == UpdateState.SENDING and not queries.count_waiting(update.id):
        update.sent_at = update.changed_at = now
        update.state = advance(UPDATE, update.state, "finish")
        db.session.flush()


def settle(update_id: int, signature_id: int, end: End, now: datetime) -> None:
    """Notes how one mail ended, in the commit that settles its job.

    A mail that was skipped gives its place among the four back; a mailbox that is not there gets no more of them.
    """
    changes: dict[str, object] = {"state": OUTCOMES[end]}
    if end == "sent":
        changes["sent_at"] = now
    if end == "skipped":
        changes["reason"], changes["slot"] = _why_skipped(update_id, signature_id), None
    mine = (UpdateMail.update_id == update_id, UpdateMail.signature_id == signature_id)
    db.session.execute(
        change(UpdateMail)
        .where(*mine, UpdateMail.state != UpdateMailState.SENT.value)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    if end == "bounced":
        _remember_bounce(signature_id, now)


def _why_skipped(update_id: int, signature_id: int) -> str:
    """The short word for a mail that had nothing to say to anybody any more."""
    update = db.session.get(Update, update_id)
    if update is None or update.state == UpdateState.CANCELLED:
        return "cancelled"
    return rules.skip_reason(queries.standing_of(update, signature_id)) or "cancelled"


def _remember_bounce(signature_id: int, now: datetime) -> None:
    """No update goes to this mailbox again (T20); for one letter, so that it can still confirm on another."""
    signature = signature_by_id(signature_id)
    if signature is not None:
        suppress(signature, "bounce", now)
