"""Confirming: the mailbox is proven, the hold rules run, and the signature is shown, held or waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from campaign.extensions import db
from campaign.mailboxes import Mailbox, keys_of
from campaign.models import Letter, Signature
from campaign.signing.holds import EVERY, hold_reasons, watched_by
from campaign.signing.operations.hits import keep_hits
from campaign.signing.operations.judging import claim_of, decided_by_rules, judge_as_found, moved
from campaign.signing.operations.listing import listing_changed
from campaign.signing.operations.sign import ask_again, write_as_much
from campaign.signing.operations.versions import ask_latecomer
from campaign.signing.queries import (
    imported_id,
    letter_to_judge,
    live_signature,
    pending_of_mailbox,
    signature_for_change,
)
from campaign.signing.rules import entry_digest, may_confirm
from campaign.states import VERIFICATION, Refused, Verification, advance
from campaign.verification import email_link
from campaign.verification.operations import record_proof

# How long a used code leads to the same page again.
PRESSED_AGAIN = timedelta(minutes=10)
# Of how many answers a code is known: those of now, and a few before, which a mail may still have shown.
ANSWERS_TRIED = 4


_row = Signature.__table__.c
_CONFIRM = (
    update(Signature.__table__)  # type: ignore[arg-type]
    .where(
        _row.id == bindparam("read_id"),
        _row.generation == bindparam("read_generation"),
        _row.answers_count == bindparam("read_answers_count"),
        _row.verification == Verification.PENDING.value,
        _row.withdrawn_at.is_(None),
        _row.merged_into_id.is_(None),
    )
    .values({name: bindparam(f"new_{name}") for name in ("verification", "verified_at", "moderation", "reasons")})
)


def digest_of(signature: Signature) -> str:
    """The digest of the entry as the confirm page shows it."""
    claim = signature.endorsement
    extra = (claim.legal_name, claim.website, claim.type, claim.representative, claim.role) if claim else ()
    return entry_digest(
        str(signature.answers_count),
        str(claim.show_representative if claim else ""),
        signature.name,
        signature.title,
        signature.affiliation,
        signature.place,
        signature.country,
        signature.comment,
        str(signature.is_private),
        *extra,
    )


def confirm_signature(
    found: tuple[Signature, Any, int | None] | None, generation: int, digest: str, now: datetime
) -> bool:
    """Confirms by link; True when this press did it, False when it was confirmed before.

    `found` is from `queries.signature_to_confirm`, read before anything is locked: what changed meanwhile is
    not confirmed. `digest` is of the entry the person saw. Raises `Refused` link_unknown, link_expired,
    entry_changed.
    """
    if found is None:
        raise Refused("link_unknown")
    signature, letter, imported = found
    db.session.add(signature)
    if signature.generation != generation or signature.withdrawn_at is not None:
        raise Refused("link_unknown")
    if signature.verification == "verified":
        prove_mailbox(signature, now)
        return False
    if signature.merged_into_id is not None:
        # The other one stands for it.
        raise Refused("link_unknown")
    if signature.verification == "expired" or not may_confirm(
        signature.expires_at, letter.state, letter.closed_at or letter.closes_at, now
    ):
        raise Refused("link_expired")
    if digest != digest_of(signature):
        raise Refused("entry_changed")
    _verify(signature, letter, imported or _imported_under_older_rules(signature), now)
    return True


def confirm_by_code(letter_id: int, mailbox: Mailbox, code: str, now: datetime) -> Signature | None:
    """Tries a code on every pending signature of the mailbox; the one it belongs to, or None.

    A code that confirmed a moment ago is taken once more, as a second press of the button sends it. One whose mail
    showed earlier answers leaves the signature pending: its owner has to see what it says now.
    A miss counts on each of them; after five a code is dead until the next mail.
    """
    letter = letter_to_judge(letter_id)
    waiting = pending_of_mailbox(letter_id, *mailbox.keys, confirmed_since=now - PRESSED_AGAIN)
    usable = [row for row in waiting if row.code_tries < email_link.CODE_TRIES]
    if not usable:
        write_as_much(mailbox.key, now)
    for signature in usable:
        answers = _answers_of_code(signature, code)
        if answers is None:
            continue
        if signature.verification == "verified":
            prove_mailbox(signature, now)
            return signature
        if may_confirm(signature.expires_at, letter.state, letter.closed_at or letter.closes_at, now):
            if answers == signature.answers_count:
                _verify(signature, letter, imported_id(letter_id, *mailbox.keys), now)
            return signature
    for signature in usable:
        signature.code_tries += 1
    return None


def _answers_of_code(signature: Signature, code: str) -> int | None:
    """Which of the answers given the code's mail may have shown; None when the code is not of this signature."""
    newest = signature.answers_count
    for number in range(newest, max(0, newest - ANSWERS_TRIED), -1):
        if code == email_link.make_code(signature.id, signature.mails_asked, number):
            return number
    return None


