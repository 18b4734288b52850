"""Looks at a letter before it is public, handed to one reader each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class PreviewLink(Base, kw_only=True):
    """An embargoed preview at `/letters/<slug>/preview/<token>`, marked with whom it was given to."""

    __tablename__ = "preview_link"
    # Read by: the desk's list of the links of a letter.
    __table_args__ = (Index("ix_preview_link_letter_id", "letter_id", "id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    given_to: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]
    generation: Mapped[int] = mapped_column(default=0)
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
