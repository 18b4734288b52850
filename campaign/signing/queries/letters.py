"""Reads of letters for signing: the page, the state behind caches, the names that are held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, case, cast, select
from sqlalchemy.orm import Bundle, defer, joinedload, selectinload
from sqlalchemy.sql.functions import aggregate_strings

from campaign.extensions import db
from campaign.models import (
    Addressee,
    Letter,
    LetterRule,
    LetterTarget,
    RuleMute,
    Tally,
    TargetLeader,
    Version,
    WaitingTime,
    WatchName,
)

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
    Letter.mode,
    Letter.asks_proof,
    Letter.proof_until,
).where(Letter.id == bindparam("letter"))


# What decides whether a signature may be confirmed and whether it is held: columns of the letter; the names of its
# addressees, of its watch list and of who leads its targets, one a line; which rules are switched and muted
# (`holds.rules_on`).
JUDGED: Bundle[Any] = Bundle(
    "letter",
    Letter.id,
    Letter.state,
    Letter.kind,
    Letter.mode,
    Letter.version_id,
    Letter.closes_at,
    Letter.closed_at,
    Letter.hold_all,
    select(aggregate_strings(Addressee.name, "\n"))
    .where(Addressee.letter_id == Letter.id)
    .scalar_subquery()
    .label("addressees"),
    select(aggregate_strings(WatchName.name, "\n"))
    .where(WatchName.letter_id == Letter.id)
    .scalar_subquery()
    .label("watched"),
    select(aggregate_strings(TargetLeader.name, "\n"))
    .join(LetterTarget, LetterTarget.target_id == TargetLeader.target_id)
    .where(LetterTarget.letter_id == Letter.id)
    .scalar_subquery()
    .label("leaders"),
    select(aggregate_strings(LetterRule.rule + case((LetterRule.is_on, "=1"), else_="=0"), "\n"))
    .where(LetterRule.letter_id == Letter.id)
    .scalar_subquery()
    .label("switches"),
    select(
        aggregate_strings(
            RuleMute.rules + "|" + cast(RuleMute.starts_at, String) + "|" + cast(RuleMute.ends_at, String), "\n"
        )
    )
    .where(RuleMute.letter_id == Letter.id)
    .scalar_subquery()
    .label("mutes"),
)
_TO_JUDGE = select(JUDGED).where(Letter.id == bindparam("letter"))


def letter_to_judge(letter_id: int) -> Any:
    """JUDGED of a letter."""
    return db.session.scalars(_TO_JUDGE, {"letter": letter_id}).one()


def waiting_hours(letter_id: int) -> int | None:
    """In how many hours those who are held were usually decided on, as the worker measured; None where unknown."""
    return db.session.scalar(select(WaitingTime.hours).where(WaitingTime.letter_id == letter_id))


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
