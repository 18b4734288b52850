"""Showing that an organization signs: asking a published contact or a colleague (p-V2)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select

from campaign.choices import AskedWay
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib.emails import Address, website_domain
from campaign.lib.periods import PERIODS
from campaign.models import AuthorityRequest, DomainCheck, Signature
from campaign.models.retention import on_hold
from campaign.organizations.rules import own_domain, website_host
from campaign.signing.operations.judging import judge_again
from campaign.signing.queries import letter_to_judge, requests_of
from campaign.signing.rules import entry_digest
from campaign.states import LetterState, Moderation, Refused, Verification
from campaign.verification import published_contact, second_person
from campaign.verification.operations import record_proof

# How many a representative may name, and how many are asked for one signature in all.
MOST_NAMED, MOST_ASKED = 3, 10
REQUEST_LIFE = timedelta(days=14)
# The rules that a proof of authority answers.
OF_ADDRESS = frozenset(("free_mail", "shared_host", "address_not_exact"))
TAKES_PROOFS = (LetterState.OPEN, LetterState.PAUSED, LetterState.CLOSED)


def is_held_for_address(signature: Signature) -> bool:
    """Whether a proof of authority would help an endorsement on."""
    is_held = signature.moderation == Moderation.HELD and _stands(signature)
    return is_held and not OF_ADDRESS.isdisjoint(signature.reasons.split(";"))


def _stands(signature: Signature) -> bool:
    """Neither taken back, nor counted with another one."""
    return signature.withdrawn_at is None and signature.merged_into_id is None


def domain_of(signature: Signature) -> str:
    """The domain that could show that the organization signs; "" where it has none of its own."""
    return own_domain(signature.endorsement.website) if signature.endorsement else ""


def claim_digest(signature: Signature) -> str:
    """The digest of what somebody at the organization is asked to approve."""
    claim = signature.endorsement
    said = (claim.legal_name, claim.website, claim.representative, claim.role) if claim else ()
    return entry_digest(str(signature.version_id), signature.name, *said)


def name_colleague(signature: Signature, address: Address, *, by_id: int | None, now: datetime) -> None:
    """Asks a second person at the organization. `by_id` is the organizer, None the representative.

    Raises `Refused` authority_not_needed, colleague_no_domain, colleague_not_exact, colleague_same_mailbox,
    too_many_requests, request_exists, request_declined.
    """
    _check_may_name(signature, by_id)
    domain, website = domain_of(signature), signature.endorsement.website if signature.endorsement else ""
    if not domain:
        raise Refused("colleague_no_domain")
    if not second_person.is_exact(address.normalized, website):
        raise Refused("colleague_not_exact", domain=domain)
    if not second_person.is_other_mailbox(address.normalized, signature.email or ""):
        raise Refused("colleague_same_mailbox")
    _ask(_add(signature, AskedWay.SECOND_PERSON, address, "", by_id, now), signature, now)


def name_contact(signature: Signature, address: Address, page: str, *, by_id: int | None, now: datetime) -> None:
    """Names the contact that the organization publishes on a page; entered by an organizer, it is asked at once.

    Raises `Refused` authority_not_needed, contact_elsewhere, too_many_requests, request_exists, request_declined.
    """
    _check_may_name(signature, by_id)
    website = signature.endorsement.website if signature.endorsement else ""
    if by_id is None and not _is_on(page, website):
        raise Refused("contact_elsewhere")
    row = _add(signature, AskedWay.PUBLISHED_CONTACT, address, page, by_id, now)
    if by_id is not None:
        _ask(row, signature, now)


def settle_contact(signature: Signature, request_id: int, stands: bool, *, by_id: int, now: datetime) -> None:
    """An organizer looked at the page: the contact stands there and is asked, or it does not.

    Raises `Refused` not_found, already_decided.
    """
    row = next((row for row in requests_of(signature.id) if row.id == request_id), None)
    if row is None or row.way != AskedWay.PUBLISHED_CONTACT:
        raise Refused("not_found")
    if row.asked_at is not None or row.refused_at is not None:
        raise Refused("already_decided")
    row.by_id = by_id
    if stands:
        _ask(row, signature, now)
    else:
        row.refused_at = now
    _log("contact_settled", signature, now, by_id, {"request": row.id, "stands": stands})


def is_over(row: AuthorityRequest, signature: Signature, letter_state: str, now: datetime) -> bool:
    """Whether nobody can answer this any more."""
    is_gone = not _stands(signature) or signature.verification != Verification.VERIFIED
    is_late = row.asked_at is None or now >= row.asked_at + REQUEST_LIFE or row.refused_at is not None
    return is_gone or is_late or letter_state not in TAKES_PROOFS or signature.moderation == Moderation.REJECTED


def answer_request(row: AuthorityRequest, signature: Signature, approves: bool, digest: str, now: datetime) -> None:
    """Whoever was asked approves for the organization, or says that it does not sign; the first answer stands.

    `digest` is of what they saw. Raises `Refused` authority_over, authority_changed.
    """
    if row.approved_at is not None or row.declined_at is not None:
        return
    if is_over(row, signature, letter_to_judge(signature.letter_id).state, now):
        raise Refused("authority_over")
    if digest != claim_digest(signature):
        raise Refused("authority_changed")
    if not approves:
        row.declined_at = now
        db.session.flush()
        _judge_again(signature, row.way, now, None, is_proven=False)
        return
    row.approved_at = now
    website = signature.endorsement.website if signature.endorsement else ""
    seen = {
        AskedWay.PUBLISHED_CONTACT: lambda: published_contact.seen(row.email, row.page),
        AskedWay.SECOND_PERSON: lambda: second_person.seen(row.email, website),
    }[AskedWay(row.way)]()
    prove(signature, row.way, seen=seen, by_id=row.by_id, now=now)


def prove(signature: Signature, method: str, *, seen: str, by_id: int | None, now: datetime) -> None:
    """Keeps a proof that came after confirming; what is held is judged again, and released with its date."""
    record_proof(signature.id, method, seen=seen, by_id=by_id, now=now)
    if signature.moderation in (Moderation.HELD, Moderation.WAITING):
        _judge_again(signature, method, now, by_id)
    else:
        _log("authority_proved", signature, now, by_id, {"method": method})


def forget_requests(signature_id: int, *, refusals_too: bool = True) -> None:
    """Removes who was asked and what was looked for: it was about a claim that no longer stands.

    Who said that the organization does not sign is remembered through a mere change of words.
    """
    over = AuthorityRequest.signature_id == signature_id
    if not refusals_too:
        over &= AuthorityRequest.declined_at.is_(None)
    db.session.execute(delete(AuthorityRequest).where(over))
    db.session.execute(delete(DomainCheck).where(DomainCheck.signature_id == signature_id))


def forget_unanswered(now: datetime) -> int:
    """Removes addresses that were named and never answered, long enough ago; answers how many."""
    is_unanswered = AuthorityRequest.approved_at.is_(None) & AuthorityRequest.declined_at.is_(None)
    since = func.coalesce(AuthorityRequest.asked_at, AuthorityRequest.created_at)
    held = exists().where(Signature.id == AuthorityRequest.signature_id, on_hold(Signature.letter_id))
    over = is_unanswered & (since < now - PERIODS["authority"]) & ~held
    return int(db.session.execute(delete(AuthorityRequest).where(over)).rowcount)  # type: ignore[attr-defined]


def _judge_again(
    signature: Signature, method: str, now: datetime, by_id: int | None, *, is_proven: bool = True
) -> None:
    """Runs the rules over an endorsement of which more is known now, and keeps what came of it."""
    before = judge_again(signature, now)
    act = "authority_proved" if is_proven else "authority_declined"
    _log(act, signature, now, by_id, {"method": method, "before": before, "after": signature.moderation})


def check_may_prove(signature: Signature, by_id: int | None) -> None:
    """A representative only where it helps; an organizer for every confirmed endorsement that stands."""
    stands = signature.verification == Verification.VERIFIED and _stands(signature)
    may = stands and signature.endorsement is not None and signature.moderation != Moderation.REJECTED
    if not may or (by_id is None and not is_held_for_address(signature)):
        raise Refused("authority_not_needed")


def _check_may_name(signature: Signature, by_id: int | None) -> None:
    check_may_prove(signature, by_id)
    named = requests_of(signature.id)
    own = sum(1 for row in named if row.by_id is None)
    if len(named) >= MOST_ASKED or (by_id is None and own >= MOST_NAMED):
        raise Refused("too_many_requests")


def _add(
    signature: Signature, way: AskedWay, address: Address, page: str, by_id: int | None, now: datetime
) -> AuthorityRequest:
    email = address.normalized.lower()
    if any(row.email == email and row.way == way for row in requests_of(signature.id)):
        raise Refused("request_exists")
    if _said_no(signature.letter_id, email):
        raise Refused("request_declined")
    row = AuthorityRequest(
        signature_id=signature.id,
        way=way.value,
        email=email,
        page=page,
        by_id=by_id,
        generation=secrets.randbits(31),
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _log("authority_named", signature, now, by_id, {"request": row.id, "way": way.value})
    return row


def _ask(row: AuthorityRequest, signature: Signature, now: datetime) -> None:
    """Mails the link to the page on which an answer is given."""
    row.asked_at = now
    outbox.enqueue(
        "signing.ask_authority",
        f"ask-authority:{row.id}:{row.generation}",
        {"request": row.id, "generation": row.generation},
        now=now,
        prio=outbox.SOON,
        letter_id=signature.letter_id,
    )


def _said_no(letter_id: int, email: str) -> bool:
    """Whether this address said before that an organization does not sign the letter."""
    asked = (
        select(AuthorityRequest.id)
        .join(Signature, Signature.id == AuthorityRequest.signature_id)
        .where(
            AuthorityRequest.email == email,
            AuthorityRequest.declined_at.is_not(None),
            Signature.letter_id == letter_id,
        )
    )
    return db.session.scalar(asked.limit(1)) is not None


def _is_on(page: str, website: str) -> bool:
    """Whether a page lies on the organization's website: on its domain, or on the same host where it has none."""
    if own_domain(website):
        return website_domain(page) == website_domain(website)
    return bool(website) and website_host(page) == website_host(website)


def _log(act: str, signature: Signature, now: datetime, by_id: int | None, detail: dict[str, object]) -> None:
    record_act(act, now=now, by_id=by_id, letter_id=signature.letter_id, detail={"signature": signature.id, **detail})
