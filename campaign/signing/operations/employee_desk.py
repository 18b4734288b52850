"""Organizers let employees sign a letter, and make the codes that are handed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import delete

from campaign import employeekeys
from campaign.choices import EmployeeMethod
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.letters.employees import binds_employees, employee_signing
from campaign.letters.operations import lock
from campaign.models import EmployeeBatch, EmployeeCode, EmployeeSigning, Letter
from campaign.signing.employee_numbers import employee_day
from campaign.signing.operations.employees import new_id
from campaign.states import LetterState, Refused
from campaign.verification import employee_code, work_mail

_BEFORE_THE_END = (LetterState.DRAFT, LetterState.SCHEDULED, LetterState.OPEN, LetterState.PAUSED)


@dataclass(frozen=True, kw_only=True)
class EmployeeSettings:
    """How a letter takes employees, as an owner typed it."""

    is_on: bool
    trusted_name: str = ""
    trusted_contact: str = ""
    offers_work_mail: bool = False
    mail_domains: str = ""


def save_employees(letter: Letter, settings: EmployeeSettings, *, by_id: int | None, now: datetime) -> None:
    """Lets employees sign a letter, or stops it; the first time makes the letter's key.

    Raises `Refused`: employees_over, needs_mail_domains, not_a_company_domain, work_mail_not_ready.
    """
    lock(letter)
    domains = _checked_domains(settings)
    row = employee_signing(letter.id, lock=True)
    if letter.state not in _BEFORE_THE_END or (row is not None and not row.key_name and binds_employees(letter.id)):
        raise Refused("employees_over")
    if row is None:
        row = EmployeeSigning(letter_id=letter.id, changed_on=employee_day(now))
        db.session.add(row)
    if settings.is_on and not row.key_name:
        row.key_name = employeekeys.make_key()
    row.trusted_name, row.trusted_contact = settings.trusted_name, settings.trusted_contact
    row.offers_work_mail, row.mail_domains = settings.offers_work_mail, "\n".join(domains)
    letter.accepts_employees, letter.changed_at = settings.is_on, now
    detail = {"on": settings.is_on, "work_mail": settings.offers_work_mail}
    _log(letter, "employees_saved", detail, by_id, now)


def make_codes(letter: Letter, number: int, method: str, *, by_id: int | None, now: datetime) -> list[str]:
    """Makes single-use codes and returns them; only their hashes are stored, so that nobody sees them again.

    Raises `Refused("employees_not_on")`.
    """
    lock(letter)
    row = employee_signing(letter.id)
    key = employeekeys.read_key(row.key_name) if row is not None else None
    if key is None or not letter.accepts_employees:
        raise Refused("employees_not_on")
    codes = [employee_code.new_code() for _each in range(min(number, employee_code.MOST_CODES))]
    rows = [
        {"id": new_id(), "letter_id": letter.id, "method": method, "code_hash": employee_code.code_hash(key, code)}
        for code in codes
    ]
    db.session.execute(EmployeeCode.__table__.insert(), rows)  # type: ignore[attr-defined]
    db.session.add(
        EmployeeBatch(
            letter_id=letter.id, method=method, number=len(codes), made_on=employee_day(now), organizer_id=by_id
        )
    )
    _log(letter, "employee_codes_made", {"number": len(codes), "method": method}, by_id, now)
    return codes


def cancel_codes(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Makes every code that nobody has used yet worthless, e.g. because a list of them was lost."""
    lock(letter)
    db.session.execute(delete(EmployeeCode).where(EmployeeCode.letter_id == letter.id))
    _log(letter, "employee_codes_cancelled", {}, by_id, now)


def _checked_domains(settings: EmployeeSettings) -> list[str]:
    domains, wrong = work_mail.clean_domains(settings.mail_domains)
    if wrong:
        raise Refused("not_a_company_domain", domain=wrong[0])
    if settings.offers_work_mail and not domains:
        raise Refused("needs_mail_domains")
    if settings.offers_work_mail and work_mail.setting_problem(current_app.config) is not None:
        raise Refused("work_mail_not_ready")
    return domains


def _log(letter: Letter, act: str, detail: Mapping[str, object], by_id: int | None, now: datetime) -> None:
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
    db.session.flush()


# The ways a batch of codes can be meant for.
CODE_METHODS = (EmployeeMethod.CODE, EmployeeMethod.PERSON)
