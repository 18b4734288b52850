"""Other names and websites of an organization, as organizers enter them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.exc import IntegrityError

from campaign.decisions import record_act
from campaign.extensions import db
from campaign.jobs import outbox
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

    A claim of that website is the organization's from then on, and those that stand are moved to it; what this campaign
    holds of it is judged again. Raises `Refused` alias_no_domain, alias_known, alias_of_other, alias_both_signed,
    alias_twice.
    """
    domain, folded = identifying_domain(website), folded_name(name)
    if website and domain is None:
        raise Refused("alias_no_domain")
    if folded == organization.name_folded and domain in (None, organization.domain):
        raise Refused("alias_known")
    if domain is not None and domain != organization.domain:
        _take_in(letter, organization, domain, folded)
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
    _judge_again(letter, organization, row.id, now)
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


def _take_in(letter: Letter, organization: Organization, domain: str, folded: str) -> None:
    """Makes what was claimed under another domain this organization's, as `folded` from now on; that domain's row goes.

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
            _move(Signature, other, organization)
    except IntegrityError:
        raise Refused("alias_both_signed", name=other.name) from None
    _drop_doubles(other, organization, folded)
    _move(OrganizationAlias, other, organization)
    # By the keys of the domain itself the row that goes was found; the new alias gets its own.
    _move(DomainKey, other, organization, DomainKey.domain != domain)
    forget_organization(other.id)


def _move(table: Any, other: Organization, organization: Organization, *only: ColumnElement[bool]) -> None:
    db.session.execute(
        update(table)
        .where(table.organization_id == other.id, *only)
        .values(organization_id=organization.id)
        .execution_options(synchronize_session=False)
    )


def _drop_doubles(other: Organization, organization: Organization, folded: str) -> None:
    """Of a name that both have, the one with a website of its own stays; `folded` gets the website of `other`.

    Raises `Refused("alias_twice")` where both have one.
    """
    mine = {alias.name_folded: alias for alias in aliases_of(organization.id)}
    for theirs in aliases_of(other.id):
        same = mine.get(theirs.name_folded)
        if theirs.domain and (theirs.name_folded == folded or (same and same.domain)):
            raise Refused("alias_twice", name=other.name, alias=theirs.name)
        if theirs.name_folded == folded or (same and not theirs.domain):
            db.session.delete(theirs)
        elif same:
            db.session.delete(same)
    db.session.flush()


def _judge_again(letter: Letter, organization: Organization, alias_id: int, now: datetime) -> None:
    """Has the worker judge again what is held of an organization: what it was near to may be itself."""
    outbox.enqueue(
        "signing.judge_claims",
        f"judge-claims:{alias_id}",
        {"organization": organization.id, "campaign": letter.campaign_id},
        now=now,
        prio=outbox.SOON,
        letter_id=letter.id,
    )


def _log(act: str, letter: Letter, organization: Organization, by_id: int | None, now: datetime) -> None:
    record_act(
        act,
        now=now,
        by_id=by_id,
        campaign_id=letter.campaign_id,
        letter_id=letter.id,
        detail={"organization": organization.id},
    )
