"""Frozen lists, and files made from signatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base
from campaign.models.constraints import one_of
from campaign.states import EditionState, ExportState


class Edition(Base, kw_only=True):
    """A numbered frozen list. Once `frozen_at` stands, the database forbids changing what it froze.

    `root` stays null: an edition without it is unsealed and says so.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("letter_id", "number"),
        one_of("state", EditionState),
        CheckConstraint("state = 'building' OR frozen_at IS NOT NULL", name="frozen_has_time"),
        CheckConstraint("state <> 'delivered' OR delivered_at IS NOT NULL", name="delivered_has_time"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=EditionState.BUILDING.value)
    dated_on: Mapped[date | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(String(120), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    line_count: Mapped[int] = mapped_column(default=0)
    list_digest: Mapped[str | None] = mapped_column(String(64), default=None)
    root: Mapped[str | None] = mapped_column(String(64), default=None)
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None] = mapped_column(default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)


class Export(Base, kw_only=True):
    """A file asked for from the desk: what, for which purpose, how far, and where it lies."""

    __tablename__ = "export"
    __table_args__ = (
        one_of("state", ExportState),
        # Read by: the desk's list of exports, newest first.
        Index("ix_export_letter_id", "letter_id", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), default=None)
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    format: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=ExportState.WAITING.value)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    folder: Mapped[str] = mapped_column(String(200), default="")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
