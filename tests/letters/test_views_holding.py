"""The legal hold at the desk: placed with a reason, seen by the team, lifted."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import LegalHold, LogEntry
from campaign.sentences import REASONS
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form

HOLD = "/desk/letters/stop/edit/hold"


def holds(app: Flask) -> list[tuple[str, bool]]:
    """Reason of each hold, and whether it stands."""
    with app.app_context():
        rows = db.session.scalars(select(LegalHold).order_by(LegalHold.id))
        return [(row.reason, row.lifted_at is None) for row in rows]


def test_hold_is_placed_and_lifted(app: Flask, cast: Cast) -> None:
    """R6: an owner places a hold with its reason and lifts it; each is logged, without the reason."""
    owner = signed_in(app, cast.owner)
    assert "addresses of signatories go" in Page(owner.get(HOLD).text).text
    placed = send_form(owner, HOLD, {"reason": "Court of Lisbon, 12/2026", "action": "place"})
    assert (placed.status_code, placed.headers["Location"]) == (303, HOLD)
    page = Page(owner.get(HOLD).text).text
    assert "Time takes nothing from this letter now" in page
    assert "Court of Lisbon, 12/2026" in page
    assert holds(app) == [("Court of Lisbon, 12/2026", True)]
    assert send_form(owner, HOLD, {"action": "lift"}).status_code == 303
    assert holds(app) == [("Court of Lisbon, 12/2026", False)]
    with app.app_context():
        acts = db.session.execute(select(LogEntry.act, LogEntry.detail).where(LogEntry.act.like("hold_%")))
        assert [tuple(row) for row in acts] == [("hold_placed", {}), ("hold_lifted", {})]


def test_hold_needs_a_reason_and_stands_once(app: Flask, cast: Cast) -> None:
    """Of two owners at once the second is told; what was typed stays."""
    owner = signed_in(app, cast.owner)
    empty = send_form(owner, HOLD, {"reason": "  ", "action": "place"})
    assert (empty.status_code, str(REASONS["needs_hold_reason"]) in empty.text) == (422, True)
    token = desk_token(owner)
    first, second = (
        owner.post(HOLD, data={"csrf_token": token, "action": "place", "reason": f"Reason {n}"}) for n in (1, 2)
    )
    assert (first.status_code, second.status_code) == (303, 422)
    assert str(REASONS["hold_stands"]) in second.text
    assert holds(app) == [("Reason 1", True)]
    lift = {"csrf_token": token, "action": "lift"}
    assert [owner.post(HOLD, data=lift).status_code for _ in range(2)] == [303, 422]
    assert owner.post(HOLD, data={"csrf_token": token, "action": "burn"}).status_code == 422
    assert owner.put(HOLD).status_code == 405


@pytest.mark.parametrize(
    ("who", "reads", "places"), [("moderator", 200, 303), ("viewer", 200, 403), ("stranger", 404, 404)]
)
def test_hold_is_the_owners_to_place(app: Flask, cast: Cast, who: str, reads: int, places: int) -> None:
    """T18: the team sees it, owners place it, strangers know of nothing."""
    client = signed_in(app, getattr(cast, who))
    assert client.get(HOLD).status_code == reads
    answer = client.post(HOLD, data={"csrf_token": desk_token(client), "action": "place", "reason": "Court"})
    assert answer.status_code == places
    assert holds(app) == ([("Court", True)] if places == 303 else [])


def test_hold_without_token_is_refused(app: Flask, cast: Cast) -> None:
    """T19: another site cannot place a hold."""
    assert signed_in(app, cast.owner).post(HOLD, data={"action": "place", "reason": "Court"}).status_code == 400
    assert holds(app) == []
