"""A body that signs as such: one row however often and however spelt it comes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base

WITHOUT_DOMAIN = text("domain IS NULL")


class Organization(Base, kw_only=True):
    """Found by registrable domain, else (shared host, no site) by folded name."""

    __tablename__ = "organization"
    __table_args__ = (
        Index(
            "uq_organization_name_without_domain",
            "name_folded",
            unique=True,
            sqlite_where=WITHOUT_DOMAIN,
            postgresql_where=WITHOUT_DOMAIN,
        ),
        # Read by: the hold rule for name clashes.
        Index("ix_organization_name_folded", "name_folded"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    domain: Mapped[str | None] = mapped_column(String(253), unique=True, default=None)
    created_at: Mapped[datetime]
