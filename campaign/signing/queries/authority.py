"""Reads of what was asked about an organization's right to sign."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from campaign.extensions import db
from campaign.models import AuthorityRequest, DomainCheck

# Asked at every endorsement that is judged.
_DECLINED = (
    select(AuthorityRequest.id)
    .where(AuthorityRequest.signature_id == bindparam("signature"), AuthorityRequest.declined_at.is_not(None))
    .limit(1)
)


def is_declined(signature_id: int) -> bool:
    """Whether somebody asked at the organization said that it does not sign."""
    return db.session.scalar(_DECLINED, {"signature": signature_id}) is not None


def requests_of(signature_id: int) -> Sequence[AuthorityRequest]:
    """Everybody who was named or asked for an endorsement, the first first."""
    return db.session.scalars(
        select(AuthorityRequest).where(AuthorityRequest.signature_id == signature_id).order_by(AuthorityRequest.id)
    ).all()


def request_behind(request_id: int) -> AuthorityRequest | None:
    """The request a link leads to."""
    return db.session.get(AuthorityRequest, request_id)


def request_for_change(request_id: int) -> AuthorityRequest | None:
    """The same, locked until the transaction ends."""
    statement = select(AuthorityRequest).where(AuthorityRequest.id == request_id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def check_of(signature_id: int) -> DomainCheck | None:
    """What the last look at the organization's domain found; None before the first was asked for."""
    return db.session.get(DomainCheck, signature_id)
