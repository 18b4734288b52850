"""Sends an update: now or later, pauses, goes on, stops; and the trial mail before."""

from __future__ import annotations

from datetime import datetime

from campaign.choices import UpdateMailState
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Letter, Update, UpdateMail
from campaign.states import UPDATE, Refused, advance
from campaign.updates import queries, rules
from campaign.updates.operations.fanning import MAIL, begin, job_key, job_keys
from campaign.updates.operations.writing import lock_updates
from campaign.updates.queries import Circle


def check_sendable(letter: Letter, update: Update) -> None:
    """Raises `Refused`: update_letter_hidden, update_nobody where no mail would leave."""
    if not rules.takes_mails(letter.state):
        raise Refused("update_letter_hidden")
    if not queries.has_recipient(Circle.of(update)):
        raise Refused("update_nobody")


def send_now(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """Begins to send; the mails are handed over in the background. Raises `Refused` as `check_sendable`."""
    lock_updates(letter, update)
    check_sendable(letter, update)
    begin(letter, update, now)
    _note("update_sent", letter, update, by_id=by_id, now=now)


def schedule(letter: Letter, update: Update, at: datetime | None, *, by_id: int | None, now: datetime) -> None:
    """Lets it leave by itself at `at`. Raises `Refused`: update_needs_time, update_in_past, as `check_sendable`."""
    lock_updates(letter, update)
    if at is None:
        raise Refused("update_needs_time")
    if at <= now:
        raise Refused("update_in_past")
    check_sendable(letter, update)
    update.scheduled_at = at
    update.state = advance(UPDATE, update.state, "schedule")
    _note("update_scheduled", letter, update, by_id=by_id, now=now)


def unschedule(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """Makes it a draft again."""
    lock_updates(letter, update)
    update.state = advance(UPDATE, update.state, "unschedule")
    update.scheduled_at = None
    _note("update_unscheduled", letter, update, by_id=by_id, now=now)


def pause(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """Holds the mails that have not left: each that comes up is put off, and no more are handed over.

    Nothing is done to the jobs: there are never more of them than a worker sends in a minute or two.
    """
    lock_updates(letter, update)
    update.state = advance(UPDATE, update.state, "pause")
    _note("update_paused", letter, update, by_id=by_id, now=now)


def resume(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """Goes on where it stopped."""
    lock_updates(letter, update)
    update.state = advance(UPDATE, update.state, "resume")
    outbox.hasten(job_keys(update.id), letter.id, now)
    _note("update_resumed", letter, update, by_id=by_id, now=now)


def cancel(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> None:
    """Stops for good: mails that have not left are skipped as they come up."""
    lock_updates(letter, update)
    update.state = advance(UPDATE, update.state, "cancel")
    outbox.hasten(job_keys(update.id), letter.id, now)
    _note("update_cancelled", letter, update, by_id=by_id, now=now)


def send_again(letter: Letter, update: Update, *, by_id: int | None, now: datetime) -> int:
    """Sends the mails once more that may have left or were refused, at the organizer's word; how many.

    Raises `Refused("illegal_move")` unless the update is being sent or was.
    """
    lock_updates(letter, update)
    if update.state not in ("sending", "sent"):
        raise Refused("illegal_move")
    rows: list[UpdateMail] = [row.UpdateMail for row in queries.unsettled_mails(update.id, rules.CHUNK)]
    known = queries.jobs_by_key([job_key(row.update_id, row.signature_id) for row in rows])
    for row in rows:
        row.state, row.queued_at = UpdateMailState.WAITING.value, now
        key = job_key(row.update_id, row.signature_id)
        if key in known:
            outbox.run_again(known[key], now)
        else:
            # What is done or given up is pruned after a month.
            ids = {"update": row.update_id, "signature": row.signature_id}
            outbox.enqueue(MAIL, key, ids, now=now, prio=outbox.LATE, letter_id=letter.id)
    _note("update_sent_again", letter, update, by_id=by_id, now=now, mails=len(rows))
    return len(rows)


def send_trial(letter: Letter, update: Update, *, by_id: int, now: datetime) -> None:
    """Mails the update to the organizer who asks; once in a minute."""
    key = f"update-trial:{update.id}:{by_id}:{int(now.timestamp()) // 60}"
    ids = {"update": update.id, "organizer": by_id}
    outbox.enqueue("updates.trial", key, ids, now=now, prio=outbox.SOON, letter_id=letter.id)


def _note(act: str, letter: Letter, update: Update, *, by_id: int | None, now: datetime, **more: int) -> None:
    """The log row of an act; flushes."""
    update.changed_at = now
    db.session.flush()
    detail = {"update": update.number, **more}
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
