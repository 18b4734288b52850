"""Approving an invitation: a code to an address that speaks for the organization, then its signature (p-S10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import IntegrityError

from campaign import limits
from campaign.choices import SignatureKind
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.letters import operations as letter_operations
from campaign.letters import queries as letter_queries
from campaign.lib.emails import Address, DomainMatch, parse_address
from campaign.lib.names import index_letter, sort_key
from campaign.mailboxes import keys_of, mailbox_of
from campaign.models import Endorsement, Invitation, Letter, Signature, Version
from campaign.organizations.operations import find_or_add_organization
from campaign.organizations.operations.answers import owned_invitation, tell_organizers
from campaign.organizations.rules import folded_name, identifying_domain, speaks_for, takes_answers
from campaign.signing.holds import EVERY, Claim, hold_reasons, ruling, watched_by
from campaign.signing.operations.confirm import prove_mailbox
from campaign.signing.operations.hits import keep_hits
from campaign.signing.operations.listing import is_public, listing_changed
from campaign.signing.queries import letter_to_judge, live_signature, public_organization, stands_on
from campaign.signing.rules import (
    CODE_LIFE,
    approval_digest,
    is_second_approval,
    may_mail_again,
    words_digest,
)
from campaign.states import INVITATION, InvitationAnswer, Moderation, Refused, advance
from campaign.verification import invitation, work_domain
from campaign.verification.operations import record_proof

# How many codes an invitation gets in a day.
CODES_A_DAY = 10

# approved: the signature stands. half: a second person has to approve. A wrong code is counted.
Outcome = Literal["approved", "half", "code_wrong", "code_dead"]


@dataclass(frozen=True)
class Approval:
    """What somebody says who approves for an organization; `address` is where the code goes."""

    line: str
    name: str
    role: str
    address: Address


def ask_for_code(invitation_id: int, generation: int, approval: Approval, words: str, now: datetime) -> None:
    """Keeps what was entered, and mails the code that approves it; `words` is the digest of the text that was shown.

    The same entry again within ten minutes sends nothing. Raises `Refused` invitation_unknown, invitation_closed,
    already_approved, letter_changed, code_address, code_same_address, too_many_codes, organization_already_signed.
    """
    row, letter = owned_invitation(invitation_id, generation, now)
    if row.answer == InvitationAnswer.APPROVED:
        raise Refused("already_approved")
    version = letter_queries.version_of(letter)
    if words_digest(version) != words:
        raise Refused("letter_changed")
    if not speaks_for(approval.address, (row.email, row.second_email), row.website):
        raise Refused("code_address")
    if stands_on(letter.id, row.name_folded, identifying_domain(row.website)):
        raise Refused("organization_already_signed")
    is_new = _keep_second(row, approval) if is_second_approval(row, version) else _keep_first(row, approval, version)
    if not is_new and not may_mail_again(row.code_asked_at, now):
        return
    limits.refuse_above(CODES_A_DAY, f"invitation:{row.id}", timedelta(days=1), now, "too_many_codes")
    row.codes_asked += 1
    row.code_asked_at = now
    payload = {"invitation": row.id, "number": row.codes_asked}
    key = f"invitation-code:{row.id}:{row.codes_asked}"
    outbox.enqueue("signing.invitation_code", key, payload, now=now, prio=outbox.SOON, letter_id=letter.id)


def approve(invitation_id: int, generation: int, code: str, digest: str, now: datetime) -> Outcome:
    """Takes a code: the organization's signature stands, or waits for the second person. The caller commits.

    `digest` is of what the person saw. Raises `Refused` invitation_unknown, invitation_closed, letter_changed,
    no_code_asked, organization_already_signed, address_signed_for_another.
    """
    row, letter = owned_invitation(invitation_id, generation, now)
    if row.answer == InvitationAnswer.APPROVED:
        return "approved"
    # From here on nobody edits the words that are accepted.
    letter_operations.lock(letter)
    if not takes_answers(letter.state, letter.closes_at, now):
        raise Refused("invitation_closed")
    version = letter_queries.version_of(letter)
    if digest != approval_digest(row, version):
        raise Refused("letter_changed")
    if row.code_asked_at is None:
        raise Refused("no_code_asked")
    if row.code_tries >= invitation.CODE_TRIES or now - row.code_asked_at > CODE_LIFE:
        return "code_dead"
    if code != invitation.make_code(row.id, row.codes_asked, digest):
        row.code_tries += 1
        return "code_wrong"
    if row.needs_second and not is_second_approval(row, version):
        row.first_approved_at, row.approved_digest = now, digest
        # The same code is no second approval.
        row.code_tries = invitation.CODE_TRIES
        return "half"
    _approve(row, letter, version, now)
    return "approved"


def _keep_first(row: Invitation, approval: Approval, version: Version) -> bool:
    """Keeps who wants to approve, and how the line prints; True when that is new."""
    before = (row.line, row.approver, row.approver_role, row.approver_email)
    entered = (approval.line, approval.name, approval.role, approval.address.normalized)
    row.line, row.approver, row.approver_role, row.approver_email = entered
    row.version_id = version.id
    row.first_approved_at = row.second_approver_email = None
    row.second_approver = ""
    return before != entered


def _keep_second(row: Invitation, approval: Approval) -> bool:
    """Keeps who approves second, from another mailbox; True when that is new."""
    if mailbox_of(approval.address) == mailbox_of(parse_address(row.approver_email or "")):
        raise Refused("code_same_address")
    before = (row.second_approver, row.second_approver_email)
    row.second_approver, row.second_approver_email = approval.name, approval.address.normalized
    return before != (row.second_approver, row.second_approver_email)


def _approve(row: Invitation, letter: Letter, version: Version, now: datetime) -> None:
    """Writes the signature, its endorsement and its proofs, and the answer."""
    organization_id = find_or_add_organization(row.name, row.website, now).id
    if public_organization(letter.id, organization_id) is not None:
        raise Refused("organization_already_signed")
    judged, claim = letter_to_judge(letter.id), Claim(SignatureKind.ORGANIZATION, row.line, "")
    # By the name it goes under: an invitation is no leave to sign as anybody.
    matches = hold_reasons(claim, EVERY, watched_by(judged))
    signature = _signature(row, letter, version, ruling(matches, judged, now), now)
    earlier = live_signature(letter.id, signature.kind, *keys_of(signature.mailbox_key, signature.email))
    if earlier is not None:
        _check_is_the_same(earlier, row, organization_id)
        earlier_key, signature.mailbox_key = signature.mailbox_key, None
    _add(signature, organization_id)
    if earlier is not None:
        # What the same mailbox entered on the letter's own page, and nobody has shown, is this approval.
        earlier.merged_into_id = signature.id
        db.session.flush()
        signature.mailbox_key = earlier_key
    db.session.add(
        Endorsement(signature=signature, website=row.website, representative=row.approver, role=row.approver_role)
    )
    keep_hits(signature, matches, signature.reasons.split(";"), now)
    _prove(row, signature, now)
    listing_changed(signature, is_new=True)
    row.answer = advance(INVITATION, row.answer, "approved")
    row.answered_at, row.signature_id, row.version_id = now, signature.id, version.id
    row.second_approved_at = now if row.needs_second else None
    payload = {"signature": signature.id, "invitation": row.id}
    key = f"invitation-approved:{signature.id}"
    outbox.enqueue("signing.invitation_approved", key, payload, now=now, prio=outbox.SOON, letter_id=letter.id)
    tell_organizers(letter, now)


def _signature(
    row: Invitation, letter: Letter, version: Version, ruled: tuple[Moderation, str], now: datetime
) -> Signature:
    """The organization's signature, and where it goes with which reasons."""
    address = parse_address(row.approver_email or "")
    mailbox = mailbox_of(address)
    moderation, reasons = ruled
    return Signature(
        letter_id=letter.id,
        version_id=version.id,
        kind=SignatureKind.ORGANIZATION.value,
        name=row.line,
        name_typed=row.line,
        sort_key=sort_key(row.line, ignore_article=True),
        index_letter=index_letter(row.line, ignore_article=True),
        email=address.normalized,
        mailbox_key=mailbox.key,
        mailbox_rule=mailbox.rule,
        language=letter.language,
        source="invitation",
        verification="verified",
        moderation=moderation.value,
        reasons=reasons,
        signed_at=now,
        verified_at=now,
    )


def _check_is_the_same(earlier: Signature, row: Invitation, organization_id: int) -> None:
    names = {row.name_folded, folded_name(row.line)}
    is_same = earlier.organization_id == organization_id or folded_name(earlier.name) in names
    if is_public(earlier) or not is_same:
        raise Refused("address_signed_for_another")


def _add(signature: Signature, organization_id: int) -> None:
    """The database is the last to say that an organization stands on a letter once."""
    signature.organization_id = organization_id
    try:
        with db.session.begin_nested():
            db.session.add(signature)
    except IntegrityError:
        raise Refused("organization_already_signed") from None


def _prove(row: Invitation, signature: Signature, now: datetime) -> None:
    """Keeps whose mailbox gave the code, and for which invitation."""
    second = (row.second_approver_email or "") if row.needs_second else ""
    seen = invitation.seen(row.approver_email or "", second)
    record_proof(signature.id, invitation.METHOD, seen=seen, by_id=None, now=now)
    prove_mailbox(signature, now)
    if work_domain.match(signature.email or "", row.website) is DomainMatch.EXACT:
        evidence = work_domain.seen(signature.email or "", row.website)
        record_proof(signature.id, work_domain.METHOD, seen=evidence, by_id=None, now=now)
