"""Refusals: a page a person can act on, or JSON for a program that asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from campaign.letters.operations import pause_letter, remove_letter
from campaign.links import make_token
from tests.factories import NOW, make_letter, make_signature
from tests.support.pages import Page

Session = scoped_session[Any]

JSON = {"Accept": "application/json"}


def error_of(answer: Any) -> dict[str, str]:
    """The one thing a refusal in JSON says."""
    assert answer.mimetype == "application/json"
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message"}
    error: dict[str, str] = answer.json["error"]
    return error


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_form_to_mend_in_json(client: FlaskClient, session: Session) -> None:
    """Product 3: a refused form names what to mend, each sentence once."""
    make_letter()
    answer = client.post("/letters/stop/sign", data={"email": "ada"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    error = error_of(answer)
    assert error["code"] == "form_to_mend"
    assert error["message"].count("Enter your name") == 1
    assert "Enter an email address with an @, like name@example.org" in error["message"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["sign", "sign/organization", "sign/another-way"])
def test_closed_letter_in_json(client: FlaskClient, session: Session, path: str) -> None:
    """Product 3: a letter that takes no signatures says so to programs too, and shows its page to people."""
    letter = make_letter()
    pause_letter(letter, by_id=None, now=NOW)
    session.commit()
    answer = client.post(f"/letters/stop/{path}", headers=JSON)
    assert (answer.status_code, error_of(answer)["code"]) == (422, "letter_not_open")
    assert client.get(f"/letters/stop/{path}", headers=JSON).status_code == 200
    assert "Signing is paused" in client.post(f"/letters/stop/{path}").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_removed_letter_in_json(client: FlaskClient, session: Session) -> None:
    """Product 3: 410 with the code `gone`, on the letter's page and on those around it."""
    letter = make_letter()
    remove_letter(letter, "A court said so.", by_id=None, now=NOW)
    session.commit()
    for path in ("/letters/stop", "/letters/stop.json", "/letters/stop/sign"):
        answer = client.get(path, headers=JSON)
        assert (answer.status_code, error_of(answer)["code"]) == (410, "gone"), path


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_page_of_a_used_link_in_json(client: FlaskClient, session: Session) -> None:
    """Product 3: a page that is rendered with its own words is JSON as well."""
    answer = client.get("/sign-in/nothing", headers=JSON)
    assert (answer.status_code, error_of(answer)["code"]) == (404, "not_found")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_dead_links_lead_on(client: FlaskClient, session: Session) -> None:
    """x-S12: whoever comes by a link that is dead is told what became of it and can go on to their signatures."""
    row = make_signature(make_letter(), email="ada@example.org", withdrawn_at=NOW)
    dead = {
        "/my/nothing": (404, "This link does not work"),
        f"/confirm/{make_token('confirm', row.id, row.generation)}": (410, "This signature was withdrawn"),
    }
    for path, (status, title) in dead.items():
        answer = client.get(path)
        page = Page(answer.text)
        assert answer.status_code == status
        assert title in page.text
        # In the page and in the footer.
        assert page.links.count("/my") == 2
        assert "taken down" not in page.text
