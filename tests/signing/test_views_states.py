"""What a letter answers in each state, to a look and to a form, and at the second it closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.lib.clock import now as clock_now
from campaign.models import Job, Letter, Signature
from tests.factories import DAY, NOW, make_letter, make_signature
from tests.signing.acts import ORGANIZATION, PERSON, form_of, sign
from tests.support.pages import Page

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]

# The letter's page, a form to look at, a form that was sent.
ANSWERS = {
    "draft": (404, 404, 404),
    "scheduled": (404, 404, 404),
    "open": (200, 200, 303),
    "paused": (200, 200, 422),
    "closed": (200, 200, 422),
    "archived": (200, 200, 422),
    "withdrawn": (200, 200, 422),
    "removed": (410, 410, 410),
}
SAID = {
    "paused": "Signing is paused",
    "closed": "This letter is closed",
    "archived": "This letter is archived",
    "withdrawn": "This letter was withdrawn",
}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ANSWERS)
def test_answers_by_state(client: FlaskClient, session: Session, state: str) -> None:
    """L2, x-S13: 404 before opening, the page of its state afterwards; a form that comes too late stores nothing."""
    make_letter("open")
    letter = make_letter("stop", state=state, title="A letter in some state")
    make_signature(letter)
    session.commit()
    token = form_of(client.get("/letters/open/sign")).fields["csrf_token"]
    page, look, sent = ANSWERS[state]
    assert client.get("/letters/stop").status_code == page
    before = session.scalar(select(func.count()).select_from(Signature))
    for path, data in (("sign", PERSON), ("sign/organization", ORGANIZATION), ("sign/another-way", {"way": "person"})):
        assert client.get(f"/letters/stop/{path}").status_code == look, path
        if state == "open":
            token = form_of(client.get(f"/letters/stop/{path}")).fields["csrf_token"]
        answer = client.post(f"/letters/stop/{path}", data={**data, "csrf_token": token})
        assert answer.status_code == sent, path
        if state in SAID:
            assert SAID[state] in answer.text
            assert "What you sent came too late and was not stored." in answer.text
            assert answer.headers["Cache-Control"] == "no-store"
            assert 'action="/letters/stop/sign' not in answer.text
        elif state != "open":
            assert "A letter in some state" not in answer.text
    added = session.scalar(select(func.count()).select_from(Signature)) - before
    assert added == (2 if state == "open" else 0)
    assert session.scalar(select(func.count()).select_from(Job)) == added


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["draft", "scheduled", "removed"])
def test_nothing_leaks_before_opening(client: FlaskClient, session: Session, state: str) -> None:
    """L2: no page of such a letter says anything of it."""
    make_letter("stop", state=state, title="Secret title", closes_at=NOW + timedelta(days=9))
    for path in ("", "/sign", "/sign/sent", "/dates.ics", ".json", "/names.json", "/names", "/timeline", "/method"):
        answer = client.get(f"/letters/stop{path}")
        assert answer.status_code == (410 if state == "removed" else 404), path
        assert "Secret title" not in answer.text, path
    for path in ("/sign/code", "/sign/resend", "/share"):
        answer = client.post(f"/letters/stop{path}", data={"email": "ada@example.org"})
        assert answer.status_code == (410 if state == "removed" else 404), path


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pause_promises_no_closing_date_there_is_none_of(client: FlaskClient, session: Session) -> None:
    """x-S13: the time lost is added to a closing date only where there is one."""
    make_letter("endless", state="paused")
    make_letter("ending", state="paused", closes_at=NOW + DAY)
    assert "closing date" not in Page(client.get("/letters/endless/sign").text).text
    assert "the time lost is added to the closing date" in Page(client.get("/letters/ending/sign").text).text


@pytest.mark.parametrize("state", ["paused", "closed", "archived", "withdrawn"])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_page_of_a_letter_without_form(client: FlaskClient, session: Session, state: str) -> None:
    """x-S13: no dead form, the count, the day, the reason, and the way to one's own signature."""
    letter = make_letter("stop", state=state)
    make_signature(letter)
    page = client.get("/letters/stop")
    assert 'action="/letters/stop/sign"' not in page.text
    assert 'href="/my"' in page.text
    text = Page(client.get("/letters/stop/sign").text).text
    expected = {
        "paused": "The organizers paused this letter on 17 June 2026.",
        "closed": "It took signatures until 17 June 2026",
        "archived": "It took signatures until 17 June 2026",
        "withdrawn": "The company agreed to stop.",
    }
    assert expected[state] in text


def test_closing_to_the_second(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """P13: a post in the last second is in; at the instant it is refused in kind words, worker or no worker."""
    closes_at = NOW + timedelta(minutes=5)
    make_letter(closes_at=closes_at)
    fields = form_of(client.get("/letters/stop/sign")).fields
    frozen.move_to(closes_at - timedelta(seconds=1))
    first = client.post("/letters/stop/sign", data={**fields, **PERSON})
    assert first.status_code == 303
    frozen.move_to(closes_at)
    late = {**fields, "name": "Grace Hopper", "email": "grace@example.org"}
    answer = client.post("/letters/stop/sign", data=late)
    assert answer.status_code == 422
    assert "What you sent came too late and was not stored." in answer.text
    assert "This letter is closed" in answer.text
    assert session.scalars(select(Signature.name)).all() == ["Ada Lovelace"]
    look = client.get("/letters/stop/sign")
    assert look.status_code == 200
    assert 'action="/letters/stop/sign"' not in look.text
    mails()
    letter = session.scalars(select(Letter)).one()
    assert (letter.state, letter.closed_at) == ("closed", closes_at)
    assert client.post("/letters/stop/sign", data=late).status_code == 422
    assert session.scalars(select(Signature.name)).all() == ["Ada Lovelace"]


def test_kept_page_ends_with_the_letter(client: FlaskClient, session: Session, frozen: Traveller) -> None:
    """P13: the letter page kept in memory shows no form after the closing instant, worker or no worker."""
    closes_at = NOW + timedelta(minutes=5)
    make_letter(closes_at=closes_at)
    frozen.move_to(closes_at - timedelta(seconds=2))
    assert 'action="/letters/stop/sign"' in client.get("/letters/stop").text
    frozen.move_to(closes_at + timedelta(seconds=1))
    assert clock_now() > closes_at
    assert 'action="/letters/stop/sign"' not in client.get("/letters/stop").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_letter_opens_on_time(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """L2: scheduled letters open by the worker, and people can sign."""
    make_letter("stop", state="scheduled", opens_at=NOW + timedelta(minutes=5))
    mails()
    assert client.get("/letters/stop").status_code == 404
    frozen.move_to(NOW + timedelta(minutes=5))
    mails()
    assert client.get("/letters/stop").status_code == 200
    assert sign(client).status_code == 303


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_wrong_method_is_said(client: FlaskClient, session: Session) -> None:
    """405 with Allow, as a page or as JSON."""
    make_letter()
    for path in ("/letters/stop/sign/code", "/letters/stop/sign/resend", "/letters/stop/share"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
        page = Page(answer.text)
        assert "Use the links and buttons of a page instead." in page.text
        assert "/letters/stop" in page.links
    for path in ("/letters/stop", "/letters/stop/sign/sent", "/letters/stop/dates.ics"):
        assert client.post(path, headers={"Accept": "application/json"}).json["error"]["code"] == "method_not_allowed"
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.open("/letters/stop/sign", method=method).status_code == 405
