"""What verified a signature."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class Proof(Base, kw_only=True):
    """Evidence that a method verified a signature: what was seen, when, by whom."""

    __tablename__ = "proof"
    __table_args__ = (UniqueConstraint("signature_id", "method"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(20))
    seen: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    proved_at: Mapped[datetime]
