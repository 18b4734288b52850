"""A decision on every signature that fits a condition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import BulkState
from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of


class BulkDecision(Base, kw_only=True):
    """One act on many signatures, carried out by a job.

    `count` is how many fitted when they were counted, `sample` the ids of some of them; no row after `last_id` is
    touched. `after_id` is how far the job is; `changed` what it decided on, `fallen` how many of those were public;
    `restored` what undoing it brought back.
    """

    __tablename__ = "bulk_decision"
    __table_args__ = (
        one_of("state", BulkState),
        has_time("state", "done", "finished_at"),
        # Read by: the desk, the latest of a letter.
        Index("ix_bulk_decision_letter_id", "letter_id", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    condition: Mapped[dict[str, Any]] = mapped_column(JSON)
    act: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=BulkState.COUNTING.value)
    count: Mapped[int] = mapped_column(default=0)
    sample: Mapped[list[int]] = mapped_column(JSON, default_factory=list)
    last_id: Mapped[int] = mapped_column(default=0)
    after_id: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    fallen: Mapped[int] = mapped_column(default=0)
    restored: Mapped[int] = mapped_column(default=0)
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


class BulkChunk(Base, kw_only=True):
    """The decisions of one step of the job: a run of the letter's chain without a gap."""

    __tablename__ = "bulk_chunk"

    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulk_decision.id", ondelete="CASCADE"), primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
