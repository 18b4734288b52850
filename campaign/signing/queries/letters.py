"""Reads of letters for signing: the page, the state behind caches, the names that are held."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from campaign.extensions import db
from campaign.lib.names import fold
from campaign.models import Addressee, Letter, Tally, Version, WatchName


def letter_by_slug(slug: str) -> Letter | None:
    """A letter in any state with its campaign, version and demands: one query and one for the demands."""
    return db.session.scalars(
        select(Letter)
        .where(Letter.slug == slug)
        .options(
            joinedload(Letter.campaign),
            joinedload(Letter.version).selectinload(Version.demands),
        )
    ).one_or_none()


def letter_state(slug: str) -> Any:
    """What the page cache needs to know: id, state, version, closing and change, and the tally's time."""
    return db.session.execute(
        select(Letter.id, Letter.state, Letter.version_id, Letter.closes_at, Letter.changed_at, Tally.counted_at)
        .outerjoin(Tally, Tally.letter_id == Letter.id)
        .where(Letter.slug == slug)
    ).one_or_none()


def letter_by_id(letter_id: int) -> Letter:
    """A letter with its campaign and version."""
    return db.session.scalars(
        select(Letter).where(Letter.id == letter_id).options(joinedload(Letter.campaign), joinedload(Letter.version))
    ).one()


def addressee_names(letter_id: int) -> set[str]:
    """The folded names of those the letter is addressed to."""
    rows = db.session.scalars(select(Addressee.name).where(Addressee.letter_id == letter_id))
    return {fold(name) for name in rows}


def watched_names(letter_id: int) -> set[str]:
    """The folded names on the letter's watch list."""
    return set(db.session.scalars(select(WatchName.folded).where(WatchName.letter_id == letter_id)))
