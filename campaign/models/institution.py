"""Where people work or study: one row and one spelling for each institution, for the whole site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base

# In the order of code points: a prefix is then one range of the index, whatever the database's own order.
PLAIN_NAME = String(200).with_variant(String(200, collation="C"), "postgresql")
PLAIN_WORD = String(40).with_variant(String(40, collation="C"), "postgresql")
STANDS = text("merged_into_id IS NULL")


class Institution(Base, kw_only=True):
    """An institution under its one spelling. Merged into another it stays, so that its address still leads there."""

    __tablename__ = "institution"
    __table_args__ = (
        # One institution of a name in a country; two files at once add it once. Read by: the desk's list, in order.
        Index(
            "uq_institution_name",
            "name_plain",
            "country",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        # Read by: the desk's list, in order.
        Index("ix_institution_order", "sort_key", "id", sqlite_where=STANDS, postgresql_where=STANDS),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_plain: Mapped[str] = mapped_column(PLAIN_NAME)
    sort_key: Mapped[bytes] = mapped_column(LargeBinary(255))
    country: Mapped[str] = mapped_column(String(2), default="")
    website: Mapped[str] = mapped_column(String(400), default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"), default=None)
    created_at: Mapped[datetime]


class InstitutionName(Base, kw_only=True):
    """A name an institution is found by: its own, and every alias."""

    __tablename__ = "institution_name"
    __table_args__ = (
        UniqueConstraint("institution_id", "name_plain"),
        # Read by: signing, which finds what was typed; suggestions, by the beginning of a name.
        Index("ix_institution_name_plain", "name_plain", "institution_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_plain: Mapped[str] = mapped_column(PLAIN_NAME)


class InstitutionWord(Base, kw_only=True):
    """A folded word of any of its names."""

    __tablename__ = "institution_word"
    # Read by: suggestions, which look for further words among those found by one.
    __table_args__ = (Index("ix_institution_word_institution_id", "institution_id", "word"),)

    word: Mapped[str] = mapped_column(PLAIN_WORD, primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True)
