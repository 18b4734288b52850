"""Reads for the page of protection and for the wave alarm: attempts by time, what is usual, alarms, lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from campaign.choices import AlarmState, Role
from campaign.extensions import db
from campaign.models import (
    Alarm,
    Campaign,
    GuardEntry,
    Letter,
    Membership,
    Organizer,
    Signature,
    SigningHint,
    SigningHour,
)
from campaign.moderation.rules import PAGE
from campaign.moderation.waves import DAY, DAY_FLOOR
from campaign.states import LetterState

# More attempts of an hour than these are looked at no further.
MOST_ATTEMPTS = 100_000
# How far an entry of the lists is tried out.
MOST_TRIED = 20_000
WEEK = timedelta(days=7)


def letters_with_attempts(now: datetime) -> list[int]:
    """The open letters somebody signed in the last two hours. Uses ix_letter_state and ix_signing_hint_letter_id."""
    late = select(SigningHint.id).where(
        SigningHint.letter_id == Letter.id, SigningHint.signed_at > now - timedelta(hours=2)
    )
    letters = select(Letter.id).where(Letter.state == LetterState.OPEN, late.exists())
    return list(db.session.scalars(letters.order_by(Letter.id)))


def attempts_between(letter_id: int, since: datetime, until: datetime) -> list[tuple[str, str, str]]:
    """Network, address and name of each attempt in a time, the latest first."""
    rows = (
        select(SigningHint.network, func.coalesce(Signature.email, ""), func.coalesce(Signature.name, ""))
        .outerjoin(Signature, Signature.id == SigningHint.signature_id)
        .where(SigningHint.letter_id == letter_id, SigningHint.signed_at > since, SigningHint.signed_at <= until)
        .order_by(SigningHint.signed_at.desc())
        .limit(MOST_ATTEMPTS)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(rows)]


def networks_of_day(letter_id: int, now: datetime) -> dict[str, int]:
    """The networks with many attempts in the last day; from the index alone."""
    number = func.count()
    rows = (
        select(SigningHint.network, number)
        .where(SigningHint.letter_id == letter_id, SigningHint.signed_at > now - DAY, SigningHint.network != "")
        .group_by(SigningHint.network)
        .having(number > DAY_FLOOR)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def hours_of(letter_id: int, now: datetime) -> Sequence[SigningHour]:
    """What the full hours of the last week were like, the latest first."""
    rows = select(SigningHour).where(SigningHour.letter_id == letter_id, SigningHour.hour_at > now - WEEK)
    return db.session.scalars(rows.order_by(SigningHour.hour_at.desc())).all()


def standing_alarms(letter_id: int | None) -> Sequence[Alarm]:
    """The alarms of a letter, or for None those of the site, that are not over."""
    place = Alarm.letter_id.is_(None) if letter_id is None else Alarm.letter_id == letter_id
    return db.session.scalars(select(Alarm).where(place, Alarm.state != AlarmState.OVER)).all()


def called_over(letter_id: int | None, now: datetime, quiet: timedelta) -> dict[tuple[str, str], datetime]:
    """By kind and subject, when somebody last called an alarm of a letter over, or for None one of the site, in a day.

    One that ended by itself had been `quiet` for longer by then.
    """
    place = Alarm.letter_id.is_(None) if letter_id is None else Alarm.letter_id == letter_id
    rows = select(Alarm).where(place, Alarm.state == AlarmState.OVER, Alarm.over_at > now - DAY)
    return {
        (alarm.kind, alarm.subject): alarm.over_at
        for alarm in db.session.scalars(rows.order_by(Alarm.over_at))
        if alarm.over_at is not None and alarm.over_at - alarm.last_at <= quiet
    }


def latest_alarms(letter_id: int) -> Sequence[Alarm]:
    """The alarms of a letter and of the site, the latest first."""
    rows = select(Alarm).where(or_(Alarm.letter_id == letter_id, Alarm.letter_id.is_(None)))
    return db.session.scalars(rows.order_by(Alarm.id.desc()).limit(PAGE)).all()


def count_new_alarms(letter_id: int) -> int:
    """How many alarms nobody looked at."""
    fresh = or_(Alarm.letter_id == letter_id, Alarm.letter_id.is_(None)), Alarm.state == AlarmState.NEW
    return db.session.scalar(select(func.count()).select_from(Alarm).where(*fresh)) or 0


def alarm_of(letter_id: int, alarm_id: int) -> Alarm | None:
    """An alarm of this letter or of the site; None for another letter's."""
    place = or_(Alarm.letter_id == letter_id, Alarm.letter_id.is_(None))
    return db.session.scalars(select(Alarm).where(Alarm.id == alarm_id, place).with_for_update()).one_or_none()


