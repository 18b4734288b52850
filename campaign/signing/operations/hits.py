"""Keeps what the hold rules say of a signature, held or not, for the figures of each rule."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete

from campaign.extensions import db, insert_or_skip
from campaign.models import RuleHit, Signature


def keep_hits(signature: Signature, matches: Collection[str], reasons: Collection[str], now: datetime) -> None:
    """Keeps the rules that match; `reasons` are those of them that hold. Nothing is written where none does."""
    day = (signature.verified_at or now).date()
    rows = [
        {
            "signature_id": signature.id,
            "rule": rule,
            "letter_id": signature.letter_id,
            "day": day,
            "is_held": rule in reasons,
        }
        for rule in matches
    ]
    insert_or_skip(RuleHit.__table__, rows)  # type: ignore[arg-type]


def forget_hits(signature_id: int) -> None:
    """Forgets what the rules said of a signature whose words are others by now."""
    db.session.execute(delete(RuleHit).where(RuleHit.signature_id == signature_id))
