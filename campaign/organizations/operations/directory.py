"""Keeps one row per organization, however often and however spelt it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert
from sqlalchemy.exc import IntegrityError

from campaign.extensions import db, insert_or_skip
from campaign.lib.lookalikes import known_keys
from campaign.models import DomainKey, Organization, Signature
from campaign.organizations.queries import organizations_by
from campaign.organizations.rules import folded_name, identifying_domain


@dataclass(frozen=True)
class Known:
    """An organization of the directory; `clashes` are the hold rules that its name breaks beside others."""

    organization: Organization
    clashes: frozenset[str]


def find_or_add_organization(name: str, website: str, now: datetime) -> Organization:
    """The organization of a claim, see `know_organization`, whatever its name breaks."""
    return know_organization(name, website, now).organization


def know_organization(name: str, website: str, now: datetime) -> Known:
    """The organization by the domain of its website or of an alias, else by its folded name or an alias; else added.

    A name alone finds who has no domain of its own; an alias alone finds whoever an organizer entered it for.
    """
    domain, folded = identifying_domain(website), folded_name(name)
    near = organizations_by(domain, folded)
    found = _found(domain, near)
    if found is None:
        row = {"name": name, "name_folded": folded, "domain": domain, "created_at": now}
        # Two claims at once: the second finds the first one's row.
        insert_or_skip(Organization.__table__, [row])  # type: ignore[arg-type]
        db.session.flush()
        near = organizations_by(domain, folded)
        found = _found(domain, near)
        if found is None:
            raise LookupError("the organization just written cannot be found")
        keep_keys(found.domain, organization_id=found.id)
    rules = {"name": "name_clash", "alias": "alias_clash"}
    clashes = {rules[by] for by in rules for row in near.get(by, ()) if row.id != found.id}
    return Known(found, frozenset(clashes))


def keep_keys(domain: str | None, *, organization_id: int | None = None, invitation_id: int | None = None) -> None:
    """Keeps by what a domain is found when another one is near it; nothing for None."""
    rows = [
        {"key": key, "domain": domain, "organization_id": organization_id, "invitation_id": invitation_id}
        for key in sorted(known_keys(domain) if domain else ())
    ]
    if rows:
        db.session.execute(insert(DomainKey.__table__), rows)  # type: ignore[arg-type]


def keep_missing_keys(organizations: Iterable[tuple[int, str]], invitations: Iterable[tuple[int, str]]) -> None:
    """The same for what has none yet: organizations as id and domain, invitations as id and website."""
    for organization_id, domain in organizations:
        keep_keys(domain, organization_id=organization_id)
    for invitation_id, website in invitations:
        keep_keys(identifying_domain(website), invitation_id=invitation_id)


def forget_organization(organization_id: int) -> None:
    """Takes an organization out of the directory once no signature names it any more."""
    named = exists().where(Signature.organization_id == organization_id)
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Organization).where(Organization.id == organization_id, ~named))
    except IntegrityError:
        # Somebody signs for it at this very moment: then it stays.
        return


def _found(domain: str | None, near: Mapping[str, Sequence[Organization]]) -> Organization | None:
    """Whose claim it is, of those that `organizations_by` found."""
    if domain is not None:
        # The row of the domain itself counts, should there be an alias as well.
        return next(iter([*near.get("domain", ()), *near.get("alias_domain", ())]), None)
    alone = [row for row in near.get("name", ()) if row.domain is None]
    return next(iter([*alone, *near.get("alias", ())]), None)
