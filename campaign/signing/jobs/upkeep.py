"""What the worker of signing does by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaign import limits, networks, suppressions
from campaign.extensions import db, read_only
from campaign.jobs import outbox
from campaign.jobs.kinds import Payload, job_kind, timer
from campaign.lib import clock
from campaign.signing import operations, queries

# How many signatures one round of a timer takes.
BATCH = 500
# How far back the file of suppressions is compared while a worker runs; at its start, with everything.
SEEN_AGAIN = timedelta(days=1)


@timer("signing-tally", 1.0)
def recount(now: datetime) -> None:
    """Brings the tallies of changed letters up to date, one commit each."""
    with read_only():
        due = queries.letters_to_recount(now)
    for letter_id, last_mark in due:
        operations.recount_marked(letter_id, last_mark, now)
        db.session.commit()


@timer("signing-link-requests", 1.0)
def answer_requests(now: datetime) -> None:
    """Looks for the signatures of those who asked for their links, one commit each."""
    with read_only():
        waiting = queries.requests_waiting(BATCH)
    for request_id in waiting:
        operations.answer_link_request(request_id, now)
        db.session.commit()


@timer("signing-reminders", 60.0)
def remind(now: datetime) -> None:
    """Reminds those who have not confirmed, after 2 and 5 days."""
    with read_only():
        due = queries.signatures_to_remind(now, BATCH)
    for signature_id, letter_id, count in due:
        operations.remind(signature_id, letter_id, count, now)
        db.session.commit()


@timer("signing-networks", 300.0)
def keep_networks(now: datetime) -> None:
    """Turns the daily key of networks, and forgets their marks after 30 days."""
    networks.turn_keys(now)
    operations.forget_networks(now)
    db.session.commit()


@timer("signing-expiry", 300.0)
def expire(now: datetime) -> None:
    """Expires what was never confirmed, blanks what is over, and prunes finished jobs and old counts."""
    with read_only():
        over = queries.count_over(now)
    if over:
        operations.expire_pending(now)
        db.session.commit()
    take_over(now)
    operations.drop_old_requests(now)
    operations.forget_unanswered(now)
    outbox.prune(now)
    limits.prune(now)
    db.session.commit()


def take_over(now: datetime) -> None:
    """Blanks signatures that expired or were withdrawn long enough ago, a batch of each."""
    for kind in ("expired", "withdrawn"):
        with read_only():
            due = queries.signatures_due(kind, now, BATCH)
        for signature_id in due:
            operations.take(kind, [signature_id], now)
            db.session.commit()


@timer("signing-suppressions", 300.0)
def note_suppressions(now: datetime) -> None:
    """Notes in the file of this machine whom processes of other machines erased."""
    with read_only():
        missing = operations.lines_not_in_file(now - SEEN_AGAIN)
    suppressions.note(missing)


@timer("signing-anonymize", 3600.0)
def anonymize_daily(now: datetime) -> None:
    """Asks once a day, whichever worker comes first, for what is kept too long to be taken."""
    with read_only():
        is_wanted = queries.has_aged(now)
    if not is_wanted:
        return
    outbox.enqueue("signing.anonymize", f"anonymize:{now.date().isoformat()}", {}, now=now)
    db.session.commit()


@job_kind("signing.anonymize", is_long=True)
def anonymize(payload: Payload) -> None:
    """Takes what is kept too long; what a crash left comes with the next run."""
    anonymize_all(clock.now())


def anonymize_all(now: datetime) -> None:
    """Takes everything from signatures whose time is up, in batches of one commit each."""
    for kind in queries.CLASSES:
        after = 0
        while True:
            with read_only():
                ids = queries.signatures_due(kind, now, BATCH, after)
            if not ids:
                break
            after = ids[-1]
            for letter_id, number in operations.numbers_by_letter(ids).items():
                operations.log_taken(letter_id, kind, number, now)
            operations.take(kind, ids, now)
            db.session.commit()
    operations.drop_old_consents(now)
    operations.drop_old_requests(now)
    db.session.commit()
