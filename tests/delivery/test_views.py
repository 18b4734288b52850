"""The desk's page of editions: who may freeze, and what the page says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from campaign.extensions import db
from campaign.models import Letter
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, signed_in

PAGE = "/desk/letters/stop/editions"


def test_owner_freezes_the_list(app: Flask, cast: Cast, mails: Callable[..., list[dict[str, Any]]]) -> None:
    """From the button to the frozen edition with its citable sentence."""
    with app.app_context():
        make_signature(db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one())
        db.session.commit()
    owner = signed_in(app, cast.owner)
    assert "No edition yet" in owner.get(PAGE).text
    answer = owner.post(PAGE, data={"csrf_token": desk_token(owner)})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert "Being frozen" in owner.get(PAGE).text
    mails()
    shown = owner.get(PAGE).text
    assert "1 person, first edition," in shown
    assert "Not sealed" not in shown


def test_colleague_may_freeze_too(app: Flask, cast: Cast) -> None:
    """A second owner has the same right."""
    moderator = signed_in(app, cast.moderator)
    assert moderator.post(PAGE, data={"csrf_token": desk_token(moderator)}).status_code == 303


def test_viewer_may_look_and_not_freeze(app: Flask, cast: Cast) -> None:
    """A viewer sees the page without the button, and is refused."""
    viewer = signed_in(app, cast.viewer)
    page = viewer.get(PAGE)
    assert page.status_code == 200
    assert "Freeze the list" not in page.text
    assert viewer.post(PAGE, data={"csrf_token": desk_token(viewer)}).status_code == 403


def test_stranger_learns_nothing(app: Flask, cast: Cast) -> None:
    """An organizer of another campaign gets 404, and nobody signed in goes to the door."""
    stranger = signed_in(app, cast.stranger)
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(PAGE, data={"csrf_token": desk_token(stranger)}).status_code == 404
    assert app.test_client().get(PAGE).status_code == 303


def test_freezing_needs_the_form_and_a_post(app: Flask, cast: Cast) -> None:
    """Without the token nothing happens; other methods are refused."""
    owner = signed_in(app, cast.owner)
    assert owner.post(PAGE).status_code == 400
    assert owner.put(PAGE).status_code == 405
    assert "No edition yet" in owner.get(PAGE).text
