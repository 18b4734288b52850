"""Letters as readers may see them: one, or lists of them with counts and targets; what happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, load_only

from campaign.extensions import db
from campaign.models import (
    Campaign,
    CertifiedTotal,
    Delivery,
    DeliveryEdition,
    Edition,
    EmployeeSigning,
    Letter,
    LetterTarget,
    LogEntry,
    Response,
    ResponseDemand,
    Tally,
    Target,
    TimelineEntry,
    Version,
)
from campaign.states import DeliveryState, EditionState, ResponseState


@dataclass(frozen=True)
class Found:
    """A letter with its campaign, its stored counts, and its version's number and ask.

    A letter that was never counted has zeros as of its last change.
    """

    letter: Letter
    counts: Tally
    version: int
    ask: str


def _with_counts() -> Any:
    return (
        select(Letter, Tally, Version.number, Version.ask)
        .outerjoin(Tally, Tally.letter_id == Letter.id)
        .outerjoin(Version, Version.id == Letter.version_id)
        .options(joinedload(Letter.campaign))
    )


def _found(row: Any) -> Found:
    letter, counts, number, ask = row
    return Found(letter, counts or Tally(letter_id=letter.id, counted_at=letter.changed_at), number or 0, ask or "")


def letter_with_counts(slug: str) -> Found | None:
    """A letter in any state; one query."""
    row = db.session.execute(_with_counts().where(Letter.slug == slug)).one_or_none()
    return None if row is None else _found(row)


def letters_in_states(states: Sequence[str], limit: int) -> list[Found]:
    """The letters in these states, those opened last first, at most `limit`."""
    return _list(Letter.state.in_(states), limit)


def letters_of_campaign(campaign_id: int, states: Sequence[str], limit: int) -> list[Found]:
    """The campaign's letters in these states, those opened last first."""
    return _list((Letter.campaign_id == campaign_id) & Letter.state.in_(states), limit)


def letters_to_target(target_id: int, states: Sequence[str], limit: int) -> list[Found]:
    """The letters in these states that ask something of the target, those opened last first."""
    asked = select(LetterTarget.letter_id).where(LetterTarget.target_id == target_id)
    return _list(Letter.id.in_(asked) & Letter.state.in_(states), limit)


def _list(condition: ColumnElement[bool], limit: int) -> list[Found]:
    # A letter withdrawn before it ever opened was never public.
    statement = _with_counts().where(condition, Letter.opened_at.is_not(None))
    rows = db.session.execute(statement.order_by(Letter.opened_at.desc(), Letter.id.desc()).limit(limit))
    return [_found(row) for row in rows]


def campaign_by_slug(slug: str) -> Campaign | None:
    """The campaign with this slug."""
    return db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()


def target_by_slug(slug: str) -> Target | None:
    """The company or body with this slug."""
    return db.session.scalars(select(Target).where(Target.slug == slug)).one_or_none()


def targets_of(letter_ids: Sequence[int]) -> dict[int, list[Target]]:
    """Whom each of these letters asks, in its order; one query."""
    found: dict[int, list[Target]] = {letter_id: [] for letter_id in letter_ids}
    rows = db.session.execute(
        select(LetterTarget.letter_id, Target)
        .join(Target, Target.id == LetterTarget.target_id)
        .where(LetterTarget.letter_id.in_(letter_ids))
        .order_by(LetterTarget.position, LetterTarget.id)
    )
    for letter_id, target in rows:
        found[letter_id].append(target)
    return found


def timelines_of(letter_ids: Sequence[int]) -> dict[int, list[TimelineEntry]]:
    """What happened around each of these letters, the latest first; one query."""
    found: dict[int, list[TimelineEntry]] = {letter_id: [] for letter_id in letter_ids}
    rows = db.session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.letter_id.in_(letter_ids))
        .order_by(TimelineEntry.sort_on.desc(), TimelineEntry.id.desc())
    )
    for row in rows:
        found[row.letter_id].append(row)
    return found


