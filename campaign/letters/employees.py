"""What letters know of the employees who sign them: whether they may, and when that ends for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import EmployeeSignature, EmployeeSigning, Letter


def employee_signing(letter_id: int, *, lock: bool = False) -> EmployeeSigning | None:
    """How employees sign a letter; None where nobody ever switched that on."""
    return db.session.get(EmployeeSigning, letter_id, with_for_update=lock or None, populate_existing=lock)


def binds_employees(letter_id: int) -> bool:
    """Whether employees may have signed the words of a letter: nobody can ask them about others.

    While they can sign it says yes whether or not anybody has, so that trying it tells nothing.
    """
    found = employee_signing(letter_id)
    if found is None:
        return False
    signed = select(exists().where(EmployeeSignature.letter_id == letter_id))
    return bool(found.key_name) or bool(db.session.scalar(signed))


def end_employees(letter: Letter, now: datetime) -> None:
    """Lets no employee sign or leave from here on, and has the worker destroy the letter's key; twice is harmless."""
    found = employee_signing(letter.id, lock=True)
    if found is None or not found.key_name:
        return
    db.session.execute(
        update(Letter)
        .where(Letter.id == letter.id)
        .values(accepts_employees=False)
        .execution_options(synchronize_session=False)
    )
    outbox.enqueue(
        "signing.forget_employees",
        f"forget-employees:{found.key_name}",
        {"letter": letter.id},
        now=now,
        prio=outbox.SOON,
        letter_id=letter.id,
    )