def alarms_by_id(ids: Sequence[int]) -> Sequence[Alarm]:
    """Alarms organizers are written to about, the largest first."""
    return db.session.scalars(select(Alarm).where(Alarm.id.in_(ids)).order_by(Alarm.number.desc(), Alarm.id)).all()


def guards_shown(letter_id: int) -> Sequence[Any]:
    """The entries of a letter's lists and of the site's, with who added them, the latest first."""
    rows = select(GuardEntry, Organizer.email).outerjoin(Organizer, Organizer.id == GuardEntry.organizer_id)
    mine = or_(GuardEntry.letter_id == letter_id, GuardEntry.letter_id.is_(None))
    return db.session.execute(rows.where(mine).order_by(GuardEntry.id.desc()).limit(10 * PAGE)).all()


def guard_of(letter_id: int, entry_id: int) -> GuardEntry | None:
    """An entry of this letter's lists or of the site's."""
    mine = or_(GuardEntry.letter_id == letter_id, GuardEntry.letter_id.is_(None))
    return db.session.scalars(select(GuardEntry).where(GuardEntry.id == entry_id, mine)).one_or_none()


def same_guard(letter_id: int | None, kind: str, value: str) -> GuardEntry | None:
    """The entry that says something of the same already."""
    place = GuardEntry.letter_id.is_(None) if letter_id is None else GuardEntry.letter_id == letter_id
    return db.session.scalars(
        select(GuardEntry).where(place, GuardEntry.kind == kind, GuardEntry.value == value)
    ).one_or_none()


def owns_everything(organizer_id: int) -> bool:
    """Whether somebody owns every campaign of the site, and may speak for it."""
    owned = select(Membership.campaign_id).where(Membership.organizer_id == organizer_id, Membership.role == Role.OWNER)
    return db.session.scalar(select(func.count()).select_from(Campaign).where(Campaign.id.not_in(owned))) == 0


def recent_domains(letter_id: int, now: datetime) -> list[str]:
    """The mail domains of the latest signatures of 30 days."""
    rows = (
        select(func.coalesce(Signature.email, ""))
        .join(SigningHint, SigningHint.signature_id == Signature.id)
        .where(SigningHint.letter_id == letter_id, SigningHint.signed_at > now - timedelta(days=30))
        .order_by(SigningHint.signed_at.desc())
        .limit(MOST_TRIED)
    )
    return [email.rpartition("@")[2] for email in db.session.scalars(rows)]


def count_of_networks(letter_id: int, marks: Iterable[str]) -> int:
    """How many attempts came from these networks."""
    mine = (SigningHint.letter_id == letter_id, SigningHint.network.in_(list(marks)))
    return db.session.scalar(select(func.count()).select_from(SigningHint).where(*mine)) or 0


def count_of_mailbox(letter_id: int, key: str) -> int:
    """How many signatures of a letter a mailbox has."""
    mine = (Signature.mailbox_key == key, Signature.letter_id == letter_id)
    return db.session.scalar(select(func.count()).select_from(Signature).where(*mine)) or 0


def from_same_network(letter_id: int, signature_id: int) -> tuple[str, int] | None:
    """The mark of the network a signature came from, and how many attempts on the letter did; None without a mark."""
    newest = (
        select(SigningHint.network)
        .where(SigningHint.signature_id == signature_id, SigningHint.network != "")
        .order_by(SigningHint.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = select(SigningHint.network, func.count()).where(
        SigningHint.network == newest, SigningHint.letter_id == letter_id
    )
    found = db.session.execute(rows.group_by(SigningHint.network)).one_or_none()
    return (found[0], found[1]) if found else None
