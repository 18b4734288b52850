"""Which rules hold signatures on a letter, when they are muted, and what each of them found."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class LetterRule(Base, kw_only=True):
    """A hold rule that organizers switched on a letter; the preset of its kind holds for every other."""

    __tablename__ = "letter_rule"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_on: Mapped[bool]
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    changed_at: Mapped[datetime]


class RuleMute(Base, kw_only=True):
    """Rules that hold nobody for a while, because of what happens at a place: `rules` are ids with `;` between.

    It ends by itself at `ends_at`, which is moved when somebody ends it earlier.
    """

    __tablename__ = "rule_mute"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="has_length"),
        # Read by: judging a signature, and the desk's page of hold rules, the newest first.
        Index("ix_rule_mute_letter_id", "letter_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    rules: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]


class RuleHit(Base, kw_only=True):
    """What a rule says of a signature, also where it was switched off; `is_held` when it was on and so held it.

    Kept from the judgement, so that its figures never read the letter.
    """

    __tablename__ = "rule_hit"
    # Read by: the desk's page of hold rules, the last days of each; judging the held ones again.
    __table_args__ = (Index("ix_rule_hit_letter_id", "letter_id", "day", "rule", "is_held"),)

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    day: Mapped[date]
    is_held: Mapped[bool]


class WaitingTime(Base, kw_only=True):
    """How long nine of ten who are held wait for a decision, in whole hours; None where too few were decided.

    Measured by the worker: pages read it by the letter's id and count nothing.
    """

    __tablename__ = "waiting_time"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    hours: Mapped[int | None] = mapped_column(default=None)
    measured_at: Mapped[datetime]


class TargetLeader(Base, kw_only=True):
    """Somebody who leads a target: whoever signs a letter to it with that name is held."""

    __tablename__ = "target_leader"
    __table_args__ = (UniqueConstraint("target_id", "name"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
