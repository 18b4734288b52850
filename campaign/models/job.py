"""Work that outlives a request, written in the transaction that causes it; workers' signs of life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of
from campaign.states import JobState

READY = text("state = 'ready'")
SENDING = text("state = 'sending'")
DONE = text("state = 'done'")


class Job(Base, kw_only=True):
    """One piece of work. `payload` holds ids only; `key` makes every enqueue repeatable.

    `attempts` is raised at the claim, so that a job that kills its worker also reaches `dead`.
    """

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", JobState),
        has_time("state", "sending", "lease_until"),
        has_time("state", "done", "done_at"),
        # Read by: the claim.
        Index("ix_job_due", "prio", "run_at", "id", sqlite_where=READY, postgresql_where=READY),
        # Read by: the sweep for leases that ran out.
        Index("ix_job_lease", "lease_until", sqlite_where=SENDING, postgresql_where=SENDING),
        # Read by: the desk's page of dead and parked mails. Not by state first: the claim would take it and sort.
        Index("ix_job_letter_id", "letter_id", "state", "id"),
        # Read by: pruning.
        Index("ix_job_done", "done_at", sqlite_where=DONE, postgresql_where=DONE),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=JobState.READY.value)
    prio: Mapped[int] = mapped_column(default=5)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    worker: Mapped[str | None] = mapped_column(String(60), default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(Text, default="")
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), default=None)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class Heartbeat(Base, kw_only=True):
    """When a worker last said that it is there."""

    __tablename__ = "heartbeat"

    worker: Mapped[str] = mapped_column(String(60), primary_key=True)
    seen_at: Mapped[datetime]


class LimitCount(Base, kw_only=True):
    """How often something happened in one window of time; shared by all processes."""

    __tablename__ = "limit_count"

    bucket: Mapped[str] = mapped_column(String(80), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
