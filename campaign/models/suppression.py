"""Mailboxes that are not written to again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base

# The reasons for which a mailbox gets no more mail of its signatures.
UNWRITTEN = ("not_me", "bounce", "complaint")


class Suppression(Base, kw_only=True):
    """A keyed hash of a mailbox that must not be written to again; `letter_id` null is everywhere."""

    __tablename__ = "suppression"
    # Read by: signing, and every mail to a signatory.
    __table_args__ = (UniqueConstraint("mailbox_key", "letter_id", "reason"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    mailbox_key: Mapped[str] = mapped_column(String(64))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), default=None)
    reason: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    # Of the rule that made the key, as on the signature it came from.
    mailbox_rule: Mapped[int] = mapped_column(default=1, server_default="1")
