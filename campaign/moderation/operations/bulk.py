"""Decisions by condition: counted, carried out and taken back by a job, in steps of one commit each.

Each signature gets its own row of the chain. A step writes a run of it without a gap, so that first and last number of
each step are all that undoing has to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from campaign.choices import BulkState, ComplaintOutcome, SignatureKind
from campaign.decisions import Draft, lock_chain, record_act, record_decisions
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import BulkChunk, BulkDecision, Decision, Letter, Signature
from campaign.moderation import fitting
from campaign.moderation.conditions import Condition
from campaign.moderation.operations.decide import decide_many, undo_many
from campaign.moderation.operations.questions import end_questions, resume_questions
from campaign.moderation.operations.recording import (
    change_many,
    is_back_on,
    published_key,
    reasons_after,
    relist_many,
    ruled,
    stands_as,
    state_of,
    tell_many,
)
from campaign.moderation.operations.reopening import reopen_upheld
from campaign.moderation.rules import BULK_SAMPLE, BULK_STEP, BULK_UNDO, MOVE_TO, Ruling, check_ruling
from campaign.signing.operations import count_fell, left_lists, mark_dirty
from campaign.states import BULK, MODERATION, Moderation, Refused, advance

KIND = "moderation.bulk"
TARGETS = {"approve": Moderation.APPROVED.value, "hold": Moderation.HELD.value, "reject": Moderation.REJECTED.value}


def plan_bulk(
    letter: Letter, condition: Condition, ruling: Ruling, *, by_id: int | None, now: datetime
) -> BulkDecision:
    """Asks for a count and a sample of what a ruling would be about; nothing is decided yet.

    Raises `Refused` unknown_action, needs_reason, condition_empty.
    """
    check_ruling(ruling)
    if condition.is_empty:
        raise Refused("condition_empty")
    row = BulkDecision(
        letter_id=letter.id,
        condition=condition.stored,
        act=ruling.act,
        reason=ruling.reason,
        note=ruling.note,
        organizer_id=by_id,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _queue(row, by_id, now)
    return row


def start_bulk(letter_id: int, bulk_id: int, *, by_id: int | None, now: datetime) -> None:
    """Carries out what was counted. Raises `Refused` not_found, illegal_move."""
    row = _own(letter_id, bulk_id)
    row.state = advance(BULK, row.state, "start")
    _log(row, "bulk_started", by_id, now)
    _queue(row, by_id, now)


def cancel_bulk(letter_id: int, bulk_id: int, *, by_id: int | None, now: datetime) -> None:
    """Stops after the step in hand; what was decided stands until it is undone. Raises `Refused` as `start_bulk`."""
    row = _own(letter_id, bulk_id)
    row.state = advance(BULK, row.state, "cancel")
    _finish(row, now)
    _log(row, "bulk_cancelled", by_id, now)


def undo_bulk(letter_id: int, bulk_id: int, *, by_id: int | None, now: datetime) -> None:
    """Takes everything back that nobody decided again since, for 30 days.

    Raises `Refused` not_found, illegal_move, nothing_to_undo, bulk_too_old.
    """
    row = _own(letter_id, bulk_id)
    state = advance(BULK, row.state, "undo")
    if not row.changed:
        raise Refused("nothing_to_undo")
    if row.finished_at is not None and now - row.finished_at > BULK_UNDO:
        raise Refused("bulk_too_old")
    row.state, row.after_id, row.fallen = state, 0, 0
    _log(row, "bulk_undone", by_id, now)
    _queue(row, by_id, now)


def take_step(bulk_id: int, state: str, by_id: int | None, now: datetime) -> bool:
    """Does the next step of a decision by condition in the name of who pressed; False when there is none left.

    `state` is the one that press led to, counting, running or undoing: what somebody else pressed since is not done in
    this one's name. The caller commits after each step, and may be another process each time.
    """
    row = _locked(bulk_id)
    step = STEPS.get(BulkState(state))
    if row is None or row.state != state or step is None:
        return False
    return step(row, by_id, now)


def _own(letter_id: int, bulk_id: int) -> BulkDecision:
    row = _locked(bulk_id)
    if row is None or row.letter_id != letter_id:
        raise Refused("not_found")
    return row


def _locked(bulk_id: int) -> BulkDecision | None:
    """The row, locked after its letter's chain, as everywhere."""
    letter_id = db.session.scalar(select(BulkDecision.letter_id).where(BulkDecision.id == bulk_id))
    if letter_id is None:
        return None
    lock_chain(letter_id)
    return db.session.get(BulkDecision, bulk_id, with_for_update=True, populate_existing=True)


