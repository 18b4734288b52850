"""Undoing takes back the newest decision alone, also where an older one left the same state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.models import Decision
from campaign.moderation import operations
from campaign.moderation.rules import Ruling
from campaign.states import Refused
from tests.factories import make_letter, make_organizer, make_signature


def test_older_decision_is_not_undone(session: scoped_session[Any], now: datetime) -> None:
    """P14, x-O4: held, approved, held again: the first hold is history, though the state is the one it left."""
    letter, by_id = make_letter(), make_organizer().id
    row = make_signature(letter)
    made = [
        operations.decide(letter.id, row.id, seen, Ruling(act), by_id=by_id, now=now).id
        for seen, act in (("approved", "hold"), ("held", "approve"), ("approved", "hold"))
    ]
    for older in made[:2]:
        with pytest.raises(Refused, match="already_decided"):
            operations.undo(letter.id, older, by_id=by_id, now=now)
    assert (row.moderation, session.scalar(select(func.count(Decision.id)))) == ("held", 3)
    operations.undo(letter.id, made[2], by_id=by_id, now=now)
    assert (row.moderation, row.reasons) == ("approved", "")
