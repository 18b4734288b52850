"""Editions and exports that were asked for, and how long a new one will be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Edition, Export, Signature
from campaign.signing.queries import tally_of


def edition_numbered(letter_id: int, number: int) -> Edition | None:
    """The edition of a letter with this number."""
    return db.session.scalars(
        select(Edition).where(Edition.letter_id == letter_id, Edition.number == number)
    ).one_or_none()


def frozen_editions(letter_id: int) -> list[Edition]:
    """The frozen editions of a letter, the newest first."""
    return list(
        db.session.scalars(
            select(Edition)
            .where(Edition.letter_id == letter_id, Edition.frozen_at.is_not(None))
            .order_by(Edition.number.desc())
        )
    )


def export_of(letter_id: int, export_id: int) -> Export | None:
    """An export of this letter."""
    return db.session.scalars(select(Export).where(Export.id == export_id, Export.letter_id == letter_id)).one_or_none()


def exports_of(letter_id: int, limit: int = 50) -> list[Any]:
    """The newest exports of a letter, each with the number of its edition, None for the live list."""
    rows = (
        select(Export, Edition.number)
        .outerjoin(Edition, Edition.id == Export.edition_id)
        .where(Export.letter_id == letter_id)
        .order_by(Export.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(rows))


def rows_to_come(letter_id: int, purpose: str) -> int:
    """About how many rows an export of the live list will have."""
    if purpose == "internal":
        statement = select(func.count()).select_from(Signature).where(Signature.letter_id == letter_id)
        return db.session.scalar(statement) or 0
    return tally_total(letter_id)


def tally_total(letter_id: int) -> int:
    """The total that the letter's page shows."""
    return tally_of(letter_id, clock.now()).total
