"""Reads of exports whose days are over, and of those that a legal hold keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from campaign.exports.rules import ENDED
from campaign.extensions import db
from campaign.models import Export, Letter
from campaign.models.retention import on_hold


def exports_over(before: datetime) -> list[Any]:
    """Id and state of exports asked for before a moment that have files still, or were never finished.

    A letter on legal hold keeps its files.
    """
    old = (Export.created_at < before) & ((Export.folder != "") | Export.state.not_in(ENDED))
    return list(db.session.execute(select(Export.id, Export.state).where(old, ~on_hold(Export.letter_id))))


def exports_on_hold() -> set[str]:
    """The names of the folders of exports that a legal hold keeps."""
    kept = select(Export.folder).where(Export.folder != "", on_hold(Export.letter_id))
    return set(db.session.scalars(kept))


def count_expired(before: datetime) -> list[tuple[str, int, bool]]:
    """By letter: its slug, how many exports asked for before a moment have files still, whether a hold keeps them."""
    old = (
        select(Letter.slug, func.count(Export.id), on_hold(Letter.id))
        .join(Letter, Letter.id == Export.letter_id)
        .where(Export.created_at < before, Export.folder != "")
        .group_by(Letter.id, Letter.slug)
        .order_by(Letter.slug)
    )
    return [(slug, number, bool(held)) for slug, number, held in db.session.execute(old)]
