"""The pages of decisions by condition: a condition in the address, a count, a press, a press that takes it back."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.lib import clock
from campaign.models import BulkDecision, Letter, Signature, SigningHint
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page

MARK = "ab" * 16


@pytest.fixture
def wave(app: Flask, cast: Cast, desk: dict[str, int]) -> None:
    """Three people of a script from one network, beside those who wait on the desk."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for number in range(3):
            row = make_signature(
                letter, f"Patriot {number}", f"p{number}@bots.example", moderation="held", reasons="burst"
            )
            db.session.add(SigningHint(letter_id=letter.id, signature_id=row.id, network=MARK, signed_at=clock.now()))
        db.session.commit()


def act(client: FlaskClient, cast: Cast, path: str, **data: Any) -> Any:
    """A form of the desk is sent."""
    return client.post(f"/desk/letters/{cast.letter}/{path}", data={"csrf_token": desk_token(client), **data})


def states(app: Flask) -> Counter[str]:
    """How many signatures of the script are in which state."""
    with app.app_context():
        return Counter(db.session.scalars(select(Signature.moderation).where(Signature.email.endswith("bots.example"))))


@pytest.mark.parametrize(
    "condition",
    ["domain=bots.example", f"network={MARK}", "rule=burst", "name=patriot*", "domain=*.example&name=*iot*&state=held"],
)
def test_condition_lies_in_the_address(owner: FlaskClient, cast: Cast, wave: None, condition: str) -> None:
    """x-O6: a filtered view can be sent to a colleague."""
    answer = owner.get(f"/desk/letters/{cast.letter}/matching?{condition}")
    assert answer.status_code == 200
    assert [f"Patriot {number}" in answer.text for number in range(3)] == [True] * 3
    assert "Ada Lovelace" not in answer.text


def test_no_condition_lists_nobody(owner: FlaskClient, cast: Cast, wave: None) -> None:
    """x-O17: an empty page says the next step."""
    answer = owner.get(f"/desk/letters/{cast.letter}/matching")
    assert answer.status_code == 200
    assert "Say which signatures" in answer.text
    assert "Ada Lovelace" not in answer.text


@pytest.mark.parametrize("condition", ["domain=b@d", "since=yesterday", "network=xyz", "state=strange", "batch=-1"])
def test_bad_condition_is_told(owner: FlaskClient, cast: Cast, wave: None, condition: str) -> None:
    """422 with a sentence, and no list that means something else."""
    answer = owner.get(f"/desk/letters/{cast.letter}/matching?{condition}")
    assert answer.status_code == 422
    assert "Patriot" not in answer.text
    assert "Invalid" not in answer.text


def test_counted_decided_and_taken_back(app: Flask, owner: FlaskClient, cast: Cast, wave: None) -> None:
    """p-M2, x-O5: the number stands in the button; the work is a job; one press takes it back."""
    answer = act(owner, cast, "matching", network=MARK, action="reject:not_a_person", note="A script")
    assert answer.status_code == 303
    page = owner.get(answer.location).text
    assert "They are being counted" in page
    Worker(app).run_once()
    page = owner.get(answer.location).text
    assert "3 signatures fit. Nothing is decided yet." in page
    assert "Reject 3 signatures" in page
    assert "Patriot 2" in page
    assert states(app) == {"held": 3}
    path = answer.location.partition(f"{cast.letter}/")[2]
    assert act(owner, cast, path, action="start").status_code == 303
    Worker(app).run_once()
    assert states(app) == {"rejected": 3}
    assert "Take 3 decisions back" in owner.get(answer.location).text
    assert act(owner, cast, path, action="undo").status_code == 303
    Worker(app).run_once()
    assert states(app) == {"held": 3}
    text = Page(owner.get(answer.location).text).text
    assert "Taken back" in text
    assert act(owner, cast, path, action="undo").status_code == 422


def test_empty_condition_is_refused(app: Flask, owner: FlaskClient, cast: Cast, wave: None) -> None:
    """x-O5: with a sentence, and what was typed."""
    answer = act(owner, cast, "matching", state="approved", action="hold", note="Everybody")
    assert answer.status_code == 422
    assert "nearly every signature" in answer.text
    with app.app_context():
        assert db.session.scalars(select(BulkDecision)).all() == []


def test_rejecting_for_another_reason_needs_words(owner: FlaskClient, cast: Cast, wave: None) -> None:
    """O4: by condition as one by one."""
    assert act(owner, cast, "matching", network=MARK, action="reject:other").status_code == 422


def test_stopping_before_it_begins(app: Flask, owner: FlaskClient, cast: Cast, wave: None) -> None:
    """p-M2: nothing was decided, nothing to take back."""
    answer = act(owner, cast, "matching", network=MARK, action="hold")
    path = answer.location.partition(f"{cast.letter}/")[2]
    assert act(owner, cast, path, action="cancel").status_code == 303
    Worker(app).run_once()
    assert act(owner, cast, path, action="start").status_code == 422
    assert act(owner, cast, path, action="undo").status_code == 422
    assert act(owner, cast, path, action="dance").status_code == 422
    assert states(app) == {"held": 3}


def test_who_may(app: Flask, owner: FlaskClient, cast: Cast, wave: None) -> None:
    """The six answers: a colleague may, a viewer looks, a stranger finds nothing, other methods are refused."""
    made = act(owner, cast, "matching", network=MARK, action="hold")
    path = made.location.partition(f"{cast.letter}/")[2]
    pages = (f"matching?network={MARK}", path)
    expected = {cast.moderator: (200, 303, 303), cast.viewer: (200, 403, 403), cast.stranger: (404, 404, 404)}
    for who, answers in expected.items():
        client = signed_in(app, who)
        looks = {client.get(f"/desk/letters/{cast.letter}/{page}").status_code for page in pages}
        plans = act(client, cast, "matching", network=MARK, action="hold").status_code
        stops = act(client, cast, path, action="cancel").status_code
        assert (looks, plans, stops) == ({answers[0]}, *answers[1:]), who
    viewer = signed_in(app, cast.viewer).get(f"/desk/letters/{cast.letter}/{pages[0]}").text
    assert "p1@" not in viewer
    assert "Count them" not in viewer
    assert owner.put(f"/desk/letters/{cast.letter}/matching").status_code == 405
    assert owner.get(f"/desk/letters/{cast.other_letter}/{path}").status_code == 404
    assert owner.get(f"/desk/letters/{cast.letter}/bulk/999").status_code == 404
