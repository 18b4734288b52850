"""The figures of the method page, counted by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class Figures(Base, kw_only=True):
    """How a letter's signatures were checked, in numbers by id: of methods, hold rules, acts and outcomes."""

    __tablename__ = "figures"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    seconds: Mapped[float] = mapped_column(default=0.0)
    counted_at: Mapped[datetime]
