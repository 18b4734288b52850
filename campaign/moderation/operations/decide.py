"""Decisions on signatures, one by one and in bulk, and their undoing.

Each is one chained row, written with the change itself; the change asks for the state the organizer
saw, so that of two at once the second is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Decision, DecisionDetail, Signature
from campaign.moderation import queries, rules
from campaign.moderation.operations import duplicates
from campaign.moderation.operations.correcting import take_correction_back
from campaign.moderation.operations.questions import question_key, resume_questions
from campaign.moderation.operations.recording import (
    change,
    locked_signature,
    published_key,
    reasons_after,
    record,
    rejected_key,
    ruled,
    stands_as,
    state_of,
    tell,
)
from campaign.moderation.rules import Ruling
from campaign.organizations.operations import find_or_add_organization
from campaign.signing.operations.judging import judge
from campaign.signing.operations.sign import ask_again
from campaign.signing.queries import letter_to_judge
from campaign.signing.queries.asked import last_asked
from campaign.states import MODERATION, VERIFICATION, Refused, Verification, advance
from campaign.verification import email_link, vouched
from campaign.verification.operations import forget_proofs, record_proof
from campaign.verification.queries import methods_of


@dataclass
class Outcome:
    """What a bulk act did: the decisions it wrote, on which signatures, and what it left alone, with the reason."""

    decisions: list[int] = field(default_factory=list)
    signatures: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    def note(self, decision: Decision) -> None:
        """Adds a decision that stands."""
        self.decisions.append(decision.id)
        self.signatures.append(decision.signature_id or 0)


def decide(
    letter_id: int, signature_id: int, seen: str, ruling: Ruling, *, by_id: int | None, now: datetime
) -> Decision:
    """Approves, holds or rejects a signature that is still in the moderation state `seen`.

    Raises `Refused`: unknown_action, needs_reason, not_found, already_withdrawn, not_verified,
    already_decided, illegal_move, organization_already_signed.
    """
    rules.check_ruling(ruling)
    signature = locked_signature(letter_id, signature_id)
    if signature.verification != Verification.VERIFIED:
        raise Refused("not_verified")
    before = state_of(signature)
    moderation, reasons = advance(MODERATION, seen, ruling.act), reasons_after(ruling.act, ruling.reason)
    after = ruled(before, moderation=moderation, reasons=reasons)
    change(signature, seen, after, signature.verified_at, now)
    decision = record(signature, ruling.act, ruling.note.strip(), before, after, by_id=by_id, now=now)
    tell(signature, decision, before, ruling, now)
    return decision


def decide_many(
    letter_id: int, rows: Iterable[tuple[int, str]], ruling: Ruling, *, by_id: int | None, now: datetime
) -> Outcome:
    """The same ruling for several signatures, each given as its id and the state seen.

    A row that refuses is left alone and reported; a ruling that can stand for no row raises as in `decide`.
    """
    rules.check_ruling(ruling)
    outcome = Outcome()
    for signature_id, seen in dict(rows).items():
        try:
            with db.session.begin_nested():
                decision = decide(letter_id, signature_id, seen, ruling, by_id=by_id, now=now)
            outcome.note(decision)
        except Refused as refused:
            outcome.refused[signature_id] = refused.reason
    return outcome


def vouch(letter_id: int, signature_id: int, seen: str, reason: str, *, by_id: int, now: datetime) -> Decision:
    """An organizer answers for an organization: it is verified by `vouched`, and shown.

    Raises `Refused`: needs_reason, not_found, already_withdrawn, illegal_move (not an organization that
    waits), already_decided, organization_already_signed.
    """
    evidence = vouched.seen(reason)
    signature = locked_signature(letter_id, signature_id)
    if not rules.may_vouch(signature.kind, signature.verification, seen):
        raise Refused("illegal_move", state=seen, event="vouch")
    before = state_of(signature)
    if signature.organization_id is None:
        website = signature.endorsement.website if signature.endorsement else ""
        signature.organization_id = find_or_add_organization(signature.name, website, now).id
    after = ruled(before, verification="verified", moderation=advance(MODERATION, seen, "approve"), reasons="")
    if before["verification"] == Verification.PENDING:
        advance(VERIFICATION, before["verification"], "verify")
    db.session.flush()
    change(signature, seen, after, _verified_at(signature, after, now), now)
    record_proof(signature.id, vouched.METHOD, seen=evidence, by_id=by_id, now=now)
    return record(signature, "vouch", evidence, before, after, by_id=by_id, now=now)


def undo(letter_id: int, decision_id: int, *, by_id: int | None, now: datetime) -> Decision:
    """Takes back the newest decision on a signature: state and reasons as before, mails not yet sent forgotten.

    Raises `Refused`: not_found, nothing_to_undo (undone, or an undoing itself), already_decided (decided
    again since), already_withdrawn, organization_already_signed; of a merge also mailbox_signed_again.
    """
    decision, detail = _undoable(letter_id, decision_id)
    if decision.act in rules.OF_PAIRS:
        other_id = detail.after.get("merged_into") or detail.after["other"]
        return duplicates.take_back(letter_id, decision, other_id, by_id=by_id, now=now)
    signature = locked_signature(letter_id, decision.signature_id or 0)
    if decision.act == "ask":
        return _take_back(signature, decision, detail, by_id=by_id, now=now)
    before, after = state_of(signature), dict(detail.before)
    if queries.last_decision_id(signature.id) != decision.id or not stands_as(signature, detail.after):
        raise Refused("already_decided")
    if decision.act == "correct":
        return take_correction_back(signature, decision, detail, by_id=by_id, now=now)
    advance(MODERATION, before["moderation"], rules.MOVE_TO[after["moderation"]])
    if decision.act == "vouch":
        forget_proofs(signature.id, (vouched.METHOD,))
        if email_link.METHOD in methods_of([signature.id]).get(signature.id, []):
            # Link or code came back meanwhile: that stands, whoever vouched.
            after["verification"] = before["verification"]
    if before["verification"] != after["verification"]:
        advance(VERIFICATION, before["verification"], "reprove")
    change(signature, before["moderation"], after, _verified_at(signature, after, now), now)
    if "asking" in after:
        resume_questions([signature.id], decision.decided_at, now)
    if decision.act == "vouch":
        after = _as_never_vouched(signature, now)
    for key in (rejected_key(decision.id), published_key(decision.id)):
        outbox.forget_ready(key)
    return record(signature, "undo", "", before, after, by_id=by_id, now=now, undoes_id=decision.id)


def undo_many(letter_id: int, decision_ids: Iterable[int], *, by_id: int | None, now: datetime) -> Outcome:
    """Takes back several decisions; what cannot be taken back is left alone and reported by decision."""
    outcome = Outcome()
    for decision_id in dict.fromkeys(decision_ids):
        try:
            with db.session.begin_nested():
                decision = undo(letter_id, decision_id, by_id=by_id, now=now)
            outcome.note(decision)
        except Refused as refused:
            outcome.refused[decision_id] = refused.reason
    return outcome


def _verified_at(signature: Signature, after: dict[str, Any], now: datetime) -> datetime | None:
    """The time that belongs to the verification after a change."""
    return (signature.verified_at or now) if after["verification"] == Verification.VERIFIED else None


def _take_back(
    signature: Signature, decision: Decision, detail: DecisionDetail, *, by_id: int | None, now: datetime
) -> Decision:
    """Takes a question back: the row stands where it stood, and a mail that has not left does not leave.

    Raises `Refused`: already_decided (decided since, or over), already_answered.
    """
    asked = last_asked(signature.id)
    if queries.last_decision_id(signature.id) != decision.id or asked is None or asked.ended_at is not None:
        raise Refused("already_decided")
    if asked.answered_at is not None:
        raise Refused("already_answered")
    before = {**state_of(signature), "asking": signature.asking}
    signature.asking, asked.ended_at, asked.address = str(detail.before["asking"]), now, None
    outbox.forget_ready(question_key("moderation.asked", asked.id))
    after = {**state_of(signature), "asking": signature.asking}
    return record(signature, "undo", "", before, after, by_id=by_id, now=now, undoes_id=decision.id)


def _undoable(letter_id: int, decision_id: int) -> tuple[Decision, DecisionDetail]:
    """A decision that has something to go back to. Raises `Refused` not_found, nothing_to_undo."""
    found = queries.decision_of(letter_id, decision_id)
    if found is None or found[0].signature_id is None:
        raise Refused("not_found")
    decision, detail = found
    undone = select(Decision.id).where(
        Decision.signature_id == decision.signature_id, Decision.undoes_id == decision.id
    )
    is_undone = db.session.scalar(undone.limit(1)) is not None
    if decision.act not in rules.UNDOABLE or is_undone or detail.blanked_at is not None:
        raise Refused("nothing_to_undo")
    return decision, detail


def _as_never_vouched(signature: Signature, now: datetime) -> dict[str, Any]:
    """Goes on where the vouching came in: the rules judge what is confirmed, and what is not is asked by mail.

    Returns the state that comes of it.
    """
    db.session.refresh(signature)
    if signature.verification == Verification.VERIFIED:
        judge(signature, letter_to_judge(signature.letter_id), now)
        db.session.flush()
    elif signature.mailed_at is None and signature.email is not None:
        # Its mail was dropped because there was nothing left to confirm.
        signature.mail_asked_at = None
        ask_again(signature, now)
    return state_of(signature)
