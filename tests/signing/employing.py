"""Employees on a letter, for tests: switched on, with codes, by work mail through a relay of its own."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.letters.employees import employee_signing
from campaign.lib.emails import parse_address
from campaign.models import EmployeeSignature, EmployeeSigning, Letter
from campaign.signing import jobs, operations
from campaign.signing.operations import EmployeeSettings
from tests.factories import DAY, NOW, make_letter
from tests.support.pages import Page, send_form
from tests.support.smtp import Sink

DOMAIN = "lattice-works.com"
SENDER = "codes@quiet-post.example"
PAGE = "/letters/stop/sign/employee"


def employed_letter(app: Flask, sink: Sink | None = None, **changes: Any) -> Letter:
    """An open letter that employees sign, by work mail too where there is a sink."""
    letter = make_letter(**changes)
    if sink is not None:
        app.config.update(EMPLOYEE_MAIL_URL=sink.url, EMPLOYEE_MAIL_FROM=f"Post <{SENDER}>")
    settings = EmployeeSettings(
        is_on=True,
        trusted_name="Corin Penhallow",
        trusted_contact="Tuesdays from six",
        offers_work_mail=sink is not None,
        mail_domains=DOMAIN if sink is not None else "",
    )
    operations.save_employees(letter, settings, by_id=None, now=NOW)
    db.session.commit()
    return letter


def stored(letter: Letter) -> EmployeeSigning:
    """How employees sign the letter, as it is stored."""
    found = employee_signing(letter.id)
    assert found is not None
    db.session.refresh(found)
    return found


def outside(app: Flask, act: Callable[..., Any], *arguments: Any) -> None:
    """Something happens in another process, as far as the test's own session can tell."""
    db.session.commit()

    def alone() -> None:
        with app.app_context():
            act(*arguments)

    contextvars.Context().run(alone)
    db.session.expire_all()


def sign_by_code(client: FlaskClient, code: str, page: str = PAGE) -> TestResponse:
    """An employee types a code into the page."""
    return send_form(client, page, {"code": code})


def ask(client: FlaskClient, email: str, page: str = PAGE) -> TestResponse:
    """An employee asks for a code to a work address."""
    form = Page(client.get(page).text).forms[-1]
    return client.post(page, data={**form.fields, "email": email})


def answer(client: FlaskClient, asked: TestResponse, code: str, page: str = PAGE) -> TestResponse:
    """An employee types the digits into the page that came after asking."""
    return client.post(page, data={**Page(asked.text).forms[-1].fields, "code": code})


def digits(sink: Sink, address: str) -> str:
    """The code of the newest mail to an address."""
    found = re.search(r"\b\d{6}\b", sink.to(address)[-1].get_content())
    assert found
    return found[0]


def words_of(page: TestResponse) -> str:
    """The six words of the page after signing."""
    found = re.findall(r"<li>([a-z]+)</li>", page.text)
    assert len(found) == 6
    return " ".join(found)


def codes(letter: Letter, number: int, method: str = "employee_code") -> list[str]:
    """Codes of a batch, committed."""
    made = operations.make_codes(letter, number, method, by_id=None, now=NOW)
    db.session.commit()
    return made


def sign_many(letter: Letter, number: int, method: str = "employee_code") -> list[str]:
    """So many employees sign with a code each; returns their words."""
    words = [operations.sign_by_code(letter.id, code, NOW) or "" for code in codes(letter, number, method)]
    db.session.commit()
    return words


def mailed(app: Flask, letter: Letter, sink: Sink, *names: str, sign: bool = True) -> list[str]:
    """Employees ask for a code to their work address; with `sign` they use it."""
    addresses = [parse_address(f"{name}@{DOMAIN}") for name in names]
    for address in addresses:
        operations.ask_for_work_code(letter.id, address, NOW)
        db.session.commit()
    work(app)
    if not sign:
        return []
    found = [
        operations.sign_by_work_mail(letter.id, address, digits(sink, address.normalized), NOW) or ""
        for address in addresses
    ]
    db.session.commit()
    return found


def change(app: Flask, letter: Letter, days: int = 1) -> int:
    """The hour of the change comes; returns the number that is shown from then on."""
    for timer in (jobs.employees.change_numbers, jobs.upkeep.recount):
        outside(app, timer, NOW + days * DAY)
    return stored(letter).number


def work(app: Flask) -> None:
    """A worker of its own does what is due."""
    db.session.commit()
    contextvars.Context().run(Worker(app).run_once)
    db.session.expire_all()


def signatures() -> int:
    """How many employees' signatures there are."""
    return db.session.scalar(select(func.count()).select_from(EmployeeSignature)) or 0
