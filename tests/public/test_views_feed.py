"""The Atom feed: valid by RFC 4287, with ids that never change, and nothing before its time."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as XML

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.delivery.operations import Answer, record_response
from campaign.letters.operations import set_status_note, withdraw_letter
from campaign.models import Campaign, Letter, Target, Update
from tests.factories import DAY, NOW, make_campaign, make_delivery, make_edition, make_letter
from tests.support.tables import counted

URL = "/letters/stop/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def post(letter: Letter, number: int, **changes: Any) -> Update:
    """News on the letter."""
    values: dict[str, Any] = {
        "title": f"News {number}",
        "body": "*It* moves.",
        "body_tree": {},
        "body_html": "<p><em>It</em> moves.</p>",
        "created_at": NOW - DAY,
        "changed_at": NOW - DAY,
        "published_at": NOW - DAY,
    }
    return Update(letter_id=letter.id, number=number, **{**values, **changes})


def world(session: Any) -> tuple[Campaign, Letter]:
    """A letter to which everything happened that a feed tells, hostile words included."""
    campaign = make_campaign("face", lead="Courts & <Co>")
    letter = make_letter(campaign=campaign, title='Stop "selling" & <b>more</b>')
    make_delivery(campaign, make_edition(letter))
    target_id = session.scalars(select(Target.id)).one()
    said = Answer(target_id=target_id, happened="2026-06-18", text="We <listen> & act.", audience="press")
    record_response(campaign, said, {(letter.id, 1): "statement"}, by_id=None, now=NOW)
    hidden = post(letter, 2, title="Team only", is_public=False)
    session.add_all([post(letter, 1), hidden, post(letter, 3, title="Not yet", published_at=None)])
    set_status_note(letter, "A note & more.", by_id=None, now=NOW)
    session.commit()
    return campaign, letter


def parsed(client: FlaskClient) -> XML.Element:
    """The feed as a reader sees it."""
    answer = client.get(URL)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return XML.fromstring(answer.data)


def texts(feed: XML.Element, name: str) -> list[str]:
    """The texts of an element of each entry."""
    return [entry.findtext(f"{ATOM}{name}") or "" for entry in feed.iter(f"{ATOM}entry")]


def test_feed_tells_everything_once(app: Flask, session: Any, client: FlaskClient) -> None:
    """p-D6, p-D8: deliveries with their citation, answers whole, public news only, the note; escaped once."""
    _campaign, letter = world(session)
    feed = parsed(client)
    assert feed.findtext(f"{ATOM}title") == letter.title
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Courts & <Co>"
    assert feed.findtext(f"{ATOM}subtitle") == client.get("/letters/stop.json").json["citation"]  # type: ignore[index]
    assert texts(feed, "title") == [
        "A note on the letter",
        "We <listen> & act.",
        "News 1",
        "Delivered to Acme Corporation",
    ]
    assert texts(feed, "content") == [
        "A note & more.",
        "We <listen> & act.",
        "<p><em>It</em> moves.</p>",
        "Delivered: 68 organizations and 152,004 people, first edition, 18 June 2026, 05:00 UTC.",
    ]
    assert "Team only" not in XML.tostring(feed, encoding="unicode")
    assert "Not yet" not in XML.tostring(feed, encoding="unicode")


def test_feed_is_valid(app: Flask, session: Any, client: FlaskClient) -> None:
    """RFC 4287 4.1.1 and 4.1.2: each has id, title, updated and a link; ids are different, and outlive the slug."""
    _campaign, letter = world(session)
    feed = parsed(client)
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    for part in (feed, *feed.iter(f"{ATOM}entry")):
        assert (part.findtext(f"{ATOM}id") or "").startswith("tag:")
        assert part.findtext(f"{ATOM}title")
        assert re.fullmatch(stamp, part.findtext(f"{ATOM}updated") or "")
        assert part.find(f"{ATOM}link[@rel='alternate']") is not None
    own = feed.find(f"{ATOM}link[@rel='self']")
    assert own is not None
    assert own.get("href") == f"{app.config['BASE_URL']}{URL}"
    ids = [feed.findtext(f"{ATOM}id"), *texts(feed, "id")]
    assert len(set(ids)) == 5
    letter.slug = "renamed"
    session.commit()
    again = XML.fromstring(client.get("/letters/renamed/feed.atom").data)
    assert [again.findtext(f"{ATOM}id"), *texts(again, "id")] == ids


def test_feed_is_cached(app: Flask, session: Any, client: FlaskClient) -> None:
    """R7, B4: eight queries however much happened; one for who has it; no cookie."""
    world(session)
    with counted(app) as sent:
        answer = client.get(URL)
    assert len(sent) == 8
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("public, max-age=30", False)
    with counted(app) as sent:
        assert client.get(URL, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert len(sent) == 1
    assert client.post(URL).status_code == 405


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("scheduled", 404), ("removed", 410)])
def test_feed_of_hidden_letters(session: Any, client: FlaskClient, state: str, status: int) -> None:
    """L2: before opening nothing leaks."""
    make_letter(state=state, title="Hidden title")
    answer = client.get(URL)
    assert answer.status_code == status
    assert "Hidden title" not in answer.text


def test_withdrawn_letter_has_an_empty_feed(session: Any, client: FlaskClient) -> None:
    """T24: nothing of the letter is told on."""
    _campaign, letter = world(session)
    withdraw_letter(letter, "We were wrong.", by_id=None, now=NOW)
    session.commit()
    assert texts(parsed(client), "title") == []
