"""The steps of a letter's life at the desk: offered, asked once more, taken, refused."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.extensions import db
from campaign.letters import queries
from campaign.letters.wording import STANDING, STEPS, steps_from
from campaign.models import Letter, LogEntry, Organizer
from campaign.states import LetterState
from tests.factories import make_letter
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form

LIFE = "/desk/letters/stop/edit/life"


def state_of(app: Flask, slug: str = "stop") -> str:
    """The state of a letter as it is stored."""
    with app.app_context():
        return str(db.session.scalar(select(Letter.state).where(Letter.slug == slug)))


@pytest.mark.parametrize("state", list(LetterState))
def test_every_state_offers_its_steps(state: str) -> None:
    """The page offers what the table of states allows, and says where the letter stands."""
    offered = {
        "draft": ["open", "schedule", "withdraw", "remove"],
        "scheduled": ["open", "unschedule", "withdraw", "remove"],
        "open": ["pause", "close", "withdraw", "remove"],
        "paused": ["resume", "close", "withdraw", "remove"],
        "closed": ["reopen", "archive", "withdraw", "remove"],
        "archived": ["withdraw", "remove"],
        "withdrawn": ["remove", "restore"],
        "removed": ["restore"],
    }
    assert steps_from(state, "open" if state in ("withdrawn", "removed") else None) == offered[state]
    assert set(STANDING) == set(LetterState)


def test_steps_are_taken_one_after_the_other(app: Flask, cast: Cast) -> None:
    """p-L2 at the desk: each step asks once more with the letter's name, then says what happened."""
    owner = signed_in(app, cast.owner)
    walk = [("pause", "paused"), ("resume", "open"), ("close", "closed"), ("reopen", "open"), ("close", "closed")]
    for step, state in [*walk, ("archive", "archived")]:
        asked = owner.get(f"{LIFE}/{step}").text
        assert "“Stop selling face recognition”" in Page(asked).text
        answer = send_form(owner, f"{LIFE}/{step}", {})
        assert (answer.status_code, answer.headers["Location"], state_of(app)) == (303, LIFE, state)
        assert str(STEPS[step].done) in owner.get(LIFE).text
    with app.app_context():
        who = db.session.scalars(select(Organizer.id).where(Organizer.email == cast.owner)).one()
        acts = select(LogEntry.organizer_id).where(LogEntry.act.like("letter_%"))
        assert set(db.session.scalars(acts)) == {who}


def test_taking_down_shows_the_reason_to_everybody(app: Flask, cast: Cast) -> None:
    """x-S13: withdrawn with its reason, removed as gone, and back as it was."""
    owner, reader = signed_in(app, cast.owner), app.test_client()
    missing = send_form(owner, f"{LIFE}/withdraw", {"reason": " "})
    assert (missing.status_code, "Give a reason" in missing.text, state_of(app)) == (422, True, "open")
    assert send_form(owner, f"{LIFE}/withdraw", {"reason": "They agreed."}).status_code == 303
    shown = reader.get("/letters/stop")
    assert (shown.status_code, "They agreed." in shown.text) == (200, True)
    assert send_form(owner, f"{LIFE}/remove", {"reason": "A court said so."}).status_code == 303
    assert reader.get("/letters/stop").status_code == 410
    assert send_form(owner, f"{LIFE}/restore", {}).status_code == 303
    assert (state_of(app), reader.get("/letters/stop").status_code) == ("open", 200)


def test_step_that_is_not_possible_is_refused(app: Flask, cast: Cast) -> None:
    """Two people at once: the second is told, and nothing happens twice."""
    owner = signed_in(app, cast.owner)
    assert owner.get(f"{LIFE}/reopen").status_code == 422
    late = owner.post(f"{LIFE}/reopen", data={"csrf_token": desk_token(owner)})
    assert (late.status_code, "That step is not possible" in late.text, state_of(app)) == (422, True, "open")
    assert owner.get(f"{LIFE}/explode").status_code == 404
    assert owner.post(f"{LIFE}/explode", data={"csrf_token": desk_token(owner)}).status_code == 404


def test_unfinished_letter_does_not_open(app: Flask, cast: Cast) -> None:
    """The refusal says what is missing, on the page that asked."""
    with app.app_context():
        made = make_letter("draft", "draft", queries.campaign_by_slug(cast.campaign))
        queries.version_of(made).body = " "
        db.session.commit()
    owner = signed_in(app, cast.owner)
    answer = send_form(owner, "/desk/letters/draft/edit/life/open", {})
    assert (answer.status_code, state_of(app, "draft")) == (422, "draft")
    assert "needs a title, a text and at least one target" in Page(answer.text).text
    scheduled = send_form(owner, "/desk/letters/draft/edit/life/schedule", {})
    assert scheduled.status_code == 422


def test_life_is_for_those_who_may_publish(app: Flask, cast: Cast) -> None:
    """A colleague may, a viewer sees the state without the steps, a stranger learns nothing."""
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    page = Page(viewer.get(LIFE).text)
    assert "Everybody can read and sign it." in page.text
    assert f"{LIFE}/pause" not in page.links
    for browser, status in ((viewer, 403), (stranger, 404)):
        assert browser.get(f"{LIFE}/pause").status_code == status
        assert browser.post(f"{LIFE}/pause", data={"csrf_token": desk_token(browser)}).status_code == status
    assert stranger.get(LIFE).status_code == 404
    assert app.test_client().get(LIFE).status_code == 303
    colleague = signed_in(app, cast.moderator)
    assert colleague.post(f"{LIFE}/pause").status_code == 400
    assert colleague.put(f"{LIFE}/pause").status_code == 405
    assert state_of(app) == "open"
    assert send_form(colleague, f"{LIFE}/pause", {}).status_code == 303
    assert state_of(app) == "paused"
