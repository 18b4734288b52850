"""Judging: the hold rules run over a confirmed signature, and again where more is known of it by now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from campaign.decisions import record_act
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib.emails import is_free_mail
from campaign.mailboxes import is_disposable
from campaign.models import Signature
from campaign.signing.holds import AT_SIGNING, EVERY, Claim, hold_reasons, ruling, watched_by
from campaign.signing.operations.claims import organization_claim
from campaign.signing.operations.hits import forget_hits, keep_hits
from campaign.signing.operations.listing import count_fell, is_public, left_lists, listing_changed
from campaign.signing.queries import letter_to_judge, signature_for_change
from campaign.states import MODERATION, Moderation, Verification, advance


def judge(signature: Signature, letter: Any, now: datetime) -> None:
    """Runs the hold rules over a verified signature and settles its moderation accordingly.

    `letter` is from `letter_to_judge`.
    A name or claim changed later comes through here again.
    """
    forget_hits(signature.id)
    judge_as_found(signature, letter, now)


def judge_as_found(signature: Signature, letter: Any, now: datetime) -> None:
    """The same of a signature whose matches were never kept before."""
    claim, organization_id = claim_of(signature, now)
    matches = hold_reasons(claim, EVERY, watched_by(letter))
    wanted, signature.reasons = decided_by_rules(signature, matches, letter, now)
    keep_hits(signature, matches, signature.reasons.split(";"), now)
    _settle(signature, wanted, organization_id)


def decided_by_rules(signature: Signature, matches: list[str], letter: Any, now: datetime) -> tuple[Moderation, str]:
    """Where a signature goes by the rules that match it and are on, and why.

    What an organizer rejected or held stays so.
    """
    if signature.moderation == Moderation.REJECTED or "held_by_organizer" in signature.reasons.split(";"):
        return Moderation(signature.moderation), signature.reasons
    return ruling(matches, letter, now)


def claim_of(signature: Signature, now: datetime) -> tuple[Claim, int | None]:
    """What the rules look at, and the organization it names."""
    signals = set(AT_SIGNING).intersection(signature.reasons.split(";"))
    email = signature.email or ""
    domain = email.rpartition("@")[2]
    if is_disposable(domain):
        signals.add("disposable")
    if signature.endorsement is None:
        free = is_free_mail(domain)
        said = (signature.kind, signature.name, signature.affiliation)
        return Claim(*said, None, free, frozenset(signals), comment=signature.comment), None
    return organization_claim(signature, signals, now)


def _settle(signature: Signature, wanted: Moderation, organization_id: int | None) -> None:
    """Moves the moderation; an endorsement that lost the race for its organization is held instead."""
    if organization_id is None:
        # Nobody else can be in its way.
        _move(signature, wanted, None)
        return
    try:
        with db.session.begin_nested():
            _move(signature, wanted, organization_id)
    except IntegrityError:
        db.session.refresh(signature)
        _move(signature, Moderation.HELD, organization_id)
        signature.reasons = "organization_already_signed"


def _move(signature: Signature, wanted: Moderation, organization_id: int | None) -> None:
    """Both in one UPDATE: one public endorsement for each organization, at every moment."""
    signature.moderation = moved(signature.moderation, wanted)
    signature.organization_id = organization_id


def moved(moderation: str, wanted: Moderation) -> str:
    """The state of moderation after the move to the wanted one, or the same where it is there already."""
    events = {"approved": "approve", "held": "hold", "waiting": "reset"}
    return moderation if moderation == wanted else advance(MODERATION, moderation, events[wanted])


def judge_again(signature: Signature, now: datetime) -> str:
    """Runs the rules over an endorsement once more and keeps what came of it; returns the moderation before.

    Who is shown now is told so: they were told of a check.
    """
    before, was_public = signature.moderation, is_public(signature)
    judge(signature, letter_to_judge(signature.letter_id), now)
    db.session.flush()
    if is_public(signature) != was_public:
        listing_changed(signature)
    if is_public(signature) and not was_public:
        _tell(signature, now)
    if was_public and not is_public(signature):
        count_fell(signature.letter_id, "held_again", now)
        left_lists(signature.letter_id, now)
    return before


def judge_claim(signature_id: int, now: datetime) -> None:
    """Judges an endorsement again that the rules held; nothing where it was decided or taken back meanwhile."""
    signature = signature_for_change(signature_id)
    if signature is None or not _is_held(signature):
        return
    before = judge_again(signature, now)
    detail = {"signature": signature.id, "before": before, "after": signature.moderation}
    record_act("claim_judged_again", now=now, letter_id=signature.letter_id, detail=detail)


def _is_held(signature: Signature) -> bool:
    stands = signature.withdrawn_at is None and signature.merged_into_id is None
    return stands and (signature.verification, signature.moderation) == (Verification.VERIFIED, Moderation.HELD)


def _tell(signature: Signature, now: datetime) -> None:
    """Tells the representative that the endorsement is on the letter now."""
    outbox.enqueue(
        "moderation.signature_published",
        f"published-by-proof:{signature.id}:{int(now.timestamp())}",
        {"signature": signature.id},
        now=now,
        letter_id=signature.letter_id,
    )
