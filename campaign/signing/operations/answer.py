"""What somebody who was asked does at `/asked/<token>`: answer, prove another address, correct, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from campaign import limits
from campaign.choices import Asking
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib.emails import Address, DomainMatch
from campaign.mailboxes import mailbox_of
from campaign.models import Asked, Signature
from campaign.organizations.rules import folded_name
from campaign.signing.operations.manage import correct_signature, withdraw_signature
from campaign.signing.queries import consents_of, signature_for_change
from campaign.signing.queries.asked import domains_of, domains_of_name, locked_question, sites_of_institution
from campaign.signing.rules import CODE_LIFE, may_mail_again, standing_of_question
from campaign.states import Refused
from campaign.verification import second_address, work_domain
from campaign.verification.operations import record_proof

CODES_A_DAY = 5
Outcome = Literal["proved", "code_wrong", "code_dead"]


def owned_question(asked_id: int, signature_id: int, generation: int) -> tuple[Asked, Signature]:
    """The question behind a link and its signature, both locked.

    Raises `Refused` link_unknown, also for erased ones; question_over when it needs no answer any more.
    """
    signature = signature_for_change(signature_id)
    asked = locked_question(asked_id)
    if signature is None or asked is None or asked.signature_id != signature.id:
        raise Refused("link_unknown")
    if signature.generation != generation or signature.erased_at is not None:
        raise Refused("link_unknown")
    if standing_of_question(asked, signature) not in ("open", "answered"):
        raise Refused("question_over")
    return asked, signature


def answer_question(asked: Asked, signature: Signature, page: str, note: str, now: datetime) -> None:
    """Keeps a page and a note; the signature is back in the queue, at its top. A later answer stands for both."""
    asked.page, asked.note = page, note
    _answered(asked, signature, now)


def ask_for_address_code(asked: Asked, address: Address, now: datetime) -> None:
    """Mails a code to another address. The same address again within ten minutes sends nothing.

    One's own address is taken like any other, so that nobody who got the link can find out which it is; its domain is
    evidence of nothing new. Raises `Refused("too_many_asked_codes")`.
    """
    mailbox = mailbox_of(address)
    if asked.address == address.normalized and not may_mail_again(asked.code_asked_at, now):
        return
    # Of one question, and of one mailbox, whoever types it.
    for bucket in (f"asked-code:{asked.id}", f"asked-code:{mailbox.key}"):
        limits.refuse_above(CODES_A_DAY, bucket, timedelta(days=1), now, "too_many_asked_codes")
    asked.address, asked.code_asked_at = address.normalized, now
    asked.codes_asked += 1
    outbox.enqueue(
        "signing.asked_code",
        f"asked-code:{asked.id}:{asked.codes_asked}",
        {"asked": asked.id, "number": asked.codes_asked},
        now=now,
        prio=outbox.SOON,
        letter_id=asked.letter_id,
    )


def prove_address(asked: Asked, signature: Signature, code: str, now: datetime) -> Outcome:
    """Takes a code: the domain of the other address is kept as evidence, the address is not. A miss is counted."""
    if asked.address is None or asked.code_asked_at is None:
        return "code_dead"
    if asked.code_tries >= second_address.CODE_TRIES or now - asked.code_asked_at > CODE_LIFE:
        return "code_dead"
    if code != second_address.make_code(asked.id, asked.codes_asked):
        asked.code_tries += 1
        return "code_wrong"
    asked.proved_domain = asked.address.rpartition("@")[2]
    asked.is_own_domain = _is_own_domain(signature, asked.address)
    asked.proved_at, asked.address = now, None
    # The same code is no second proof.
    asked.code_tries = second_address.CODE_TRIES
    seen = second_address.seen(asked.proved_domain)
    record_proof(signature.id, second_address.METHOD, seen=seen, by_id=None, now=now)
    _answered(asked, signature, now)
    return "proved"


def correct_when_asked(
    asked: Asked,
    signature: Signature,
    changes: Mapping[str, str | bool],
    claim: Mapping[str, str | bool],
    now: datetime,
) -> None:
    """Takes a corrected entry; boxes that were ticked stay. The hold rules look at it again, and may let it go."""
    asked.has_corrected = True
    correct_signature(signature, changes, claim, consents_of(signature.id), now)
    # What was proven before may be said of another claim now.
    asked.is_own_domain = bool(asked.proved_domain) and _is_own_domain(signature, f"post@{asked.proved_domain}")
    _answered(asked, signature, now)


def drop_affiliation(asked: Asked, signature: Signature, now: datetime) -> None:
    """Signs without the affiliation."""
    correct_when_asked(asked, signature, {"affiliation": ""}, {}, now)


def withdraw_when_asked(signature: Signature, now: datetime) -> None:
    """Takes the signature back instead of answering."""
    withdraw_signature(signature, "", now)


def _answered(asked: Asked, signature: Signature, now: datetime) -> None:
    asked.answered_at = asked.answered_at or now
    signature.asking = Asking.ANSWERED.value
    db.session.flush()


def _is_own_domain(signature: Signature, address: str) -> bool:
    """Whether an address lies exactly on the domain of what the signatory claims: of the organization's website, of the
    institution's, or of the one known organization that is called like the affiliation; by its other websites, too.
    """
    return any(work_domain.match(address, site) is DomainMatch.EXACT for site in _own_sites(signature))


def _own_sites(signature: Signature) -> list[str]:
    """The websites on which somebody of what the signatory claims has an address."""
    if signature.endorsement is not None:
        return [signature.endorsement.website, *_sites(domains_of(signature.organization_id))]
    if not signature.affiliation:
        return []
    return [
        *sites_of_institution(signature.institution_id),
        *_sites(domains_of_name(folded_name(signature.affiliation))),
    ]


def _sites(domains: Sequence[str]) -> list[str]:
    return [f"https://{domain}" for domain in domains]
