"""A file of signatures that was imported, so that it can be repeated and taken off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class ImportBatch(Base, kw_only=True):
    """One imported file: how consent was given (`basis`), and the digest that makes it repeatable."""

    __tablename__ = "import_batch"
    __table_args__ = (UniqueConstraint("letter_id", "digest"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text)
    row_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
