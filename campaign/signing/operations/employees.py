"""Employees of the target sign and leave. What they give is checked, hashed with the letter's key, and forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select, update

from campaign import employeekeys
from campaign.choices import EmployeeMethod
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.letters.employees import employee_signing
from campaign.lib.emails import Address
from campaign.limits import add, count, is_on
from campaign.models import EmployeeCode, EmployeeSignature, EmployeeSigning, EmployeeWaiting, Letter
from campaign.signing.queries import addresses_waiting, letters_with_keys
from campaign.signing.rules import why_not_sign
from campaign.states import Refused
from campaign.verification import employee_code, leaving, work_mail

# Wrong codes a letter bears in an hour, and wrong words the site: a hindrance beside their length, not the lock.
MOST_WRONG = 500
_HOUR = timedelta(hours=1)
# Addresses that may wait for a code at a time.
MOST_WAITING = 500


def sign_by_code(letter_id: int, typed: str, now: datetime) -> str | None:
    """Signs with a single-use code; returns the six words to leave with, or None where the code is unknown or used.

    Raises `Refused`: letter_not_open, kind_not_accepted, too_many_guesses.
    """
    key = _open_key(_taking(letter_id, now))
    _refuse_guessing(f"employee-code:{letter_id}", now)
    used = delete(EmployeeCode).where(
        EmployeeCode.letter_id == letter_id, EmployeeCode.code_hash == employee_code.code_hash(key, typed)
    )
    method = db.session.scalar(used.returning(EmployeeCode.method).execution_options(synchronize_session=False))
    if method is None:
        add(f"employee-code:{letter_id}", _HOUR, now, most=None)
        return None
    return _store(letter_id, method, key)


def ask_for_work_code(letter_id: int, address: Address, now: datetime) -> None:
    """Lets a code be mailed to a work address; the same work for one that has signed before.

    Raises `Refused`: letter_not_open, kind_not_accepted, not_a_work_address, too_many_waiting.
    """
    row = _taking(letter_id, now)
    key = _open_key(row)
    _check_work_address(row, address)
    if addresses_waiting(letter_id) >= MOST_WAITING:
        raise Refused("too_many_waiting")
    fingerprint = work_mail.fingerprint(key, address)
    insert_or_skip(EmployeeWaiting.__table__, [waiting_row(letter_id, fingerprint)])  # type: ignore[arg-type]
    waiting = _waiting(letter_id, fingerprint)
    if waiting is None or waiting.mails >= work_mail.MOST_MAILS:
        return
    waiting.sealed, waiting.tries = work_mail.seal_address(key, address), 0
    waiting.mails += 1
    db.session.flush()
    payload = {"letter": letter_id, "waiting": waiting.id, "number": waiting.mails}
    job_key = f"employee-code:{waiting.id}:{waiting.mails}"
    outbox.enqueue("signing.employee_code", job_key, payload, now=now, prio=outbox.SOON, letter_id=letter_id)


def sign_by_work_mail(letter_id: int, address: Address, code: str, now: datetime) -> str | None:
    """Signs with the six digits that were mailed; None where they do not match, or are dead.

    Whoever signed before gets words that lead nowhere: an employer who reads its employees' mail learns nothing.
    Raises `Refused`: letter_not_open, kind_not_accepted, not_a_work_address.
    """
    row = _taking(letter_id, now)
    key = _open_key(row)
    _check_work_address(row, address)
    fingerprint = work_mail.fingerprint(key, address)
    waiting = _waiting(letter_id, fingerprint)
    if waiting is None or not waiting.sealed or waiting.tries >= work_mail.CODE_TRIES:
        return None
    if not secrets.compare_digest(code.encode(), work_mail.make_code(key, waiting.id, waiting.mails).encode()):
        waiting.tries += 1
        db.session.flush()
        return None
    waiting.sealed = ""
    db.session.flush()
    return _store(letter_id, EmployeeMethod.WORK_MAIL, key, fingerprint)


def leave(typed: list[str], now: datetime) -> None:
    """Takes back the signature that was given these six words; the same answer and work where there is none.

    The number changes at its next hour. Raises `Refused("too_many_guesses")`.
    """
    _refuse_guessing("employee-leave", now)
    gone = 0
    for letter_id, key_name in letters_with_keys():
        key = employeekeys.read_key(key_name) or b""
        left = delete(EmployeeSignature).where(
            EmployeeSignature.letter_id == letter_id, EmployeeSignature.leaving_hash == leaving.leaving_hash(key, typed)
        )
        result = db.session.execute(left.execution_options(synchronize_session=False))
        gone += int(result.rowcount)  # type: ignore[attr-defined]
    if not gone:
        # Only a miss leaves a trace: a row of the limits has a time.
        add("employee-leave", _HOUR, now, most=None)


def note_mailed(waiting_id: str) -> None:
    """Notes that a code has left for an address that waits."""
    mailed = update(EmployeeWaiting).where(EmployeeWaiting.id == waiting_id).values(was_mailed=True)
    db.session.execute(mailed.execution_options(synchronize_session=False))


def new_id() -> str:
    """An id that tells nothing of when or after whom."""
    return secrets.token_hex(16)


def _taking(letter_id: int, now: datetime) -> EmployeeSigning:
    """How employees sign a letter that takes them now. Raises `Refused`: letter_not_open, kind_not_accepted."""
    found = db.session.execute(
        select(Letter.state, Letter.closes_at, Letter.accepts_employees).where(Letter.id == letter_id)
    ).one()
    if reason := why_not_sign(found.state, found.closes_at, found.accepts_employees, now):
        raise Refused(reason)
    row = employee_signing(letter_id)
    if row is None:
        raise Refused("kind_not_accepted")
    return row


def _open_key(row: EmployeeSigning) -> bytes:
    key = employeekeys.read_key(row.key_name)
    if key is None:
        raise Refused("kind_not_accepted")
    return key


def _check_work_address(row: EmployeeSigning, address: Address) -> None:
    is_ready = row.offers_work_mail and work_mail.setting_problem(current_app.config) is None
    if not is_ready:
        raise Refused("kind_not_accepted")
    if not work_mail.lies_on(address, row.mail_domains.split()):
        raise Refused("not_a_work_address", domains=", ".join(row.mail_domains.split()))


def _refuse_guessing(bucket: str, now: datetime) -> None:
    if is_on() and count(bucket, _HOUR, now) >= MOST_WRONG:
        raise Refused("too_many_guesses")


def _waiting(letter_id: int, fingerprint: str) -> EmployeeWaiting | None:
    return db.session.scalars(
        select(EmployeeWaiting)
        .where(EmployeeWaiting.letter_id == letter_id, EmployeeWaiting.fingerprint == fingerprint)
        .with_for_update()
    ).one_or_none()


def _store(letter_id: int, method: str, key: bytes, fingerprint: str | None = None) -> str:
    """Stores a signature, unless this mailbox has one; returns the words to leave with."""
    words = leaving.new_words()
    row = {
        "id": new_id(),
        "letter_id": letter_id,
        "method": str(method),
        "fingerprint": fingerprint,
        "leaving_hash": leaving.leaving_hash(key, words.split()),
    }
    insert_or_skip(EmployeeSignature.__table__, [row])  # type: ignore[arg-type]
    return words


def waiting_row(letter_id: int, fingerprint: str, *, was_mailed: bool = False) -> dict[str, object]:
    """A row for an address that may be mailed a code, under an id of its own."""
    blank = {"sealed": "", "mails": 0, "tries": 0}
    return {"id": new_id(), "letter_id": letter_id, "fingerprint": fingerprint, **blank, "was_mailed": was_mailed}
