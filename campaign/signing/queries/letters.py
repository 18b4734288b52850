"""Reads of letters for signing: the page, the state behind caches, the names that are held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import defer, joinedload, selectinload

from campaign.extensions import db
from campaign.lib.names import fold
from campaign.models import Addressee, Letter, Tally, Version, WatchName

# What the words of a letter's page depend on; and what its names and counts depend on.
LETTER_STATE = (Letter.id, Letter.state, Letter.version_id, Letter.closes_at, Letter.changed_at)
TALLY = (Tally.counted_at, Tally.people, Tally.private, Tally.organizations, Tally.employees, Tally.imported)
# Asked at every visit, so put together once.
_STATE = select(*LETTER_STATE, *TALLY).outerjoin(Tally, Tally.letter_id == Letter.id)
_STATE_BY_SLUG = _STATE.where(Letter.slug == bindparam("slug"))
_STATE_BY_ID = _STATE.where(Letter.id == bindparam("letter"))
# A letter as its pages show it: the text itself is long, and has a query of its own.
_SHOWN = select(Letter).options(
    joinedload(Letter.campaign),
    joinedload(Letter.version).options(defer(Version.body), defer(Version.body_tree), selectinload(Version.demands)),
)

_BY_ID = (
    select(Letter)
    .where(Letter.id == bindparam("letter"))
    # The text is long, and pages and mails about one signature do not show it.
    .options(joinedload(Letter.campaign), joinedload(Letter.version).load_only(Version.title, Version.ask))
)
_HELD = union_all(
    select(literal("addressee").label("why"), Addressee.name).where(Addressee.letter_id == bindparam("letter")),
    select(literal("watched"), WatchName.folded).where(WatchName.letter_id == bindparam("letter")),
)
_TO_SIGN = select(
    Letter.id,
    Letter.state,
    Letter.version_id,
    Letter.closes_at,
    Letter.accepts_people,
    Letter.accepts_organizations,
).where(Letter.id == bindparam("letter"))


_TO_JUDGE = select(Letter.id, Letter.state, Letter.kind, Letter.mode, Letter.closes_at, Letter.closed_at).where(
    Letter.id == bindparam("letter")
)


def letter_to_judge(letter_id: int) -> Any:
    """What decides whether a signature may be confirmed now and whether it is held, as a row."""
    return db.session.execute(_TO_JUDGE, {"letter": letter_id}).one()


def letter_to_sign(letter_id: int) -> Any:
    """What decides whether a letter takes a signature now, and the version that would be signed, as a row."""
    return db.session.execute(_TO_SIGN, {"letter": letter_id}).one()


def letter_by_slug(slug: str) -> Letter | None:
    """A letter in any state with its campaign, version and demands: one query and one for the demands."""
    return db.session.scalars(_SHOWN.where(Letter.slug == slug)).one_or_none()


def letter_to_show(letter_id: int) -> Letter:
    """The same, by id."""
    return db.session.scalars(_SHOWN.where(Letter.id == letter_id)).one()


def letter_state(slug: str) -> Any:
    """What the page cache needs to know: LETTER_STATE of the letter, then its TALLY, null before the first count."""
    return db.session.execute(_STATE_BY_SLUG, {"slug": slug}).one_or_none()


def letter_state_by_id(letter_id: int) -> Any:
    """The same of a letter that is known to be there."""
    return db.session.execute(_STATE_BY_ID, {"letter": letter_id}).one()


def tally_in(state: Any, now: datetime) -> Tally:
    """The counts in a row of `letter_state`; zeros before the first count. Not added to the session."""
    counts = {
        name: getattr(state, name) or 0 for name in ("people", "private", "organizations", "employees", "imported")
    }
    return Tally(letter_id=state.id, counted_at=state.counted_at or now, **counts)


def letter_by_id(letter_id: int) -> Letter:
    """A letter with its campaign, and of its version the title and the ask."""
    return db.session.scalars(_BY_ID, {"letter": letter_id}).one()


def held_names(letter_id: int) -> tuple[set[str], set[str]]:
    """Folded names that wait for a person: of those the letter is addressed to, and of its watch list."""
    found: dict[str, set[str]] = {"addressee": set(), "watched": set()}
    for why, name in db.session.execute(_HELD, {"letter": letter_id}):
        found[why].add(fold(name))
    return found["addressee"], found["watched"]
