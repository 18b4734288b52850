"""The gravest acts want somebody who signed in within the last hour, and a session has an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from campaign.accounts import operations, passwords
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import DeskSession, Export, Letter, LogEntry, Membership, Organizer
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, make_cast, signed_in
from tests.support.pages import send_form

PASSWORD = "correct horse battery staple"
Mails = Callable[..., list[dict[str, Any]]]
ACCOUNT = "/desk/account"
TEAM = "/desk/campaigns/face-recognition/team"
EXPORT = "/desk/letters/stop/exports/new"
EMPLOYEES = "/desk/letters/stop/employees"
INTERNAL = {"purpose": "internal", "format": "csv", "edition": "", "everything": "y"}
# What is posted, and the page from which it is posted again after signing in.
GRAVE = [
    (f"{ACCOUNT}/password", {"password": PASSWORD}, ACCOUNT),
    (f"{ACCOUNT}/sessions/1/revoke", {}, ACCOUNT),
    (f"{ACCOUNT}/sessions/revoke", {}, ACCOUNT),
    (TEAM, {"email": "new@example.org", "role": "owner"}, TEAM),
    (f"{TEAM}/2", {"action": "remove"}, TEAM),
    (f"{TEAM}/2", {"action": "sign_out"}, TEAM),
    (f"{TEAM}/3", {"action": "owner"}, TEAM),
    (EXPORT, INTERNAL, EXPORT),
    (f"{EMPLOYEES}/forget", {"is_sure": "y"}, EMPLOYEES),
]


@pytest.fixture
def people(app: Flask) -> Cast:
    """The cast, and a signature with an address on the letter."""
    with app.app_context():
        cast = make_cast()
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        make_signature(letter, email=cast.signatory)
        db.session.commit()
        return cast


def grown_old(app: Flask, age: timedelta = timedelta(hours=1, minutes=1)) -> None:
    """Every browser signed in so long ago."""
    with app.app_context():
        db.session.execute(update(DeskSession).values(created_at=clock.now() - age))
        db.session.commit()


def where_to(location: str) -> tuple[str, str]:
    """The page of a redirect to signing in, and where it leads afterwards."""
    parts = urlsplit(location)
    return parts.path, parse_qs(parts.query)["next"][0]


def state(app: Flask) -> Any:
    """What the gravest acts could have changed."""
    with app.app_context():
        roles = db.session.execute(select(Membership.organizer_id, Membership.role).order_by(Membership.id)).all()
        hashes = db.session.scalars(select(Organizer.password_hash).order_by(Organizer.id)).all()
        ended = db.session.scalars(select(DeskSession.revoked_at).order_by(DeskSession.id)).all()
        return roles, hashes, ended, db.session.scalar(select(func.count(Export.id)))


@pytest.mark.parametrize(("path", "data", "back"), GRAVE)
def test_grave_act_wants_a_fresh_sign_in(app: Flask, people: Cast, path: str, data: dict[str, str], back: str) -> None:
    """M5, ASVS 7.5.1, 7.5.2: an hour after signing in nothing happens but that one signs in again."""
    signed_in(app, people.moderator)
    client = signed_in(app, people.owner)
    token = desk_token(client)
    grown_old(app)
    before = state(app)
    answer = client.post(path, data={**data, "csrf_token": token})
    assert answer.status_code == 303
    assert where_to(answer.location) == ("/sign-in", back)
    assert answer.headers["Cache-Control"] == "no-store"
    assert state(app) == before


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_within_the_hour_nothing_is_asked(app: Flask, people: Cast) -> None:
    """The same page and act go through up to the hour."""
    client = signed_in(app, people.owner)
    grown_old(app, timedelta(minutes=59))
    assert send_form(client, TEAM, {"email": "new@example.org", "role": "viewer"}).location == TEAM


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_personal_list_is_neither_shown_nor_fetched(app: Flask, people: Cast, mails: Mails) -> None:
    """M5: of a list with addresses neither the preview nor the file comes; a public list does."""
    client = signed_in(app, people.owner)
    places = {
        purpose: client.post(EXPORT, data={**INTERNAL, "purpose": purpose, "csrf_token": desk_token(client)}).location
        for purpose in ("internal", "delivery")
    }
    mails()
    personal, public = (f"{places[purpose]}/signatories.csv" for purpose in ("internal", "delivery"))
    assert people.signatory in client.get(personal).text
    preview = f"{EXPORT}?step=3&purpose=internal&format=csv&order=agreed&everything=y"
    assert people.signatory in client.get(preview).text
    grown_old(app)
    assert client.get(public).status_code == 200
    for path, back in ((personal, places["internal"]), (preview, preview)):
        answer = client.get(path)
        assert (answer.status_code, where_to(answer.location)) == (303, ("/sign-in", back))
        assert people.signatory not in answer.text


def test_signing_in_again_by_password_goes_on(app: Flask, people: Cast) -> None:
    """The form knows who asks; afterwards the page opens, and the session until then is worth nothing (ASVS 7.2.4)."""
    with app.app_context():
        row = db.session.scalars(select(Organizer).where(Organizer.email == people.owner)).one()
        row.password_hash = passwords.hash_password(PASSWORD)
        db.session.commit()
    client, copy = signed_in(app, people.owner), app.test_client()
    with client.session_transaction() as cookie, copy.session_transaction() as other:
        other.update(cookie)
    grown_old(app)
    asked = client.get(TEAM)
    page = client.get(asked.location).text
    assert "needs a fresh sign-in" in page
    assert f'value="{people.owner}"' in page
    answer = send_form(client, asked.location, {"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, TEAM)
    assert client.get(TEAM).status_code == 200
    assert copy.get(ACCOUNT).status_code == 303


def test_signing_in_again_by_link_goes_on(app: Flask, people: Cast, mails: Mails) -> None:
    """The mailed link, opened in the same browser, leads to the page that asked; in another one to the desk."""
    client = signed_in(app, people.owner)
    grown_old(app)
    assert send_form(client, client.get(TEAM).location, {"email": people.owner}).status_code == 200
    (mail,) = mails(people.owner)
    answer = send_form(client, mail["links"][0].removeprefix(app.config["BASE_URL"]), {})
    assert (answer.status_code, answer.location) == (303, TEAM)
    assert client.get(TEAM).status_code == 200


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_whoever_is_signed_in_sees_the_form_only_to_sign_in_again(app: Flask, people: Cast) -> None:
    """A plain address of the form leads on, with a page of another site nowhere else."""
    client = signed_in(app, people.owner)
    assert client.get(f"/sign-in?next={TEAM}").location == TEAM
    again = client.get("/sign-in?again=1&next=//evil.example")
    assert (again.status_code, "evil.example" in again.text) == (200, False)


def test_session_ends_after_thirty_days_of_acting(app: Flask, people: Cast) -> None:
    """ASVS 7.3.2: an act makes it last, but never beyond 30 days from signing in."""
    client = signed_in(app, people.owner)
    grown_old(app, timedelta(days=20))
    with app.app_context():
        signed_in_at = db.session.scalars(select(DeskSession.created_at)).one()
        db.session.execute(update(DeskSession).values(expires_at=clock.now() + timedelta(minutes=1)))
        db.session.commit()
    data = {"title": "Water", "csrf_token": desk_token(client)}
    assert client.post("/desk/campaigns/new", data=data).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(DeskSession.expires_at)).one() == signed_in_at + timedelta(days=30)


def test_all_other_browsers_are_signed_out(app: Flask, people: Cast) -> None:
    """M5, ASVS 7.4.3: one press ends every other session of the account, and nobody else's."""
    phone, tablet, laptop = (signed_in(app, people.owner) for _browser in range(3))
    other = signed_in(app, people.moderator)
    assert "Sign out all other browsers" in laptop.get(ACCOUNT).text
    answer = laptop.post(f"{ACCOUNT}/sessions/revoke", data={"csrf_token": desk_token(laptop)})
    assert (answer.status_code, answer.location) == (303, ACCOUNT)
    assert [is_in(browser) for browser in (phone, tablet, laptop, other)] == [False, False, True, True]
    assert "Sign out all other browsers" not in laptop.get(ACCOUNT).text
    assert laptop.get(f"{ACCOUNT}/sessions/revoke").status_code == 405


