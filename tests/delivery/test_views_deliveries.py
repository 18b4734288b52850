"""The desk's pages of deliveries and of certified numbers."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Campaign, CertifiedTotal, Delivery, Letter
from tests.factories import make_delivery, make_edition
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page

LIST = "/desk/campaigns/face-recognition/deliveries"
CERTIFIED = "/desk/letters/stop/certified"
PDF = b"%PDF-1.7 a receipt"


@pytest.fixture
def edition_id(app: Flask, cast: Cast) -> int:
    """A frozen edition of the cast's letter."""
    with app.app_context():
        edition = make_edition(db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one())
        db.session.commit()
        return edition.id


def fields(client: FlaskClient, url: str, **changes: Any) -> dict[str, Any]:
    """The fields of the page's form as they stand, some of them filled in."""
    form = next(
        form for form in Page(client.get(url).text).forms if "csrf_token" in form.fields and len(form.fields) > 2
    )
    return {**form.fields, **changes}


def stored(app: Flask) -> list[Delivery]:
    """Every delivery there is."""
    with app.app_context():
        return list(db.session.scalars(select(Delivery)))


def sent(content: bytes, token: str) -> bytes:
    """The body a browser sends with a file."""
    part = '--cut\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    head = part.format("csrf_token", "") + token + "\r\n" + part.format("file", '; filename="receipt.pdf"')
    return head.encode() + content + b"\r\n--cut--\r\n"


MULTIPART = "multipart/form-data; boundary=cut"
SAID = {
    "delivered_at": "2026-06-17T10:00",
    "timezone": "America/Los_Angeles",
    "method": "in_person",
    "place": "The Spheres",
    "handed_by": "Rosa Marín",
    "received_by": "The front desk",
    "reference": "R-17",
    "note": "Please answer.",
    "answer_due_on": "2026-07-17",
}


@pytest.mark.usefixtures("frozen")
def test_owner_prepares_edits_and_delivers(app: Flask, cast: Cast, edition_id: int) -> None:
    """p-D5, x-O15: form, page with checklist, change, the press that makes it public, proof."""
    owner = signed_in(app, cast.owner)
    assert "No delivery yet" in owner.get(LIST).text
    page = owner.get(f"{LIST}/new").text
    assert "68 organizations and 152,004 people, first edition" in page
    data = fields(owner, f"{LIST}/new", **SAID, editions=str(edition_id))
    answer = owner.post(f"{LIST}/new", data=data)
    assert (answer.status_code, answer.location) == (303, f"{LIST}/1")
    shown = Page(owner.get(f"{LIST}/1").text).text
    assert "17 June 2026, 10:00 PDT" in shown
    assert "Missing No proof of the handing over is stored." in shown
    assert "Done It is said who hands it over." in shown
    data = fields(owner, f"{LIST}/1/edit", place="The lobby", editions=str(edition_id))
    assert data["delivered_at"] == "2026-06-17T10:00"
    assert owner.post(f"{LIST}/1/edit", data=data).location == f"{LIST}/1"
    token = {"csrf_token": desk_token(owner)}
    assert owner.get("/campaigns/face-recognition/deliveries/1").status_code == 404
    assert owner.post(f"{LIST}/1/deliver", data=token).status_code == 303
    row = stored(app)[0]
    assert (row.state, row.place, row.delivered_at.isoformat()) == (  # type: ignore[union-attr]
        "delivered",
        "The lobby",
        "2026-06-17T17:00:00+00:00",
    )
    assert app.test_client().get("/campaigns/face-recognition/deliveries/1").status_code == 200
    proof = {**token, "file": (BytesIO(PDF), "receipt.pdf")}
    assert owner.post(f"{LIST}/1/proof", data=proof).status_code == 303
    assert (stored(app)[0].proof_name, stored(app)[0].proof_type) == ("receipt.pdf", "application/pdf")
    assert owner.post(f"{LIST}/1/deliver", data=token).status_code == 422


