"""Logos of organizations for the printed letter (p-S2): given, replaced, taken off, and refused in words."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaign import storage
from campaign.extensions import db
from campaign.lib import pictures
from campaign.models import Endorsement, Letter, LogEntry
from tests.exports.paper import jpeg, png
from tests.factories import NOW, make_letter, make_signature
from tests.support.cast import Cast, signed_in
from tests.support.pages import Page

PNG = png(120, 40)
INK = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x20\x00\x40\x04" + b"\x00" * 20


@pytest.fixture
def organization(app: Flask, cast: Cast) -> int:
    """A listed organization of the letter."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        signature = make_signature(letter, "Bay Tenants’ Union", website="https://tenants.example")
        db.session.commit()
        return signature.id


def page_address(cast: Cast) -> str:
    return f"/desk/letters/{cast.letter}/logos"


def send(client: FlaskClient, cast: Cast, signature_id: int, content: bytes, action: str = "save") -> TestResponse:
    """Sends the form of one organization as a browser does."""
    token = Page(client.get(page_address(cast)).text).forms[0].fields["csrf_token"]
    # Written by hand: for a large file the test client would leave one of its own open.
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrf_token", token), ("action", action))
    ]
    head = '--x\r\nContent-Disposition: form-data; name="logo"; filename="logo.png"\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + b"\r\n--x--\r\n"
    return client.post(
        f"{page_address(cast)}/{signature_id}", data=body, content_type="multipart/form-data; boundary=x"
    )


def stored(app: Flask, signature_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Endorsement, signature_id).logo_sha256


def test_logo_is_given_replaced_and_taken_off(app: Flask, cast: Cast, organization: int) -> None:
    owner = signed_in(app, cast.owner)
    assert page_address(cast) in Page(owner.get(f"/desk/letters/{cast.letter}/signatures").text).links
    answer = send(owner, cast, organization, PNG)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page_address(cast)}#logo-{organization}")
    picture = owner.get(f"{page_address(cast)}/{organization}")
    assert (picture.data, picture.mimetype, picture.headers["Cache-Control"]) == (PNG, "image/png", "no-store")
    assert 'alt="Logo of Bay Tenants’ Union"' in owner.get(page_address(cast)).text
    assert send(owner, cast, organization, jpeg()).status_code == 303
    assert owner.get(f"{page_address(cast)}/{organization}").mimetype == "image/jpeg"
    assert send(owner, cast, organization, b"", "remove").status_code == 303
    assert (stored(app, organization), owner.get(f"{page_address(cast)}/{organization}").status_code) == ("", 404)
    with app.app_context():
        acts = list(db.session.scalars(select(LogEntry.detail).where(LogEntry.act == "logo_set").order_by(LogEntry.id)))
    assert [act["signature"] for act in acts] == [organization] * 3
    assert acts[-1]["sha256"] == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. Choose another one."),
        (b"GIF89a" + b"x" * 20, "Send one of: PNG, JPEG."),
        (PNG + b"x" * pictures.LARGEST, "The file is too large: 1 megabytes are the limit."),
        (INK, "This picture cannot be printed"),
    ],
)
def test_bad_logo_is_refused_in_words(app: Flask, cast: Cast, organization: int, content: bytes, sentence: str) -> None:
    """422, and the logo before stays."""
    owner = signed_in(app, cast.owner)
    send(owner, cast, organization, PNG)
    before = stored(app, organization)
    answer = send(owner, cast, organization, content)
    assert (answer.status_code, sentence in Page(answer.text).text) == (422, True)
    assert (stored(app, organization), before != "") == (before, True)


def test_unknown_button_is_refused(app: Flask, cast: Cast, organization: int) -> None:
    answer = send(signed_in(app, cast.owner), cast, organization, PNG, "burn")
    assert (answer.status_code, stored(app, organization)) == (422, "")


def test_who_may_give_logos(app: Flask, cast: Cast, organization: int) -> None:
    """A colleague who edits may, one who reads gets 403, a stranger 404; GET never writes, other methods 405."""
    address = f"{page_address(cast)}/{organization}"
    assert send(signed_in(app, cast.moderator), cast, organization, PNG).status_code == 303
    for email, status in ((cast.viewer, 403), (cast.stranger, 404)):
        client = signed_in(app, email)
        assert [client.get(page_address(cast)).status_code, client.get(address).status_code] == [status] * 2
        token = Page(client.get("/desk").text).forms[0].fields["csrf_token"]
        sent = client.post(address, data={"csrf_token": token, "action": "remove"})
        assert sent.status_code == status
    assert stored(app, organization) != ""
    assert signed_in(app, cast.owner).put(address).status_code == 405


def test_only_listed_organizations_of_this_letter_have_a_logo(app: Flask, cast: Cast, organization: int) -> None:
    """A person, a held organization, and one of another letter: 404, and nothing is kept."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        person = make_signature(letter, "Ada Lovelace").id
        held = make_signature(letter, "Held Fund", website="https://held.example", moderation="held").id
        other = make_signature(make_letter("other"), "Other Fund", website="https://other.example").id
        db.session.commit()
    owner = signed_in(app, cast.owner)
    assert [send(owner, cast, number, PNG).status_code for number in (person, held, other, 10**6)] == [404] * 4
    assert "Held Fund" not in owner.get(page_address(cast)).text
    with app.app_context():
        assert storage.abandoned(storage.UPLOADS, NOW.replace(year=9_999)) == []