def _queue(row: BulkDecision, by_id: int | None, now: datetime) -> None:
    """Has the worker take the steps of the state the row came to, in the name of who pressed."""
    payload = {"bulk": row.id, "state": row.state, "by": by_id}
    key = f"bulk:{row.id}:{row.state}"
    outbox.enqueue(KIND, key, payload, now=now, prio=outbox.SOON, letter_id=row.letter_id)


def _log(row: BulkDecision, act: str, by_id: int | None, now: datetime) -> None:
    detail = {"bulk": row.id, "act": row.act, "count": row.count, "changed": row.changed}
    record_act(act, now=now, by_id=by_id, letter_id=row.letter_id, detail=detail)


def _count(row: BulkDecision, _by_id: int | None, _now: datetime) -> bool:
    """How many fit now, some of them to look at, and the last that can be meant."""
    row.last_id = db.session.scalar(select(func.max(Signature.id)).where(Signature.letter_id == row.letter_id)) or 0
    row.count, row.sample = fitting.count_fitting(row.letter_id, _condition(row), TARGETS[row.act], BULK_SAMPLE)
    row.state = advance(BULK, row.state, "counted")
    return False


def _condition(row: BulkDecision) -> Condition:
    return Condition.read(row.condition)


def _decide_next(row: BulkDecision, by_id: int | None, now: datetime) -> bool:
    """Decides on the next signatures."""
    found = fitting.next_fitting(
        row.letter_id, _condition(row), TARGETS[row.act], after_id=row.after_id, last_id=row.last_id, most=BULK_STEP
    )
    if not found:
        row.state, row.after_id = advance(BULK, row.state, "finish"), row.last_id
        _finish(row, now)
        return False
    condition = _condition(row)
    chosen = [signature for signature in found if condition.fits(signature.name)]
    before = db.session.scalar(select(func.max(Decision.sequence)).where(Decision.letter_id == row.letter_id)) or 0
    row.after_id = found[-1].id
    changed = _decide(row, chosen, by_id, now)
    if changed:
        db.session.add(BulkChunk(bulk_id=row.id, first=before + 1, last=before + changed))
        row.changed += changed
        mark_dirty(row.letter_id)
    db.session.flush()
    return True


def _decide(row: BulkDecision, chosen: Sequence[Signature], by_id: int | None, now: datetime) -> int:
    """The act on these; an organization that would stand twice is left alone. Returns on how many it was done."""
    changes = {"moderation": TARGETS[row.act], "reasons": reasons_after(row.act, row.reason)}
    simple = [one for one in chosen if one.kind != SignatureKind.ORGANIZATION]
    befores = [state_of(one) for one in simple]
    drafts = [
        Draft(one.id, row.act, before, ruled(before, **changes), row.note)
        for one, before in zip(simple, befores, strict=True)
    ]
    fell = sum(draft.before["moderation"] == Moderation.APPROVED for draft in drafts)
    for state in {one.moderation for one in simple}:
        advance(MODERATION, state, row.act)
    change_many(zip(simple, (draft.after for draft in drafts), strict=True))
    if asked := [draft.signature_id for draft in drafts if "asking" in draft.before]:
        end_questions(asked, now)
    ids = record_decisions(row.letter_id, drafts, by_id=by_id, now=now)
    _reopen(row, drafts, by_id, now)
    if row.act == "approve":
        tell_many(drafts, ids, simple, now)
    relist_many(simple)
    row.fallen += fell
    if fell:
        left_lists(row.letter_id, now)
    return len(ids) + _decide_on_organizations(row, chosen, by_id, now)


