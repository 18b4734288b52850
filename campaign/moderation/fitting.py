"""Reads for decisions by condition: what fits, in steps, and what of it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import joinedload

from campaign.extensions import db
from campaign.models import BulkChunk, BulkDecision, Decision, DecisionDetail, Signature, SigningHint
from campaign.moderation.conditions import RANDOM, Condition, like
from campaign.moderation.queries import is_on_one
from campaign.moderation.rules import PAGE
from campaign.moderation.search import in_state, page_of


def clauses_of(letter_id: int, condition: Condition) -> list[ColumnElement[bool]]:
    """A condition in SQL, but for `Condition.fits`."""
    found = [Signature.letter_id == letter_id, *_of_row(condition)]
    if condition.domain:
        domain = condition.domain.lower()
        ending = domain.removeprefix("*") if domain.startswith("*.") else f"@{domain}"
        found.append(Signature.email.endswith(ending, autoescape=True))
    if condition.name and condition.name != RANDOM:
        found.append(Signature.name.ilike(like(condition.name), escape="/"))
    if condition.rule:
        reasons = literal(";") + Signature.reasons + literal(";")
        found.append(reasons.contains(f";{condition.rule};", autoescape=True))
    if condition.network:
        marked = (SigningHint.network == condition.network, SigningHint.letter_id == letter_id)
        found.append(Signature.id.in_(select(SigningHint.signature_id).where(*marked)))
    return found


def _of_row(condition: Condition) -> list[ColumnElement[bool]]:
    """What stands in columns of its own."""
    found: list[ColumnElement[bool]] = []
    if condition.state:
        found.append(in_state(condition.state))
    if condition.kind:
        found.append(Signature.kind == condition.kind)
    if condition.batch:
        found.append(Signature.import_batch_id == condition.batch)
    if condition.since:
        found.append(Signature.signed_at >= condition.since)
    if condition.until:
        found.append(Signature.signed_at < condition.until)
    return found


def signatures_fitting(letter_id: int, condition: Condition, before_id: int | None) -> list[Signature]:
    """A page of the signatures a condition holds for in any state, newest first, and one more if there are more.

    Reads the letter's rows until the page is full; of names that SQL cannot ask about, those of one page.
    """
    clauses = clauses_of(letter_id, condition)
    if before_id is not None:
        clauses.append(Signature.id < before_id)
    return [one for one in page_of(select(Signature).where(*clauses)) if condition.fits(one.name)]


def count_fitting(letter_id: int, condition: Condition, target: str, sample: int) -> tuple[int, list[int]]:
    """How many signatures an act would move to the state `target`, and the ids of the first few."""
    clauses = _movable(letter_id, condition, target)
    if condition.fits(""):
        count = db.session.scalar(select(func.count()).select_from(Signature).where(*clauses)) or 0
        ids = select(Signature.id).where(*clauses).order_by(Signature.id).limit(sample)
        return count, list(db.session.scalars(ids))
    rows = select(Signature.id, Signature.name).where(*clauses).order_by(Signature.id)
    fitting = [row.id for row in db.session.execute(rows) if condition.fits(row.name)]
    return len(fitting), fitting[:sample]


def next_fitting(
    letter_id: int, condition: Condition, target: str, *, after_id: int, last_id: int, most: int
) -> Sequence[Signature]:
    """The next signatures an act is about, locked; `Condition.fits` has still to be asked of each."""
    place = (Signature.id > after_id, Signature.id <= last_id)
    return db.session.scalars(
        select(Signature)
        .where(*_movable(letter_id, condition, target), *place)
        .order_by(Signature.id)
        .limit(most)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _movable(letter_id: int, condition: Condition, target: str) -> list[ColumnElement[bool]]:
    """Of what fits, the confirmed ones that stand and are not there yet."""
    return [
        *clauses_of(letter_id, condition),
        Signature.verification == "verified",
        Signature.moderation != target,
        Signature.withdrawn_at.is_(None),
        Signature.merged_into_id.is_(None),
    ]


def sampled(ids: Sequence[int]) -> Sequence[Signature]:
    """The signatures of a sample."""
    rows = select(Signature).where(Signature.id.in_(ids)).order_by(Signature.id)
    return db.session.scalars(rows.options(joinedload(Signature.endorsement))).all()


def bulk_of(letter_id: int, bulk_id: int) -> BulkDecision | None:
    """A decision by condition of this letter; None for another letter's."""
    wanted = select(BulkDecision).where(BulkDecision.id == bulk_id, BulkDecision.letter_id == letter_id)
    return db.session.scalars(wanted).one_or_none()


def latest_bulk(letter_id: int) -> Sequence[BulkDecision]:
    """The latest decisions by condition of a letter."""
    rows = select(BulkDecision).where(BulkDecision.letter_id == letter_id)
    return db.session.scalars(rows.order_by(BulkDecision.id.desc()).limit(PAGE)).all()


def next_chunk(bulk_id: int, after: int) -> BulkChunk | None:
    """The next step of a decision by condition, after the one that began with this number of the chain."""
    later = select(BulkChunk).where(BulkChunk.bulk_id == bulk_id, BulkChunk.first > after)
    return db.session.scalars(later.order_by(BulkChunk.first).limit(1)).one_or_none()


def undoable_in(letter_id: int, first: int, last: int) -> Sequence[Any]:
    """Decision, detail and signature, locked, of a run of the chain: where it is still the last word on a signature."""
    chain = (Decision.letter_id == letter_id, Decision.sequence >= first, Decision.sequence <= last)
    mine = select(Decision.signature_id).where(*chain)
    newest = (
        select(func.max(Decision.id).label("id"))
        .where(Decision.signature_id.in_(mine), is_on_one())
        .group_by(Decision.signature_id)
        .subquery()
    )
    return db.session.execute(
        select(Decision, DecisionDetail, Signature)
        .join(newest, newest.c.id == Decision.id)
        .join(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .join(Signature, Signature.id == Decision.signature_id)
        .where(
            *chain,
            DecisionDetail.blanked_at.is_(None),
            Signature.withdrawn_at.is_(None),
            Signature.merged_into_id.is_(None),
        )
        .order_by(Decision.sequence)
        .with_for_update(of=Signature)
        .execution_options(populate_existing=True)
    ).all()
