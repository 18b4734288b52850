"""Requests that no browser sends: an answer in plain words, never an error, on both databases (trust, section 2)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.models import Letter, Signature
from tests.factories import make_letter, make_signature
from tests.signing.acts import PERSON, form_of, my_path
from tests.support.cast import Cast, desk_token, signed_in

Session = scoped_session[Any]
HUGE = 10**20


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/letters/a%00b", 404),
        ("/letters/%00.json", 404),
        ("/campaigns/a%00", 404),
        ("/companies/%00", 404),
        ("/confirm/%00", 404),
        ("/sign-in/%00", 404),
        ("/letters/stop/names?q=a%00b", 200),
        ("/letters/stop/names?q=%ED%A0%80", 200),
        ("/letters/stop/names?group=%00", 404),
        ("/letters/stop/names.json?after=%00", 404),
        ("/letters/%ED%A0%80", 404),
        (f"/letters/{'a' * 3000}", 404),
    ],
)
def test_odd_addresses_are_answered(client: FlaskClient, session: Session, path: str, status: int) -> None:
    """A zero character, a broken encoding or an endless name is a page that is not there, or a search without a hit."""
    make_letter()
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    ("door", "fields", "status"),
    [
        ("/letters/stop/sign", {"name": "\0"}, 422),
        ("/letters/stop/sign", {"name": "A\0da"}, 303),
        ("/letters/stop/sign", {"affiliation": "\0", "comment": "a\0b"}, 303),
        ("/letters/stop/sign", {"email": "ada\0@example.org"}, 422),
        ("/letters/stop/sign/code", {"code": "12\x003456", "s": "\0"}, 422),
        ("/my", {"action": "withdraw", "reason": "a\0b\u202ec"}, 303),
        ("/my", {"action": "save", "name": "A\0da"}, 303),
    ],
)
def test_odd_characters_are_answered(
    client: FlaskClient, session: Session, door: str, fields: dict[str, str], status: int
) -> None:
    """D7: what cannot be seen is dropped or refused, and nothing of it is stored."""
    row = make_signature(make_letter(), "Grace Hopper")
    token = form_of(client.get("/letters/stop/sign")).fields["csrf_token"]
    path = my_path(row) if door == "/my" else door
    answer = client.post(path, data={**PERSON, "csrf_token": token, **fields})
    assert answer.status_code == status
    for found in session.scalars(select(Signature)):
        assert not {"\0", "\u202e"} & set(f"{found.name}{found.affiliation}{found.comment}{found.withdraw_reason}")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"exports/{HUGE}/cancel", {}),
        ("mail", {"job": str(HUGE)}),
        ("queue", {"row": f"{HUGE}:held", "action": "approve"}),
        ("queue", {"row": "1:he\0ld", "action": "approve", "note": "\0"}),
        ("undo", {"decision": str(HUGE)}),
        ("exports/new", {"edition": str(HUGE), "purpose": "delivery", "format": "csv"}),
    ],
)
def test_odd_numbers_are_answered_at_the_desk(
    app: Flask, session: Session, cast: Cast, path: str, fields: dict[str, str]
) -> None:
    """T18: a number beyond every row, or a state that is none, is refused before the database sees it."""
    make_signature(session.scalars(select(Letter).where(Letter.slug == cast.letter)).one(), moderation="held")
    session.commit()
    owner = signed_in(app, cast.owner)
    answer = owner.post(f"/desk/letters/{cast.letter}/{path}", data={"csrf_token": desk_token(owner), **fields})
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize(("is_secure", "header"), [(True, "max-age=31536000"), (False, None)])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_browsers_stay_encrypted(app: Flask, client: FlaskClient, is_secure: bool, header: str | None) -> None:
    """ASVS 3.4.1: a site served by https says so for a year; one on loopback without it does not."""
    app.config["SESSION_COOKIE_SECURE"] = is_secure
    for path in ("/contact", "/nowhere"):
        assert client.get(path).headers.get("Strict-Transport-Security") == header
