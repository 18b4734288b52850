"""Reads of updates: the rows of a letter, how far their mails came, and what a form offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from campaign.choices import UpdateKind, UpdateMailState
from campaign.extensions import db
from campaign.models import Edition, Letter, Signature, Update, UpdateMail
from campaign.states import UpdateState

LISTED = 200


def updates_of(letter_id: int) -> list[Update]:
    """The updates of a letter, the newest first."""
    found = select(Update).where(Update.letter_id == letter_id).order_by(Update.number.desc()).limit(LISTED)
    return list(db.session.scalars(found))


def update_of(letter_id: int, number: int) -> Update | None:
    """One update of a letter by its number."""
    return db.session.scalars(
        select(Update).where(Update.letter_id == letter_id, Update.number == number)
    ).one_or_none()


def next_number(letter_id: int) -> int:
    """The number of the letter's next update."""
    return (db.session.scalar(select(func.max(Update.number)).where(Update.letter_id == letter_id)) or 0) + 1


def updates_to_work_on(now: datetime) -> list[int]:
    """Ids of updates whose time has come or whose mails are leaving, oldest first."""
    due = and_(Update.state == UpdateState.SCHEDULED.value, Update.scheduled_at <= now)
    return list(db.session.scalars(select(Update.id).where(or_(due, Update.state == "sending")).order_by(Update.id)))


def update_with_letter(update_id: int) -> tuple[Update, Letter] | None:
    """An update with its letter and campaign."""
    row = db.session.execute(
        select(Update, Letter)
        .join(Letter, Letter.id == Update.letter_id)
        .where(Update.id == update_id)
        .options(joinedload(Letter.campaign))
    ).one_or_none()
    return None if row is None else (row.Update, row.Letter)


def result_mails_begun(letter_id: int, but: int | None = None) -> int:
    """How many of the letter's result mails went out or are on their way, apart from one."""
    begun = (Update.letter_id == letter_id, Update.kind == UpdateKind.RESULT.value, Update.begun_at.is_not(None))
    return db.session.scalar(select(func.count(Update.id)).where(*begun, Update.id != (but or 0))) or 0


def last_turn(update_id: int) -> datetime | None:
    """The turn of the mail that was handed over last."""
    return db.session.scalar(
        select(UpdateMail.queued_at)
        .where(UpdateMail.update_id == update_id)
        .order_by(UpdateMail.signature_id.desc())
        .limit(1)
    )


def counts_of(update_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many mails of each update stand in each state; one query."""
    found: dict[int, dict[str, int]] = {number: {state.value: 0 for state in UpdateMailState} for number in update_ids}
    rows = db.session.execute(
        select(UpdateMail.update_id, UpdateMail.state, func.count())
        .where(UpdateMail.update_id.in_(update_ids))
        .group_by(UpdateMail.update_id, UpdateMail.state)
    )
    for update_id, state, number in rows:
        found[update_id][state] = number
    return found


def count_waiting(update_id: int) -> int:
    """How many mails of an update are in the job table and have not left."""
    waits = (UpdateMail.update_id == update_id, UpdateMail.state == UpdateMailState.WAITING.value)
    return db.session.scalar(select(func.count()).select_from(UpdateMail).where(*waits)) or 0


def skipped_by_reason(update_id: int) -> dict[str, int]:
    """How many mails were not sent, by the reason."""
    rows = db.session.execute(
        select(UpdateMail.reason, func.count())
        .where(UpdateMail.update_id == update_id, UpdateMail.state == UpdateMailState.SKIPPED.value)
        .group_by(UpdateMail.reason)
    )
    return dict(rows.all())


def editions_to_copy(letter_id: int) -> list[Edition]:
    """The frozen editions of a letter, the newest first."""
    frozen = (Edition.letter_id == letter_id, Edition.frozen_at.is_not(None))
    return list(db.session.scalars(select(Edition).where(*frozen).order_by(Edition.number.desc()).limit(LISTED)))


def edition_to_name(update: Update) -> Edition | None:
    """The edition whose numbers a mail carries: its own, or for a result the one delivered last."""
    if update.kind == UpdateKind.FINAL_COPY:
        return db.session.get(Edition, update.edition_id)
    if update.kind != UpdateKind.RESULT:
        return None
    delivered = select(Edition).where(Edition.letter_id == update.letter_id, Edition.delivered_at.is_not(None))
    return db.session.scalars(delivered.order_by(Edition.number.desc()).limit(1)).first()


def countries_of(letter_id: int) -> list[str]:
    """The countries that verified signatories of a letter named, by code."""
    named = (Signature.letter_id == letter_id, Signature.country != "", Signature.verification == "verified")
    return list(db.session.scalars(select(Signature.country).where(*named).distinct().order_by(Signature.country)))
