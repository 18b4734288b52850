"""`/letters/<slug>/report` (T24): the form of those who complain, the case by its number, and its public outcome."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaign.extensions import db
from campaign.models import Complaint, Letter
from campaign.moderation import operations
from campaign.moderation.cases import Filing
from campaign.signing.operations import recount_letter
from tests.factories import DAY, NOW, make_letter
from tests.support.cast import Cast
from tests.support.pages import Page
from tests.support.tables import counted

PAGE = "/letters/stop/report"
GIVEN = {
    "kind": "not_me",
    "concerned": "Marker Name",
    "name": "Marker Complainant",
    "email": "marker@example.org",
    "text": "Marker words\nhttps://example.org/proof",
}
FILING = Filing("not_me", "Marker Name", "Marker Complainant", "marker@example.org", "Marker words")
ONE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def token(client: FlaskClient, page: str = PAGE) -> str:
    """The signed token of the form."""
    return next(form.fields["csrf_token"] for form in Page(client.get(page).text).forms if "csrf_token" in form.fields)


def send(client: FlaskClient, **changes: str) -> tuple[int, str, str]:
    """Sends a report; status, target and page."""
    answer = client.post(PAGE, data={**GIVEN, "csrf_token": token(client), **changes})
    return answer.status_code, answer.location or "", answer.text


def count(app: Flask) -> int:
    """How many complaints are kept."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Complaint)) or 0


def test_a_report_answers_with_its_number(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """T24: a press, a number, a deadline; no cookie, and nothing typed on the page of the case."""
    status, target, _page = send(client)
    assert (status, bool(re.fullmatch(r"/letters/stop/report\?case=[2-9A-Z]{2}-[2-9A-Z]{4}", target))) == (303, True)
    answer = client.get(target)
    assert (answer.status_code, "arker" in answer.text, target[-7:] in answer.text) == (200, False, True)
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("no-store", False)
    assert send(client)[1] == target
    assert count(app) == 1
    assert client.get(target.lower()).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Choose what is wrong"),
        ({"kind": "nonsense"}, "Choose what is wrong"),
        ({"concerned": ""}, "Enter the name that stands on the list"),
        ({"kind": "named_falsely", "text": ""}, "Say in a few words what is wrong"),
        ({"kind": "other", "concerned": "", "text": " "}, "Say in a few words what is wrong"),
        ({"name": ""}, "Enter your name"),
        ({"email": "nobody"}, "Enter an email address with an @"),
        ({"text": "x" * 4001}, "too long"),
        ({"csrf_token": "forged"}, "open for too long"),
    ],
)
@ONE
def test_bad_reports_lose_nothing(
    app: Flask, cast: Cast, client: FlaskClient, changes: dict[str, str], sentence: str
) -> None:
    """x-S6: 422 with what to do, everything typed still there, and no case."""
    status, _target, page = send(client, **changes)
    assert (status, sentence in page, "Marker" in page, count(app)) == (422, True, True, 0)
    assert page.split("<title>")[1].startswith("Error:")


def test_other_complaints_need_no_name(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """T24: something else is said in words alone; a trap that is filled in is answered like any other."""
    assert send(client, kind="other", concerned="")[0] == 303
    assert send(client, homepage="https://spam.example", text="spam")[0] == 303
    with app.app_context():
        assert [row.is_trapped for row in db.session.scalars(select(Complaint).order_by(Complaint.id))] == [False, True]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", 404),
        ("scheduled", 404),
        ("open", 200),
        ("paused", 200),
        ("closed", 200),
        ("archived", 200),
        ("withdrawn", 200),
        ("removed", 410),
    ],
)
@ONE
def test_every_state_of_a_letter(app: Flask, client: FlaskClient, state: str, status: int) -> None:
    """T24: also where nobody signs any more; before opening nothing is known, and of a removed one the way is told."""
    with app.app_context():
        make_letter("other", state)
        db.session.commit()
    answer = client.get("/letters/other/report")
    assert answer.status_code == status
    if status == 200:
        data = {**GIVEN, "csrf_token": token(client, "/letters/other/report")}
        assert client.post("/letters/other/report", data=data).status_code == 303
    else:
        assert client.post("/letters/other/report", data=GIVEN).status_code == status
    if status == 410:
        assert ("Contact" in answer.text, 'href="/contact"' in answer.text) == (True, True)


@ONE
def test_unknown_cases_and_methods(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """T24: a number of another letter or of nobody finds nothing; a method that is none is refused."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.other_letter)).one()
        number = operations.file_complaint(letter, FILING, NOW).number
        db.session.commit()
    addresses = [f"{PAGE}?case={given}" for given in (number, "22-2222", "x", "", "%00", "A" * 5000)]
    assert [client.get(address).status_code for address in addresses] == [404] * 6
    assert client.get(f"/letters/{cast.other_letter}/report?case={number}").status_code == 200
    assert client.put(PAGE).status_code == 405


def test_outcome_stands_in_the_corrections(app: Flask, cast: Cast, client: FlaskClient, now: datetime) -> None:
    """p-M4, T24: number, kind, dates and outcome, and nobody's name; undecided ones are a number."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        first = operations.file_complaint(letter, FILING, now - 2 * DAY)
        operations.dismiss(letter.id, first.id, "other", "She confirmed it <by phone>.", by_id=None, now=now)
        second = operations.file_complaint(letter, FILING, now)
        recount_letter(letter.id, now)
        numbers = (first.number, second.number)
        db.session.commit()
    page = client.get("/letters/stop/corrections").text
    assert [number in page for number in numbers] == [True, False]
    assert "Dismissed: She confirmed it &lt;by phone&gt;." in page
    assert ("1 complaint is being looked at." in page, "arker" in page) == (True, False)
    with counted(app) as asked:
        client.get("/letters/stop/corrections")
    assert len(asked) <= 4


@ONE
def test_too_many_reports_are_told_when_to_come_back(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """p-V5: 429 with everything typed, and when."""
    app.config["LIMITS"] = "on"
    for number in range(5):
        assert send(client, text=f"{number}")[0] == 303
    answer = client.post(PAGE, data={**GIVEN, "csrf_token": token(client), "text": "Marker six"})
    assert (answer.status_code, answer.headers["Retry-After"], "Marker six" in answer.text) == (429, "3600", True)
    assert count(app) == 5


@ONE
def test_every_list_leads_to_the_form(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """T24: the letter and the page of names say where to complain."""
    for page in ("/letters/stop", "/letters/stop/names", "/letters/stop/corrections"):
        assert f'href="{PAGE}"' in client.get(page).text, page
