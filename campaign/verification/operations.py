"""Writes the evidence that a method verified a signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from campaign.extensions import db, insert_or_skip
from campaign.models import Proof
from campaign.verification.methods import METHODS


def record_proof(signature_id: int, method: str, *, seen: str, by_id: int | None, now: datetime) -> None:
    """Keeps method, what was seen, by whom and when; the first proof of a method stands."""
    row = {
        "signature_id": signature_id,
        "method": METHODS[method].name,
        "seen": seen[:300],
        "by_id": by_id,
        "proved_at": now,
    }
    insert_or_skip(Proof.__table__, [row])  # type: ignore[arg-type]


def forget_proofs(signature_id: int, methods: Sequence[str]) -> None:
    """Removes the evidence of these methods: it was of a claim that no longer stands."""
    db.session.execute(delete(Proof).where(Proof.signature_id == signature_id, Proof.method.in_(methods)))
