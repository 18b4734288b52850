"""Signing in, the account and the team, as browsers do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from campaign.accounts import operations, passwords
from campaign.accounts.permissions import COOKIE_FIELD
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import DeskSession, Membership, Organizer
from tests.support.cast import Cast, desk_token, make_cast, signed_in
from tests.support.pages import Page, send_form

PASSWORD = "correct horse battery staple"
Mails = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def people(app: Flask) -> Cast:
    """The cast, on whichever database the test runs."""
    with app.app_context():
        return make_cast()


def give_password(app: Flask, email: str) -> None:
    """Set the password of an account."""
    with app.app_context():
        organizer = db.session.scalars(select(Organizer).where(Organizer.email == email)).one()
        organizer.password_hash = passwords.hash_password(PASSWORD)
        db.session.commit()


def without_token(answer: TestResponse, address: str) -> str:
    """A page but for its token and the address that was typed."""
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", answer.text).replace(address, "ADDRESS")


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is signed in."""
    return client.get("/desk/account").status_code == 200


def test_organizer_signs_in_by_a_mailed_link(app: Flask, people: Cast, client: FlaskClient, mails: Mails) -> None:
    """From the form to the desk: one mail, a page with a button, one use, and back to where one wanted to go."""
    asked = send_form(client, "/sign-in", {"email": people.owner})
    assert asked.status_code == 200
    (mail,) = mails(people.owner)
    (link,) = mail["links"]
    path = link.removeprefix(app.config["BASE_URL"])
    assert people.owner not in mail["text"]
    for _look in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert not is_in(client)
    answer = send_form(client, path, {})
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert is_in(client)
    again = app.test_client()
    assert again.get(path).status_code == 410
    assert not is_in(again)


