"""The public correction log (M4): every fall of the count has its line, and nobody is named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.moderation.operations import decide, undo
from campaign.moderation.rules import Ruling
from campaign.public.queries.corrections import falls_of
from campaign.signing.operations import (
    correct_signature,
    erase_signature,
    owned_signature,
    recount_letter,
    refuse_signature,
    withdraw_signature,
)
from campaign.signing.queries import count_public
from tests.factories import DAY, make_letter, make_organizer, make_signature, watch

Session = scoped_session[Any]
PAGE = "/letters/stop/corrections"


def test_every_fall_of_the_count_has_a_line(app: Flask, session: Session, now: datetime) -> None:
    """p-M4: the lines are just what left the count, by day and rule; what was never in it is in no line."""
    letter = make_letter()
    by = make_organizer(campaign=None).id
    watch(letter, "Famous Marker")
    rows = [make_signature(letter, f"Marker {number}") for number in range(10)]
    held = make_signature(letter, "Held Marker", moderation="held", reasons="watched_name")
    before = count_public(letter.id)["people"]
    withdraw_signature(rows[0], "Marker reason", now - DAY)
    withdraw_signature(rows[1], "", now)
    withdraw_signature(rows[1], "", now)
    withdraw_signature(held, "", now)
    erase_signature(rows[2], now)
    erase_signature(rows[0], now)
    refuse_signature(rows[3], now)
    decide(letter.id, rows[4].id, "approved", Ruling("reject", "impersonation", ""), by_id=by, now=now)
    decide(letter.id, rows[4].id, "rejected", Ruling("hold", "", ""), by_id=by, now=now)
    decide(letter.id, rows[5].id, "approved", Ruling("hold", "", ""), by_id=by, now=now)
    correct_signature(owned_signature(rows[6].id, 0), {"name": "Famous Marker"}, {}, {}, now)
    correct_signature(owned_signature(rows[7].id, 0), {"is_private": True}, {}, {}, now)
    approved = decide(letter.id, rows[5].id, "held", Ruling("approve", "", ""), by_id=by, now=now)
    undo(letter.id, approved.id, by_id=by, now=now)
    session.commit()
    falls = falls_of(letter.id, 100)
    assert [(fall.day.isoformat(), fall.rule, fall.number) for fall in falls] == [
        ("2026-06-18", "erased", 1),
        ("2026-06-18", "held_again", 1),
        ("2026-06-18", "hold", 1),
        ("2026-06-18", "impersonation", 1),
        ("2026-06-18", "not_me", 1),
        ("2026-06-18", "undo", 1),
        ("2026-06-18", "withdrawn", 1),
        ("2026-06-17", "withdrawn", 1),
    ]
    # One was approved again in between, so that its two falls lower the count by one.
    assert sum(fall.number for fall in falls) - 1 == before - count_public(letter.id)["people"]
    recount_letter(letter.id, now)
    page = app.test_client().get(PAGE).text
    assert ("Taken off by an organizer: Signed in somebody else&#39;s name" in page, "arker" in page) == (True, False)


def test_page_costs_four_reads(app: Flask, session: Session, now: datetime) -> None:
    """p-M4: the letter, its lines, its complaints and how many wait, whatever the number of signatures."""
    letter = make_letter()
    for number in range(5):
        withdraw_signature(make_signature(letter, f"Marker {number}"), "", now)
    recount_letter(letter.id, now)
    session.commit()
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        answer = app.test_client().get(PAGE)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 4
    assert not any("FROM signature" in statement for statement in asked)
    assert answer.headers["Cache-Control"] == "public, max-age=30"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_page_of_letters_in_other_states(app: Flask, session: Session) -> None:
    """404 before opening, 410 for a removed letter, an empty log otherwise; GET alone."""
    for slug, state in (("draft", "draft"), ("gone", "removed"), ("stop", "open")):
        make_letter(slug, state)
    session.commit()
    client = app.test_client()
    assert [client.get(f"/letters/{slug}/corrections").status_code for slug in ("draft", "gone", "none")] == [
        404,
        410,
        404,
    ]
    assert "No signature has left the count" in client.get(PAGE).text
    assert client.post(PAGE).status_code == 405
