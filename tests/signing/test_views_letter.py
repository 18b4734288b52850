"""The letter page: what it shows, how it is kept, what it never sends; dates and sharing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from tests.factories import NOW, make_campaign, make_letter, make_signature
from tests.signing.acts import form_of, sign
from tests.support.pages import Page

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


def test_letter_shows_text_and_names(client: FlaskClient, session: Session, mails: Mails) -> None:
    """L4, W1, W2: text, demands, organizations A to Z, people, counts; private people only as a number."""
    letter = make_letter()
    make_signature(letter, "Open Rights", website="https://example.org")
    make_signature(letter, "Access Commons", website="https://example.net")
    make_signature(letter, "Ada Lovelace", affiliation="Analytical Society")
    make_signature(letter, "Hidden Hopper", is_private=True)
    make_signature(letter, "Pending Person", verification="pending")
    make_signature(letter, "Held Person", moderation="held")
    make_signature(letter, "Withdrawn Person", withdrawn_at=NOW)
    make_signature(letter, "Imported Person", kind="imported")
    mails()
    text = Page(client.get("/letters/stop").text).text
    assert "Stop selling face recognition to governments." in text
    assert text.index("Access Commons") < text.index("Open Rights")
    assert "2 organizations" in text
    assert "2 people" in text
    assert "1 of them keeps the name private." in text
    assert "1 signature collected elsewhere stands beside these numbers and in none of them." in text
    assert [who for who in ("Hidden", "Pending", "Held", "Withdrawn", "Imported") if f"{who} " in text] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_address_and_no_private_word_comes_out(client: FlaskClient, session: Session, mails: Mails) -> None:
    """T9: markers in every private column of every state; no public answer holds one."""
    letter = make_letter()
    secret = {"place": "Markerplace", "comment": "Markercomment", "withdraw_reason": "Markerreason"}
    for state in ({}, {"is_private": True}, {"moderation": "held"}, {"verification": "pending"}):
        shown = {"name": "Public Name"} if not state else {"name": "Markername", "affiliation": "Markeraffiliation"}
        make_signature(letter, email=f"marker{len(str(state))}@markermail.example", **secret, **shown, **state)
    endorsed = {"website": "https://markersite.org", "email": "rosa@markermail.example"}
    make_signature(letter, "Open Rights", **endorsed)
    mails()
    seen = 0
    for path in (
        "",
        "/sign",
        "/sign/organization",
        "/names",
        "/names.csv",
        "/timeline",
        "/method",
        ".json",
        "/names.json",
    ):
        answer = client.get(f"/letters/stop{path}")
        assert answer.status_code == 200, path
        assert "marker" not in answer.text.lower(), path
        assert "rosa" not in answer.text.lower(), path
        seen += "Public Name" in answer.text
    assert seen >= 4


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_cookie_for_readers(client: FlaskClient, session: Session) -> None:
    """B4, E3: no page of a reader or signatory sets one, with a form, with an error, and with a wrong token."""
    make_letter(closes_at=NOW + timedelta(days=9))
    answers = [client.get(path) for path in ("/", "/letters/stop", "/letters/stop/sign", "/letters/stop/dates.ics")]
    answers += [client.get(path) for path in ("/my", "/privacy", "/contact", "/letters/stop/names", "/nothing-here")]
    answers += [sign(client), sign(client, email="nobody"), client.post("/letters/stop/sign", data={})]
    answers += [client.post("/letters/stop/share", data={}), client.post("/my", data={})]
    assert [answer.request.path for answer in answers if "Set-Cookie" in answer.headers] == []
    assert [answer.request.path for answer in answers if "Cookie" in answer.headers.get("Vary", "")] == []


def test_letter_is_kept_and_revalidated(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """B4: public for 30 seconds; the tag answers 304 until names, words or the hour of the form change."""
    letter = make_letter()
    mails()
    first = client.get("/letters/stop")
    assert first.headers["Cache-Control"] == "public, max-age=30"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/letters/stop", headers=tag).status_code == 304
    make_signature(letter)
    frozen.shift(2)
    mails()
    frozen.shift(2)
    second = client.get("/letters/stop", headers=tag)
    assert second.status_code == 200
    assert "Ada Lovelace" in second.text
    frozen.shift(timedelta(hours=1))
    third = client.get("/letters/stop", headers={"If-None-Match": second.headers["ETag"]})
    assert third.status_code == 200
    assert third.headers["ETag"] not in (first.headers["ETag"], second.headers["ETag"])


def test_form_token_is_one_for_all_readers(client: FlaskClient, session: Session, frozen: Traveller) -> None:
    """E3: the same bytes for everybody within the hour, and the form of a kept page works for a day."""
    make_letter()
    pages = [client.get("/letters/stop", headers={"User-Agent": agent}).data for agent in ("one", "two")]
    assert pages[0] == pages[1]
    form = form_of(client.get("/letters/stop"))
    frozen.shift(timedelta(hours=24))
    data = {**form.fields, "name": "Ada Lovelace", "email": "ada@example.org"}
    assert client.post(form.action, data=data).status_code == 303


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_security_headers(client: FlaskClient, session: Session) -> None:
    """T13, T19, B11: no inline script or style, never framed, on every kind of answer."""
    make_letter()
    for path in ("/letters/stop", "/letters/stop/sign", "/my", "/letters/nothing", "/letters/stop.json"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", answer.text) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_letter_leads_to_campaign_and_company(client: FlaskClient, session: Session) -> None:
    """Product 3: from a letter one press leads to the company's page and to the campaign's."""
    make_letter(campaign=make_campaign("face-recognition"))
    links = Page(client.get("/letters/stop").text).links
    ahead = [link for link in links if link.startswith(("/campaigns/", "/companies/"))]
    assert len(ahead) == 2
    assert "/campaigns/face-recognition" in ahead
    assert [client.get(link).status_code for link in ahead] == [200, 200]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_dates_are_a_calendar_file(client: FlaskClient, session: Session) -> None:
    """R2, x-S11: a valid event (RFC 5545) at the closing instant with a reminder; else the opening."""
    title = "Stop, now; please\\ " + "and a very long title with Ünïcödé that has to be folded somewhere " * 2
    make_letter(closes_at=datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC), title=title.strip()[:200])
    make_letter("endless")
    answer = client.get("/letters/stop/dates.ics")
    assert answer.mimetype == "text/calendar"
    lines = answer.data.split(b"\r\n")
    assert lines.pop() == b""
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75
    unfolded = re.sub("\r\n ", "", answer.data.decode()).split("\r\n")
    values = dict(line.partition(":")[::2] for line in unfolded if line)
    assert values["DTSTART"] == "20260701T215959Z"
    assert values["SUMMARY"].startswith("Last moment to sign: Stop\\, now\\; please\\\\ and")
    assert [values[name] for name in ("VERSION", "URL")] == ["2.0", "http://127.0.0.1:8000/letters/stop"]
    assert {"UID", "DTSTAMP", "PRODID"} <= values.keys()
    assert [line for line in unfolded if line.startswith(("BEGIN", "TRIGGER"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "BEGIN:VALARM",
        "TRIGGER:-P1D",
    ]
    make_letter("over", "closed")
    others = [client.get(f"/letters/{slug}/dates.ics") for slug in ("endless", "over")]
    assert [(other.status_code, "SUMMARY:Open for signing" in other.text) for other in others] == [(200, True)] * 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.social", "mastodon.social"),
        (" https://Mastodon.Social/ ", "mastodon.social"),
        ("@ada@chaos.example", "chaos.example"),
        ("localhost:8080.example:8443", None),
        ("evil.example/x?y", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_share_on_ones_own_server(client: FlaskClient, session: Session, typed: str, host: str | None) -> None:
    """x-S11, R1: the answer is a page with a plain link to the server somebody named, never a redirect."""
    make_letter()
    token = form_of(client.get("/letters/stop/sign")).fields["csrf_token"]
    answer = client.post("/letters/stop/share", data={"csrf_token": token, "server": typed})
    if host is None:
        assert answer.status_code == 422
        return
    assert answer.status_code == 200
    address = next(link for link in Page(answer.text).links if link.startswith("https://"))
    assert urlsplit(address).netloc == host
    assert parse_qs(urlsplit(address).query)["text"] == [
        "Stop selling face recognition http://127.0.0.1:8000/letters/stop"
    ]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_private_names_are_not_public_by_number(client: FlaskClient, session: Session, mails: Mails) -> None:
    """W1: people include the private ones, and the JSON says so in numbers only."""
    letter = make_letter()
    make_signature(letter, "Ada Lovelace")
    make_signature(letter, "Hidden Hopper", is_private=True)
    make_signature(letter, "Imported", kind="imported")
    mails()
    counts = client.get("/letters/stop.json").json["counts"]
    assert counts == {"people": 2, "private": 1, "organizations": 0, "employees": 0, "imported": 1, "total": 2}
