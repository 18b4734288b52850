"""Appends to the chained record of decisions, and to the plain log of other acts.

Each decision row holds the SHA-256 of itself and of the row before it (one chain per letter), and
of its detail with a salt: a gap or an edit is found, and the words can still be blanked.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from sqlalchemy import insert, select

from campaign.extensions import db
from campaign.lib.clock import rfc3339
from campaign.models import Decision, DecisionDetail, Letter, LogEntry

FIRST = "0" * 64
_WRITTEN = tuple(column.name for column in Decision.__table__.columns if column.name != "id")
_APPEND = insert(Decision.__table__).returning(Decision.__table__.c.id, sort_by_parameter_order=True)  # type: ignore[arg-type]


def detail_digest(salt: str, *, reason: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of a decision's words and their salt."""
    words: dict[str, Any] = {"salt": salt, "reason": reason, "before": dict(before), "after": dict(after)}
    return hashlib.sha256(rfc8785.dumps(words)).hexdigest()


def chain_digest(row: Decision) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of a decision row and the digest before it."""
    fields: dict[str, Any] = {
        "previous": row.previous,
        "letter": row.letter_id,
        "sequence": row.sequence,
        "signature": row.signature_id,
        "organizer": row.organizer_id,
        "act": row.act,
        "undoes": row.undoes_id,
        "time": rfc3339(row.decided_at),
        "detail": row.detail_digest,
    }
    return hashlib.sha256(rfc8785.dumps(fields)).hexdigest()


def record_decision(
    letter_id: int,
    signature_id: int | None,
    act: str,
    *,
    by_id: int | None,
    now: datetime,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    undoes_id: int | None = None,
) -> Decision:
    """Appends one decision to the letter's chain and flushes it. `by_id` None is a command.

    Two at once queue up on the letter's row, so the chain never forks.
    """
    words: dict[str, Any] = {"reason": reason, "before": dict(before or {}), "after": dict(after or {})}
    salt = secrets.token_hex(16)
    sequence, previous = _end_of_chain(letter_id)
    decision = Decision(
        letter_id=letter_id,
        sequence=sequence + 1,
        signature_id=signature_id,
        organizer_id=by_id,
        act=act,
        undoes_id=undoes_id,
        decided_at=now.replace(microsecond=0),
        detail_digest=detail_digest(salt, **words),
        previous=previous,
        digest="",
    )
    decision.digest = chain_digest(decision)
    db.session.add(decision)
    db.session.flush()
    db.session.add(DecisionDetail(decision_id=decision.id, salt=salt, **words))
    db.session.flush()
    return decision


@dataclass(frozen=True)
class Draft:
    """A decision of many that are written at once."""

    signature_id: int
    act: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str = ""
    undoes_id: int | None = None


def record_decisions(letter_id: int, drafts: Sequence[Draft], *, by_id: int | None, now: datetime) -> list[int]:
    """Appends many decisions to the letter's chain, computed in memory and written at once; their ids in order."""
    sequence, previous = _end_of_chain(letter_id)
    rows, details = [], []
    for number, draft in enumerate(drafts, sequence + 1):
        words = {"reason": draft.reason, "before": dict(draft.before), "after": dict(draft.after)}
        salt = secrets.token_hex(16)
        row = Decision(
            letter_id=letter_id,
            sequence=number,
            signature_id=draft.signature_id,
            organizer_id=by_id,
            act=draft.act,
            undoes_id=draft.undoes_id,
            decided_at=now.replace(microsecond=0),
            detail_digest=detail_digest(salt, **words),  # type: ignore[arg-type]
            previous=previous,
            digest="",
        )
        row.digest = previous = chain_digest(row)
        rows.append({name: getattr(row, name) for name in _WRITTEN})
        details.append({"salt": salt, **words})
    if not rows:
        return []
    ids = list(db.session.scalars(_APPEND, rows))
    given = [{"decision_id": id_, **words} for id_, words in zip(ids, details, strict=True)]
    db.session.execute(insert(DecisionDetail.__table__), given)  # type: ignore[arg-type]
    return ids


def lock_chain(letter_id: int) -> None:
    """Keeps others from deciding on this letter until the transaction ends.

    Whoever decides on several signatures asks for it before the first one's lock: two who each held one of them
    would wait for the other for ever.
    """
    db.session.execute(select(Letter.id).where(Letter.id == letter_id).with_for_update(key_share=True))


def _end_of_chain(letter_id: int) -> tuple[int, str]:
    """Number and digest of the letter's last decision, with the letter's row locked."""
    lock_chain(letter_id)
    last = db.session.execute(
        select(Decision.sequence, Decision.digest)
        .where(Decision.letter_id == letter_id)
        .order_by(Decision.sequence.desc())
        .limit(1)
    ).first()
    return (last.sequence, last.digest) if last else (0, FIRST)


def record_act(
    act: str,
    *,
    now: datetime,
    by_id: int | None = None,
    campaign_id: int | None = None,
    letter_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Appends one line to the log: who did what, when. `detail` holds no personal data."""
    db.session.add(
        LogEntry(
            campaign_id=campaign_id,
            letter_id=letter_id,
            organizer_id=by_id,
            act=act,
            detail=dict(detail or {}),
            logged_at=now,
        )
    )


def broken_links(letter_id: int) -> list[int]:
    """The sequence numbers at which the letter's chain does not hold; empty when it is whole."""
    broken: list[int] = []
    previous, expected = FIRST, 1
    rows = db.session.execute(
        select(Decision, DecisionDetail)
        .outerjoin(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .where(Decision.letter_id == letter_id)
        .order_by(Decision.sequence)
        .execution_options(yield_per=500)
    )
    for decision, detail in rows:
        whole = decision.previous == previous and decision.sequence == expected
        whole = whole and decision.digest == chain_digest(decision) and _detail_holds(decision, detail)
        if not whole:
            broken.append(decision.sequence)
        previous, expected = decision.digest, decision.sequence + 1
    return broken


def _detail_holds(decision: Decision, detail: DecisionDetail | None) -> bool:
    if detail is None:
        return False
    if detail.blanked_at is not None:
        return True
    digest = detail_digest(detail.salt, reason=detail.reason, before=detail.before, after=detail.after)
    return digest == decision.detail_digest
