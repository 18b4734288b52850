"""Reads of editions, and of who may not stand in them any more."""

from __future__ import annotations

from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Edition, Signature


def editions_of(letter_id: int) -> list[Edition]:
    """All editions of a letter, the newest first, those still being frozen included."""
    return list(
        db.session.scalars(select(Edition).where(Edition.letter_id == letter_id).order_by(Edition.number.desc()))
    )


def erased_signatures(letter_id: int) -> set[int]:
    """The ids of a letter's signatures whose words were removed."""
    erased = select(Signature.id).where(Signature.letter_id == letter_id, Signature.erased_at.is_not(None))
    return set(db.session.scalars(erased))
