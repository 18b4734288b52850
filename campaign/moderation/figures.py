"""How a letter's signatures were checked, in numbers by id: for the method page and the integrity statement.

Nothing is typed by anybody: rules, reasons, acts and outcomes are counted from the rows there are, whatever their ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from campaign.extensions import db
from campaign.models import Complaint, Decision, Figures, LogEntry, Proof, Signature, Tally
from campaign.models.signature import IS_PUBLIC, IS_UNDECIDED
from campaign.moderation.cases import DECIDED, UNDECIDED

Numbers = dict[str, dict[str, int]]
Read = Callable[[Any], Iterable[Row[Any]]]
# The figures of a letter are renewed at most so often, and take no more than this share of a worker's time.
EVERY, SHARE = timedelta(minutes=1), 20


def count_figures(letter_id: int, read: Read) -> Numbers:
    """Every class of figures of a letter; `read` runs a statement, on the session or in a snapshot."""
    return {**count_checks(letter_id, read), "methods": _numbers(read(_methods(letter_id)))}


def count_checks(letter_id: int, read: Read) -> Numbers:
    """The same without the methods, which a statement may count of another list."""
    undecided = and_(Signature.letter_id == letter_id, IS_UNDECIDED)
    rejected = and_(
        Signature.letter_id == letter_id,
        Signature.moderation == literal("rejected", literal_execute=True),
        Signature.withdrawn_at.is_(None),
        Signature.merged_into_id.is_(None),
    )
    held, off = read(_by_reason(undecided)), read(_by_reason(rejected))
    reasons = {"held": [*held], "rejected": [*off]}
    standing = {name: sum(row.number for row in rows) for name, rows in reasons.items()}
    return {
        **{name: _split(rows) for name, rows in reasons.items()},
        "standing": standing,
        "decisions": _numbers(read(_acts(letter_id))),
        "undone": _numbers(read(_undone(letter_id))),
        "falls": _numbers(read(_falls(letter_id))),
        "complaints": _numbers(read(_outcomes(letter_id))),
    }


def kept_figures(letter_id: int) -> Figures | None:
    """The figures as they were last counted by the worker; one look by key."""
    return db.session.get(Figures, letter_id)


def letters_to_figure(now: datetime, limit: int = 50) -> Sequence[int]:
    """Letters that were counted anew since their figures were, those longest ago first."""
    rows = db.session.execute(
        select(Tally.letter_id, Figures.counted_at, Figures.seconds)
        .outerjoin(Figures, Figures.letter_id == Tally.letter_id)
        .where(or_(Figures.counted_at.is_(None), Figures.counted_at < Tally.counted_at))
        .order_by(Tally.counted_at)
        .limit(limit)
    )
    return [row.letter_id for row in rows if row.counted_at is None or _is_due(row.counted_at, row.seconds, now)]


def _is_due(counted_at: datetime, seconds: float, now: datetime) -> bool:
    return now - counted_at >= max(EVERY, timedelta(seconds=SHARE * seconds))


def _methods(letter_id: int) -> Any:
    return (
        select(Proof.method.label("name"), func.count().label("number"))
        .join(Signature, Signature.id == Proof.signature_id)
        .where(Signature.letter_id == letter_id, IS_PUBLIC)
        .group_by(Proof.method)
    )


def _by_reason(condition: Any) -> Any:
    return (
        select(Signature.reasons.label("name"), func.count().label("number"))
        .where(condition)
        .group_by(Signature.reasons)
    )


def _acts(letter_id: int) -> Any:
    return (
        select(Decision.act.label("name"), func.count().label("number"))
        .where(Decision.letter_id == letter_id)
        .group_by(Decision.act)
    )


def _undone(letter_id: int) -> Any:
    """How many decisions of each act were taken back."""
    undoing = aliased(Decision)
    return (
        select(Decision.act.label("name"), func.count().label("number"))
        .join(undoing, undoing.undoes_id == Decision.id)
        .where(undoing.letter_id == letter_id, undoing.undoes_id.is_not(None))
        .group_by(Decision.act)
    )


def _falls(letter_id: int) -> Any:
    lines = (
        select(
            LogEntry.detail["rule"].as_string().label("name"), LogEntry.detail["number"].as_integer().label("number")
        )
        .where(LogEntry.letter_id == letter_id, LogEntry.act == "count_fell")
        .subquery()
    )
    return select(lines.c.name, func.sum(lines.c.number).label("number")).group_by(lines.c.name)


def _outcomes(letter_id: int) -> Any:
    """Decided complaints by outcome, and under "" how many are not."""
    known = and_(Complaint.letter_id == letter_id, Complaint.is_trapped.is_(False))
    return (
        select(Complaint.outcome.label("name"), func.count().label("number"))
        .where(known, Complaint.state.in_((*UNDECIDED, *DECIDED)))
        .group_by(Complaint.outcome)
    )


def _numbers(rows: Iterable[Row[Any]]) -> dict[str, int]:
    return {str(row.name): int(row.number) for row in sorted(rows, key=lambda row: str(row.name))}


def _split(rows: Iterable[Row[Any]]) -> dict[str, int]:
    """How many signatures stand under each reason; several in one row count under each."""
    found: Counter[str] = Counter()
    for row in rows:
        for reason in row.name.split(";") if row.name else ["waiting"]:
            found[reason] += row.number
    return dict(sorted(found.items()))
