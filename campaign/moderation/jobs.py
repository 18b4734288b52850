"""The job kinds of the desk: mails of decisions, judging the held again, looking for those who may be one."""

from __future__ import annotations

from datetime import datetime

from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, job_kind, mail_kind, timer
from campaign.lib import clock
from campaign.mail.render import Mail
from campaign.models import Signature
from campaign.moderation import messages, operations, pairs, queries
from campaign.signing.queries import is_suppressed, letter_by_id


def _mailable(payload: Payload, state: str) -> Signature | None:
    """The signature, if it is still in the state the mail speaks of and may be written to."""
    signature = queries.signature_by_id(payload["signature"])
    if signature is None or not signature.email or signature.withdrawn_at is not None or signature.moderation != state:
        return None
    return None if is_suppressed(signature.letter_id, signature.mailbox_key or "") else signature


def build_published(payload: Payload, now: datetime) -> Mail | None:
    """The mail that a signature was added after a check."""
    signature = _mailable(payload, "approved")
    return messages.signature_published(signature, letter_by_id(signature.letter_id)) if signature else None


def build_rejected(payload: Payload, now: datetime) -> Mail | None:
    """The mail that a signature is not shown."""
    signature = _mailable(payload, "rejected")
    found = queries.decision_of(signature.letter_id, payload["decision"]) if signature else None
    if signature is None or found is None:
        return None
    reason, note = found[1].after.get("reasons", ""), found[1].reason
    return messages.signature_rejected(signature, letter_by_id(signature.letter_id), reason, note)


@job_kind("moderation.judge_held")
def judge_held(payload: Payload) -> None:
    """Judges the next held signatures of a letter by its rules of now."""
    operations.judge_held(
        payload["letter"],
        payload["organizer"],
        payload["after"],
        payload["released"],
        payload["started"],
        clock.now(),
    )
    db.session.commit()


mail_kind("moderation.signature_published", build_published)
mail_kind("moderation.signature_rejected", build_rejected)


@job_kind("moderation.look_for_pairs")
def look_for_pairs(payload: Payload) -> None:
    """Compares a corrected signature with the others of its letter."""
    operations.look_for_pairs([payload["signature"]], clock.now())
    db.session.commit()


@timer("moderation-pairs", 5.0)
def look_on(now: datetime) -> None:
    """Compares what was confirmed since the last look, a batch in each round."""
    with read_only():
        is_due = pairs.has_new_proofs(now)
    if is_due:
        operations.look_on(now)
        db.session.commit()
