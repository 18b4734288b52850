"""How long those who are held are told they wait: measured by the worker, read by id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.lib import clock
from campaign.models import Letter, WaitingTime
from campaign.moderation import jobs, operations
from campaign.moderation.conditions import Condition
from campaign.moderation.queries import decisions
from campaign.moderation.rules import Ruling
from tests.factories import NOW, make_letter, make_organizer, make_signature, watch
from tests.signing.acts import confirm, sign
from tests.support.pages import Page
from tests.support.tables import counted

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("frozen")


def decided(letter: Letter, hours: list[int], act: str = "approve", state: str = "held") -> None:
    """People who waited so many hours until an organizer decided now."""
    owner = make_organizer(f"o{letter.id}-{act}-{state}@example.org")
    for number in hours:
        signed_at = clock.now() - number * HOUR
        row = make_signature(letter, moderation=state, reasons="honeypot", signed_at=signed_at)
        reason = "duplicate" if act == "reject" else ""
        operations.decide(letter.id, row.id, state, Ruling(act, reason), by_id=owner.id, now=clock.now())


def measured(session: Session) -> dict[int, int | None]:
    """What the worker measured, by letter."""
    jobs.measure_waits(clock.now())
    session.expire_all()
    return {row.letter_id: row.hours for row in session.query(WaitingTime)}


def test_measured_of_the_letter_else_of_the_site(session: Session, frozen: Traveller) -> None:
    """x-S15: nine of ten of the letter's decisions of 30 days; else of the site; what was shown before is no wait."""
    busy, quiet, draft = make_letter(), make_letter("quiet"), make_letter("draft", "draft")
    assert measured(session) == {busy.id: None, quiet.id: None}
    decided(busy, [1] * 8 + [6, 700])
    decided(busy, [500] * 9, "hold", "approved")
    decided(quiet, [3, 30], "reject", "waiting")
    assert measured(session) == {busy.id: 6, quiet.id: 30}
    frozen.shift(timedelta(days=31))
    assert measured(session) == {busy.id: None, quiet.id: None}
    assert draft.id not in measured(session)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (None, "It is added after a check, usually within a few days."),
        (1, "It is added after a check, usually within 1 hour."),
        (72, "It is added after a check, usually within 72 hours."),
        (73, "It is added after a check, usually within 4 days."),
    ],
)
def test_held_are_told_what_was_measured(
    app: Flask, client: FlaskClient, session: Session, mails: Mails, hours: int | None, words: str
) -> None:
    """x-S15: thanked like everybody, and told honestly; one row by its key, no count over the letter."""
    letter = make_letter()
    watch(letter, "Ada Lovelace")
    sign(client)
    target = confirm(client, mails("ada@example.org")[0]).location
    # The worker that mailed has measured, too.
    session.merge(WaitingTime(letter_id=letter.id, hours=hours, measured_at=NOW))
    session.commit()
    with counted(app) as sent:
        answer = client.get(target)
    text = Page(answer.text).text
    assert "Thank you. You have signed." in text
    assert words in text
    assert "watch list" not in text
    assert len([statement for statement in sent if "waiting_time" in statement]) == 1
    assert [statement for statement in sent if "count(" in statement.lower()] == []


def test_shown_are_told_nothing_of_waiting(app: Flask, client: FlaskClient, session: Session, mails: Mails) -> None:
    """D5: whoever is not held costs no statement for it."""
    make_letter()
    sign(client)
    target = confirm(client, mails("ada@example.org")[0]).location
    with counted(app) as sent:
        assert "usually within" not in client.get(target).text
    assert [statement for statement in sent if "waiting_time" in statement] == []


def in_bulk(letter: Letter, hours: int, number: int) -> None:
    """So many people who waited so long until one decision was taken on all of them."""
    for one in range(number):
        signed_at = clock.now() - hours * HOUR
        make_signature(letter, "Patriot", f"p{one}@bots.example", moderation="held", signed_at=signed_at)
    row = operations.plan_bulk(letter, Condition(domain="bots.example"), Ruling("approve"), by_id=None, now=clock.now())
    for begin in (None, operations.start_bulk):
        if begin is not None:
            begin(letter.id, row.id, by_id=None, now=clock.now())
        while operations.take_step(row.id, row.state, None, clock.now()):
            pass


def test_decisions_by_condition_say_nothing_of_waiting(session: Session) -> None:
    """x-S15: neither by their own times, nor by standing before those that were taken one by one."""
    letter = make_letter()
    decided(letter, [6] * 9)
    in_bulk(letter, 700, 9)
    assert measured(session) == {letter.id: 6}


def test_other_acts_do_not_hide_decisions(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """x-S15: of the newest thousand decisions that end a wait, whatever else was done since."""
    monkeypatch.setattr(decisions, "MOST_WAITS", 9)
    letter = make_letter()
    decided(letter, [6] * 9)
    decided(letter, [500] * 9, "hold", "approved")
    assert measured(session) == {letter.id: 6}
    decided(letter, [3] * 9, "reject", "waiting")
    assert measured(session) == {letter.id: 3}
