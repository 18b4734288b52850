"""What organizers and commands did: decisions about signatures, chained, and a plain log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.extensions import Base


class Decision(Base, kw_only=True):
    """One act on one signature. Append-only: the database refuses UPDATE and DELETE (migration 0001).

    `digest` chains the row to `previous`, one chain per letter; `organizer_id` null is a command.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("letter_id", "sequence"),
        # Read by: the history of one signature, undo.
        Index("ix_decision_signature_id", "signature_id", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    sequence: Mapped[int]
    signature_id: Mapped[int | None]
    organizer_id: Mapped[int | None]
    act: Mapped[str] = mapped_column(String(40))
    undoes_id: Mapped[int | None] = mapped_column(default=None)
    decided_at: Mapped[datetime]
    detail_digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    detail: Mapped[DecisionDetail | None] = relationship(init=False, lazy="raise", back_populates="decision")


class DecisionDetail(Base, kw_only=True):
    """The words of a decision: blanked when the person is erased, while the chain stays whole."""

    __tablename__ = "decision_detail"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    blanked_at: Mapped[datetime | None] = mapped_column(default=None)
    decision: Mapped[Decision] = relationship(init=False, lazy="raise", back_populates="detail")


class LogEntry(Base, kw_only=True):
    """An act that is no decision on a signature: export, role change, letter opened, erasure."""

    __tablename__ = "log_entry"
    __table_args__ = (
        # Read by: the desk's log, newest first.
        Index("ix_log_entry_campaign_id", "campaign_id", "id"),
        # Read by: the public correction log of a letter.
        Index("ix_log_entry_letter_id", "letter_id", "act", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), default=None)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), default=None)
    organizer_id: Mapped[int | None] = mapped_column(default=None)
    act: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    logged_at: Mapped[datetime]
