"""The stored count of public signatures, and the letters whose count is out of date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class Tally(Base, kw_only=True):
    """Counts of one letter. `people` includes `private`; `imported` stands in no total.

    `versions` has the same counts of each version somebody accepted, by its id as text; empty before the first count.
    """

    __tablename__ = "tally"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    people: Mapped[int] = mapped_column(default=0)
    private: Mapped[int] = mapped_column(default=0)
    organizations: Mapped[int] = mapped_column(default=0)
    employees: Mapped[int] = mapped_column(default=0)
    imported: Mapped[int] = mapped_column(default=0)
    versions: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict, server_default="{}")
    seconds: Mapped[float] = mapped_column(default=0.0)
    counted_at: Mapped[datetime]

    @property
    def total(self) -> int:
        """People, organizations and employees; imported rows are counted apart."""
        return self.people + self.organizations + self.employees


class DirtyLetter(Base, kw_only=True):
    """An append-only mark: recount this letter. No unique key, so that marking is never a hot row."""

    __tablename__ = "dirty_letter"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
