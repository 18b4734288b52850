"""`/reply/<token>`: the target answers for itself, proven by a code to its own domain."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaign.extensions import db
from campaign.models import Campaign, Job, Letter, ReplyLink, Response
from tests.delivery.replying import ADDRESS, DESK, Mails, ask, code_in, form, path_of, said
from tests.factories import NOW, make_delivery, make_edition
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def place(app: Flask, cast: Cast) -> str:
    """The path of the link an owner made for a delivery of the day before."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        make_delivery(campaign, make_edition(letter))
        db.session.commit()
    owner = signed_in(app, cast.owner)
    data = {"csrf_token": desk_token(owner), "action": "make", "domain": "www.acme.com"}
    assert owner.post(f"{DESK}/reply-link", data=data).status_code == 303
    return path_of(owner)


def counts(app: Flask) -> tuple[int, int]:
    """How many responses and jobs there are."""
    with app.app_context():
        return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Response, Job))  # type: ignore[return-value]


def test_company_answers_and_owner_publishes(app: Flask, cast: Cast, mails: Mails, place: str) -> None:
    """p-D6, x-O11: code, answer with PDF, mail to the owners, published whole, clock stopped on the day it came."""
    company = app.test_client()
    page = company.get(place)
    assert (page.status_code, page.headers["Cache-Control"], "Set-Cookie" in page.headers) == (200, "no-store", False)
    assert (page.headers["Referrer-Policy"], page.headers["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "Stop selling face recognition to governments." in page.text
    assert ask(company, place) == 303
    data = said(company, place, code_in(mails), file=(BytesIO(b"%PDF-1.7 answer"), "answer.pdf"))
    answer = company.post(place, data=data)
    assert answer.status_code == 303
    assert "Thank you. It was received." in company.get(answer.location).text
    reader = app.test_client()
    assert "We stop." not in reader.get("/companies/acme").text
    assert reader.get("/letters/stop.json").json["days_without_response"] == 1  # type: ignore[index]
    with app.app_context():
        row = db.session.scalars(select(Response)).one()
        assert (row.state, row.is_own, row.source, row.audience) == ("waiting", True, "acme.com", "signatories")
        assert (row.happened, row.text) == ("2026-06-18", "We stop.\nFor good.")
        assert db.session.scalars(select(ReplyLink.email)).one() is None
        number, letter_id = row.id, db.session.scalars(select(Letter.id).where(Letter.slug == "stop")).one()
    for owner_address in (cast.owner, cast.moderator):
        mail = mails(owner_address)[0]
        assert mail["subject"] == "Acme Corporation answered: Face recognition"
        assert f"/responses/{number}" in mail["text"]
    assert mails(cast.viewer) == []
    owner = signed_in(app, cast.owner)
    about = {f"about-{letter_id}-0": "y", f"about-{letter_id}-1": "met", f"about-{letter_id}-2": ""}
    decide = {"csrf_token": desk_token(owner), "action": "publish", **about}
    url = f"/desk/campaigns/face-recognition/responses/{number}"
    assert "Waits for you" in owner.get("/desk/campaigns/face-recognition/responses").text
    assert owner.post(f"{url}/decide", data=decide).status_code == 303
    text = Page(reader.get("/companies/acme").text).text
    assert "We stop. For good." in text
    assert "through its own link" in text
    assert "1 day from delivery to the first reply" in text
    assert "1. Stop selling face recognition to governments. Met" in text
    assert reader.get(f"/companies/acme/responses/{number}").data == b"%PDF-1.7 answer"
    assert reader.get("/letters/stop.json").json["days_without_response"] == 1  # type: ignore[index]


def test_owner_sets_it_aside_with_a_reason(app: Flask, cast: Cast, mails: Mails, place: str) -> None:
    """p-D6: the reason is needed, and stands in public where the answer would."""
    company = app.test_client()
    ask(company, place)
    data = said(company, place, code_in(mails), kind="correction", text="Name X is secret.", due_on="2026-07-01")
    assert company.post(place, data=data).status_code == 303
    owner = signed_in(app, cast.owner)
    url = "/desk/campaigns/face-recognition/responses/1"
    assert "1 July 2026" in owner.get(url).text
    decide = {"csrf_token": desk_token(owner), "action": "set_aside", **form(owner, url, "reason")}
    assert owner.post(f"{url}/decide", data={**decide, "reason": " "}).status_code == 422
    assert owner.post(f"{url}/decide", data={**decide, "reason": "It names a person."}).status_code == 303
    text = Page(app.test_client().get("/companies/acme").text).text
    assert "The organizers set this answer aside, for this reason: It names a person." in text
    assert "Name X is secret." not in text
    assert "Set aside" in company.get(place).text
    assert "1 day without a reply" in text


@pytest.mark.parametrize("address", ["counsel@acme.org", "acme.com@example.org", "ceo@notacme.com", "a@gmail.com"])
def test_only_its_own_domain_gets_a_code(app: Flask, mails: Mails, place: str, address: str) -> None:
    """p-D6: no mail leaves to anybody else."""
    company, before = app.test_client(), counts(app)
    page = company.post(place, data={**form(company, place, "email"), "email": address, "action": "code"})
    assert page.status_code == 422
    assert "This link is answered from acme.com." in page.text
    assert address in page.text
    assert (counts(app), mails(address)) == (before, [])


def test_five_wrong_codes_end_it(app: Flask, mails: Mails, place: str) -> None:
    """Six digits are guessed at most five times; the words stay, a new mail brings a new code."""
    company = app.test_client()
    ask(company, place)
    right = code_in(mails)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    data = said(company, place, wrong)
    for _try in range(5):
        page = company.post(place, data=data)
        assert page.status_code == 422
        assert "This is not the code of the last mail." in page.text
        assert "For good." in page.text
    page = company.post(place, data={**data, "code": right})
    assert page.status_code == 422
    assert "This code is no longer good." in page.text
    ask(company, place)
    newer = code_in(mails)
    assert newer != right
    assert company.post(place, data={**data, "code": newer}).status_code == 303
    assert company.post(place, data={**data, "code": newer}).status_code == 422
    assert counts(app)[0] == 1


def test_code_is_good_for_an_hour_and_mails_are_few(app: Flask, mails: Mails, place: str, frozen: Any) -> None:
    """Three codes an hour; an old one is dead."""
    company = app.test_client()
    assert [ask(company, place) for _time in range(4)] == [303, 303, 303, 422]
    assert len(mails(ADDRESS)) == 1
    code = code_in(mails)
    data = said(company, place, code)
    frozen.move_to(NOW + timedelta(hours=1, minutes=1))
    assert company.post(place, data={**data, **token(company, place)}).status_code == 422
    assert counts(app)[0] == 0


def token(client: FlaskClient, place: str) -> dict[str, Any]:
    """A fresh token of the page."""
    return {"csrf_token": form(client, place, "email")["csrf_token"]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "Write your answer, or what should be corrected."),
        ({"actor": ""}, "Enter who answers"),
        ({"code": ""}, "Enter the code of the mail."),
        ({"kind": "threat"}, "Not a valid choice"),
        ({"due_on": "soon"}, "Write a day as 2026-05-22"),
        ({"file": b"\x89PNG\r\n\x1a\n"}, "This kind of file cannot be kept here. Send one of: PDF."),
        ({"csrf_token": "forged"}, "This page was open for too long."),
    ],
)
def test_bad_input_keeps_everything(
    app: Flask, mails: Mails, place: str, changes: dict[str, Any], sentence: str
) -> None:
    """x-S6: 422, a sentence, nothing lost, no row."""
    company = app.test_client()
    ask(company, place)
    sent = {name: (BytesIO(value), "a.pdf") if name == "file" else value for name, value in changes.items()}
    page = company.post(place, data={**said(company, place, code_in(mails)), **sent})
    assert page.status_code == 422
    assert sentence in page.text
    assert ("For good." in page.text) == ("text" not in changes)
    assert counts(app)[0] == 0


