"""By what words a public signature is found."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class SearchWord(Base, kw_only=True):
    """A folded word of a public name or affiliation; gone with hiding, withdrawal and erasure."""

    __tablename__ = "search_word"
    # Read by: the names page, search by prefix of any word; by signature when it leaves the list.
    __table_args__ = (Index("ix_search_word_signature_id", "signature_id"),)

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True)
    # In the order of code points: a prefix is then one range of the index, whatever the database's own order.
    word: Mapped[str] = mapped_column(
        String(40).with_variant(String(40, collation="C"), "postgresql"), primary_key=True
    )
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True)
