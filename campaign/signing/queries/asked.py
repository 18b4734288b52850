"""Reads of the questions that organizers ask those who are held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from campaign.choices import Asking
from campaign.extensions import db
from campaign.models import Asked, Institution, Organization, OrganizationAlias, Signature
from campaign.models.signature import IS_UNDECIDED


def asked_by_id(asked_id: int) -> Asked | None:
    """A question, as it is stored now."""
    return db.session.get(Asked, asked_id)


def locked_question(asked_id: int) -> Asked | None:
    """The same, locked until the transaction ends; lock its signature first."""
    return db.session.scalars(
        select(Asked).where(Asked.id == asked_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def last_asked(signature_id: int) -> Asked | None:
    """The newest question to a signatory."""
    found = select(Asked).where(Asked.signature_id == signature_id).order_by(Asked.id.desc())
    return db.session.scalars(found.limit(1)).first()


def questions_to(signature_id: int) -> Sequence[Asked]:
    """Everything a signatory was asked, the oldest first."""
    return db.session.scalars(select(Asked).where(Asked.signature_id == signature_id).order_by(Asked.id)).all()


def questions_due(before: datetime, is_reminded: bool, most: int) -> Sequence[int]:
    """The ids of open questions to whoever still waits, asked or reminded before a moment. Reads ix_asked_due."""
    due = Asked.reminded_at <= before if is_reminded else Asked.reminded_at.is_(None) & (Asked.asked_at <= before)
    return db.session.scalars(
        select(Asked.id)
        .join(Signature, Signature.id == Asked.signature_id)
        .where(Asked.ended_at.is_(None), Asked.answered_at.is_(None), due)
        .where(IS_UNDECIDED, Signature.asking == Asking.ASKED.value)
        .order_by(Asked.asked_at, Asked.id)
        .limit(most)
    ).all()


def domains_of(organization_id: int | None) -> list[str]:
    """The domains of an organization: its own, and those of its other websites; none for None."""
    own = select(Organization.domain).where(Organization.id == organization_id, Organization.domain.is_not(None))
    other = select(OrganizationAlias.domain).where(
        OrganizationAlias.organization_id == organization_id, OrganizationAlias.domain.is_not(None)
    )
    return sorted(db.session.scalars(own.union(other)))


def domains_of_name(folded: str) -> list[str]:
    """The domains of the one known organization that is called so; none where there is none, or several."""
    own = select(Organization.id).where(Organization.name_folded == folded, Organization.domain.is_not(None))
    other = select(OrganizationAlias.organization_id).where(OrganizationAlias.name_folded == folded)
    called = db.session.scalars(own.union(other)).all()
    return domains_of(called[0]) if len(called) == 1 else []


def sites_of_institution(institution_id: int | None) -> list[str]:
    """The website of an institution of the directory, where one is known."""
    site = db.session.scalar(select(Institution.website).where(Institution.id == institution_id))
    return [site] if site else []
