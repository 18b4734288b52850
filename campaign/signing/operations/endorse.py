"""Endorsements that an organizer vouches for: organizations of a letter loaded from files."""

from __future__ import annotations

from datetime import datetime

from campaign.extensions import db
from campaign.lib.names import index_letter, sort_key
from campaign.models import Endorsement, Letter, Signature
from campaign.organizations.operations import find_or_add_organization
from campaign.signing.operations.listing import listing_changed
from campaign.signing.queries import public_organization
from campaign.states import Refused
from campaign.verification import vouched
from campaign.verification.operations import record_proof


def vouch_endorsement(
    letter: Letter,
    *,
    name: str,
    website: str,
    type: str,  # the glossary's word, and the form field's
    country: str,
    reason: str,
    by_id: int | None,
    now: datetime,
    source: str = "load",
) -> Signature:
    """Adds an organization's public signature that an organizer vouches for, without an address.

    Raises `Refused` needs_reason, letter_incomplete (no text yet), organization_already_signed.
    """
    seen = vouched.seen(reason)
    if letter.version_id is None:
        raise Refused("letter_incomplete")
    organization = find_or_add_organization(name, website, now)
    if public_organization(letter.id, organization.id) is not None:
        raise Refused("organization_already_signed")
    signature = _vouched_row(letter, letter.version_id, name, country, source, organization.id, now)
    db.session.add(signature)
    db.session.flush()
    db.session.add(Endorsement(signature=signature, website=website, type=type))
    record_proof(signature.id, vouched.METHOD, seen=seen, by_id=by_id, now=now)
    listing_changed(signature, is_new=True)
    return signature


def _vouched_row(
    letter: Letter, version_id: int, name: str, country: str, source: str, organization_id: int, now: datetime
) -> Signature:
    return Signature(
        letter_id=letter.id,
        version_id=version_id,
        kind="organization",
        name=name,
        name_typed=name,
        sort_key=sort_key(name, ignore_article=True),
        index_letter=index_letter(name, ignore_article=True),
        country=country,
        language=letter.language,
        source=source,
        verification="verified",
        moderation="approved",
        organization_id=organization_id,
        signed_at=now,
        verified_at=now,
    )
