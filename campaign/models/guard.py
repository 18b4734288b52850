"""Who is trusted and who is blocked, on one letter or on the whole site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import GuardKind, GuardList
from campaign.extensions import Base
from campaign.models.constraints import one_of

ON_LETTER, ON_SITE = text("letter_id IS NOT NULL"), text("letter_id IS NULL")


class GuardEntry(Base, kw_only=True):
    """A domain or a glob of domains, a network, or a mailbox. `letter_id` null is the whole site.

    `value` of a mailbox is its key, and `shown` its masked address: the address itself is not kept.
    """

    __tablename__ = "guard_entry"
    __table_args__ = (
        one_of("side", GuardList),
        one_of("kind", GuardKind),
        # Read by: every attempt to sign on the letter.
        Index(
            "uq_guard_entry_letter",
            "letter_id",
            "kind",
            "value",
            unique=True,
            sqlite_where=ON_LETTER,
            postgresql_where=ON_LETTER,
        ),
        Index("uq_guard_entry_site", "kind", "value", unique=True, sqlite_where=ON_SITE, postgresql_where=ON_SITE),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), default=None)
    side: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(254))
    shown: Mapped[str] = mapped_column(String(254))
    comment: Mapped[str] = mapped_column(String(300), default="")
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    added_at: Mapped[datetime]
