"""Frozen lists, and files made from signatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base
from campaign.models.constraints import one_of
from campaign.states import EditionState, ExportState


class Edition(Base, kw_only=True):
    """A numbered frozen list. Once `frozen_at` stands, the database forbids changing what it froze.

    `root` is the Merkle root of its leaves (RFC 9162); null in lists frozen before there were any. `files` names
    what was built from it, `[{"name", "size", "sha256"}]`, with `built_at`; `is_current_only` leaves out who accepted
    an earlier text, and prints how many those are. `errata` counts who left it since it was frozen, by how: withdrawn,
    hidden, removed, erased.
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
    is_current_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default_factory=list, server_default="[]")
    built_at: Mapped[datetime | None] = mapped_column(default=None)
    build_error: Mapped[str] = mapped_column(Text, default="", server_default="")
    errata: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict, server_default="{}")
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None] = mapped_column(default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)


class EditionLeaf(Base, kw_only=True):
    """One line of an edition as it was hashed. Erasing a person deletes `signature_id` and `salt`; the leaf stays."""

    __tablename__ = "edition_leaf"
    # Read by: receipts, and what became of the names of an edition.
    __table_args__ = (Index("ix_edition_leaf_signature_id", "signature_id"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"), default=None)
    salt: Mapped[str | None] = mapped_column(String(32), default=None)
    leaf: Mapped[str] = mapped_column(String(64))


class Attestation(Base, kw_only=True):
    """Somebody outside the campaign says what they checked of an edition, and what they found."""

    __tablename__ = "attestation"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    office: Mapped[str] = mapped_column(String(200))
    shown: Mapped[str] = mapped_column(Text)
    drawn: Mapped[str] = mapped_column(Text, default="")
    found: Mapped[str] = mapped_column(Text)
    attested_on: Mapped[date]
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_type: Mapped[str] = mapped_column(String(80), default="")
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]


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
    # How its lines are ordered and grouped, and which of them it takes: what the wizard asked.
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict, server_default="{}")
    state: Mapped[str] = mapped_column(String(20), default=ExportState.WAITING.value)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    folder: Mapped[str] = mapped_column(String(200), default="")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
