"""Complaints about a letter's list: a case with a number, a deadline and a public outcome."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import ComplaintKind, ComplaintOutcome
from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of
from campaign.states import CaseState

UNDECIDED = text("state IN ('open', 'answered')")


class Complaint(Base, kw_only=True):
    """One case. `number` is what its parties call it; it says nothing of any other.

    `name`, `email` and `text` are the complainant's, `concerned` is the name it is about: all blanked six months after
    the outcome. `outcome` is public, and `outcome_text` an organizer's own public words. `is_trapped` filled in the
    field that people cannot see: kept, and nobody is mailed.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        one_of("kind", ComplaintKind),
        one_of("state", CaseState),
        one_of("outcome", ComplaintOutcome),
        has_time("state", "upheld", "closed_at"),
        has_time("state", "dismissed", "closed_at"),
        has_time("state", "answered", "answered_at"),
        CheckConstraint("(closed_at IS NULL) = (outcome = '')", name="closed_has_outcome"),
        # Read by: the desk's list and the public corrections, by what is closed and what is not.
        Index("ix_complaint_letter_id", "letter_id", "state", "id"),
        # Read by: the worker, which looks for what is overdue.
        Index("ix_complaint_due", "due_at", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
        # Read by: filing, which knows what the same mailbox filed a moment ago.
        Index("ix_complaint_mailbox_key", "mailbox_key"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=CaseState.OPEN.value)
    concerned: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    mailbox_key: Mapped[str | None] = mapped_column(String(64), default=None)
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    is_trapped: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    outcome_text: Mapped[str] = mapped_column(String(300), default="")
    signature_id: Mapped[int | None] = mapped_column(default=None)
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(default=None)
    blanked_at: Mapped[datetime | None] = mapped_column(default=None)


class ComplaintNote(Base, kw_only=True):
    """What an organizer wrote about a case: a note for the team, or an answer that was mailed."""

    __tablename__ = "complaint_note"
    # Read by: the page of a case.
    __table_args__ = (Index("ix_complaint_note_complaint_id", "complaint_id", "id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id", ondelete="CASCADE"))
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    text: Mapped[str] = mapped_column(Text)
    is_answer: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]
