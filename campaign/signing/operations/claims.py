"""What is known of an organization's claim when it is judged: whose it is, what it is near to, what proves it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from campaign.extensions import db
from campaign.lib.emails import DomainMatch
from campaign.models import Signature
from campaign.organizations.nearness import is_name_on_board, near_domains
from campaign.organizations.operations import forget_organization, know_organization
from campaign.organizations.operations.directory import Known
from campaign.signing.holds import Claim
from campaign.signing.queries import is_declined, public_organization
from campaign.verification import work_domain
from campaign.verification.methods import has_authority
from campaign.verification.operations import record_proof
from campaign.verification.queries import methods_of


def organization_claim(signature: Signature, signals: Collection[str], now: datetime) -> tuple[Claim, int]:
    """What the rules look at of an endorsement, and the organization it names; `signals` were found before.

    The proof of the work domain follows the claim.
    """
    email, website = signature.email or "", signature.endorsement.website if signature.endorsement else ""
    known = _known(signature, website, now)
    organization_id = known.organization.id
    match = work_domain.match(email, website) if email else DomainMatch.DIFFERENT
    if match is DomainMatch.EXACT:
        seen = work_domain.seen(email, website)
        record_proof(signature.id, work_domain.METHOD, seen=seen, by_id=None, now=now)
    found = {*signals, *known.clashes, *_beside_others(signature, website, organization_id)}
    # Nobody can have been asked about what is confirmed at this very moment.
    is_new = signature.verified_at == now
    if not is_new and is_declined(signature.id):
        found.add("authority_declined")
    is_proven = not is_new and has_authority(methods_of([signature.id]).get(signature.id, []))
    claim = Claim(signature.kind, signature.name, "", match, signals=frozenset(found), is_proven=is_proven)
    return claim, organization_id


def _known(signature: Signature, website: str, now: datetime) -> Known:
    """The organization of a claim in the directory; one that it named before, and nobody else does, is forgotten."""
    known = know_organization(signature.name, website, now)
    former = signature.organization_id
    if former is None or former == known.organization.id:
        return known
    # Named by this claim alone, it would clash with it for ever.
    signature.organization_id = None
    db.session.flush()
    forget_organization(former)
    return know_organization(signature.name, website, now)


def _beside_others(signature: Signature, website: str, organization_id: int) -> set[str]:
    """The ids of the rules that a claim breaks beside other organizations, of the directory and of the letter."""
    found = set()
    if near_domains(signature.letter_id, website, organization_id):
        found.add("look_alike")
    if is_name_on_board(signature.letter_id, signature.name, website):
        found.add("name_clash")
    other = public_organization(signature.letter_id, organization_id)
    if other is not None and other != signature.id:
        found.add("organization_already_signed")
    return found
