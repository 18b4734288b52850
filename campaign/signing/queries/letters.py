"""Reads of letters for signing: the page, the state behind caches, the names that are held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Bundle, defer, joinedload, selectinload
from sqlalchemy.sql.functions import aggregate_strings

from campaign.extensions import db
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
_TO_SIGN = select(
    Letter.id,
    Letter.state,
    Letter.version_id,
    Letter.closes_at,
    Letter.accepts_people,
    Letter.accepts_organizations,
).where(Letter.id == bindparam("letter"))


# What decides whether a signature may be confirmed and whether it is held: columns of the letter, and the names of its
# addressees and of its watch list, one a line.
JUDGED: Bundle[Any] = Bundle(
    "letter",
    Letter.id,
    Letter.state,
    Letter.kind,
    Letter.mode,
    Letter.version_id,
    Letter.closes_at,
    Letter.closed_at,
    select(aggregate_strings(Addressee.name, "\n"))
    .where(Addressee.letter_id == Letter.id)
    .scalar_subquery()
    .label("addressees"),
    select(aggregate_strings(WatchName.name, "\n"))
    .where(WatchName.letter_id == Letter.id)
    .scalar_subquery()
    .label("watched"),
)
_TO_JUDGE = select(JUDGED).where(Letter.id == bindparam("letter"))


def letter_to_judge(letter_id: int) -> Any:
    """JUDGED of a letter."""
    return db.session.scalars(_TO_JUDGE, {"letter": letter_id}).one()


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
    counts: dict[str, Any] = {
        name: getattr(state, name) or 0 for name in ("people", "private", "organizations", "employees", "imported")
    }
    return Tally(letter_id=state.id, counted_at=state.counted_at or now, **counts)


def letter_by_id(letter_id: int) -> Letter:
    """A letter with its campaign, and of its version the title and the ask."""
    return db.session.scalars(_BY_ID, {"letter": letter_id}).one()
