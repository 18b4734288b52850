"""Reads about the employees who sign: how a letter takes them, and how many there are. None of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, func, select

from campaign.extensions import db
from campaign.models import EmployeeBatch, EmployeeSignature, EmployeeSigning, EmployeeWaiting, Letter


def employees_shown(letter_id: int) -> int:
    """The number of employees that every page and file of a letter shows."""
    return db.session.scalar(select(EmployeeSigning.number).where(EmployeeSigning.letter_id == letter_id)) or 0


def employee_ways(letter_id: int) -> dict[str, int]:
    """How many employees signed a letter in each way, as it is now: for the change of the number alone."""
    rows = db.session.execute(
        select(EmployeeSignature.method, func.count())
        .where(EmployeeSignature.letter_id == letter_id)
        .group_by(EmployeeSignature.method)
    )
    return {row[0]: row[1] for row in rows}


def addresses_mailed(letter_id: int) -> int:
    """How many work addresses were mailed a code since the number last moved for them."""
    mailed = select(func.count()).where(EmployeeWaiting.letter_id == letter_id, EmployeeWaiting.was_mailed)
    return db.session.scalar(mailed) or 0


def addresses_waiting(letter_id: int) -> int:
    """How many work addresses wait for their code now."""
    waiting = select(func.count()).where(EmployeeWaiting.letter_id == letter_id, EmployeeWaiting.sealed != "")
    return db.session.scalar(waiting) or 0


def numbers_to_change(day: date) -> Sequence[int]:
    """The letters whose number of employees has not changed on this day yet."""
    due = select(EmployeeSigning.letter_id).where(EmployeeSigning.changed_on < day)
    return db.session.scalars(due.order_by(EmployeeSigning.letter_id)).all()


def is_signed_by_employees() -> bool:
    """Whether any letter of this site ever took employees."""
    return bool(db.session.scalar(select(exists(select(EmployeeSigning.letter_id)))))


def letters_with_keys() -> Sequence[tuple[int, str]]:
    """Letter and key name wherever employees can still leave."""
    rows = db.session.execute(
        select(EmployeeSigning.letter_id, EmployeeSigning.key_name)
        .where(EmployeeSigning.key_name != "")
        .order_by(EmployeeSigning.letter_id)
    )
    return [(row[0], row[1]) for row in rows]


def code_to_mail(waiting_id: str, number: int) -> tuple[EmployeeWaiting, str, str] | None:
    """An address that waits for its `number`-th code, the key of its letter by name, and the letter's language.

    None once the code was used, a newer one was asked for, or the day is over.
    """
    row = db.session.execute(
        select(EmployeeWaiting, EmployeeSigning.key_name, Letter.language)
        .join(EmployeeSigning, EmployeeSigning.letter_id == EmployeeWaiting.letter_id)
        .join(Letter, Letter.id == EmployeeWaiting.letter_id)
        .where(EmployeeWaiting.id == waiting_id, EmployeeWaiting.mails == number, EmployeeWaiting.sealed != "")
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def batches_of(letter_id: int) -> Sequence[EmployeeBatch]:
    """The batches of codes that were made for a letter, the newest first. Uses ix_employee_batch_letter_id."""
    return db.session.scalars(
        select(EmployeeBatch).where(EmployeeBatch.letter_id == letter_id).order_by(EmployeeBatch.id.desc())
    ).all()
