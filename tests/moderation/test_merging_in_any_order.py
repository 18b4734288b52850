"""Merges among everything else that happens to signatures: no order breaks a count or a constraint (P4, P26)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.models import Pair, SearchWord, Signature
from campaign.moderation import operations
from campaign.moderation.operations import decide, undo
from campaign.moderation.rules import Ruling
from campaign.signing.operations import erase_signature, recount_letter, withdraw_signature
from campaign.signing.operations.listing import is_public, search_rows
from campaign.signing.queries import count_public
from campaign.states import Refused
from tests.factories import DAY, NOW, make_letter, make_signature

SIZE = 5
Act = tuple[str, int, int]
ACTS = ("merge", "merge", "merge", "undo", "undo", "withdraw", "erase", "reject", "approve", "apart", "again")
acts = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=10)


class World:
    """A letter with five Adas from one affiliation, and what was decided on them."""

    def __init__(self) -> None:
        self.letter = make_letter()
        self.rows = [self.sign(number) for number in range(SIZE)]
        self.decided: list[int] = []
        self.now = NOW
        operations.look_on(NOW)

    def sign(self, number: int) -> Signature:
        """The numbered Ada signs."""
        held = {"moderation": "held", "reasons": "watched_name"} if number == SIZE - 1 else {}
        when = NOW - (number + 2) * DAY
        email = f"ada@home{number}.org"
        return make_signature(self.letter, email=email, affiliation="Society", signed_at=when, **held)

    def act(self, name: str, one: int, other: int) -> None:
        """One act; what is refused changes nothing."""
        self.now += timedelta(minutes=1)
        try:
            with db.session.begin_nested():
                getattr(self, name)(self.rows[one], self.rows[other])
        except Refused:
            db.session.expire_all()

    def merge(self, one: Signature, other: Signature) -> None:
        found = operations.merge(self.letter.id, one.id, other.id, by_id=None, now=self.now)
        self.decided.append(found.id)

    def apart(self, one: Signature, other: Signature) -> None:
        pair = db.session.scalars(select(Pair).where(Pair.first_id == one.id, Pair.second_id == other.id)).first()
        if pair is not None:
            self.decided.append(operations.tell_apart(self.letter.id, pair.id, by_id=None, now=self.now).id)

    def undo(self, one: Signature, other: Signature) -> None:
        if self.decided:
            undo(self.letter.id, self.decided[other.id % len(self.decided)], by_id=None, now=self.now)

    def withdraw(self, one: Signature, other: Signature) -> None:
        withdraw_signature(one, "", self.now)

    def erase(self, one: Signature, other: Signature) -> None:
        erase_signature(one, self.now)

    def reject(self, one: Signature, other: Signature) -> None:
        ruling = Ruling("reject", "not_a_person")
        self.decided.append(decide(self.letter.id, one.id, one.moderation, ruling, by_id=None, now=self.now).id)

    def approve(self, one: Signature, other: Signature) -> None:
        ruling = Ruling("approve")
        self.decided.append(decide(self.letter.id, one.id, one.moderation, ruling, by_id=None, now=self.now).id)

    def again(self, one: Signature, other: Signature) -> None:
        """Who is not live any more signs anew, as the database allows."""
        place = [row.id for row in self.rows].index(one.id)
        if one.withdrawn_at is not None or one.merged_into_id is not None:
            self.rows[place] = self.sign(place)


def everything_holds(world: World) -> None:
    """Counts, words, dates, links and lines are what the rows say."""
    db.session.flush()
    rows = list(db.session.scalars(select(Signature).where(Signature.letter_id == world.letter.id)))
    public = [row for row in rows if is_public(row)]
    assert count_public(world.letter.id)["people"] == len(public)
    recount_letter(world.letter.id, world.now)
    words = {(word.letter_id, word.word, word.signature_id) for word in db.session.scalars(select(SearchWord))}
    assert words == {tuple(word.values()) for row in rows for word in search_rows(row)}
    live = [row.mailbox_key for row in rows if row.withdrawn_at is None and row.merged_into_id is None]
    assert len(live) == len(set(live))
    merged = {pair.dropped_id: pair for pair in db.session.scalars(select(Pair).where(Pair.state == "merged"))}
    assert {row.id: row.merged_into_id for row in rows if row.merged_into_id} == {
        number: pair.kept_id for number, pair in merged.items()
    }
    for row in rows:
        own = next((pair.own_signed_at for pair in merged.values() if pair.kept_id == row.id), None)
        below = [other.signed_at for other in rows if other.merged_into_id == row.id]
        assert own is None or row.signed_at == min(own, *below)
    assert broken_links(world.letter.id) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=acts)
def test_no_order_of_acts_breaks_anything(app: Flask, plan: list[Act]) -> None:
    """p-V4, P4, P26: after any mix of merge, undo, withdraw, erase, reject and signing anew everything adds up."""
    with app.app_context():
        world = World()
        for act in plan:
            world.act(*act)
            everything_holds(world)
        take_everything_back(world)
        db.session.rollback()


def take_everything_back(world: World) -> None:
    """Undoes what can be undone, the newest first: what was never withdrawn stands as it signed."""
    for number in reversed(world.decided):
        try:
            with db.session.begin_nested():
                undo(world.letter.id, number, by_id=None, now=world.now)
        except Refused:
            db.session.expire_all()
    everything_holds(world)
