"""Two organizers at the same pair at the same moment (P14): one final state, and the second is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.models import Decision, Pair, Signature
from campaign.moderation import operations
from campaign.moderation.operations import decide
from campaign.moderation.rules import Ruling
from campaign.public.queries.corrections import falls_of
from campaign.signing.operations import withdraw_signature
from campaign.signing.queries import count_public, signature_for_change
from tests.factories import NOW, make_letter, make_signature
from tests.signing.test_at_once import Other

Session = scoped_session[Any]
Second = Callable[[int, int, int, int], object]


def withdraw(letter: int, kept: int, dropped: int, _pair: int) -> object:
    """The owner of the one that is merged withdraws at this very moment."""
    row = signature_for_change(dropped)
    assert row is not None
    withdraw_signature(row, "", NOW)
    return "withdrawn"


def merge(letter: int, kept: int, dropped: int, _pair: int) -> object:
    """The same once more."""
    return operations.merge(letter, kept, dropped, by_id=None, now=NOW)


def merge_back(letter: int, kept: int, dropped: int, _pair: int) -> object:
    """The other way round."""
    return operations.merge(letter, dropped, kept, by_id=None, now=NOW)


def tell_apart(letter: int, _kept: int, _dropped: int, pair: int) -> object:
    """The opposite."""
    return operations.tell_apart(letter, pair, by_id=None, now=NOW)


def reject(letter: int, _kept: int, dropped: int, _pair: int) -> object:
    """A decision on the one that is merged."""
    return decide(letter, dropped, "approved", Ruling("reject", "abusive"), by_id=None, now=NOW)


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (merge, "already_withdrawn"),
        (merge_back, "already_withdrawn"),
        (tell_apart, "already_decided"),
        (reject, "already_withdrawn"),
        (withdraw, "withdrawn"),
    ],
)
def test_second_is_told(app: Flask, session: Session, second: Second, told: str) -> None:
    """P14: 0 decisions lost, one row for each change, the count falls once, and nobody gets an error."""
    letter = make_letter()
    rows = [make_signature(letter, email=f"ada@{place}.org", affiliation="Society") for place in ("home", "work")]
    operations.look_on(NOW)
    session.commit()
    letter_id, kept, dropped = letter.id, rows[0].id, rows[1].id
    pair = session.scalars(select(Pair.id)).one()
    session.commit()
    operations.merge(letter_id, kept, dropped, by_id=None, now=NOW)
    other = Other(app, lambda: second(letter_id, kept, dropped, pair))
    session.commit()
    assert other.done() == told
    session.expire_all()
    assert session.get_one(Signature, dropped).merged_into_id == kept
    assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert (count_public(letter_id)["people"], [fall.rule for fall in falls_of(letter_id, 9)]) == (1, ["merged"])
