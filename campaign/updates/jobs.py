"""The job kinds of updates, and the clock that hands their mails over."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.exc import OperationalError

from campaign.extensions import db, read_only
from campaign.jobs.kinds import End, MustWait, Payload, mail_kind, timer
from campaign.mail.render import Mail
from campaign.models import Letter, Organizer, Update
from campaign.signing.queries import signature_behind_link
from campaign.states import LetterState, UpdateState
from campaign.updates import messages, operations, queries, rules

log = logging.getLogger("campaign.updates")


def build_update(payload: Payload, now: datetime) -> Mail | None:
    """The mail to one signatory, if they still want it; put off while the update is paused."""
    found, row = (
        queries.update_with_letter(payload["update"]),
        queries.mail_row(payload["update"], payload["signature"]),
    )
    if found is None or row is None or row.state in ("sent", "skipped"):
        return None
    update, letter = found
    if update.state == UpdateState.PAUSED or letter.state == LetterState.REMOVED:
        raise MustWait(now + rules.HOLD, "paused by an organizer")
    if update.state not in (UpdateState.SENDING, UpdateState.SENT):
        return None
    if rules.skip_reason(queries.standing_of(update, row.signature_id)) is not None:
        return None
    signature = signature_behind_link(row.signature_id)
    if signature is None:
        return None
    sentence = queries.consent_sentence(row.signature_id, update.kind)
    edition = queries.edition_to_name(update)
    return messages.update_mail(update, letter, signature, sentence=sentence, slot=row.slot, edition=edition)


def update_ended(payload: Payload, end: End, now: datetime) -> None:
    """Notes how the mail ended."""
    operations.settle(payload["update"], payload["signature"], end, now)


def build_trial(payload: Payload, now: datetime) -> Mail | None:
    """The mail to the organizer who wants to see it."""
    found, organizer = queries.update_with_letter(payload["update"]), db.session.get(Organizer, payload["organizer"])
    if found is None or organizer is None:
        return None
    update, letter = found
    return messages.trial_mail(update, letter, organizer, queries.edition_to_name(update))


# At most once: a mail that may have left is parked and shown, never sent again by itself (P3).
mail_kind("updates.mail", build_update, crash="park", ended=update_ended)
mail_kind("updates.trial", build_trial)


@timer("updates-clock", 2.0)
def keep_time(now: datetime) -> None:
    """Takes the next step of every update whose time has come or whose mails are leaving, one commit each."""
    with read_only():
        due = queries.updates_to_work_on(now)
    for update_id in due:
        try:
            take_step(update_id, now)
        except OperationalError:
            raise
        except Exception:  # one broken update must not stop the mails of the others
            db.session.rollback()
            log.exception("the next step of update %s failed", update_id)


def take_step(update_id: int, now: datetime) -> None:
    """Begins an update, hands over its next mails, or notes that it is over. Read first, while nothing is locked."""
    with read_only():
        read = db.session.get_one(Update, update_id)
        is_due = read.state == UpdateState.SCHEDULED
        step = None if is_due else operations.plan(read, now)
    if step is None and not is_due:
        return
    update = db.session.get_one(Update, update_id)
    letter = db.session.get_one(Letter, update.letter_id)
    if step is None:
        operations.begin_on_time(letter, update, now)
    elif step.is_over:
        operations.finish(letter, update, now)
    else:
        operations.hand_out(letter, update, step, now)
    db.session.commit()
