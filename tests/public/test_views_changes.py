"""The page of changes, and what the letter page says of them: every version, who stands under it, how it differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.letters.operations import correct_text, publish_new_version, read_words, redate_text
from campaign.letters.rules import Words
from campaign.models import Letter
from tests.factories import BODY, DEMANDS, NOW, make_letter, make_signature
from tests.support.pages import Page
from tests.support.tables import counted

Session = scoped_session[Any]
Publish = Callable[..., None]
CHANGES = "/letters/stop/changes"
WORDS = Words(
    title="Stop selling face recognition",
    body=BODY,
    ask="Stop selling face recognition to governments.",
    salutation="Dear Mr. Bezos,",
    demands=DEMANDS,
    closing="We look forward to your answer.",
)


def change(letter: Letter, body: str, reason: str = "", days: int = 0, dated_on: date | None = None) -> None:
    """A correction where there is a reason, else a new version."""
    verb = correct_text if reason else publish_new_version
    words = replace(WORDS, body=body, dated_on=dated_on)
    verb(letter, read_words(words, "en"), reason, by_id=None, now=NOW - timedelta(days=days))


def three_texts() -> Letter:
    """A letter of 22 May with a correction of 3 June and a new text of 10 June, signed by four, one and two."""
    letter = make_letter()
    redate_text(letter, date(2026, 5, 22), "", by_id=None, now=NOW - timedelta(days=20))
    for number in range(3):
        make_signature(letter, f"First {number}")
    make_signature(letter, "Hidden Marker", is_private=True)
    make_signature(letter, "Held Marker", moderation="held")
    change(letter, BODY.replace("selling", "sellling"), "A <b>typing</b> error.", 15, date(2026, 5, 22))
    make_signature(letter, "The Open Rights Fund", website="https://example.org")
    change(letter, BODY.replace("the police", "<i>anybody</i>"), "", 8, date(2026, 6, 10))
    for number in range(2):
        make_signature(letter, f"Third {number}")
    db.session.flush()
    return letter


def test_every_version_with_its_reason_and_its_signatures(
    session: Session, client: FlaskClient, published: Publish
) -> None:
    """p-L3, x-S14: the newest first, with date, sort, reason, counts and the difference to the one before."""
    published(three_texts())
    answer = client.get(CHANGES)
    words = Page(answer.text).text
    assert "2 signed this text, 5 the text of 22 May 2026." in words
    third, second, first = (words.partition(f"Version {number} ")[2][:220] for number in (3, 2, 1))
    assert third.startswith("Dated 10 June 2026 Signed by 2 people")
    assert "Removed: the police Added: <i>anybody</i> ." in words
    assert second.startswith("A <b>typing</b> error. Dated 22 May 2026 Signed by 1 organization")
    assert first.startswith("Dated 22 May 2026 Signed by 4 people Dated on 29 May 2026.")
    for told in ("10 June 2026 · New text", "3 June 2026 · Correction", "16 June 2026 · First text"):
        assert told in words
    assert ("<b>" in answer.text.partition("<main")[2], "<i>" in answer.text) == (False, False)
    assert ("<del>" in answer.text, "<ins>" in answer.text) == (True, True)
    for hidden in ("Hidden Marker", "Held Marker", "First 0"):
        assert hidden not in answer.text


def test_letter_page_says_that_it_changed(session: Session, client: FlaskClient, published: Publish) -> None:
    """x-S14: when, a link to what, and who signed which text; nothing of it before the first change."""
    published(make_letter("other"))
    assert "/changes" not in client.get("/letters/other").text
    published(three_texts())
    page = Page(client.get("/letters/stop").text)
    assert "Text Changed on 10 June 2026, see what 2 signed this text, 5 the text of 22 May 2026." in page.text
    assert CHANGES in page.links
    assert "<i>anybody</i>" in page.text
    found = client.get("/letters/stop.json").get_json()
    assert (found["version"], found["counts"]["total"], found["counts"]["private"]) == (3, 7, 1)


def test_letter_that_never_changed_says_so(session: Session, client: FlaskClient, published: Publish) -> None:
    """x-O17: the page is there from the first day on."""
    published(make_letter())
    words = Page(client.get(CHANGES).text).text
    assert "The text has not changed since it was first published." in words
    assert "Version 1 Signed by Nobody" in words


@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", 404), ("scheduled", 404), ("paused", 200), ("closed", 200), ("archived", 200), ("removed", 410)],
)
def test_changes_by_state(session: Session, client: FlaskClient, published: Publish, state: str, status: int) -> None:
    """p-L2: before opening nothing leaks, and what was taken down is gone."""
    published(make_letter("stop", state))
    assert client.get(CHANGES).status_code == status
    assert client.get("/letters/nothing/changes").status_code == 404
    assert client.post(CHANGES).status_code == 405


def test_withdrawn_letter_shows_its_reason_alone(session: Session, client: FlaskClient, published: Publish) -> None:
    """p-L2: nothing of the text."""
    published(make_letter("stop", "withdrawn"))
    answer = client.get(CHANGES)
    assert (answer.status_code, "The company agreed to stop." in answer.text, "Version 1" in answer.text) == (
        200,
        True,
        False,
    )


@pytest.mark.parametrize("size", [1, 60])
def test_changes_cost_the_same_at_any_size(
    app: Flask, session: Session, client: FlaskClient, published: Publish, size: int
) -> None:
    """R7: five statements whatever the number of signatures; two more on the letter page where a text changed."""
    letter = three_texts()
    for number in range(size):
        make_signature(letter, f"Name {number}")
    published(letter)
    cold, hot = [], []
    for found in (cold, hot):
        for path in (CHANGES, "/letters/stop"):
            with counted(app) as sent:
                answer = client.get(path)
            assert answer.status_code == 200
            found.append(len(sent))
    assert (cold, hot) == ([5, 18], [1, 1])
    again = client.get(CHANGES, headers={"If-None-Match": client.get(CHANGES).headers["ETag"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, "public, max-age=30")
