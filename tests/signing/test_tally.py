"""The tally is true after every mix of events, and drift is seen before it is repaired."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.models import Decision, DirtyLetter, Letter, SearchWord, Signature, Tally
from campaign.moderation.operations import decide, undo
from campaign.moderation.rules import Ruling
from campaign.signing import operations, queries
from campaign.signing.queries import signature_to_confirm
from campaign.states import Refused
from tests.factories import NOW, entry, make_letter, make_signature
from tests.signing.acts import as_seen

Session = scoped_session[Any]
SECOND = timedelta(seconds=1)


def counts_of(tally: Tally) -> dict[str, int]:
    """The numbers of a tally."""
    return {name: getattr(tally, name) for name in ("people", "private", "organizations", "employees", "imported")}


def by_hand(letter_id: int) -> dict[str, int]:
    """The counts from the rows, one by one, in Python."""
    names = {"person": "people", "organization": "organizations", "employee": "employees", "imported": "imported"}
    found = dict.fromkeys(("people", "private", "organizations", "employees", "imported"), 0)
    for row in db.session.scalars(select(Signature).where(Signature.letter_id == letter_id)):
        if (
            row.verification == "verified"
            and row.moderation == "approved"
            and not row.withdrawn_at
            and not row.merged_into_id
        ):
            found[names[row.kind]] += 1
            found["private"] += row.kind == "person" and row.is_private
    return found


ACTS = [*["sign"] * 6, *["confirm"] * 6, *["decide"] * 3, "undo", "hide", "rename", "withdraw", "erase", "not_me"]


def act(dice: random.Random, letter: Letter, address: str) -> None:
    """One thing that somebody does to a mailbox's newest signature; Refused where it cannot be."""
    row = db.session.scalars(
        select(Signature).where(Signature.email == address, Signature.erased_at.is_(None)).order_by(Signature.id.desc())
    ).first()
    what = dice.choice(ACTS)
    if row is None or what == "sign":
        if row is None and dice.random() < 0.1:
            make_signature(letter, email=address, kind="imported")
            return
        name, is_private = f"Name {chr(97 + dice.randrange(26))}", dice.random() < 0.3
        operations.sign_letter(letter.id, entry(name, address, is_private=is_private), NOW)
    elif what in ("decide", "undo"):
        judge(dice, letter, row, what)
    elif row.kind != "imported":
        own(dice, row, what)


def judge(dice: random.Random, letter: Letter, row: Signature, what: str) -> None:
    """What an organizer does."""
    if what == "undo":
        last = db.session.scalars(select(func.max(Decision.id)).where(Decision.signature_id == row.id)).one()
        undo(letter.id, last or 0, by_id=None, now=NOW)
    else:
        ruling = Ruling(dice.choice(["approve", "hold", "reject"]), "other", "Because")
        decide(letter.id, row.id, row.moderation, ruling, by_id=None, now=NOW)


def own(dice: random.Random, row: Signature, what: str) -> None:
    """What a signatory does."""
    if what == "confirm":
        operations.confirm_signature(signature_to_confirm(row.id), row.generation, as_seen(row.id), NOW)
    elif what in ("hide", "rename"):
        name = dice.choice(["Jeffrey Bezos", "Ada King"])
        changes: dict[str, str | bool] = {"is_private": True} if what == "hide" else {"name": name}
        operations.correct_signature(operations.owned_signature(row.id, row.generation), changes, {}, {}, NOW)
    elif what == "withdraw":
        operations.withdraw_signature(row, "", NOW)
    elif what == "erase":
        operations.erase_signature(row, NOW)
    else:
        operations.refuse_signature(row, NOW)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tally_is_true_after_any_mix(session: Session, seed: int) -> None:
    """P26, R5: sign, confirm, decide, undo, hide, rename, withdraw, erase, import in any order: all numbers agree."""
    dice = random.Random(seed)
    letter = make_letter()
    people = [f"p{number}@example.org" for number in range(30)]
    for _step in range(250):
        try:
            with session.begin_nested():
                act(dice, letter, dice.choice(people))
        except Refused:
            continue
    operations.recount_letter(letter.id, NOW)
    expected = by_hand(letter.id)
    tally = session.get_one(Tally, letter.id)
    assert expected["people"] > 0
    assert session.scalar(select(func.count()).select_from(Decision)) > 5
    assert counts_of(tally) == expected
    assert tally.total == expected["people"] + expected["organizations"] + expected["employees"]
    named = {row.id for row in session.execute(queries.public_signatures(letter.id)) if not row.is_private}
    assert set(session.scalars(select(SearchWord.signature_id).distinct())) == named
    assert broken_links(letter.id) == []


def test_spoilt_tally_is_reported(session: Session) -> None:
    """P26: a recount hands back what stood before, so that drift is seen before it is repaired."""
    letter = make_letter()
    make_signature(letter)
    operations.recount_letter(letter.id, NOW)
    session.get_one(Tally, letter.id).people = 7
    session.flush()
    before = operations.recount_letter(letter.id, NOW)
    session.expire_all()
    assert (before.people, session.get_one(Tally, letter.id).people) == (7, 1)


def test_marks_set_while_counting_stay(session: Session) -> None:
    """P26: a mark that comes during a count asks for another one; nothing is lost."""
    letter = make_letter()
    make_signature(letter)
    session.flush()
    last = session.scalar(select(func.max(DirtyLetter.id)))
    operations.mark_dirty(letter.id)
    operations.recount_marked(letter.id, last, NOW)
    assert len(session.scalars(select(DirtyLetter)).all()) == 1
    assert queries.letters_to_recount(NOW) != []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_slow_counts_are_repeated_seldom(session: Session) -> None:
    """P26: a count that takes two seconds comes again after forty, a quick one at once."""
    letter = make_letter()
    operations.recount_letter(letter.id, NOW)
    operations.mark_dirty(letter.id)
    tally = session.get_one(Tally, letter.id)
    tally.seconds = 2.0
    session.flush()
    due = [bool(queries.letters_to_recount(NOW + seconds * SECOND)) for seconds in (1, 39, 40, -7200)]
    assert due == [False, False, True, True]
    tally.seconds = 0.04
    session.flush()
    assert queries.letters_to_recount(NOW) != []
