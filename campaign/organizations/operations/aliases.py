"""Other names and websites of an organization, as organizers enter them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from campaign.decisions import record_act
from campaign.extensions import db
from campaign.models import DomainKey, Letter, Organization, OrganizationAlias, Signature
from campaign.organizations.nearness import aliases_of, is_known_elsewhere
from campaign.organizations.operations.directory import forget_organization, keep_keys
from campaign.organizations.queries import organizations_by
from campaign.organizations.rules import folded_name, identifying_domain
from campaign.states import Refused


def add_alias(
    letter: Letter, organization: Organization, *, name: str, website: str, by_id: int | None, now: datetime
) -> None:
    """Enters another name of an organization, and the website it has under it; "" for none.

    A claim of that website is the organization's from then on, and those that stand are moved to it. Raises `Refused`
    alias_no_domain, alias_known, alias_of_other, alias_both_signed.
    """
    domain, folded = identifying_domain(website), folded_name(name)
    if website and domain is None:
        raise Refused("alias_no_domain")
    if folded == organization.name_folded and domain in (None, organization.domain):
        raise Refused("alias_known")
    if domain is not None and domain != organization.domain:
        _take_in(letter, organization, domain)
    row = OrganizationAlias(
        organization_id=organization.id,
        name=name,
        name_folded=folded,
        domain=None if domain == organization.domain else domain,
        by_id=by_id,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Refused("alias_known") from None
    keep_keys(row.domain, organization_id=organization.id)
    _log("alias_added", letter, organization, by_id, now)


def remove_alias(
    letter: Letter, organization: Organization, alias_id: int, *, by_id: int | None, now: datetime
) -> None:
    """Takes another name back; claims that came under it stay the organization's. Raises `Refused("not_found")`."""
    row = next((alias for alias in aliases_of(organization.id) if alias.id == alias_id), None)
    if row is None:
        raise Refused("not_found")
    of_domain = (DomainKey.organization_id == organization.id) & (DomainKey.domain == row.domain)
    db.session.execute(delete(DomainKey).where(of_domain))
    db.session.delete(row)
    _log("alias_removed", letter, organization, by_id, now)


def _take_in(letter: Letter, organization: Organization, domain: str) -> None:
    """Makes what was claimed under another domain this organization's; the row of that domain goes.

    Only where nobody but this campaign knows that row: what others collected is not ours to move.
    """
    near = organizations_by(domain, "")
    other = next(iter([*near.get("domain", ()), *near.get("alias_domain", ())]), None)
    if other is None or other.id == organization.id:
        return
    if other.domain != domain or is_known_elsewhere(other.id, letter.campaign_id):
        raise Refused("alias_of_other", name=other.name)
    try:
        with db.session.begin_nested():
            db.session.execute(
                update(Signature)
                .where(Signature.organization_id == other.id)
                .values(organization_id=organization.id)
                .execution_options(synchronize_session=False)
            )
            db.session.execute(
                update(OrganizationAlias)
                .where(OrganizationAlias.organization_id == other.id)
                .values(organization_id=organization.id)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise Refused("alias_both_signed", name=other.name) from None
    forget_organization(other.id)


def _log(act: str, letter: Letter, organization: Organization, by_id: int | None, now: datetime) -> None:
    record_act(
        act,
        now=now,
        by_id=by_id,
        campaign_id=letter.campaign_id,
        letter_id=letter.id,
        detail={"organization": organization.id},
    )
