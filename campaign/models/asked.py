"""A question that an organizer asks a held signatory, and what came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class Asked(Base, kw_only=True):
    """A question asked. `ready` is the id of a ready sentence, `words` are the organizer's own; one of them is there.

    `ended_at` when it is over: answered and decided, taken back, or never answered. `address` is the second address,
    only until it is proven or the question is over; what is kept as evidence is its domain, `proved_domain`, and
    whether that is the one of what was claimed.
    """

    __tablename__ = "asked"
    __table_args__ = (
        CheckConstraint("ready <> '' OR words <> ''", name="asks_something"),
        # Read by: the desk's panel of one signature, /asked, erasing.
        Index("ix_asked_signature_id", "signature_id", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    ready: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    page: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    has_corrected: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str | None] = mapped_column(String(254), default=None)
    codes_asked: Mapped[int] = mapped_column(default=0)
    code_tries: Mapped[int] = mapped_column(default=0)
    code_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    proved_domain: Mapped[str] = mapped_column(String(254), default="")
    is_own_domain: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None] = mapped_column(default=None)


_is_open = Asked.ended_at.is_(None)
_is_unanswered = _is_open & Asked.answered_at.is_(None)
# One question at a time for each signature.
Index("uq_asked_open", Asked.signature_id, unique=True, sqlite_where=_is_open, postgresql_where=_is_open)
# Read by: the worker, which reminds and ends what nobody answers.
Index("ix_asked_due", Asked.asked_at, Asked.id, sqlite_where=_is_unanswered, postgresql_where=_is_unanswered)
