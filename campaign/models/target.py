"""Who a letter is addressed to: a company or body, and the persons or offices in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.extensions import Base


class Target(Base, kw_only=True):
    """The company or body asked to act; one row serves all letters to it (`/companies/<slug>`)."""

    __tablename__ = "target"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80), default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]


class LetterTarget(Base, kw_only=True):
    """A letter asks this target, in this order."""

    __tablename__ = "letter_target"
    __table_args__ = (UniqueConstraint("letter_id", "target_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    target: Mapped[Target] = relationship(init=False, lazy="raise")


class Addressee(Base, kw_only=True):
    """A named person or office a letter goes to; `postal` is one line of the address per line."""

    __tablename__ = "addressee"
    __table_args__ = (UniqueConstraint("letter_id", "position"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200), default="")
    postal: Mapped[str] = mapped_column(Text, default="")
    is_copy: Mapped[bool] = mapped_column(default=False)
