"""Undoing takes back the newest decision alone, also where an older one left the same state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.models import Decision, Pair
from campaign.moderation import operations
from campaign.moderation.conditions import Condition
from campaign.moderation.rules import Ruling
from campaign.states import Refused
from tests.factories import make_letter, make_organizer, make_signature
from tests.moderation.test_bulk import steps


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


@pytest.mark.parametrize("way", ["one", "condition"])
@pytest.mark.parametrize("is_taken_back", [False, True])
def test_what_was_said_of_a_pair_hides_no_decision(
    session: scoped_session[Any], now: datetime, way: str, is_taken_back: bool
) -> None:
    """p-V4: "not the same" is no decision on the second of two; what was decided on it can still be undone."""
    letter = make_letter()
    first, second = (make_signature(letter, "Ada Lovelace", moderation="held", reasons="burst") for _two in range(2))
    ruling = Ruling("approve")
    if way == "one":
        made = operations.decide(letter.id, second.id, "held", ruling, by_id=None, now=now).id
    else:
        row = operations.plan_bulk(letter, Condition(name="Ada"), ruling, by_id=None, now=now)
        steps(row)
        operations.start_bulk(letter.id, row.id, by_id=None, now=now)
        steps(row)
    operations.look_for_pairs([first.id, second.id], now)
    pair = session.scalars(select(Pair)).one()
    apart = operations.tell_apart(letter.id, pair.id, by_id=None, now=now)
    if is_taken_back:
        operations.undo(letter.id, apart.id, by_id=None, now=now)
    if way == "one":
        operations.undo(letter.id, made, by_id=None, now=now)
    else:
        operations.undo_bulk(letter.id, row.id, by_id=None, now=now)
        steps(row)
    assert (second.moderation, second.reasons) == ("held", "burst")
