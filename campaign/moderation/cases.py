"""Complaints: what is pure about them, and their reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from campaign.extensions import db
from campaign.lib.names import words
from campaign.lib.periods import PERIODS
from campaign.models import Complaint, ComplaintNote, Letter, Organizer
from campaign.models.retention import on_hold
from campaign.moderation.rules import PAGE
from campaign.states import CaseState

# Until when a complaint is answered; the page and the mails say so.
ANSWERED_WITHIN = timedelta(days=7)
# Filed again from the same mailbox in the same words, it is the same case.
SAME_CASE = timedelta(hours=1)
UNDECIDED = (CaseState.OPEN.value, CaseState.ANSWERED.value)
DECIDED = (CaseState.UPHELD.value, CaseState.DISMISSED.value)
# Signs that are not taken for one another when a number is read out.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
NUMBER = re.compile(f"[{SIGNS}]{{2}}-[{SIGNS}]{{4}}")


@dataclass(frozen=True)
class Filing:
    """What somebody writes who complains, checked for shape."""

    kind: str
    concerned: str
    name: str
    email: str
    text: str
    language: str = "en"
    is_trapped: bool = False


def number_of(signs: Sequence[str]) -> str:
    """Six signs as a case number: K7-3F9Q."""
    return f"{''.join(signs[:2])}-{''.join(signs[2:])}"


def read_number(text: str) -> str:
    """A case number as somebody types it; "" for what cannot be one."""
    typed = text.strip().upper()[:12]
    return typed if NUMBER.fullmatch(typed) else ""


def names_somebody(text: str, *names: str) -> bool:
    """Whether public words hold a word of a name: of at least three letters, in any case and with any accents."""
    told = set(words(text))
    return any(word in told for name in names for word in words(name) if len(word) > 2)


def case_of(letter_id: int, case_id: int) -> Complaint | None:
    """A complaint about this letter; None for another letter's."""
    return db.session.scalars(
        select(Complaint).where(Complaint.id == case_id, Complaint.letter_id == letter_id)
    ).one_or_none()


def case_for_change(letter_id: int, case_id: int) -> Complaint | None:
    """The same, locked until the transaction ends."""
    return db.session.scalars(
        select(Complaint)
        .where(Complaint.id == case_id, Complaint.letter_id == letter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def cases_upheld(letter_id: int, signature_ids: Collection[int], outcome: str) -> Sequence[Complaint]:
    """The complaints that were upheld with this outcome by what was done about these signatures, locked."""
    return db.session.scalars(
        select(Complaint)
        .where(
            Complaint.letter_id == letter_id,
            Complaint.state == CaseState.UPHELD.value,
            Complaint.outcome == outcome,
            Complaint.signature_id.in_(signature_ids),
        )
        .order_by(Complaint.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def case_numbered(letter_id: int, number: str) -> Complaint | None:
    """The complaint about this letter with this number."""
    return db.session.scalars(
        select(Complaint).where(Complaint.number == number, Complaint.letter_id == letter_id)
    ).one_or_none()


def same_case(letter_id: int, mailbox_key: str, filing: Filing, now: datetime) -> Complaint | None:
    """What the same mailbox filed in the same words a moment ago."""
    return db.session.scalars(
        select(Complaint).where(
            Complaint.mailbox_key == mailbox_key,
            Complaint.letter_id == letter_id,
            Complaint.filed_at > now - SAME_CASE,
            Complaint.kind == filing.kind,
            Complaint.concerned == filing.concerned,
            Complaint.text == filing.text,
        )
    ).first()


def cases_of(letter_id: int, states: Sequence[str], limit: int = PAGE) -> list[Complaint]:
    """Complaints about a letter in these states: undecided ones by deadline, decided ones the latest first."""
    found = select(Complaint).where(Complaint.letter_id == letter_id, Complaint.state.in_(states)).limit(limit)
    if CaseState.OPEN.value in states:
        return list(db.session.scalars(found.order_by(Complaint.is_trapped, Complaint.due_at, Complaint.id)))
    return list(db.session.scalars(found.order_by(Complaint.closed_at.desc(), Complaint.id.desc())))


def count_cases(letter_id: int) -> dict[str, int]:
    """How many complaints about a letter are in each state; trapped ones left out."""
    rows = (
        select(Complaint.state, func.count().label("number"))
        .where(Complaint.letter_id == letter_id, Complaint.is_trapped.is_(False))
        .group_by(Complaint.state)
    )
    return {row.state: row.number for row in db.session.execute(rows)}


def notes_of(case_id: int) -> Sequence[Any]:
    """The notes and answers of a case, oldest first, each with the address of who wrote it (None: a command)."""
    author = aliased(Organizer)
    return db.session.execute(
        select(ComplaintNote, author.email)
        .outerjoin(author, author.id == ComplaintNote.organizer_id)
        .where(ComplaintNote.complaint_id == case_id)
        .order_by(ComplaintNote.id)
    ).all()


def filed_between(letter_id: int, since: datetime, until: datetime) -> list[Complaint]:
    """What was filed about a letter in a while, trapped ones left out."""
    return list(
        db.session.scalars(
            select(Complaint)
            .where(
                Complaint.letter_id == letter_id,
                Complaint.filed_at >= since,
                Complaint.filed_at < until,
                Complaint.is_trapped.is_(False),
            )
            .order_by(Complaint.id)
        )
    )


def overdue(now: datetime, limit: int) -> list[tuple[int, int]]:
    """Id and letter of complaints whose deadline passed and whose owners were not told so yet."""
    rows = (
        select(Complaint.id, Complaint.letter_id)
        .where(
            Complaint.due_at <= now,
            Complaint.state.in_(UNDECIDED),
            Complaint.overdue_told_at.is_(None),
            Complaint.is_trapped.is_(False),
        )
        .order_by(Complaint.due_at)
        .limit(limit)
    )
    return [(row.id, row.letter_id) for row in db.session.execute(rows)]


def cases_to_blank(now: datetime, limit: int) -> list[tuple[int, int]]:
    """Id and letter of complaints whose words were kept long enough; none of a letter on legal hold."""
    rows = (
        select(Complaint.id, Complaint.letter_id)
        .where(_is_over(now), ~on_hold(Complaint.letter_id))
        .order_by(Complaint.id)
        .limit(limit)
    )
    return [(row.id, row.letter_id) for row in db.session.execute(rows)]


def count_cases_over(now: datetime) -> list[tuple[str, int, bool]]:
    """By letter: its slug, how many complaints have words not needed any more, whether a legal hold keeps them."""
    over = (
        select(Letter.slug, func.count(), on_hold(Letter.id))
        .select_from(Complaint)
        .join(Letter, Letter.id == Complaint.letter_id)
        .where(_is_over(now))
        .group_by(Letter.id, Letter.slug)
        .order_by(Letter.slug)
    )
    return [(slug, number, bool(held)) for slug, number, held in db.session.execute(over)]


def _is_over(now: datetime) -> ColumnElement[bool]:
    """A complaint that was decided long enough ago, and still holds its words."""
    return and_(Complaint.closed_at < now - PERIODS["complaints"], Complaint.blanked_at.is_(None))