def test_looking_changes_nothing(app: Flask, place: str) -> None:
    """R1: GET and HEAD write no row and send no mail, however often."""
    company, before = app.test_client(), counts(app)
    for _time in range(3):
        assert company.get(place).status_code == 200
        assert company.head(place).status_code == 200
    assert counts(app) == before
    assert company.put(place).status_code == 405
    assert company.post(place, data={"action": "burn"}).status_code == 422
    assert company.get("/reply/nonsense").status_code == 404
    assert company.get(f"{place[:-2]}xx").status_code == 404


def test_link_is_mailed_renewed_and_ended(app: Flask, cast: Cast, mails: Mails, place: str) -> None:
    """The owner mails it to the domain only; a new link ends the old one, and ending it is final."""
    owner = signed_in(app, cast.owner)
    data = {"csrf_token": desk_token(owner)}
    url = f"{DESK}/reply-link"
    page = owner.post(url, data={**data, "action": "mail", "email": "ceo@example.org"})
    assert page.status_code == 422
    assert "This link is answered from acme.com." in page.text
    assert owner.post(url, data={**data, "action": "mail", "email": "ceo@acme.com"}).status_code == 303
    assert place in mails("ceo@acme.com")[0]["text"]
    # As often as it is asked for, to whom it was asked for last.
    for address in ("ceo@acme.com", "board@acme.com", "ceo@acme.com"):
        owner.post(url, data={**data, "action": "mail", "email": address})
        assert place in mails(address)[0]["text"]
    assert (len(mails("ceo@acme.com")), len(mails("board@acme.com"))) == (3, 1)
    for domain in ("gmail.com", "github.io", "com", "nonsense"):
        page = owner.post(url, data={**data, "action": "make", "domain": domain})
        assert (domain, page.status_code) == (domain, 422)
        assert "An address there proves nothing of the company." in page.text
    assert owner.post(url, data={**data, "action": "make", "domain": "acme.com"}).status_code == 303
    newer, company = path_of(owner), app.test_client()
    assert (company.get(place).status_code, company.get(newer).status_code) == (404, 200)
    assert owner.post(url, data={**data, "action": "revoke"}).status_code == 303
    page = company.get(newer)
    assert page.status_code == 410
    assert "The organizers ended this link." in page.text
    viewer = signed_in(app, cast.viewer)
    assert "/reply/" not in viewer.get(DESK).text
    assert viewer.post(url, data={"csrf_token": desk_token(viewer), "action": "make"}).status_code == 403
