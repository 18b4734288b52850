"""Judging anew: endorsements of which more is known now than when they were confirmed."""

from __future__ import annotations

from datetime import datetime

from campaign.decisions import record_act
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Signature
from campaign.signing.operations.confirm import judge
from campaign.signing.operations.listing import count_fell, is_public, left_lists, listing_changed
from campaign.signing.queries import letter_to_judge, signature_for_change
from campaign.states import Moderation, Verification


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
