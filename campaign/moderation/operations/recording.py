"""What every decision on a signature has in common: the row it changes, what is recorded, who is told.

Decisions one by one, by condition and by a question come through here, so that each is undone alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from campaign.choices import Asking, SignatureKind
from campaign.decisions import lock_chain, record_decision
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Asked, Decision, Signature
from campaign.moderation import queries, rules
from campaign.moderation.rules import Ruling
from campaign.signing.operations import count_fell, left_lists, listing_changed, mark_dirty
from campaign.states import Moderation, Refused


def locked_signature(letter_id: int, signature_id: int) -> Signature:
    """The signature, locked after its letter's chain. Raises `Refused` not_found, already_withdrawn."""
    lock_chain(letter_id)
    signature = queries.locked_signature(letter_id, signature_id)
    if signature is None:
        raise Refused("not_found")
    if signature.withdrawn_at is not None or signature.merged_into_id is not None:
        raise Refused("already_withdrawn")
    return signature


def state_of(signature: Signature) -> dict[str, Any]:
    """What a decision changes, for its record; `asking` only of somebody who was asked something."""
    state = {
        "verification": signature.verification,
        "moderation": signature.moderation,
        "reasons": signature.reasons,
    }
    return state if signature.asking == Asking.NONE else {**state, "asking": signature.asking}


def ruled(before: Mapping[str, Any], **changes: str) -> dict[str, Any]:
    """The state after a ruling that changes so much of the state before; it ends what somebody was asked."""
    asking = {"asking": Asking.NONE.value} if "asking" in before else {}
    return {**before, **changes, **asking}


def stands_as(signature: Signature, state: Mapping[str, Any]) -> bool:
    """Whether a signature is still as a decision left it."""
    return all(getattr(signature, name) == value for name, value in state.items())


def end_questions(signature_ids: Collection[int], now: datetime) -> None:
    """Ends the open questions to these signatories: who was decided on has nothing to answer any more."""
    open_ones = (Asked.signature_id.in_(signature_ids), Asked.ended_at.is_(None))
    db.session.execute(update(Asked).where(*open_ones).values(ended_at=now, address=None))


def resume_questions(signature_ids: Collection[int], decided_at: datetime) -> None:
    """Opens the questions again that a ruling of this second ended: it was taken back."""
    last = select(func.max(Asked.id)).where(Asked.signature_id.in_(signature_ids)).group_by(Asked.signature_id)
    then = (Asked.ended_at >= decided_at, Asked.ended_at < decided_at + timedelta(seconds=1))
    db.session.execute(update(Asked).where(Asked.id.in_(last), *then).values(ended_at=None))


def reasons_after(act: str, reason: str) -> str:
    """The reasons a signature stands with after an organizer approved, held or rejected it."""
    return {"approve": "", "hold": "held_by_organizer", "reject": reason}[act]


def was_told_of_check(signature: Signature, before: Mapping[str, Any]) -> bool:
    """Whether somebody knows of waiting, or of not being shown, and can be told of being shown now."""
    waited = before["moderation"] in (Moderation.HELD, Moderation.REJECTED)
    return waited and signature.email is not None and signature.kind != SignatureKind.IMPORTED


def change(signature: Signature, seen: str, after: dict[str, Any], verified_at: datetime | None, now: datetime) -> None:
    """Moves the row on only from the state that was seen, and keeps one public endorsement per organization.

    An open question ends where `after` says so. Raises `Refused` already_decided, organization_already_signed.
    """
    statement = (
        update(Signature)
        .where(Signature.id == signature.id, Signature.moderation == seen, Signature.withdrawn_at.is_(None))
        .values(**after, verified_at=verified_at)
    )
    try:
        with db.session.begin_nested():
            changed = db.session.execute(statement)
    except IntegrityError:
        raise Refused("organization_already_signed") from None
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Refused("already_decided")
    if after.get("asking") == Asking.NONE:
        end_questions([signature.id], now)


def record(
    signature: Signature,
    act: str,
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    by_id: int | None,
    now: datetime,
    undoes_id: int | None = None,
) -> Decision:
    """Writes the chained row, and brings lists and counts in line when the public sees a difference."""
    decision = record_decision(
        signature.letter_id,
        signature.id,
        act,
        by_id=by_id,
        now=now,
        reason=reason,
        before=before,
        after=after,
        undoes_id=undoes_id,
    )
    if Moderation.APPROVED in (before["moderation"], after["moderation"]):
        listing_changed(signature)
    else:
        # The figures of the checks follow what is held and rejected, too.
        mark_dirty(signature.letter_id)
    if before["moderation"] == Moderation.APPROVED != after["moderation"]:
        count_fell(signature.letter_id, after["reasons"] if act == "reject" else act, now)
        left_lists(signature.letter_id, now)
    return decision


def tell(signature: Signature, decision: Decision, before: dict[str, Any], ruling: Ruling, now: datetime) -> None:
    """Queues the mail of a decision: shown after being held or rejected, or rejected where that is to be told."""
    can_be_told = signature.email is not None and signature.kind != SignatureKind.IMPORTED
    if can_be_told and ruling.act == "reject" and ruling.tell:
        kind, key = "moderation.signature_rejected", rejected_key(decision.id)
    elif ruling.act == "approve" and was_told_of_check(signature, before):
        kind, key = "moderation.signature_published", published_key(decision.id)
    else:
        return
    outbox.enqueue(
        kind,
        key,
        {"signature": signature.id, "decision": decision.id},
        now=now,
        run_at=now + rules.MAIL_DELAY,
        letter_id=signature.letter_id,
    )


def rejected_key(decision_id: int) -> str:
    """The key of the mail that a signature is not shown."""
    return f"rejected:{decision_id}"


def published_key(decision_id: int) -> str:
    """The key of the mail that a signature is on the letter now."""
    return f"published:{decision_id}"