def delivered_editions(letter_ids: Sequence[int]) -> dict[int, list[Edition]]:
    """The delivered editions of each of these letters, by number; one query."""
    found: dict[int, list[Edition]] = {letter_id: [] for letter_id in letter_ids}
    rows = db.session.scalars(
        select(Edition)
        .where(Edition.letter_id.in_(letter_ids), Edition.state == EditionState.DELIVERED.value)
        .order_by(Edition.letter_id, Edition.number)
    )
    for edition in rows:
        found[edition.letter_id].append(edition)
    return found


def editions_delivered_last(states: Sequence[str], limit: int) -> list[tuple[Edition, Letter]]:
    """The deliveries of letters in these states, the latest first."""
    rows = db.session.execute(
        select(Edition, Letter)
        .join(Letter, Letter.id == Edition.letter_id)
        .where(Edition.state == EditionState.DELIVERED.value, Letter.state.in_(states))
        .order_by(Edition.delivered_at.desc(), Edition.id.desc())
        .limit(limit)
    )
    return [(edition, letter) for edition, letter in rows]


def response_with_file(target_id: int, response_id: int, states: Sequence[str]) -> Response | None:
    """A published answer of a target that came with a document, about a letter that opened and is in these states."""
    about = (
        select(ResponseDemand.response_id)
        .join(Letter, Letter.id == ResponseDemand.letter_id)
        .where(Letter.opened_at.is_not(None), Letter.state.in_(states))
    )
    found = select(Response).where(
        Response.id == response_id,
        Response.target_id == target_id,
        Response.state == ResponseState.PUBLISHED.value,
        Response.file_sha256 != "",
        Response.id.in_(about),
    )
    return db.session.scalars(found).one_or_none()


def changes_of(letter_id: int) -> list[Version]:
    """The wordings of a letter after its first, without their texts."""
    words = load_only(Version.number, Version.change, Version.reason, Version.title, Version.created_at)
    rows = select(Version).where(Version.letter_id == letter_id, Version.number > 1).options(words)
    return list(db.session.scalars(rows.order_by(Version.number)))


def note_set_at(letter_id: int) -> datetime | None:
    """When the note above the text was last written, from the log; None where that tells nothing."""
    found = select(func.max(LogEntry.logged_at)).where(
        LogEntry.letter_id == letter_id, LogEntry.act == "status_note_set"
    )
    return db.session.scalar(found)


def letters_delivered(states: Sequence[str], limit: int) -> list[Letter]:
    """The letters in these states that were handed over by a recorded delivery, those that wait longest first."""
    handed = (
        select(Edition.letter_id, func.min(Delivery.delivered_at).label("since"))
        .join(DeliveryEdition, DeliveryEdition.edition_id == Edition.id)
        .join(Delivery, Delivery.id == DeliveryEdition.delivery_id)
        .where(Delivery.state == DeliveryState.DELIVERED.value)
        .group_by(Edition.letter_id)
        .subquery()
    )
    statement = (
        select(Letter)
        .join(handed, handed.c.letter_id == Letter.id)
        .where(Letter.state.in_(states), Letter.opened_at.is_not(None))
    )
    return list(db.session.scalars(statement.order_by(handed.c.since, Letter.id).limit(limit)))


def certificate_of(row_id: int) -> tuple[CertifiedTotal, Letter] | None:
    """A number that a partner certifies, and the letter it stands beside."""
    row = db.session.execute(
        select(CertifiedTotal, Letter)
        .join(Letter, Letter.id == CertifiedTotal.letter_id)
        .where(CertifiedTotal.id == row_id)
    ).first()
    return (row[0], row[1]) if row else None


def ways_of_employees(letter_id: int) -> dict[str, int]:
    """How many employees each way checked, as far as it is told: see `signing.employee_numbers.ways_told`."""
    return db.session.scalar(select(EmployeeSigning.ways).where(EmployeeSigning.letter_id == letter_id)) or {}
