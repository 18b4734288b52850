"""Looks an organization up in the directory."""

from __future__ import annotations

from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Organization


def organization_by_domain(domain: str) -> Organization | None:
    """The organization whose website lies on this registrable domain."""
    return db.session.scalars(select(Organization).where(Organization.domain == domain)).one_or_none()


def organizations_named(folded: str) -> list[Organization]:
    """All organizations with this folded name."""
    return list(db.session.scalars(select(Organization).where(Organization.name_folded == folded)))
