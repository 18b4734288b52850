"""Waves: what was unusual about the signatures of an hour, and what is usual on a letter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import AlarmKind, AlarmState
from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of

STANDING = text("state <> 'over'")


class Alarm(Base, kw_only=True):
    """Something unusual on a letter: `number` in the `hours` before `last_at`, where `usual` was the most in an hour.

    `subject` is the mark of a network, a domain, or a pattern of names. `letter_id` null is the mail of the whole
    site. `told_at` is when organizers were written to.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        one_of("kind", AlarmKind),
        one_of("state", AlarmState),
        has_time("state", "over", "over_at"),
        # Read by: the desk and the wave alarm, which raises each alarm once while it stands.
        Index(
            "uq_alarm_standing",
            "letter_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        # Read by: the desk, the latest alarms of a letter.
        Index("ix_alarm_letter_id", "letter_id", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), default=None)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[int]
    usual: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), default=AlarmState.NEW.value)
    raised_at: Mapped[datetime]
    last_at: Mapped[datetime]
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    over_at: Mapped[datetime | None] = mapped_column(default=None)
    told_at: Mapped[datetime | None] = mapped_column(default=None)


class SigningHour(Base, kw_only=True):
    """What an hour of a letter was like: all attempts, and the most from one network, domain and pattern of names.

    An hour that raised an alarm counts with what was usual before it. Kept for 8 days.
    """

    __tablename__ = "signing_hour"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    hour_at: Mapped[datetime] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    network: Mapped[int] = mapped_column(default=0)
    domain: Mapped[int] = mapped_column(default=0)
    name: Mapped[int] = mapped_column(default=0)
