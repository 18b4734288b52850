"""What tells whether this site does its work: schema, jobs, workers."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, literal, select

from campaign.extensions import db
from campaign.jobs.outbox import LATE
from campaign.models import Heartbeat, Job
from config import ROOT


@cache
def expected_heads() -> frozenset[str]:
    """The newest migrations of the code."""
    return frozenset(ScriptDirectory(str(ROOT / "migrations")).get_heads())


def applied_heads() -> frozenset[str]:
    """The newest migrations this database has seen."""
    return frozenset(MigrationContext.configure(db.session.connection()).get_current_heads())


def oldest_due(now: datetime) -> datetime | None:
    """Since when the oldest due job waits; mass mail, which takes its time, left aside."""
    ready = Job.state == literal("ready", literal_execute=True)
    return db.session.scalar(select(func.min(Job.run_at)).where(ready, Job.run_at <= now, Job.prio < LATE))


def last_heartbeat() -> datetime | None:
    """When any worker last said that it is there."""
    return db.session.scalar(select(func.max(Heartbeat.seen_at)))
