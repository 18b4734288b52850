"""Reads of editions."""

from __future__ import annotations

from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Edition


def editions_of(letter_id: int) -> list[Edition]:
    """All editions of a letter, the newest first, those still being frozen included."""
    return list(
        db.session.scalars(select(Edition).where(Edition.letter_id == letter_id).order_by(Edition.number.desc()))
    )
