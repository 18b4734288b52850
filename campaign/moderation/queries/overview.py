"""What the overview counts, and the jobs of a letter that failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, literal, select

from campaign.extensions import db
from campaign.models import Complaint, Job, Signature
from campaign.models.signature import IS_PENDING
from campaign.moderation.pairs import suggested
from campaign.moderation.rules import PAGE
from campaign.states import CaseState


@dataclass(frozen=True)
class Figures:
    """What the overview counts beside the tally and the queue."""

    all: int
    pending: int
    failed: int
    mails_due: int
    mail_since: datetime | None
    complaints: int
    overdue: int
    pairs: int


def figures_of(letter_id: int, now: datetime) -> Figures:
    """Counts of a letter in one query, each over an index."""
    due = and_(Job.state == literal("ready", literal_execute=True), Job.letter_id == letter_id, Job.run_at <= now)
    undecided = and_(
        Complaint.letter_id == letter_id,
        Complaint.state.in_((CaseState.OPEN.value, CaseState.ANSWERED.value)),
        Complaint.is_trapped.is_(False),
    )
    parts: dict[str, Select[Any]] = {
        "all": select(func.count()).select_from(Signature).where(Signature.letter_id == letter_id),
        "pending": select(func.count()).select_from(Signature).where(IS_PENDING, Signature.letter_id == letter_id),
        "failed": select(func.count())
        .select_from(Job)
        .where(Job.state.in_(("dead", "parked")), Job.letter_id == letter_id),
        "mails_due": select(func.count()).select_from(Job).where(due),
        "mail_since": select(func.min(Job.run_at)).where(due),
        "complaints": select(func.count()).select_from(Complaint).where(undecided),
        "overdue": select(func.count()).select_from(Complaint).where(undecided, Complaint.due_at <= now),
        "pairs": suggested(letter_id),
    }
    row: Row[Any] = db.session.execute(
        select(*(part.scalar_subquery().label(name) for name, part in parts.items()))
    ).one()
    return Figures(**row._mapping)


def failed_jobs(letter_id: int, before_id: int | None = None) -> list[Job]:
    """A page of a letter's dead and parked jobs, newest first, and one more if there are more."""
    found = select(Job).where(Job.state.in_(("dead", "parked")), Job.letter_id == letter_id)
    if before_id is not None:
        found = found.where(Job.id < before_id)
    return list(db.session.scalars(found.order_by(Job.id.desc()).limit(PAGE + 1)))


def job_of(letter_id: int, job_id: int) -> Job | None:
    """A job of this letter; None for another letter's."""
    return db.session.scalars(select(Job).where(Job.id == job_id, Job.letter_id == letter_id)).one_or_none()
