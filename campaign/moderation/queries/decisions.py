"""Decisions: the history of a signature, the newest on it, and how long they took."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from campaign.extensions import db
from campaign.models import BulkChunk, BulkDecision, Decision, DecisionDetail, Letter, Organizer, Signature
from campaign.moderation.rules import OF_PAIRS, PAGE

# Of how many decisions it is measured how long they took.
MOST_WAITS = 1000


@dataclass(frozen=True)
class Past:
    """One decision of a signature's history, its words, and who took it (None: a command)."""

    decision: Decision
    detail: DecisionDetail | None
    by: str | None
    is_undone: bool


def history_of(signature_id: int) -> list[Past]:
    """The decisions on a signature, newest first."""
    rows = db.session.execute(
        select(Decision, DecisionDetail, Organizer.email)
        .outerjoin(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .outerjoin(Organizer, Organizer.id == Decision.organizer_id)
        .where(Decision.signature_id == signature_id)
        .order_by(Decision.id.desc())
        .limit(PAGE)
    ).all()
    undone = {row[0].undoes_id for row in rows}
    return [Past(decision, detail, by, decision.id in undone) for decision, detail, by in rows]


def decision_of(letter_id: int, decision_id: int) -> tuple[Decision, DecisionDetail] | None:
    """A decision of this letter with its words."""
    row = db.session.execute(
        select(Decision, DecisionDetail)
        .join(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .where(Decision.id == decision_id, Decision.letter_id == letter_id)
    ).first()
    return (row[0], row[1]) if row else None


def is_on_one() -> ColumnElement[bool]:
    """Decisions on a signature itself, not on what it has to do with another: those about pairs, and their undoing."""
    undone = aliased(Decision)
    of_pairs = select(undone.id).where(undone.signature_id == Decision.signature_id, undone.act.in_(OF_PAIRS))
    return and_(Decision.act.not_in(OF_PAIRS), or_(Decision.undoes_id.is_(None), Decision.undoes_id.not_in(of_pairs)))


def last_decision_id(signature_id: int) -> int | None:
    """The newest decision on a signature itself."""
    mine = (Decision.signature_id == signature_id, is_on_one())
    return db.session.scalar(select(func.max(Decision.id)).where(*mine))


def letters_that_decide() -> Sequence[int]:
    """The ids of letters on which somebody may wait for a decision."""
    return db.session.scalars(
        select(Letter.id).where(Letter.state.in_(("open", "paused", "closed"))).order_by(Letter.id)
    ).all()


def waits_of(letter_id: int, since: datetime) -> list[timedelta]:
    """How long those waited whom an organizer approved or rejected since then, of the newest thousand such decisions.

    Decisions by condition say nothing of how long a person's turn takes, and are left out.
    """
    rows = db.session.execute(
        select(Decision.decided_at, Signature.verified_at, DecisionDetail.before)
        .join(Signature, Signature.id == Decision.signature_id)
        .join(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .where(Decision.id.in_(_taken_one_by_one(letter_id, since)), Signature.kind != "imported")
    )
    waited = ("waiting", "held")
    return [
        max(decided_at - verified_at, timedelta(0))
        for decided_at, verified_at, before in rows
        if verified_at is not None and before.get("moderation") in waited
    ]


def _taken_one_by_one(letter_id: int, since: datetime) -> list[int]:
    """The newest decisions that approve or reject since then and belong to no decision by condition.

    Read one after the other: asking of each, in SQL, whether it lies in a step of one takes seconds after a wave.
    """
    steps = select(BulkChunk.first, BulkChunk.last).join(BulkDecision, BulkDecision.id == BulkChunk.bulk_id)
    found = db.session.execute(steps.where(BulkDecision.letter_id == letter_id).order_by(BulkChunk.first)).all()
    firsts = [step.first for step in found]
    newest = (
        select(Decision.id, Decision.sequence)
        .where(Decision.letter_id == letter_id, Decision.act.in_(("approve", "reject")), Decision.decided_at >= since)
        .order_by(Decision.sequence.desc())
    )
    with db.session.execute(newest.execution_options(yield_per=1000)) as rows:
        # Steps never overlap: only the last that begins before a decision can hold it.
        alone = (
            row.id
            for row in rows
            if not (place := bisect_right(firsts, row.sequence)) or found[place - 1].last < row.sequence
        )
        return list(islice(alone, MOST_WAITS))
