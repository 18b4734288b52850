"""Employees sign by a code that is mailed to a work address, and nothing is left of the address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.lib.emails import parse_address
from campaign.mail.dev import kept_mails
from campaign.models import (
    EmployeeSignature,
    EmployeeWaiting,
    Job,
    LimitCount,
)
from campaign.signing import operations
from campaign.signing.operations import EmployeeSettings
from campaign.signing.operations.employees import MOST_WAITING
from campaign.states import Refused
from campaign.verification import work_mail
from tests.factories import NOW, make_letter
from tests.signing.employing import (
    DOMAIN,
    SENDER,
    change,
    digits,
    employed_letter,
    mailed,
    signatures,
    work,
)
from tests.support.smtp import Sink

Session = scoped_session[Any]
DAY = timedelta(days=1)
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_work_mail_is_a_code_and_nothing_else(app: Flask, session: Session, sink: Sink) -> None:
    """p-S3, x-S5: neutral sender and subject, no link, no name of letter or site; the address goes when it was used."""
    letter = employed_letter(app, sink)
    words = mailed(app, letter, sink, "Vera.Moss")
    (mail,) = sink.messages
    assert (mail["From"], mail["To"], mail["Subject"]) == (f"Post <{SENDER}>", f"Vera.Moss@{DOMAIN}", "Your code")
    assert mail["Message-ID"].endswith("@quiet-post.example>")
    whole = mail.as_string().lower()
    for told in ("http", "stop selling", "open courts", "127.0.0.1", "localhost", "undersigned", "letter", "sign"):
        assert told not in whole
    assert len(words[0].split()) == 6
    row = session.scalars(select(EmployeeSignature)).one()
    assert row.method == "work_mail"
    assert session.scalars(select(EmployeeWaiting.sealed)).all() == [""]
    assert session.scalars(select(Job)).all() == []
    assert session.scalars(select(LimitCount)).all() == []


def test_mailbox_signs_once_and_nobody_can_tell(app: Flask, session: Session, sink: Sink) -> None:
    """P4, T8: another spelling of the mailbox gets a mail, a page and words, and no second signature."""
    letter = employed_letter(app, sink)
    first = mailed(app, letter, sink, "vera")[0]
    again = mailed(app, letter, sink, "Vera+tag")[0]
    assert len(first.split()) == len(again.split()) == 6
    assert signatures() == 1
    operations.leave(again.split(), NOW)
    assert signatures() == 1
    operations.leave(first.split(), NOW)
    assert signatures() == 0


def test_wrong_digits_kill_a_code_and_mails_are_few(app: Flask, session: Session, sink: Sink) -> None:
    """T11: five tries, then dead; three mails a day, then none, with the same answer."""
    letter, address = employed_letter(app, sink), parse_address(f"vera@{DOMAIN}")
    mailed(app, letter, sink, "vera", sign=False)
    right = digits(sink, address.normalized)
    for _try in range(work_mail.CODE_TRIES):
        assert operations.sign_by_work_mail(letter.id, address, "x", NOW) is None
    assert operations.sign_by_work_mail(letter.id, address, right, NOW) is None
    for _mail in range(work_mail.MOST_MAILS + 2):
        mailed(app, letter, sink, "vera", sign=False)
    assert len(sink.messages) == work_mail.MOST_MAILS
    assert operations.sign_by_work_mail(letter.id, address, digits(sink, address.normalized), NOW) is not None


def test_code_ends_with_the_day(app: Flask, session: Session, sink: Sink) -> None:
    """K3: at the hour of the change no address is kept, and the code of the day before is dead."""
    letter, address = employed_letter(app, sink), parse_address(f"vera@{DOMAIN}")
    mailed(app, letter, sink, "vera", sign=False)
    assert session.scalars(select(EmployeeWaiting.sealed)).one() != ""
    before = session.scalars(select(EmployeeWaiting.id)).one()
    change(app, letter)
    after = session.scalars(select(EmployeeWaiting)).one()
    assert (after.sealed, after.mails, after.tries, after.was_mailed) == ("", 0, 0, True)
    assert after.id != before
    assert operations.sign_by_work_mail(letter.id, address, digits(sink, address.normalized), NOW + DAY) is None
    assert mailed(app, letter, sink, "vera")[0]


@pytest.mark.parametrize("email", ["vera@gmail.com", "vera@lattice-works.com.example.org", f"vera@not-{DOMAIN}"])
def test_only_addresses_of_the_company_are_mailed(app: Flask, session: Session, sink: Sink, email: str) -> None:
    """p-S3: a domain the owner listed, or one below it."""
    letter = employed_letter(app, sink)
    with pytest.raises(Refused) as caught:
        operations.ask_for_work_code(letter.id, parse_address(email), NOW)
    assert (caught.value.reason, caught.value.values) == ("not_a_work_address", {"domains": DOMAIN})
    operations.ask_for_work_code(letter.id, parse_address(f"vera@eu.{DOMAIN}"), NOW)


def test_only_so_many_wait(app: Flask, session: Session, sink: Sink) -> None:
    """T6: nobody mails a whole company by typing its addresses."""
    letter = employed_letter(app, sink)
    blank = {"letter_id": letter.id, "sealed": "x", "mails": 1, "tries": 0, "was_mailed": True}
    rows = [{**blank, "id": f"{number:032x}", "fingerprint": str(number)} for number in range(MOST_WAITING)]
    session.execute(EmployeeWaiting.__table__.insert(), rows)
    with pytest.raises(Refused) as caught:
        operations.ask_for_work_code(letter.id, parse_address(f"vera@{DOMAIN}"), NOW)
    assert caught.value.reason == "too_many_waiting"


def test_failing_relay_leaves_no_trace(app: Flask, session: Session, sink: Sink) -> None:
    """T10: a mail that never left leaves no job, and counts nobody as mailed."""
    letter = employed_letter(app, sink)
    sink.mode = "refuse"
    mailed(app, letter, sink, "vera", sign=False)
    job = session.scalars(select(Job)).one()
    assert (job.state, job.error) == ("ready", "QuietlyFailed")
    session.execute(Job.__table__.update().values(attempts=5, run_at=NOW))
    session.commit()
    work(app)
    assert session.scalars(select(Job)).all() == []
    assert session.scalars(select(EmployeeWaiting.was_mailed)).all() == [False]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"EMPLOYEE_MAIL_URL": None}, "not_set"),
        ({"EMPLOYEE_MAIL_FROM": None}, "not_set"),
        ({"EMPLOYEE_MAIL_FROM": "codes@post.example.org"}, "same_sender"),
        ({"EMPLOYEE_MAIL_FROM": "codes@mailer.example"}, "same_sender"),
        ({"EMPLOYEE_MAIL_URL": "smtps://mail.big-post.example"}, "same_relay"),
        ({"EMPLOYEE_MAIL_URL": "smtps://relay.example.org"}, "same_relay"),
        ({"EMPLOYEE_MAIL_URL": "file:///var/mail/out"}, "no_relay"),
        ({"EMPLOYEE_MAIL_URL": "file:///var/mail/out", "ENV": "development"}, None),
    ],
)
def test_relay_and_sender_are_of_their_own(changes: dict[str, Any], problem: str | None) -> None:
    """p-S3: work mail needs a relay and a domain that nothing else of this site uses."""
    config = {
        "ENV": "production",
        "BASE_URL": "https://letters.example.org",
        "MAIL_URL": "smtps://mail.big-post.example",
        "MAIL_FROM": "Letters <letters@mailer.example>",
        "EMPLOYEE_MAIL_URL": "smtps://relay.quiet.example",
        "EMPLOYEE_MAIL_FROM": "codes@quiet.example",
    }
    assert work_mail.setting_problem({**config, **changes}) == problem


@SQLITE
def test_developer_finds_the_code_until_it_is_used(app: Flask, session: Session, mails: Any) -> None:
    """x-S5: with a folder as relay the code stands at /dev/mail, and nowhere once it was used."""
    app.config.update(EMPLOYEE_MAIL_URL="file:///nowhere", EMPLOYEE_MAIL_FROM=SENDER)
    letter = make_letter()
    settings = EmployeeSettings(is_on=True, offers_work_mail=True, mail_domains=DOMAIN)
    operations.save_employees(letter, settings, by_id=None, now=NOW)
    operations.ask_for_work_code(letter.id, parse_address(f"vera@{DOMAIN}"), NOW)
    (mail,) = mails(f"vera@{DOMAIN}")
    assert mail["subject"] == "Your code"
    change(app, letter)
    assert kept_mails() == []
