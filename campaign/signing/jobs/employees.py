"""Later work for employees: the code by its own relay, the number of the day, the end of the key."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from campaign import employeekeys
from campaign.extensions import db, empty_log, read_only
from campaign.jobs.kinds import Payload, job_kind, timer
from campaign.lib import clock
from campaign.mail.quiet import send_quietly
from campaign.signing import messages, operations, queries
from campaign.signing.employee_numbers import employee_day, next_change
from campaign.verification import work_mail


@job_kind("signing.employee_code", attempts=6, leaves_no_row=True)
def mail_employee_code(payload: Payload) -> None:
    """Mails a code to a work address, by the relay of its own; nothing where it is over. Nothing is kept of the job."""
    now = clock.now()
    with read_only():
        found = queries.code_to_mail(payload["waiting"], payload["number"])
        key = employeekeys.read_key(found[1]) if found else None
        if found is None or key is None:
            return
        waiting, _name, language = found
        code = work_mail.make_code(key, waiting.id, waiting.mails)
        address = work_mail.open_address(key, waiting.sealed)
        message = messages.work_address_code(address, code, language, next_change(now))
    send_quietly(current_app.config, message, now)
    operations.note_mailed(payload["waiting"])
    db.session.commit()


@job_kind("signing.forget_employees", attempts=12, leaves_no_row=True)
def forget_employees(payload: Payload) -> None:
    """Destroys the key of a letter's employees, which ended with it."""
    operations.forget_employees(payload["letter"], clock.now())
    db.session.commit()
    empty_log()


@timer("signing-employees", 60.0)
def change_numbers(now: datetime) -> None:
    """Once a day lets the numbers of employees change; and keeps the log of the database free of what was erased."""
    with read_only():
        due, is_any = queries.numbers_to_change(employee_day(now)), queries.is_signed_by_employees()
    for letter_id in due:
        operations.change_number(letter_id, now)
    if due:
        operations.rewrite_employees()
        db.session.commit()
    if is_any:
        empty_log()