def _decide_on_organizations(row: BulkDecision, chosen: Sequence[Signature], by_id: int | None, now: datetime) -> int:
    """One by one: the database may refuse one of them. Each leaves its own line when a count falls."""
    rows = [(one.id, one.moderation) for one in chosen if one.kind == SignatureKind.ORGANIZATION]
    ruling = Ruling(row.act, row.reason, row.note)
    return len(decide_many(row.letter_id, rows, ruling, by_id=by_id, now=now).decisions)


def _finish(row: BulkDecision, now: datetime) -> None:
    """Notes the end, and leaves one line of the public correction log for all of them."""
    row.finished_at = now
    if row.fallen:
        count_fell(row.letter_id, row.reason if row.act == "reject" else row.act, now, row.fallen)


def _undo_next(row: BulkDecision, by_id: int | None, now: datetime) -> bool:
    """Takes the next step of the job back."""
    chunk = fitting.next_chunk(row.id, row.after_id)
    if chunk is None:
        row.state = advance(BULK, row.state, "finish")
        if row.fallen:
            count_fell(row.letter_id, "undo", now, row.fallen)
        return False
    row.after_id = chunk.first
    row.restored += _undo_chunk(row, chunk, by_id, now)
    mark_dirty(row.letter_id)
    db.session.flush()
    return True


def _undo_chunk(row: BulkDecision, chunk: BulkChunk, by_id: int | None, now: datetime) -> int:
    """Every signature of a step goes back to where it was, unless somebody decided on it since; returns how many."""
    found = [
        (decision, detail.before, one)
        for decision, detail, one in fitting.undoable_in(row.letter_id, chunk.first, chunk.last)
        if stands_as(one, detail.after) and detail.before["verification"] == one.verification
    ]
    alone = [decision.id for decision, _before, one in found if one.kind == SignatureKind.ORGANIZATION]
    simple = [back for back in found if back[2].kind != SignatureKind.ORGANIZATION]
    drafts = [Draft(one.id, "undo", state_of(one), before, undoes_id=decision.id) for decision, before, one in simple]
    fell = sum(one.moderation == Moderation.APPROVED for _decision, _before, one in simple)
    for state, target in {(one.moderation, before["moderation"]) for _decision, before, one in simple}:
        advance(MODERATION, state, MOVE_TO[target])
    change_many((one, before) for _decision, before, one in simple)
    asked = [(one.id, decision.decided_at) for decision, before, one in simple if "asking" in before]
    if asked:
        # All of a step were decided at one moment.
        resume_questions([number for number, _moment in asked], asked[0][1], now)
    outbox.forget_many([published_key(decision.id) for decision, _before, _one in simple])
    record_decisions(row.letter_id, drafts, by_id=by_id, now=now)
    _reopen(row, drafts, by_id, now)
    relist_many([one for _decision, _before, one in simple])
    row.fallen += fell
    if fell:
        left_lists(row.letter_id, now)
    return len(drafts) + len(undo_many(row.letter_id, alone, by_id=by_id, now=now).decisions)


def _reopen(row: BulkDecision, drafts: Sequence[Draft], by_id: int | None, now: datetime) -> None:
    """Opens the complaints again that had taken off what comes back by these decisions."""
    if back_on := [draft.signature_id for draft in drafts if is_back_on(draft.before, draft.after)]:
        reopen_upheld(row.letter_id, back_on, ComplaintOutcome.REMOVED, by_id=by_id, now=now)


# What is done in each state that a press leads to.
STEPS = {BulkState.COUNTING: _count, BulkState.RUNNING: _decide_next, BulkState.UNDOING: _undo_next}
