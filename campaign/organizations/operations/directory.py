"""Keeps one row per organization, however often and however spelt it comes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists
from sqlalchemy.exc import IntegrityError

from campaign.extensions import db, insert_or_skip
from campaign.models import Organization, Signature
from campaign.organizations.queries import organization_by_domain, organizations_named
from campaign.organizations.rules import folded_name, identifying_domain


def find_or_add_organization(name: str, website: str, now: datetime) -> tuple[Organization, bool]:
    """The organization by the domain of its website, else by its folded name; added when new.

    The second value is True when another organization in the directory has the same name.
    """
    domain, folded = identifying_domain(website), folded_name(name)
    found = _find(domain, folded)
    if found is None:
        row = {"name": name, "name_folded": folded, "domain": domain, "created_at": now}
        # Two claims at once: the second finds the first one's row.
        insert_or_skip(Organization.__table__, [row])  # type: ignore[arg-type]
        db.session.flush()
        found = _find(domain, folded)
        if found is None:
            raise LookupError("the organization just written cannot be found")
    clash = any(other.id != found.id for other in organizations_named(folded))
    return found, clash


def forget_organization(organization_id: int) -> None:
    """Takes an organization out of the directory once no signature names it any more."""
    named = exists().where(Signature.organization_id == organization_id)
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Organization).where(Organization.id == organization_id, ~named))
    except IntegrityError:
        # Somebody signs for it at this very moment: then it stays.
        return


def _find(domain: str | None, folded: str) -> Organization | None:
    if domain is not None:
        return organization_by_domain(domain)
    return next((row for row in organizations_named(folded) if row.domain is None), None)
