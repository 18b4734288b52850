"""P28: whatever happens, no log holds an address, a name, a token or a code."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import scoped_session

from campaign.cli.processes import leave_code
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.jobs.kinds import KINDS, Kind
from campaign.logs import Line
from tests.factories import NOW, make_letter
from tests.signing.acts import code, confirm, link, sign

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
PRIVATE = ("markername", "markeraddress", "markermail")
# The database itself repeats the row it refuses.
REFUSED = "INSERT INTO organizer (email, email_key, name, created_at) VALUES (:a, :b, :c, NULL)"
ROW = {"a": "markeraddress@markermail.example", "b": "markeraddress@markermail.example", "c": "Markername"}


def lines(printed: str) -> list[dict[str, Any]]:
    """The log lines among what was printed on standard error."""
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def break_with_a_row(payload: dict[str, Any]) -> None:
    """A job whose error repeats a person's row."""
    db.session.execute(text(REFUSED), ROW)


def test_log_of_a_signature_names_nobody(
    client: FlaskClient, session: Session, mails: Mails, capfd: pytest.CaptureFixture[str]
) -> None:
    """P28, T11: sign, mail, a wrong code, confirm, look and ask again: no value that was used is in any line."""
    make_letter()
    sign(client, name="Markername", email="markeraddress@markermail.example")
    mail = mails("markeraddress@markermail.example")[0]
    client.get("/letters/stop/names?q=markername")
    client.get(link(mail, "my"))
    assert confirm(client, mail).status_code == 303
    client.get(link(mail, "confirm") + "?signed=1")
    client.get("/confirm/markername-markeraddress")
    printed = capfd.readouterr().err
    found = lines(printed)
    assert {"GET signing.confirm 200", "POST signing.sign 303"} <= {
        str(line["message"]).rsplit(" ", 2)[0] for line in found
    }
    assert all(len(line["request"]) == 16 for line in found if line["logger"] == "campaign.requests")
    tokens = [link(mail, purpose).rpartition("/")[2] for purpose in ("confirm", "not-me", "my")]
    for private in (*PRIVATE, *tokens, code(mail), "127.0.0.1"):
        assert private not in printed.casefold(), private


def test_error_of_the_database_is_told_without_its_row(
    app: Flask, session: Session, mails: Mails, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """P28: a page, a job and a process that fail over somebody's row leave the class of the error and its places."""

    monkeypatch.setitem(app.view_functions, "public.contact", lambda: break_with_a_row({}))
    assert app.test_client().get("/contact").status_code == 500
    monkeypatch.setitem(KINDS, "test.fails", Kind("test.fails", "repeat", run=break_with_a_row, attempts=1))
    outbox.enqueue("test.fails", "test:1", {}, now=NOW)
    mails()

    def work() -> None:
        break_with_a_row({})

    assert leave_code(work) == 1
    session.rollback()
    printed = capfd.readouterr().err
    errors = [line for line in lines(printed) if "error" in line]
    assert [line["error"][0] for line in errors] == ["IntegrityError", "IntegrityError"]
    assert all("break_with_a_row" in " ".join(line["places"]) for line in errors)
    assert "failed: IntegrityError" in printed
    assert not [private for private in PRIVATE if private in printed.casefold()]


def test_message_of_an_error_hides_its_values(session: Session) -> None:
    """P28: the statement's values are not even in the error's own words."""
    with pytest.raises(IntegrityError) as caught:
        break_with_a_row({})
    assert "[SQL parameters hidden" in str(caught.value)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("job 7 of kind signing.confirm failed", "job 7 of kind signing.confirm failed"),
        ("550 <ada@example.org> unknown", "550 <(hidden)> unknown"),
        ("serving /my/AAAAAAAAAAEAAAAAt0k3n-_t0k3n-_t0k3n-_t0k3n", "serving /my/(hidden)"),
        ("GET /letters/stop/names?q=Ada%20L&after=x", "GET /letters/stop/names(hidden)"),
        ("zoë@münchen.de,ada@example.org", "(hidden)"),
    ],
)
def test_lines_of_others_are_masked(message: str, line: str) -> None:
    """P28: an address, a query or a token that a library writes is hidden."""
    record = logging.LogRecord("waitress", logging.ERROR, "", 1, "%s", (message,), None)
    assert json.loads(Line().format(record))["message"] == line
