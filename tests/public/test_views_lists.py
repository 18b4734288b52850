"""Lists of letters: in which order, with which numbers, and nothing of letters that nobody could ever read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from campaign.letters.operations import remove_letter, withdraw_letter
from tests.factories import NOW, make_campaign, make_letter, make_signature
from tests.public.test_views_letters import FILES, PAGES, Publish, text_of


def test_letters_that_take_signatures_stand_first(session: Any, client: FlaskClient) -> None:
    """Campaign and company: open, paused, closed, archived, withdrawn; the newest first within a state."""
    campaign = make_campaign("rekognition")
    states = ("open", "closed", "withdrawn", "paused", "archived", "open")
    for number, state in enumerate(states):
        opened_at = NOW - timedelta(days=9 - number)
        make_letter(f"letter-{number}", state, campaign=campaign, title=f"Title {number}", opened_at=opened_at)
    for url in ("/campaigns/rekognition", "/companies/acme"):
        text = text_of(client, url)
        assert sorted(range(6), key=lambda number: text.index(f"Title {number}")) == [5, 0, 3, 1, 4, 2]


def test_one_number_is_said_once(session: Any, client: FlaskClient, published: Publish) -> None:
    """x-V8: where all who signed are of one kind, the list says their number once."""
    people, bodies = make_letter(), make_letter("bodies")
    for number in range(2):
        make_signature(people, f"Person {number}")
        make_signature(bodies, f"Body {number}", website=f"https://body{number}.org")
    published(people, bodies)
    text = text_of(client, "/")
    assert "2 people have signed" in text
    assert "2 organizations have signed" in text
    assert text.count("2") == 2


@pytest.mark.parametrize("state", ["withdrawn", "removed"])
def test_letter_taken_down_before_it_opened_was_never_there(session: Any, client: FlaskClient, state: str) -> None:
    """L2: what nobody could read leaves no page that tells of it, and no list."""
    make_letter(state=state, title="Never opened", opened_at=None, closes_at=NOW + timedelta(days=9))
    paths = ("", "/sign", "/sign/organization", "/sign/another-way", "/sign/sent", "/dates.ics", "/evidence/1")
    for url in (*PAGES, *FILES, *(f"/letters/stop{path}" for path in paths), "/companies/acme"):
        answer = client.get(url)
        assert (url, answer.status_code) == (url, 404)
        assert "Never opened" not in answer.text
    assert "Never opened" not in client.get("/").text


def test_taken_down_says_when(session: Any, client: FlaskClient) -> None:
    """T24, x-S13: the day and the reason, on every page that is left."""
    letters = {slug: make_letter(slug, timezone="America/New_York") for slug in ("taken", "gone")}
    moment = datetime(2026, 6, 2, 3, 0, tzinfo=UTC)
    withdraw_letter(letters["taken"], "We were wrong.", by_id=None, now=moment)
    remove_letter(letters["gone"], "A court said so.", by_id=None, now=moment)
    for path in ("", "/sign", "/names", "/timeline"):
        assert "On 1 June 2026, for this reason: We were wrong." in text_of(client, f"/letters/taken{path}")
    assert "On 1 June 2026, for this reason: A court said so." in text_of(client, "/letters/gone", 410)


def test_tag_of_a_page_changes_with_the_page(session: Any, client: FlaskClient) -> None:
    """B4: 304 for the same page, the new page once it says something else."""
    make_letter()
    tag = {"If-None-Match": client.get("/").headers["ETag"]}
    assert client.get("/", headers=tag).status_code == 304
    make_letter("other", title="Another letter")
    assert client.get("/", headers=tag).status_code == 200
