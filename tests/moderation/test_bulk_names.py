"""Decisions by condition in the name of who pressed, also where two people press one after the other."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.jobs.worker import Worker
from campaign.models import Decision
from campaign.moderation import operations
from campaign.moderation.conditions import Condition
from campaign.moderation.operations import bulk
from campaign.moderation.rules import Ruling
from tests.factories import NOW, make_letter, make_organizer, make_signature
from tests.moderation.test_bulk import Session, steps


def test_undoing_is_in_the_name_of_who_undoes(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """T22: the job of who began it is still there when another cancels and undoes, and does nothing of that."""
    monkeypatch.setattr(bulk, "BULK_STEP", 3)
    first, second = (make_organizer(email).id for email in ("first@example.org", "second@example.org"))
    letter = make_letter()
    for number in range(7):
        make_signature(letter, f"Patriot {number}", f"p{number}@bots.example")
    condition, ruling = Condition(domain="bots.example"), Ruling("reject", "not_a_person")
    row = operations.plan_bulk(letter, condition, ruling, by_id=first, now=NOW)
    steps(row)
    operations.start_bulk(letter.id, row.id, by_id=first, now=NOW)
    session.commit()
    assert operations.take_step(row.id, "running", first, NOW)
    session.commit()
    operations.cancel_bulk(letter.id, row.id, by_id=second, now=NOW)
    operations.undo_bulk(letter.id, row.id, by_id=second, now=NOW)
    session.commit()
    assert not operations.take_step(row.id, "running", first, NOW)
    session.commit()
    Worker(app).run_once()
    session.expire_all()
    assert (row.state, row.changed, row.restored) == ("undone", 3, 3)
    decisions = session.execute(select(Decision.act, Decision.organizer_id).order_by(Decision.id)).all()
    assert [tuple(one) for one in decisions] == [("reject", first)] * 3 + [("undo", second)] * 3
