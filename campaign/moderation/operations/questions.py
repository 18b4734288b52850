"""Questions that a ruling ends, and that are open again when it is taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Asked
from campaign.moderation.rules import MAIL_DELAY


def question_key(kind: str, asked_id: int) -> str:
    """The key of a mail about a question."""
    return f"{kind}:{asked_id}"


def mail_question(kind: str, row: Asked, run_at: datetime, now: datetime) -> None:
    """Queues a mail about a question, once of each kind."""
    outbox.enqueue(kind, question_key(kind, row.id), {"asked": row.id}, now=now, run_at=run_at, letter_id=row.letter_id)


def end_questions(signature_ids: Collection[int], now: datetime) -> None:
    """Ends the open questions to these signatories: who was decided on has nothing to answer any more."""
    is_open = (Asked.signature_id.in_(signature_ids), Asked.ended_at.is_(None))
    open_ones = db.session.scalars(select(Asked.id).where(*is_open)).all()
    outbox.forget_many([question_key("moderation.asked", asked_id) for asked_id in open_ones])
    db.session.execute(update(Asked).where(Asked.id.in_(open_ones)).values(ended_at=now, address=None))


def resume_questions(signature_ids: Collection[int], decided_at: datetime, now: datetime) -> None:
    """Opens the questions again that a ruling of this second ended: it was taken back. What had not left leaves now."""
    last = select(func.max(Asked.id)).where(Asked.signature_id.in_(signature_ids)).group_by(Asked.signature_id)
    then = (Asked.ended_at >= decided_at, Asked.ended_at < decided_at + timedelta(seconds=1))
    for row in db.session.scalars(select(Asked).where(Asked.id.in_(last), *then)):
        row.ended_at = None
        if row.answered_at is None and row.reminded_at is None:
            # Once of its kind: what had left before leaves no second time.
            mail_question("moderation.asked", row, now + MAIL_DELAY, now)
    db.session.flush()
