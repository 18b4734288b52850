"""What becomes of a question when its signature is decided on: it is over, and open again when that is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Asked, Decision, Signature
from campaign.moderation import operations, queries
from campaign.moderation.rules import Ruling
from tests.moderation.conftest import Press, asking_of
from tests.support.cast import Cast
from tests.support.pages import Page

Desk = dict[str, int]
Mails = Callable[..., list[dict[str, Any]]]
pytestmark = pytest.mark.usefixtures("frozen")


def rulings(app: Flask, number: int, *moves: tuple[str, Ruling]) -> list[int]:
    """Decides again and again, each time on the state that is seen; the ids of the decisions."""
    with app.app_context():
        letter_id = db.session.get_one(Signature, number).letter_id
        made = [
            operations.decide(letter_id, number, seen, ruling, by_id=None, now=clock.now()).id for seen, ruling in moves
        ]
        db.session.commit()
        return made


def queued(app: Flask, number: int) -> bool:
    """Whether a signature is in the queue of its letter."""
    with app.app_context():
        row = db.session.get_one(Signature, number)
        return number in [one.id for one in queries.undecided(row.letter_id)]


@pytest.mark.parametrize(
    ("ruling", "moved"), [(Ruling("approve"), "approved"), (Ruling("reject", "duplicate"), "rejected")]
)
def test_ruling_ends_the_question(app: Flask, desk: Desk, press: Press, ruling: Ruling, moved: str) -> None:
    """x-S15: asked, decided and held again, somebody waits in the queue like everybody else."""
    number = desk["Ada Lovelace"]
    press("ask:identity", f"{number}:held")
    assert not queued(app, number)
    rulings(app, number, ("held", ruling), (moved, Ruling("hold")))
    assert (asking_of(app, number), queued(app, number)) == (("held", "none"), True)
    with app.app_context():
        assert db.session.scalars(select(Asked.ended_at)).one() == clock.now()


def test_ruling_from_approved_ends_what_was_left_of_a_question(app: Flask, desk: Desk) -> None:
    """x-S15: also where a rule, and nobody's decision, had shown the signature meanwhile."""
    number = desk["Shown Person"]
    with app.app_context():
        db.session.get_one(Signature, number).asking = "asked"
        db.session.commit()
    rulings(app, number, ("approved", Ruling("hold")))
    assert (asking_of(app, number), queued(app, number)) == (("held", "none"), True)


def test_ruling_taken_back_asks_again(app: Flask, desk: Desk, press: Press, mails: Mails, frozen: Traveller) -> None:
    """P14: the question is as open as before, and its link leads to it; what had ended before stays over."""
    number = desk["Ada Lovelace"]
    press("ask:entry", f"{number}:held")
    frozen.shift(timedelta(minutes=1))
    with app.app_context():
        letter_id = db.session.get_one(Signature, number).letter_id
        first = db.session.scalars(select(Decision.id)).one()
        operations.undo(letter_id, first, by_id=None, now=clock.now())
        db.session.commit()
    frozen.shift(timedelta(minutes=1))
    press("ask:identity", f"{number}:held")
    frozen.shift(timedelta(minutes=1))
    (made,) = rulings(app, number, ("held", Ruling("approve")))
    with app.app_context():
        operations.undo(letter_id, made, by_id=None, now=clock.now())
        db.session.commit()
        asked = db.session.scalars(select(Asked).order_by(Asked.id)).all()
        assert [(row.ready, row.ended_at is None) for row in asked] == [("entry", False), ("identity", True)]
        assert broken_links(letter_id) == []
    assert asking_of(app, number) == ("held", "asked")
    frozen.shift(timedelta(minutes=2))
    assert [mail["to"] for mail in mails()] == ["ada@example.org"]


@pytest.mark.parametrize(("decided", "undone"), [(1, 4), (3, 5)])
def test_question_is_mailed_once_whenever_it_is_open_again(
    app: Flask, desk: Desk, press: Press, mails: Mails, frozen: Traveller, decided: int, undone: int
) -> None:
    """P3: decided on before the mail left, it leaves after the undoing; mailed by then, it leaves no second time."""
    number, asked_at = desk["Ada Lovelace"], clock.now()
    press("ask:identity", f"{number}:held")
    frozen.move_to(asked_at + timedelta(minutes=2 if decided > 2 else decided))
    mails()
    frozen.move_to(asked_at + timedelta(minutes=decided))
    (made,) = rulings(app, number, ("held", Ruling("approve")))
    frozen.move_to(asked_at + timedelta(minutes=undone))
    published = len([mail for mail in mails() if "question" not in mail["subject"]])
    with app.app_context():
        operations.undo(db.session.get_one(Signature, number).letter_id, made, by_id=None, now=clock.now())
        db.session.commit()
    frozen.move_to(asked_at + timedelta(minutes=undone + 2))
    assert len([mail for mail in mails() if "question" in mail["subject"]]) == 1
    assert (asking_of(app, number), published) == (("held", "asked"), 1)


def test_answer_is_read_after_the_decision(
    app: Flask, cast: Cast, desk: Desk, press: Press, owner: FlaskClient, mails: Mails, frozen: Traveller
) -> None:
    """x-S15: what somebody wrote stays beside the signature, whatever was decided then."""
    number = desk["Ada Lovelace"]
    press("ask:identity", f"{number}:held")
    with app.app_context():
        row = db.session.scalars(select(Asked)).one()
        row.answered_at, row.note = clock.now(), "I teach there."
        db.session.get_one(Signature, number).asking = "answered"
        db.session.commit()
    rulings(app, number, ("held", Ruling("approve")))
    panel = Page(owner.get(f"/desk/letters/{cast.letter}/signatures?at={number}").text).text
    assert "I teach there." in panel


def test_unanswered_question_says_that_it_is_over(
    app: Flask, cast: Cast, desk: Desk, press: Press, owner: FlaskClient
) -> None:
    """x-S15: no reminder is promised for what was decided."""
    number = desk["Ada Lovelace"]
    press("ask:identity", f"{number}:held")
    rulings(app, number, ("held", Ruling("approve")))
    panel = Page(owner.get(f"/desk/letters/{cast.letter}/signatures?at={number}").text).text
    assert "It is over without an answer." in panel
    assert "a reminder leaves" not in panel


def test_question_that_waited_for_its_mail_is_mailed_when_it_is_open_again(
    app: Flask, desk: Desk, press: Press, mails: Mails, frozen: Traveller
) -> None:
    """x-S15: the worker was away, or the mailbox had had its mails; somebody decided, and took it back."""
    number, asked_at = desk["Ada Lovelace"], clock.now()
    press("ask:identity", f"{number}:held")
    frozen.move_to(asked_at + timedelta(minutes=3))
    (made,) = rulings(app, number, ("held", Ruling("approve")))
    frozen.move_to(asked_at + timedelta(minutes=4))
    with app.app_context():
        letter_id = db.session.get_one(Signature, number).letter_id
        operations.undo(letter_id, made, by_id=None, now=clock.now())
        db.session.commit()
    for minutes in (10, 20):
        frozen.move_to(asked_at + timedelta(minutes=minutes))
        assert len([mail for mail in mails() if "question" in mail["subject"]]) == 1
    assert asking_of(app, number) == ("held", "asked")
