"""Endorsements of the seeded world that wait because of what they claim, judged by the real rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from campaign.cli.seed_letters import Plan
from campaign.cli.seed_rows import place_in_order
from campaign.extensions import db, insert_or_skip
from campaign.lib.emails import Address, mailbox_key
from campaign.models import AuthorityRequest, Endorsement, Letter, Organization, OrganizationAlias, Signature
from campaign.organizations.rules import folded_name
from campaign.signing.operations.confirm import prove_mailbox
from campaign.signing.operations.judging import judge
from campaign.signing.queries import letter_to_judge

# The organization of the directory that others are near to, and what it is also called.
KNOWN, ALIAS = "example.org", "The Neighbours"
# Name ("" for that of KNOWN), website, local part and host of the address, and who signs. Nobody can own these: names
# that are reserved, an ending for treaties, a hyphen in a mailbox of a provider that allows none, two in a user name.
CLAIMS = (
    ("Neighbourhood Watchers", "https://example.edu", "office", "example.edu", "Ines Duarte"),
    ("Bay Tenants Together", "https://bay-tenants.example", "bay-tenants", "gmail.com", "Samuel Okoye"),
    ("Night Nurses' Choir", "https://night--nurses.github.io", "choir", "night-nurses.example", "Lena Vogt"),
    ("", "https://another-site.int", "desk", "another-site.int", "Paul Martin"),
    (ALIAS, "https://neighbourhoods.int", "hello", "neighbourhoods.int", "Maria Costa"),
    ("Harbour Friends", "https://harbour-friends.example", "maren", "elsewhere.example", "Maren Lund"),
    ("Friends of the Library", "https://library-friends.example", "tomas", "elsewhere.example", "Tomás Silva"),
)
# Whom two of them named: the first said no, the second waits for an organizer.
SAID_NO, NAMED = "Harbour Friends", "Friends of the Library"


def add_claims(plan: Plan, letter: Letter, secret: bytes, now: datetime) -> None:
    """Adds the endorsements to the largest letter; none where it has few organizations, or none that is known."""
    known = db.session.scalars(select(Organization).where(Organization.domain == KNOWN)).one_or_none()
    if not plan.is_largest or plan.organizations < 10 or known is None:
        return
    alias = {"organization_id": known.id, "name": ALIAS, "name_folded": folded_name(ALIAS), "created_at": now}
    insert_or_skip(OrganizationAlias.__table__, [alias])  # type: ignore[arg-type]
    judged = letter_to_judge(letter.id)
    last = db.session.scalar(select(func.max(Signature.signed_at)).where(Signature.letter_id == letter.id)) or now
    for number, (name, website, local, host, representative) in enumerate(CLAIMS):
        # After all the others, as the ids come.
        came = last + (now - last) * (number + 1) / (len(CLAIMS) + 1)
        row = claim(letter, name or known.name, Address("", f"{local}@{host}", local, host), secret, came)
        db.session.add(row)
        db.session.flush()
        said = Endorsement(signature=row, website=website, representative=representative, role="Secretary")
        db.session.add(said)
        name_somebody(row, website, came)
        db.session.flush()
        prove_mailbox(row, came)
        # Later than it was confirmed: by then somebody may have answered.
        judge(row, judged, now)
    db.session.flush()


def claim(letter: Letter, name: str, address: Address, secret: bytes, came: datetime) -> Signature:
    """An endorsement that its representative confirmed."""
    key, first = place_in_order(name, True)
    values: dict[str, Any] = {"mails_asked": 1, "mail_asked_at": came, "mailed_at": came}
    return Signature(
        letter_id=letter.id,
        version_id=letter.version_id or 0,
        kind="organization",
        name=name,
        name_typed=name,
        sort_key=key,
        index_letter=first,
        email=address.normalized,
        mailbox_key=mailbox_key(secret, address),
        verification="verified",
        signed_at=came,
        verified_at=came,
        **values,
    )


def name_somebody(row: Signature, website: str, came: datetime) -> None:
    """Whom the representative named, where they did."""
    if row.name not in (SAID_NO, NAMED):
        return
    has_answered = row.name == SAID_NO
    email = f"office@{website.partition('://')[2]}"
    request = AuthorityRequest(
        signature_id=row.id,
        way="published_contact",
        email=email,
        page=f"{website}/contact",
        generation=row.id,
        created_at=came,
        asked_at=came if has_answered else None,
        declined_at=came if has_answered else None,
    )
    db.session.add(request)
