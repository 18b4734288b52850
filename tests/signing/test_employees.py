"""Employees sign, are counted once a day, and leave; the tables know no time and no order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Date, DateTime, func, select, text
from sqlalchemy.orm import scoped_session

from campaign import employeekeys
from campaign.letters import operations as letters
from campaign.models import (
    EmployeeCode,
    EmployeeSignature,
    EmployeeSigning,
    EmployeeWaiting,
    Job,
    Letter,
    LogEntry,
)
from campaign.signing import jobs, operations, queries
from campaign.signing.operations import EmployeeSettings
from campaign.states import Refused
from campaign.verification import leaving
from tests.factories import NOW, make_campaign, make_letter, make_signature
from tests.signing.employing import (
    DOMAIN,
    change,
    codes,
    employed_letter,
    mailed,
    outside,
    sign_many,
    signatures,
    stored,
    work,
)
from tests.support.runs import run
from tests.support.smtp import Sink

Session = scoped_session[Any]
DAY = timedelta(days=1)
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_code_signs_once(app: Flask, session: Session) -> None:
    """p-S3: a single-use code, however it is typed, leaves a signature and no code."""
    letter = employed_letter(app)
    code, other = codes(letter, 2)
    words = operations.sign_by_code(letter.id, f"  {code.upper().replace('-', ' ')} ", NOW)
    assert words is not None
    assert set(words.split()) <= set(leaving.word_list())
    assert operations.sign_by_code(letter.id, code, NOW) is None
    assert operations.sign_by_code(letter.id, "", NOW) is None
    row = session.scalars(select(EmployeeSignature)).one()
    assert (row.method, row.fingerprint, len(row.id)) == ("employee_code", None, 32)
    assert session.scalar(select(func.count()).select_from(EmployeeCode)) == 1
    assert operations.sign_by_code(letter.id, other, NOW) is not None


def test_code_of_another_letter_signs_nothing(app: Flask, session: Session) -> None:
    """T18: each letter has a key of its own."""
    campaign = make_campaign()
    first = employed_letter(app, campaign=campaign)
    second = employed_letter(app, slug="other", campaign=campaign)
    assert operations.sign_by_code(second.id, codes(first, 1)[0], NOW) is None
    assert signatures() == 0


def test_number_changes_once_a_day_from_ten_up(app: Flask, session: Session) -> None:
    """p-S3, T10: nine are nothing, ten are ten, and nothing moves in between; tally, total and page count have it."""
    letter = employed_letter(app)
    sign_many(letter, 9)
    assert change(app, letter) == 0
    words = sign_many(letter, 3)
    outside(app, jobs.upkeep.recount, NOW + DAY)
    assert (stored(letter).number, queries.count_public(letter.id)["employees"]) == (0, 0)
    assert change(app, letter, 2) == 12
    tally = queries.tally_of(letter.id, NOW)
    assert (tally.employees, tally.total, tally.people) == (12, 12, 0)
    assert stored(letter).ways == {"employee_code": 12}
    operations.leave(words[0].split(), NOW)
    session.commit()
    assert change(app, letter, 2) == 12
    assert change(app, letter, 3) == 11
    for word in words[1:]:
        operations.leave(word.split(), NOW)
    session.commit()
    assert change(app, letter, 4) == 0
    falls = session.scalars(select(LogEntry.detail).where(LogEntry.act == "count_fell").order_by(LogEntry.id)).all()
    assert [(fall["rule"], fall["number"]) for fall in falls] == [("employees_left", 1), ("employees_below_ten", 11)]


def test_recount_finds_no_drift_and_changes_no_number(app: Flask, session: Session) -> None:
    """P26: between two changes the stored number is the true one."""
    letter = employed_letter(app)
    make_signature(letter)
    sign_many(letter, 11)
    change(app, letter)
    sign_many(letter, 5)
    assert run(app, "recount").stdout == "stop: 0 drift\n"
    assert queries.count_by_version(letter.id) == {
        letter.version_id: {"people": 1, "private": 0, "organizations": 0, "employees": 11, "imported": 0}
    }


def test_tables_have_no_time_no_order_and_no_row_number(app: Flask, session: Session) -> None:
    """T10: random ids; nothing that grows; SQLite keeps no row number, PostgreSQL lies in the order of the ids."""
    for model in (EmployeeSignature, EmployeeCode, EmployeeWaiting):
        kinds = {type(column.type) for column in model.__table__.columns}
        assert not kinds & {Date, DateTime}
        assert not any(isinstance(column.type, DateTime) for column in model.__table__.columns)
    letter = employed_letter(app)
    sign_many(letter, 40)
    change(app, letter)
    if session.connection().dialect.name == "sqlite":
        made = session.execute(text("SELECT name, sql FROM sqlite_master WHERE name LIKE 'employee_%'"))
        tables = {name: sql for name, sql in made if sql and sql.startswith("CREATE TABLE")}
        assert {name for name, sql in tables.items() if "WITHOUT ROWID" in sql} == {
            "employee_signature",
            "employee_code",
            "employee_waiting",
        }
    else:
        rows = session.execute(text("SELECT id, xmin::text FROM employee_signature ORDER BY ctid")).all()
        assert [row.id for row in rows] == sorted(row.id for row in rows)
        assert len({row.xmin for row in rows}) == 1
        assert len(rows) == 40


def test_closing_destroys_the_key(app: Flask, session: Session, sink: Sink) -> None:
    """K3, P13: with the letter the key, the addresses, the codes and both hashes go; the number stays."""
    letter = employed_letter(app, sink)
    sign_many(letter, 12)
    mailed(app, letter, sink, "vera")
    mailed(app, letter, sink, "ivo", sign=False)
    left = codes(letter, 3)
    change(app, letter)
    words = sign_many(letter, 1)[0]
    path = employeekeys.key_files()[0]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    letters.close_letter(letter, by_id=None, now=NOW)
    session.commit()
    with pytest.raises(Refused) as caught:
        operations.sign_by_code(letter.id, left[0], NOW)
    assert caught.value.reason == "letter_not_open"
    work(app)
    assert (employeekeys.key_files(), stored(letter).key_name, letter.accepts_employees) == ([], "", False)
    assert session.scalar(select(func.count()).select_from(EmployeeCode)) == 0
    assert session.scalar(select(func.count()).select_from(EmployeeWaiting)) == 0
    rows = session.scalars(select(EmployeeSignature)).all()
    assert len(rows) == 14
    assert {(row.fingerprint, row.leaving_hash) for row in rows} == {(None, None)}
    operations.leave(words.split(), NOW + DAY)
    assert signatures() == 14
    assert session.scalars(select(Job)).all() == []
    assert change(app, letter, 2) == 13
    letters.reopen_letter(letter, by_id=None, now=NOW + 2 * DAY)
    with pytest.raises(Refused) as caught:
        operations.save_employees(letter, EmployeeSettings(is_on=True), by_id=None, now=NOW + 2 * DAY)
    assert caught.value.reason == "employees_over"


@pytest.mark.parametrize("step", ["pause", "close", "archive", "withdraw", "remove"])
def test_which_steps_end_it(app: Flask, session: Session, step: str) -> None:
    """T10: every end of the letter, and no pause."""
    letter = employed_letter(app)
    act = getattr(letters, f"{step}_letter")
    if step == "archive":
        letters.close_letter(letter, by_id=None, now=NOW)
    reason = ("They agreed.",) if step in ("withdraw", "remove") else ()
    act(letter, *reason, by_id=None, now=NOW)
    session.commit()
    work(app)
    assert letter.accepts_employees == (step == "pause")
    assert len(employeekeys.key_files()) == (1 if step == "pause" else 0)


def test_command_forgets_employees(app: Flask, session: Session) -> None:
    """p-S3, K3: `letter forget-employees` destroys the key at once, and says so."""
    letter = employed_letter(app)
    sign_many(letter, 1)
    key = employeekeys.key_files()[0]
    assert run(app, "letter", "forget-employees", "stop").stdout == "stop: the key is destroyed\n"
    assert not Path(key).exists()
    assert run(app, "letter", "forget-employees", "stop").stdout == "stop has no key of employees\n"
    session.expire_all()
    assert (letter.accepts_employees, letter.state, signatures()) == (False, "open", 1)


def test_no_new_text_while_employees_sign(app: Flask, session: Session) -> None:
    """p-L4: nobody can ask them, so that the text takes corrections alone, whether or not anybody has signed."""
    letter = employed_letter(app)
    make_signature(letter)
    version = letters.read_words(words_of(letter, "Another text."), "en")
    with pytest.raises(Refused) as caught:
        letters.publish_new_version(letter, version, "Why", by_id=None, now=NOW)
    assert caught.value.reason == "employees_cannot_be_asked"
    letters.correct_text(letter, version, "A wrong word", by_id=None, now=NOW)
    sign_many(letter, 10)
    assert change(app, letter) == 10
    assert {version: counts["employees"] for version, counts in queries.count_by_version(letter.id).items()}[
        letter.version_id
    ] == 10


def words_of(letter: Letter, body: str) -> Any:
    """Words for a next version."""
    from campaign.letters.rules import Words

    return Words(title=letter.title, body=body)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"offers_work_mail": True}, "needs_mail_domains"),
        ({"mail_domains": "gmail.com"}, "not_a_company_domain"),
        ({"mail_domains": "localhost"}, "not_a_company_domain"),
        ({"offers_work_mail": True, "mail_domains": DOMAIN}, "work_mail_not_ready"),
    ],
)
def test_settings_are_checked(session: Session, changes: dict[str, Any], reason: str) -> None:
    """p-S3: work mail only with a relay of its own, on domains of one company."""
    letter = make_letter()
    with pytest.raises(Refused) as caught:
        operations.save_employees(letter, EmployeeSettings(is_on=True, **changes), by_id=None, now=NOW)
    assert caught.value.reason == reason


def test_switching_off_keeps_the_key(app: Flask, session: Session) -> None:
    """p-S3: an owner can stop it for a while; whoever signed can still leave."""
    letter = employed_letter(app)
    words = sign_many(letter, 1)[0]
    operations.save_employees(letter, EmployeeSettings(is_on=False), by_id=None, now=NOW)
    session.commit()
    with pytest.raises(Refused) as caught:
        operations.sign_by_code(letter.id, "x", NOW)
    assert caught.value.reason == "kind_not_accepted"
    operations.leave(words.split(), NOW)
    assert (signatures(), len(employeekeys.key_files())) == (0, 1)


def test_six_words_are_read_kindly() -> None:
    """p-S3: capitals, commas and four letters of a word do no harm; anything else is no code."""
    words = leaving.new_words().split()
    assert leaving.read_words(", ".join(word.upper() for word in words)) == words
    assert leaving.read_words("-".join(word[:4] for word in words)) == words
    assert leaving.read_words(" ".join(words[:5])) is None
    assert leaving.read_words("ada@example.org") is None
    assert leaving.read_words(" ".join([*words[:5], "xylophones"])) is None
    assert (len(leaving.word_list()), len({word[:4] for word in leaving.word_list()})) == (2048, 2048)


def test_clock_that_goes_back_changes_no_number_twice(
    app: Flask, session: Session, frozen: time_machine.Traveller
) -> None:
    """P12: a change that was made is not made again."""
    letter = employed_letter(app)
    sign_many(letter, 10)
    assert change(app, letter, 2) == 10
    sign_many(letter, 10)
    assert change(app, letter, 1) == 10
    assert session.scalars(select(EmployeeSigning.changed_on)).one().isoformat() == "2026-06-20"
