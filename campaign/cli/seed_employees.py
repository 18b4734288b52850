"""The employees of the seeded world: codes that were handed out, and a number of signatures that nobody can trace."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert

from campaign.choices import EmployeeMethod
from campaign.extensions import db
from campaign.letters.employees import employee_signing
from campaign.models import EmployeeSignature, Letter
from campaign.signing.employee_numbers import employee_day
from campaign.signing.operations import EmployeeSettings, change_number, make_codes, save_employees
from campaign.signing.operations.employees import new_id

# How many of them were checked in each way, and how many codes were made for it.
CHECKED = ((EmployeeMethod.CODE, 118, 200), (EmployeeMethod.PERSON, 24, 40))


def make_employees(letter: Letter, by_id: int, now: datetime) -> None:
    """Lets employees sign a draft, and has them sign; their number is that of today."""
    settings = EmployeeSettings(
        is_on=True, trusted_name="Corin Penhallow", trusted_contact="Harbour Privacy Alliance, Tuesdays from six"
    )
    save_employees(letter, settings, by_id=by_id, now=now)
    for method, signed, made in CHECKED:
        make_codes(letter, made - signed, method, by_id=by_id, now=now)
        rows = [{"id": new_id(), "letter_id": letter.id, "method": method.value} for _each in range(signed)]
        db.session.execute(insert(EmployeeSignature), rows)
    row = employee_signing(letter.id)
    if row is not None:
        row.changed_on = employee_day(now) - timedelta(days=1)
        change_number(letter.id, now)
