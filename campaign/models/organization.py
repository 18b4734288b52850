"""A body that signs as such: one row however often and however spelt it comes; by what else it is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
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


class OrganizationAlias(Base, kw_only=True):
    """Another name of an organization, and the domain of a website it has under it, as an organizer entered them."""

    __tablename__ = "organization_alias"
    __table_args__ = (
        UniqueConstraint("organization_id", "name_folded"),
        # Read by: finding an organization by name, and the hold rule for name clashes.
        Index("ix_organization_alias_name_folded", "name_folded"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    domain: Mapped[str | None] = mapped_column(String(253), unique=True, default=None)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]


class DomainKey(Base, kw_only=True):
    """A key that near domains have in common (`lib.lookalikes`), of one in the directory or on a letter's board."""

    __tablename__ = "domain_key"
    __table_args__ = (
        CheckConstraint("(organization_id IS NULL) <> (invitation_id IS NULL)", name="of_one"),
        # Read by: the hold rule for look-alikes, at each confirmed endorsement.
        Index("ix_domain_key_key", "key"),
        # Read by: the sweep for what has no keys yet.
        Index("ix_domain_key_organization_id", "organization_id"),
        Index("ix_domain_key_invitation_id", "invitation_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    key: Mapped[str] = mapped_column(String(63))
    domain: Mapped[str] = mapped_column(String(253))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"), default=None)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"), default=None)
