"""What stands beside a letter's words: evidence, initial signatories, watched names, timeline."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class Evidence(Base, kw_only=True):
    """A document offered in support. `sha256` is of the file or of the page as it was read."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    obtained_on: Mapped[date | None] = mapped_column(default=None)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    redaction_note: Mapped[str] = mapped_column(Text, default="")


class InitialSignatory(Base, kw_only=True):
    """A person or organization named on the letter when it is first published, in order."""

    __tablename__ = "initial_signatory"
    __table_args__ = (UniqueConstraint("letter_id", "position"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200), default="")
    affiliation: Mapped[str] = mapped_column(String(200), default="")


class WatchName(Base, kw_only=True):
    """A name that is held wherever it signs: notable people, leaders of the target."""

    __tablename__ = "watch_name"
    __table_args__ = (UniqueConstraint("letter_id", "folded"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(300), default="")


class TimelineEntry(Base, kw_only=True):
    """Something that happened. `precision` is day, range, month or year; `sort_on` only orders."""

    __tablename__ = "timeline_entry"
    # Read by: letter, timeline, campaign and company pages, in order.
    __table_args__ = (Index("ix_timeline_entry_order", "letter_id", "sort_on", "id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    sort_on: Mapped[date]
    happened: Mapped[str] = mapped_column(String(40))
    precision: Mapped[str] = mapped_column(String(10), default="day")
    kind: Mapped[str] = mapped_column(String(40), default="")
    actor: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