def test_owner_signs_a_member_out_everywhere(app: Flask, people: Cast) -> None:
    """ASVS 7.4.5: a lost laptop is signed out by an owner; the role stays, and the log says who did it."""
    phone, laptop, owner = (signed_in(app, email) for email in (people.viewer, people.viewer, people.owner))
    with app.app_context():
        ids = dict(db.session.execute(select(Organizer.email, Organizer.id)).all())
    data = {"action": "sign_out", "csrf_token": desk_token(owner)}
    assert owner.post(f"{TEAM}/{ids[people.stranger]}", data=data).status_code == 404
    answer = owner.post(f"{TEAM}/{ids[people.viewer]}", data=data)
    assert (answer.status_code, answer.location) == (303, TEAM)
    assert [is_in(browser) for browser in (phone, laptop, owner)] == [False, False, True]
    with app.app_context():
        role = db.session.scalar(select(Membership.role).where(Membership.organizer_id == ids[people.viewer]))
        row = db.session.scalars(select(LogEntry).where(LogEntry.act == "member_signed_out")).one()
        assert role == "viewer"
        assert (row.organizer_id, row.detail) == (ids[people.owner], {"organizer": ids[people.viewer]})


def test_viewer_signs_nobody_out(app: Flask, people: Cast) -> None:
    """Read-only is read-only."""
    viewer, owner = signed_in(app, people.viewer), signed_in(app, people.owner)
    with app.app_context():
        owner_id = operations.add_organizer(people.owner, clock.now()).id
    data = {"action": "sign_out", "csrf_token": desk_token(viewer)}
    assert viewer.post(f"{TEAM}/{owner_id}", data=data).status_code == 403
    assert is_in(owner)


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is signed in."""
    return client.get(ACCOUNT).status_code == 200
