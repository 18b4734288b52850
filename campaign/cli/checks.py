"""What `undersigned doctor` looks at: one function per question, each answers with one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from campaign.cli.database_checks import database, decisions, disk, indexes, time_of_day
from campaign.cli.employee_checks import employee_keys, employee_relay
from campaign.cli.findings import Finding, fail
from campaign.cli.mailbox_checks import mailbox_rules
from campaign.cli.setting_checks import (
    checkout,
    data_is_private,
    keys,
    proxy,
    public_address,
    seal,
    settings_are_private,
    unknown_variables,
    writable,
)
from campaign.cli.work_checks import first_mails, mail, outbox, sent_mail, worker
from campaign.extensions import read_only
from config import PREFIX

Check = Callable[[Flask], Finding]
BEFORE_DATABASE: tuple[Check, ...] = (
    keys,
    settings_are_private,
    data_is_private,
    seal,
    unknown_variables,
    public_address,
    proxy,
    checkout,
    writable,
    database,
)
WITH_DATABASE: tuple[Check, ...] = (
    disk,
    indexes,
    worker,
    outbox,
    first_mails,
    time_of_day,
    decisions,
    mailbox_rules,
    employee_relay,
    employee_keys,
)


def examine(app: Flask, to: str | None) -> Iterator[Finding]:
    """Every finding, one after the other; without a usable database those about its contents are left out."""
    usable = True
    for check in BEFORE_DATABASE:
        finding = tried(check, app)
        usable = usable and not (finding.name == "database" and finding.level == "fail")
        yield finding
    for check in WITH_DATABASE if usable else ():
        yield tried(check, app)
    yield mail(app)
    if to:
        yield sent_mail(app, to)


def tried(check: Check, app: Flask) -> Finding:
    """The finding of one check; a database that does not answer is a finding too."""
    try:
        with read_only():
            return check(app)
    except SQLAlchemyError as problem:
        return fail(
            "database", f"does not answer ({type(problem).__name__})", f"{PREFIX}DATABASE_URL, or start the server"
        )