def test_answer_never_tells_who_has_an_account(people: Cast, client: FlaskClient, mails: Mails) -> None:
    """T8: the same page for a known and an unknown address; only one gets a mail."""
    known = send_form(client, "/sign-in", {"email": people.owner})
    unknown = send_form(client, "/sign-in", {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert without_token(known, people.owner) == without_token(unknown, "nobody@example.org")
    assert [mail["to"] for mail in mails()] == [people.owner]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_wrong_password_and_unknown_address_look_the_same(app: Flask, people: Cast, client: FlaskClient) -> None:
    """T8: 422 with one sentence; the address stays typed, the password does not come back."""
    give_password(app, people.owner)
    wrong = send_form(client, "/sign-in", {"email": people.owner, "password": "wrong " + PASSWORD})
    unknown = send_form(client, "/sign-in", {"email": "nobody@example.org", "password": "wrong " + PASSWORD})
    assert wrong.status_code == unknown.status_code == 422
    assert without_token(wrong, people.owner) == without_token(unknown, "nobody@example.org")
    assert PASSWORD not in wrong.text
    assert people.owner in wrong.text


def test_password_signs_in_to_where_one_wanted(app: Flask, people: Cast, client: FlaskClient) -> None:
    """A guarded page sends to the form, and the form back to the page."""
    give_password(app, people.owner)
    sent = client.get(f"/desk/letters/{people.letter}/queue?kind=person")
    assert sent.status_code == 303
    answer = send_form(client, sent.location, {"email": people.owner.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, f"/desk/letters/{people.letter}/queue?kind=person")
    assert is_in(client)
    assert client.get("/sign-in").location == "/desk"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_foreign_next_is_not_followed(app: Flask, people: Cast, client: FlaskClient) -> None:
    """R1: redirects only to our own host."""
    give_password(app, people.owner)
    data = {"email": people.owner, "password": PASSWORD}
    answer = send_form(client, "/sign-in?next=https://evil.example/", data)
    assert answer.location == "/desk"
    form = Page(app.test_client().get("/sign-in?next=//evil.example").text).forms[-1]
    assert form.fields["next"] == "/desk"


def test_signing_in_changes_the_session(app: Flask, people: Cast, client: FlaskClient) -> None:
    """T19: what was in the cookie before signing in is worth nothing after it."""
    give_password(app, people.owner)
    with client.session_transaction() as cookie:
        cookie[COOKIE_FIELD] = "planted"
    send_form(client, "/sign-in", {"email": people.owner, "password": PASSWORD})
    with client.session_transaction() as cookie:
        assert cookie[COOKIE_FIELD] != "planted"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_guessing_is_stopped(
    app: Flask, people: Cast, client: FlaskClient, frozen: time_machine.Traveller, now: datetime
) -> None:
    """T19: the eleventh try in an hour is 429, with the right password too, and says when the next one may be made."""
    give_password(app, people.owner)
    data = {"email": people.owner, "password": "wrong password"}
    token = Page(client.get("/sign-in").text).forms[-1].fields["csrf_token"]
    with app.app_context():
        for _try in range(10):
            operations.count_try(people.owner, "127.0.0.0/24", clock.now())
        db.session.commit()
    frozen.move_to(now + timedelta(minutes=10))
    answers = [client.post("/sign-in", data={**data, "password": PASSWORD, "csrf_token": token}) for _try in range(2)]
    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in answers] == [(429, "3000")] * 2
    assert not is_in(client)
    frozen.move_to(now + timedelta(hours=1))
    assert client.post("/sign-in", data={**data, "password": PASSWORD, "csrf_token": token}).status_code == 303
    assert is_in(client)


@pytest.mark.parametrize(
    ("data", "status"),
    [({"email": ""}, 422), ({"email": "no address"}, 422), ({"email": "a@example.org", "password": "x" * 300}, 422)],
)
def test_bad_input_is_a_form_to_mend(people: Cast, client: FlaskClient, data: dict[str, str], status: int) -> None:
    """Never an error, and what was typed comes back."""
    answer = send_form(client, "/sign-in", data)
    assert answer.status_code == status
    assert data["email"] in answer.text


def test_signing_out_ends_the_session(app: Flask, people: Cast) -> None:
    """The row is revoked: a copy of the cookie is worth nothing."""
    client, copy = signed_in(app, people.owner), app.test_client()
    with client.session_transaction() as cookie, copy.session_transaction() as other:
        other.update(cookie)
    assert is_in(copy)
    answer = client.post("/sign-out", data={"csrf_token": desk_token(client)})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_in(client)
    assert not is_in(copy)


def test_sessions_are_listed_and_revoked(app: Flask, people: Cast) -> None:
    """M5: one browser signs another out; a stranger's number is a page that is not there."""
    phone, laptop, stranger = (signed_in(app, email) for email in (people.owner, people.owner, people.stranger))
    with app.app_context():
        ids = list(db.session.scalars(select(DeskSession.id).order_by(DeskSession.id)))
    token = desk_token(laptop)
    assert laptop.post(f"/desk/account/sessions/{ids[2]}/revoke", data={"csrf_token": token}).status_code == 404
    assert is_in(stranger)
    assert laptop.post("/desk/account/sessions/99999999999999999999/revoke").status_code == 404
    assert laptop.post(f"/desk/account/sessions/{ids[0]}/revoke", data={"csrf_token": token}).status_code == 303
    assert not is_in(phone)
    assert is_in(laptop)


def test_password_is_set_on_the_account_page(app: Flask, people: Cast) -> None:
    """Too short is a form to mend; a good one signs the other browsers out."""
    client, other = signed_in(app, people.owner), signed_in(app, people.owner)
    short = client.post("/desk/account/password", data={"password": "short", "csrf_token": desk_token(client)})
    assert short.status_code == 422
    assert "short" not in Page(short.text).forms[0].fields.values()
    good = client.post("/desk/account/password", data={"password": PASSWORD, "csrf_token": desk_token(client)})
    assert good.status_code == 303
    assert is_in(client)
    assert not is_in(other)


def test_acting_makes_a_session_last(app: Flask, people: Cast) -> None:
    """A GET never writes; an act moves the end to 14 days from now."""
    client = signed_in(app, people.owner)
    near = clock.now() + timedelta(days=2)
    with app.app_context():
        db.session.execute(db.update(DeskSession).values(expires_at=near))
        db.session.commit()
    assert is_in(client)
    with app.app_context():
        assert db.session.scalar(select(DeskSession.expires_at)) == near
    page = f"/desk/campaigns/{people.campaign}/team"
    assert send_form(client, page, {"email": "new@example.org", "role": "viewer"}).status_code == 303
    with app.app_context():
        end = db.session.scalar(select(DeskSession.expires_at))
    assert end is not None
    assert timedelta(days=13, hours=23) < end - clock.now() <= timedelta(days=14)


def test_owner_builds_a_team(app: Flask, people: Cast, mails: Mails) -> None:
    """A new person gets an account, a role and a mail; the last owner cannot leave."""
    client = signed_in(app, people.owner)
    page = f"/desk/campaigns/{people.campaign}/team"
    assert send_form(client, page, {"email": "new@example.org", "role": "viewer"}).status_code == 303
    assert [mail["to"] for mail in mails()] == ["new@example.org"]
    bad = send_form(client, page, {"email": "nonsense", "role": "viewer"})
    assert bad.status_code == 422
    assert "nonsense" in bad.text
    with app.app_context():
        ids = dict(db.session.execute(select(Organizer.email, Organizer.id)).all())
        operations.add_organizer("named@example.org", clock.now(), "Nadia Named")
        db.session.commit()
    assert send_form(client, page, {"email": "named@example.org", "role": "viewer"}).status_code == 303
    assert "<bdi>Nadia Named</bdi>, named@example.org" in client.get(page).text
    token = desk_token(client)

    def press(email: str, action: str) -> int:
        return client.post(f"{page}/{ids[email]}", data={"action": action, "csrf_token": token}).status_code

    assert press("new@example.org", "owner") == 303
    assert press("new@example.org", "king") == 422
    assert press(people.stranger, "remove") == 404
    assert press(people.moderator, "remove") == 303
    assert press("new@example.org", "remove") == 303
    assert press(people.owner, "viewer") == 422
    with app.app_context():
        assert db.session.scalar(select(func.count(Membership.id)).where(Membership.role == "owner")) == 2


def test_readers_get_no_cookie_of_the_desk(app: Flask, people: Cast) -> None:
    """B4: a signed-in organizer reading the public letter leaves it cacheable."""
    answer = signed_in(app, people.owner).get(f"/letters/{people.letter}")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
