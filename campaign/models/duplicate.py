"""Signatures that may be of one person or organization, and what was decided about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import PairState
from campaign.extensions import Base
from campaign.models.constraints import one_of


class Pair(Base, kw_only=True):
    """Two signatures of a letter that may be one, the older first, and `why` it looks so.

    `mark` is a digest of the two mailboxes: "not the same" stands for whoever signs again from them. Merged: the one
    that stays is `kept_id`, and `own_signed_at` its own date, because it shows the older of both.
    """

    __tablename__ = "pair"
    __table_args__ = (
        one_of("state", PairState),
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
        CheckConstraint("(state = 'merged') = (kept_id IS NOT NULL)", name="merged_keeps_one"),
        CheckConstraint("kept_id IS NULL OR kept_id = first_id OR kept_id = second_id", name="keeps_one_of_both"),
        # Read by: the desk's list of possible duplicates, oldest first.
        Index("ix_pair_letter_id", "letter_id", "state", "id"),
        # Read by: the open signature, which may be first or second of a pair.
        Index("ix_pair_second_id", "second_id"),
        # Read by: the search for new pairs, which asks what was said of two mailboxes before.
        Index("ix_pair_mark", "mark"),
        # Read by: undoing a merge, which needs the dates of what is still merged into the same signature.
        Index("ix_pair_kept_id", "kept_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    first_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    why: Mapped[str] = mapped_column(String(40))
    mark: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(20), default=PairState.SUGGESTED.value)
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), default=None)
    own_signed_at: Mapped[datetime | None] = mapped_column(default=None)
    # The decision that merged them or told them apart, by which that is undone.
    decision_id: Mapped[int | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    @property
    def dropped_id(self) -> int | None:
        """The signature that was merged into the other; None when none was."""
        if self.kept_id is None:
            return None
        return self.second_id if self.kept_id == self.first_id else self.first_id


class NameKey(Base, kw_only=True):
    """A keyed hash of what a signature is compared by, so that its like is one look into an index.

    Written by the worker after confirming, gone with erasure.
    """

    __tablename__ = "name_key"
    # Read by: a signature that is looked at again, or erased.
    __table_args__ = (Index("ix_name_key_signature_id", "signature_id"),)

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True)


class PairProgress(Base, kw_only=True):
    """Up to which proof the search for pairs has come: one row. A confirmed signature is one that has a proof."""

    __tablename__ = "pair_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    proof_id: Mapped[int] = mapped_column(default=0)
