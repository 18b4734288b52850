"""Looks up what a claim is near to: other domains, and names on the board; by indexes, never through the directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, func, select

from campaign.extensions import db
from campaign.lib.emails import labels_before
from campaign.lib.lookalikes import Likeness, asked_keys, likeness
from campaign.models import DomainKey, Invitation, Letter, Organization, OrganizationAlias, Signature
from campaign.organizations.rules import folded_name, identifying_domain, website_host

# More than this near one claim tells nobody more.
MOST_NEAR = 200


@dataclass(frozen=True)
class Near:
    """A known domain that a claim can be taken for, whose it is, and in what way it is near."""

    domain: str
    name: str
    likeness: Likeness


# Put together once: asked at every endorsement that is confirmed.
_NEAR = (
    select(
        DomainKey.domain,
        DomainKey.organization_id,
        func.coalesce(Organization.name, Invitation.name).label("name"),
    )
    .outerjoin(Organization, Organization.id == DomainKey.organization_id)
    .outerjoin(Invitation, Invitation.id == DomainKey.invitation_id)
    .where(
        DomainKey.key.in_(bindparam("keys", expanding=True)),
        DomainKey.domain != bindparam("domain"),
        DomainKey.organization_id.is_not(None)
        | ((Invitation.letter_id == bindparam("letter")) & Invitation.cancelled_at.is_(None)),
    )
    .distinct()
    .order_by(DomainKey.domain, DomainKey.organization_id)
    .limit(MOST_NEAR)
)
_ON_BOARD = select(Invitation.website).where(
    Invitation.letter_id == bindparam("letter"),
    Invitation.name_folded == bindparam("folded"),
    Invitation.cancelled_at.is_(None),
)


def near_domains(letter_id: int, website: str, organization_id: int | None) -> list[Near]:
    """The domains of other organizations, in the directory or on the letter's board, that a website is near to.

    `organization_id` is whose the website is: its own other domains are not near it.
    """
    before, domain = labels_before(website_host(website)), identifying_domain(website) or ""
    keys = sorted(asked_keys(domain, before))
    if not keys:
        return []
    rows = db.session.execute(_NEAR, {"keys": keys, "domain": domain, "letter": letter_id}).all()
    own = {row.domain for row in rows if row.organization_id == organization_id and organization_id is not None}
    found: dict[str, Near] = {}
    for row in rows:
        kind = likeness(domain, before, row.domain)
        if kind is not None and row.domain not in own:
            found.setdefault(row.domain, Near(row.domain, row.name, kind))
    return list(found.values())


def is_name_on_board(letter_id: int, name: str, website: str) -> bool:
    """Whether the letter's board has an organization of this name whose website lies on another domain."""
    given = {"letter": letter_id, "folded": folded_name(name)}
    theirs = identifying_domain(db.session.scalar(_ON_BOARD, given) or "")
    return theirs is not None and theirs != identifying_domain(website)


_INVITATIONS = (
    select(Invitation.id, Invitation.website)
    .where(Invitation.website != "", ~exists().where(DomainKey.invitation_id == Invitation.id))
    .order_by(Invitation.id)
)


def board_without_keys(letter_id: int) -> list[tuple[int, str]]:
    """Id and website of the invitations of a letter that no near domain would find yet."""
    return _with_domain(db.session.execute(_INVITATIONS.where(Invitation.letter_id == letter_id)))


def without_keys() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Organizations as id and domain, and invitations as id and website, that no near domain would find yet."""
    organizations = select(Organization.id, Organization.domain).where(
        Organization.domain.is_not(None), ~exists().where(DomainKey.organization_id == Organization.id)
    )
    found = [(row.id, row.domain) for row in db.session.execute(organizations.order_by(Organization.id))]
    return found, _with_domain(db.session.execute(_INVITATIONS))


def _with_domain(rows: Any) -> list[tuple[int, str]]:
    """Those that have a domain of their own to be near to."""
    return [(row.id, row.website) for row in rows if identifying_domain(row.website)]


def is_known_elsewhere(organization_id: int, campaign_id: int) -> bool:
    """Whether a signature of another campaign names this organization."""
    return bool(
        db.session.scalar(
            select(
                exists()
                .where(Signature.organization_id == organization_id)
                .where(Letter.id == Signature.letter_id, Letter.campaign_id != campaign_id)
            )
        )
    )


def organization_on(letter_id: int, organization_id: int) -> Organization | None:
    """An organization that a signature of this letter names; None for any other."""
    named = exists().where(Signature.letter_id == letter_id, Signature.organization_id == Organization.id)
    return db.session.scalars(select(Organization).where(Organization.id == organization_id, named)).one_or_none()


def aliases_of(organization_id: int) -> Sequence[Any]:
    """The other names of an organization, A to Z."""
    return db.session.scalars(
        select(OrganizationAlias)
        .where(OrganizationAlias.organization_id == organization_id)
        .order_by(OrganizationAlias.name_folded, OrganizationAlias.id)
    ).all()
