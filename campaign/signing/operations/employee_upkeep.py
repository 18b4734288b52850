"""What time does to employees' signatures: the number changes once a day, addresses go, and the key with the letter."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select

from campaign import employeekeys
from campaign.choices import EmployeeMethod
from campaign.decisions import record_act
from campaign.extensions import db, rewrite_in_order
from campaign.letters.employees import employee_signing
from campaign.letters.operations import lock
from campaign.mail.dev import forget_mails
from campaign.models import EmployeeCode, EmployeeSignature, EmployeeSigning, EmployeeWaiting, Letter
from campaign.signing.employee_numbers import employee_day, mail_counted, shown_number, ways_told
from campaign.signing.operations.employees import new_id, waiting_row
from campaign.signing.operations.listing import count_fell, mark_dirty
from campaign.signing.queries import addresses_mailed, employee_ways
from campaign.verification import work_mail

_REWRITTEN = (EmployeeSignature, EmployeeCode, EmployeeWaiting)
_MAIL = EmployeeMethod.WORK_MAIL.value


def change_number(letter_id: int, now: datetime) -> None:
    """Lets the number of a letter's employees be what it is, once a day, and erases the addresses of the day."""
    row = employee_signing(letter_id, lock=True)
    if row is None or row.changed_on >= employee_day(now):
        return
    row.changed_on = employee_day(now)
    _forget_shown_mails(row)
    ways = _count_mail(row)
    before, row.number = row.number, shown_number(sum(ways.values()))
    row.ways = ways_told(ways)
    if row.number < before:
        count_fell(letter_id, "employees_left" if row.number else "employees_below_ten", now, before - row.number)
    if row.number != before:
        mark_dirty(letter_id)
    _erase_addresses(letter_id)
    db.session.flush()


def rewrite_employees() -> None:
    """Leaves no order and no dead row in what is kept of employees."""
    for model in _REWRITTEN:
        rewrite_in_order(model.__table__)  # type: ignore[arg-type]


def forget_employees(letter_id: int, now: datetime, *, by_id: int | None = None) -> bool:
    """Destroys the key of a letter's employees for good, and all that hung on it: nobody can sign, leave or be found.

    The signatures stay as a number. False where that had happened before, or there never was a key. Safe to repeat
    after a crash: the key goes first.
    """
    row = employee_signing(letter_id, lock=True)
    if row is None or not row.key_name:
        return False
    _forget_shown_mails(row)
    employeekeys.destroy_key(row.key_name)
    # What was mailed today can still be counted at the next change of the number, as far as it may be.
    _count_mail(row)
    row.key_name = ""
    _forget_asked(letter_id)
    db.session.execute(delete(EmployeeCode).where(EmployeeCode.letter_id == letter_id))
    _make_nameless(letter_id)
    record_act("employees_forgotten", now=now, by_id=by_id, letter_id=letter_id)
    db.session.flush()
    rewrite_employees()
    return True


def end_and_forget(letter: Letter, *, by_id: int | None, now: datetime) -> bool:
    """Lets no employee sign a letter any more, and forgets them at once; False where that had happened before."""
    lock(letter)
    letter.accepts_employees, letter.changed_at = False, now
    return forget_employees(letter.id, now, by_id=by_id)


def _count_mail(row: EmployeeSigning) -> dict[str, int]:
    """Counts the signatures by work mail as far as they may be; returns what the number counts, by way."""
    ways = employee_ways(row.letter_id)
    counted = mail_counted(ways.get(_MAIL, 0), row.mail_count, addresses_mailed(row.letter_id))
    if counted > row.mail_count:
        # The number has moved past those who were mailed so far.
        _forget_asked(row.letter_id)
    row.mail_count = counted
    return {**ways, _MAIL: counted}


def _forget_asked(letter_id: int) -> None:
    """Forgets that anybody asked for a code, with the addresses that still wait."""
    db.session.execute(delete(EmployeeWaiting).where(EmployeeWaiting.letter_id == letter_id))


def _erase_addresses(letter_id: int) -> None:
    """Ends the codes of the day: no address stays, and no row keeps its id."""
    asked = select(EmployeeWaiting.fingerprint).where(
        EmployeeWaiting.letter_id == letter_id, EmployeeWaiting.was_mailed
    )
    rows = [waiting_row(letter_id, fingerprint, was_mailed=True) for fingerprint in db.session.scalars(asked)]
    _forget_asked(letter_id)
    if rows:
        db.session.execute(EmployeeWaiting.__table__.insert(), rows)  # type: ignore[attr-defined]


def _forget_shown_mails(row: EmployeeSigning) -> None:
    """Takes the codes of those who still wait off `/dev/mail`; elsewhere no mail was kept."""
    key = employeekeys.read_key(row.key_name)
    if key is None or current_app.config["ENV"] != "development":
        return
    waiting = select(EmployeeWaiting.sealed).where(
        EmployeeWaiting.letter_id == row.letter_id, EmployeeWaiting.sealed != ""
    )
    for sealed in db.session.scalars(waiting):
        forget_mails(work_mail.open_address(key, sealed))


def _make_nameless(letter_id: int) -> None:
    """Gives every signature a new id and takes its hashes away."""
    methods = [method for method, number in employee_ways(letter_id).items() for _each in range(number)]
    db.session.execute(delete(EmployeeSignature).where(EmployeeSignature.letter_id == letter_id))
    rows = [{"id": new_id(), "letter_id": letter_id, "method": method} for method in methods]
    if rows:
        db.session.execute(EmployeeSignature.__table__.insert(), rows)  # type: ignore[attr-defined]
