"""The boxes a signatory ticked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class Consent(Base, kw_only=True):
    """A ticked box: its exact sentence, when, and where from. Taking it back sets `ended_at`."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("signature_id", "kind"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(80), default="web")
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
