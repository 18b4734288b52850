"""What time does not touch: legal holds. And for a while: who asked for the links to their signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, case, exists, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base
from campaign.models.decision import LogEntry
from campaign.models.letter import Letter
from campaign.states import LetterState

STANDING = text("lifted_at IS NULL")


class LegalHold(Base, kw_only=True):
    """An owner's word that nothing of a letter may be blanked or deleted by the clock; at most one stands at a time.

    It stops the clock only: what signatories ask for themselves is done.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        # Read by: everything the clock blanks or deletes.
        Index("uq_legal_hold_standing", "letter_id", unique=True, sqlite_where=STANDING, postgresql_where=STANDING),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)


class LinkRequest(Base, kw_only=True):
    """An address that asked for the links to its signatures, sealed, until the worker has looked for them.

    Kept for every address alike, whether anything is known of it or not.
    """

    __tablename__ = "link_request"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    mailbox_key: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    # When its mail was queued.
    queued_at: Mapped[datetime | None] = mapped_column(default=None)


def on_hold(letter_id: Any) -> ColumnElement[bool]:
    """Whether a legal hold stands on the letter with this id, a column."""
    return exists().where(LegalHold.letter_id == letter_id, LegalHold.lifted_at.is_(None))


# The log row of a letter's being taken down, by the state it is in since.
TAKEN_DOWN = {LetterState.WITHDRAWN: "letter_withdraw", LetterState.REMOVED: "letter_remove"}
_act = case({state.value: act for state, act in TAKEN_DOWN.items()}, value=Letter.state)
_logged_at = select(func.max(LogEntry.logged_at)).where(LogEntry.letter_id == Letter.id, LogEntry.act == _act)
# A letter that was taken down before it closed ended with that; one that runs has not ended. Its own `changed_at` moves
# on with everything readers see, and stands only for what no log tells of.
_taken_down_at = func.coalesce(_logged_at.correlate(Letter).scalar_subquery(), Letter.changed_at)
letter_ended_at = func.coalesce(Letter.closed_at, case((_act.is_not(None), _taken_down_at)))
# The ids of letters that a hold keeps as they are.
HELD_LETTERS = select(LegalHold.letter_id).where(LegalHold.lifted_at.is_(None))
