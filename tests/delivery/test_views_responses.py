"""The desk's pages of responses."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Campaign, Letter, Response, Target
from tests.factories import make_delivery, make_edition
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page

LIST = "/desk/campaigns/face-recognition/responses"
SAID = {
    "kind": "statement",
    "audience": "press",
    "happened": "2026-06-18",
    "precision": "day",
    "actor": "A spokesperson",
    "text": "We listen.\nWe act.",
    "source": "Example Post",
    "url": "https://post.example/1",
}


@pytest.fixture
def letter_id(app: Flask, cast: Cast) -> int:
    """The cast's letter, handed over."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        make_delivery(campaign, make_edition(letter))
        db.session.commit()
        return letter.id


def said(app: Flask, letter_id: int, token: str, **changes: Any) -> dict[str, Any]:
    """What is typed of a statement that moves the first demand."""
    with app.app_context():
        target = db.session.scalars(select(Target.id)).one()
    about = {f"about-{letter_id}-1": "statement", f"about-{letter_id}-2": ""}
    return {**SAID, **about, "csrf_token": token, "target": str(target), **changes}


@pytest.mark.usefixtures("frozen")
def test_owner_records_a_statement(app: Flask, cast: Cast, letter_id: int) -> None:
    """p-D6: whole, with its document, on the letter's, the campaign's and the company's page; the clock runs on."""
    owner = signed_in(app, cast.owner)
    assert "No response yet" in owner.get(LIST).text
    assert "Stop selling face recognition to governments." in owner.get(f"{LIST}/new").text
    document = (BytesIO(b"%PDF-1.7 statement"), "statement.pdf")
    answer = owner.post(f"{LIST}/new", data=said(app, letter_id, desk_token(owner), file=document))
    assert answer.status_code == 303
    assert "A spokesperson" in owner.get(LIST).text
    page = owner.get(answer.location).text
    assert "We listen." in page
    assert owner.get(f"{answer.location}/file").data == b"%PDF-1.7 statement"
    reader = app.test_client()
    company = reader.get("/companies/acme").text
    for words in ('<p dir="auto">We listen.</p><p dir="auto">We act.</p>', "Example Post", "statement.pdf"):
        assert words in company
    text = Page(company).text
    assert "1. Stop selling face recognition to governments. Statement only" in text
    assert "2. Publish which agencies have bought it. Silent" in text
    assert "1 day without a reply to the signatories" in text
    with app.app_context():
        row = db.session.scalars(select(Response)).one()
        address = f"/companies/acme/responses/{row.id}"
        assert row.sha256 in text
    assert reader.get(address).data == b"%PDF-1.7 statement"
    assert reader.get("/companies/elsewhere/responses/1").status_code == 404
    for url in ("/letters/stop", "/letters/stop/timeline", "/campaigns/face-recognition"):
        assert "A spokesperson, to the press: We listen. We act." in Page(reader.get(url).text).text


def test_typed_words_come_back(app: Flask, cast: Cast, letter_id: int) -> None:
    """x-S6: each fault at its field or in the summary, nothing lost."""
    owner = signed_in(app, cast.owner)
    token = desk_token(owner)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"text": ""}, "Enter the text of the answer, word for word."),
        ({"happened": "soon"}, "Write a day as 2018-05-22"),
        ({f"about-{letter_id}-1": ""}, "Say which letter it answers"),
        ({"url": "post.example"}, "Write a full web address"),
        ({"file": (BytesIO(b"MZ"), "a.exe")}, "This kind of file cannot be kept here."),
    ]
    for changes, sentence in cases:
        page = owner.post(f"{LIST}/new", data=said(app, letter_id, token, **changes))
        assert (page.status_code, sentence in page.text) == (422, True)
        assert "Example Post" in page.text
    with app.app_context():
        assert db.session.scalars(select(Response)).all() == []


def test_meaning_and_promises_change(app: Flask, cast: Cast, letter_id: int) -> None:
    """p-D6: the words stay, what they mean is saved anew; a promise is noted and marked."""
    owner = signed_in(app, cast.owner)
    token = desk_token(owner)
    place = owner.post(f"{LIST}/new", data=said(app, letter_id, token)).location
    about = {f"about-{letter_id}-1": "refused", f"about-{letter_id}-2": ""}
    decide = {"csrf_token": token, **about, "action": "about", "text": "Changed."}
    assert owner.post(f"{place}/decide", data=decide).status_code == 303
    assert owner.post(f"{place}/decide", data={**decide, f"about-{letter_id}-1": ""}).status_code == 422
    assert owner.post(f"{place}/decide", data={**decide, "action": "publish"}).status_code == 422
    assert owner.post(f"{place}/decide", data={**decide, "action": "burn"}).status_code == 422
    assert owner.post(f"{place}/commitments", data={"csrf_token": token, "text": ""}).status_code == 422
    promise = {"csrf_token": token, "text": "No sales for a year.", "due_on": "2027-06-10"}
    assert owner.post(f"{place}/commitments", data=promise).status_code == 303
    mark = {"csrf_token": token, "action": "mark", "commitment": "1", "state": "broken", "state_note": "Sold again."}
    assert owner.post(f"{place}/commitments", data=mark).status_code == 303
    assert owner.post(f"{place}/commitments", data={**mark, "commitment": "9"}).status_code == 404
    text = Page(app.test_client().get("/companies/acme").text).text
    assert "Broken No sales for a year. by 10 June 2027 Sold again." in text
    assert "Refused" in text
    assert "Changed." not in text


def test_rights(app: Flask, cast: Cast, letter_id: int) -> None:
    """T18: a colleague may, a viewer looks, a stranger finds nothing, other methods are refused."""
    colleague = signed_in(app, cast.moderator)
    place = colleague.post(f"{LIST}/new", data=said(app, letter_id, desk_token(colleague))).location
    viewer = signed_in(app, cast.viewer)
    assert viewer.get(place).status_code == 200
    assert "Save what it means" not in viewer.get(place).text
    token = {"csrf_token": desk_token(viewer)}
    for url in (f"{LIST}/new", f"{place}/decide", f"{place}/commitments"):
        assert (url, viewer.post(url, data=token).status_code) == (url, 403)
    stranger = signed_in(app, cast.stranger)
    for url in (LIST, place, f"{place}/file", f"{LIST}/new"):
        assert (url, stranger.get(url).status_code) == (url, 404)
    assert colleague.get(f"{place}/file").status_code == 404
    assert colleague.put(LIST).status_code == 405