def test_typed_words_come_back_with_the_reason(app: Flask, cast: Cast, edition_id: int) -> None:
    """x-S6: 422, each refusal at its field, nothing lost."""
    owner = signed_in(app, cast.owner)
    data = fields(owner, f"{LIST}/new", **SAID)
    data.pop("editions", None)
    page = owner.post(f"{LIST}/new", data=data)
    assert page.status_code == 422
    assert "Choose at least one frozen edition to hand over." in page.text
    assert "The front desk" in page.text
    page = owner.post(f"{LIST}/new", data={**data, "editions": str(edition_id), "delivered_at": "soon"})
    assert page.status_code == 422
    assert "Write a day and a time as 2026-05-22 18:00." in page.text
    assert "R-17" in page.text
    page = owner.post(f"{LIST}/new", data={**data, "editions": str(edition_id), "target": "99"})
    assert page.status_code == 422
    assert "No letter of the campaign asks this company." in page.text
    assert stored(app) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"MZ program", "This kind of file cannot be kept here. Send one of: PDF, PNG, JPEG."),
        (b"%PDF-" + b"x" * 10 * 2**20, "The file is too large: 10 megabytes are the limit."),
        (b"%PDF-" + b"x" * 12 * 2**20, "The file is too large: 10 megabytes are the limit."),
    ],
)
def test_proof_of_the_wrong_kind_is_refused(
    app: Flask, cast: Cast, edition_id: int, content: bytes, sentence: str
) -> None:
    """A proof is a PDF, PNG or JPEG of 10 megabytes at most; the page says so, and nothing is stored."""
    with app.app_context():
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        edition = make_edition(db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one(), 2)
        make_delivery(campaign, edition, is_done=False)
        db.session.commit()
    owner = signed_in(app, cast.owner)
    page = owner.post(f"{LIST}/1/proof", data=sent(content, desk_token(owner)), content_type=MULTIPART)
    assert page.status_code in (413, 422)
    assert sentence in page.text
    assert stored(app)[0].proof_sha256 == ""


def test_rights(app: Flask, cast: Cast, edition_id: int) -> None:
    """T18: a colleague may, a viewer looks, a stranger finds nothing, other methods are refused."""
    colleague = signed_in(app, cast.moderator)
    data = fields(colleague, f"{LIST}/new", **SAID, editions=str(edition_id))
    assert colleague.post(f"{LIST}/new", data=data).status_code == 303
    viewer = signed_in(app, cast.viewer)
    assert viewer.get(f"{LIST}/1").status_code == 200
    assert "Deliver</button>" not in viewer.get(f"{LIST}/1").text
    token = {"csrf_token": desk_token(viewer)}
    for url in (f"{LIST}/new", f"{LIST}/1/edit", f"{LIST}/1/deliver", f"{LIST}/1/proof", CERTIFIED):
        assert (url, viewer.post(url, data=token).status_code) == (url, 403)
    stranger = signed_in(app, cast.stranger)
    for url in (LIST, f"{LIST}/1", f"{LIST}/new", CERTIFIED):
        assert (url, stranger.get(url).status_code) == (url, 404)
    assert colleague.get(f"{LIST}/7").status_code == 404
    assert colleague.put(LIST).status_code == 405


def test_certified_numbers(app: Flask, cast: Cast) -> None:
    """W1: added with who and when, shown beside the counts, taken back."""
    owner = signed_in(app, cast.owner)
    said = {
        "organization": "Demand It",
        "number": "150000",
        "qualifier": "more_than",
        "counted": "petition signatures",
        "certified_by": "Rosa Marín",
        "certified_on": "2026-06-17",
    }
    page = owner.post(CERTIFIED, data={**said, "csrf_token": desk_token(owner), "number": "many", "certified_on": ""})
    assert page.status_code == 422
    assert "Enter the number as a whole number above zero" in page.text
    assert "Enter the day it was certified" in page.text
    assert "petition signatures" in page.text
    data = {**said, "csrf_token": desk_token(owner)}
    page = owner.post(CERTIFIED, data={**data, "file": (BytesIO(b"MZ"), "a.exe")})
    assert (page.status_code, "This kind of file cannot be kept here." in page.text) == (422, True)
    assert owner.post(CERTIFIED, data={**data, "number": "3000000000"}).status_code == 422
    assert owner.post(CERTIFIED, data={**data, "file": (BytesIO(PDF), "sworn.pdf")}).status_code == 303
    assert "more than 150,000 petition signatures" in Page(owner.get(CERTIFIED).text).text
    letter = Page(app.test_client().get("/letters/stop").text).text
    assert "more than 150,000 petition signatures Demand It · certified by Rosa Marín on 17 June 2026" in letter
    assert "may overlap with the numbers above" in letter
    with app.app_context():
        number = db.session.scalars(select(CertifiedTotal.id)).one()
    assert app.test_client().get(f"/certificates/{number}").data == PDF
    assert "sworn.pdf" in letter
    data = {"csrf_token": desk_token(owner), "action": "take_back", "certified": str(number)}
    assert owner.post(CERTIFIED, data=data).status_code == 303
    assert owner.post(CERTIFIED, data=data).status_code == 404
    assert "150,000" not in owner.get(CERTIFIED).text
    assert app.test_client().get(f"/certificates/{number}").status_code == 404
