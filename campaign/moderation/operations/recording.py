"""What every decision on a signature has in common: the row it changes, what is recorded, who is told.

Decisions one by one, by condition and by a question come through here, so that each is undone alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from campaign.choices import Asking, ComplaintOutcome, SignatureKind
from campaign.decisions import Draft, lock_chain, record_decision
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.models import Decision, SearchWord, Signature
from campaign.moderation import queries, rules
from campaign.moderation.operations.questions import end_questions
from campaign.moderation.operations.reopening import reopen_upheld
from campaign.moderation.rules import Ruling
from campaign.signing.operations import count_fell, left_lists, listing_changed, mark_dirty
from campaign.signing.operations.listing import search_rows
from campaign.states import Moderation, Refused

# The reason of a rejection by which a complaint is upheld.
COMPLAINT = "complaint"
# What a decision moves of a row that stays verified.
MOVED = ("moderation", "reasons", "asking")


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


def change_many(changes: Iterable[tuple[Signature, Mapping[str, Any]]]) -> None:
    """Moves rows that are locked and stay verified: one statement for all that come to stand alike."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for one, state in changes:
        moved = (state["moderation"], state["reasons"], state.get("asking", one.asking))
        alike.setdefault(moved, []).append(one.id)
        for column, value in zip(MOVED, moved, strict=True):
            set_committed_value(one, column, value)
    for values, ids in alike.items():
        db.session.execute(
            update(Signature)
            .where(Signature.id.in_(ids))
            .values(dict(zip(MOVED, values, strict=True)))
            .execution_options(synchronize_session=False)
        )


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
    if is_back_on(before, after):
        reopen_upheld(signature.letter_id, [signature.id], ComplaintOutcome.REMOVED, by_id=by_id, now=now)
    if Moderation.APPROVED in (before["moderation"], after["moderation"]):
        listing_changed(signature)
    else:
        # The figures of the checks follow what is held and rejected, too.
        mark_dirty(signature.letter_id)
    if before["moderation"] == Moderation.APPROVED != after["moderation"]:
        count_fell(signature.letter_id, after["reasons"] if act == "reject" else act, now)
        left_lists(signature.letter_id, now)
    return decision


def relist_many(changed: Sequence[Signature]) -> None:
    """Brings the search words of these in line with what is shown of them."""
    ids = [one.id for one in changed]
    db.session.execute(
        delete(SearchWord).where(SearchWord.signature_id.in_(ids)).execution_options(synchronize_session=False)
    )
    words = [word for one in changed for word in search_rows(one)]
    insert_or_skip(SearchWord.__table__, words)  # type: ignore[arg-type]


def is_back_on(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a signature that was taken off after a complaint is so no more."""
    was_off = before["moderation"] == Moderation.REJECTED and before["reasons"] == COMPLAINT
    return bool(was_off and after["moderation"] != Moderation.REJECTED)


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


def tell_many(drafts: Sequence[Draft], ids: Sequence[int], approved: Sequence[Signature], now: datetime) -> None:
    """Those who were told of a check are told that they are on the letter, after everybody who waits for a mail.

    `ids` are of the decisions that were written of the drafts, `approved` the signatures they are about.
    """
    told = [
        outbox.job_row(
            "moderation.signature_published",
            published_key(decision_id),
            {"signature": one.id, "decision": decision_id},
            now=now,
            run_at=now + rules.MAIL_DELAY,
            prio=outbox.LATE,
            letter_id=one.letter_id,
        )
        for draft, decision_id, one in zip(drafts, ids, approved, strict=True)
        if was_told_of_check(one, draft.before)
    ]
    outbox.enqueue_many(told)


def rejected_key(decision_id: int) -> str:
    """The key of the mail that a signature is not shown."""
    return f"rejected:{decision_id}"


def published_key(decision_id: int) -> str:
    """The key of the mail that a signature is on the letter now."""
    return f"published:{decision_id}"
