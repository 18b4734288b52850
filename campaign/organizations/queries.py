"""Looks an organization up in the directory."""

from __future__ import annotations

from sqlalchemy import Select, select

from campaign.extensions import db
from campaign.models import Organization


def organization_by_domain(domain: str) -> Organization | None:
    """The organization whose website lies on this registrable domain; it stays until the end of the transaction."""
    return db.session.scalars(_staying().where(Organization.domain == domain)).one_or_none()


def organizations_named(folded: str) -> list[Organization]:
    """All organizations with this folded name; they stay until the end of the transaction."""
    return list(db.session.scalars(_staying().where(Organization.name_folded == folded)))


def _staying() -> Select[Organization]:
    """Organizations that nobody can take out of the directory before a signature names them."""
    return select(Organization).with_for_update(read=True, key_share=True)