def resend(letter_id: int, mailbox: Mailbox, now: datetime) -> None:
    """Mails every pending signature of the mailbox again, within its pauses and budget."""
    asked = [ask_again(signature, now) for signature in pending_of_mailbox(letter_id, *mailbox.keys)]
    if not any(asked):
        write_as_much(mailbox.key, now)


def renew_link(signature_id: int, generation: int, now: datetime) -> None:
    """A new link for a signature whose link ran out, while the letter still takes confirmations.

    Raises `Refused` link_unknown, letter_not_open.
    """
    signature = signature_for_change(signature_id)
    if signature is None or signature.generation != generation or signature.withdrawn_at is not None:
        raise Refused("link_unknown")
    if signature.merged_into_id is not None:
        raise Refused("link_unknown")
    letter = db.session.get_one(Letter, signature.letter_id)
    if not may_confirm(None, letter.state, letter.closed_at or letter.closes_at, now):
        raise Refused("letter_not_open")
    if signature.verification == "expired":
        _revive(signature)
    is_over = signature.expires_at is not None and now >= signature.expires_at
    # A link that still holds keeps its end until the next mail has left.
    if signature.verification == "pending" and ask_again(signature, now) and is_over:
        signature.expires_at = None


def prove_mailbox(signature: Signature, now: datetime) -> None:
    """Keeps that link or code came back; also where an organizer had vouched before, whose word may be taken back."""
    domain = (signature.email or "").rpartition("@")[2]
    record_proof(signature.id, email_link.METHOD, seen=domain, by_id=None, now=now)


def _verify(signature: Signature, letter: Any, imported: int | None, now: datetime) -> None:
    """Confirms what was read, judges it, and lists it. Raises `Refused("entry_changed")` when it changed since."""
    moderation, reasons = signature.moderation, signature.reasons
    is_person, matches = signature.endorsement is None, list[str]()
    if is_person:
        # All that is known of a person was read before; an organization may have to be added first.
        matches = hold_reasons(claim_of(signature, now)[0], EVERY, watched_by(letter))
        wanted, reasons = decided_by_rules(signature, matches, letter, now)
        moderation = moved(moderation, wanted)
    _confirm_as_read(signature, moderation, reasons, now)
    prove_mailbox(signature, now)
    keep_hits(signature, matches, reasons.split(";"), now)
    if not is_person:
        judge_as_found(signature, letter, now)
    if imported is not None:
        _take_over(imported, signature)
    if signature.version_id != letter.version_id:
        ask_latecomer(signature, now)
    listing_changed(signature, is_new=True)


def _confirm_as_read(signature: Signature, moderation: str, reasons: str, now: datetime) -> None:
    """The one UPDATE that counts: only of the answers that were read, and of a signature that still waits (D4)."""
    changes = {
        "verification": advance(VERIFICATION, signature.verification, "verify"),
        "verified_at": now,
        "moderation": moderation,
        "reasons": reasons,
    }
    read = {"id": signature.id, "generation": signature.generation, "answers_count": signature.answers_count}
    given = {f"read_{name}": value for name, value in read.items()} | {f"new_{k}": v for k, v in changes.items()}
    if not db.session.execute(_CONFIRM, given).rowcount:  # type: ignore[attr-defined]
        raise Refused("entry_changed")
    for name, value in changes.items():
        set_committed_value(signature, name, value)


def _take_over(imported: int, signature: Signature) -> None:
    """An imported row of the same mailbox is merged into the signature its owner confirmed."""
    row = signature_for_change(imported)
    if row is not None:
        row.merged_into_id = signature.id
        listing_changed(row)


def _imported_under_older_rules(signature: Signature) -> int | None:
    """An imported row of the same mailbox whose key an other edition of the rules made."""
    keys = keys_of(signature.mailbox_key, signature.email)
    return imported_id(signature.letter_id, *keys) if len(keys) > 1 else None


def _revive(signature: Signature) -> None:
    """Expired becomes pending again, unless the mailbox signed anew meanwhile."""
    keys = keys_of(signature.mailbox_key, signature.email)
    if live_signature(signature.letter_id, signature.kind, *keys) is not None:
        raise Refused("link_unknown")
    try:
        with db.session.begin_nested():
            signature.verification = advance(VERIFICATION, signature.verification, "renew")
            signature.expired_at = None
    except IntegrityError:
        # It signed anew at this very moment.
        raise Refused("link_unknown") from None
