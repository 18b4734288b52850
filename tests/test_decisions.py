"""Decisions are appended, chained and kept; the database refuses to change them, and a break is found."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import scoped_session

from campaign.decisions import FIRST, broken_links, chain_digest, record_act, record_decision
from campaign.extensions import db
from campaign.models import Decision, DecisionDetail, Letter, LogEntry, Signature
from tests.factories import NOW, make_letter, make_signature

Session = scoped_session[Any]


def decide(letter: Letter, row: Signature, act: str = "hold", **words: Any) -> Decision:
    """One decision of a command."""
    return record_decision(letter.id, row.id, act, by_id=None, now=NOW, **words)


def test_decisions_are_chained_by_letter(session: Session) -> None:
    """T22: each row names the digest before it, from zeros on; every letter has a chain of its own."""
    letter, other = make_letter(), make_letter("other")
    row, elsewhere = make_signature(letter), make_signature(other)
    first = decide(letter, row, "hold", reason="Looks odd", before={"moderation": "approved"})
    strange = decide(other, elsewhere)
    second = decide(letter, row, "approve", after={"moderation": "approved"}, undoes_id=first.id)
    assert (first.sequence, first.previous, second.sequence, second.previous) == (1, FIRST, 2, first.digest)
    assert (strange.sequence, strange.previous) == (1, FIRST)
    assert [broken_links(letter.id), broken_links(other.id)] == [[], []]
    session.commit()
    assert [broken_links(letter.id), broken_links(other.id)] == [[], []]


def test_words_are_salted(session: Session) -> None:
    """T22: the chained row tells nothing of the words, not even that two are the same."""
    letter = make_letter()
    row = make_signature(letter)
    decisions = [decide(letter, row, "hold", reason="The same reason") for _time in range(2)]
    assert decisions[0].detail_digest != decisions[1].detail_digest
    assert "same" not in str([getattr(decisions[0], column.key) for column in Decision.__table__.columns])


def test_blanked_words_leave_the_chain_whole(session: Session) -> None:
    """T22: erasure takes the words; the chain still holds, and says that they are gone."""
    letter = make_letter()
    decision = decide(letter, make_signature(letter), reason="Looks odd")
    detail = session.get_one(DecisionDetail, decision.id)
    detail.reason, detail.salt, detail.blanked_at = "", "", NOW
    session.flush()
    assert broken_links(letter.id) == []


NUMBERED = "SELECT id FROM decision WHERE sequence ="


def without_trigger(session: Session, event: str) -> None:
    """What somebody with the database's own password can do."""
    on_postgresql = session.connection().dialect.name == "postgresql"
    session.execute(text(f"DROP TRIGGER decision_{event}" + (" ON decision" if on_postgresql else "")))


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE decision SET act = 'approve' WHERE sequence = 2", [2]),
        ("UPDATE decision SET organizer_id = 7 WHERE sequence = 1", [1]),
        ("UPDATE decision SET decided_at = '2020-01-01 00:00:00' WHERE sequence = 3", [3]),
        (
            f"UPDATE decision_detail SET reason = 'nicer' WHERE decision_id = ({NUMBERED} 2)",
            [2],
        ),
        (f"DELETE FROM decision_detail WHERE decision_id = ({NUMBERED} 3)", [3]),
        ("DELETE FROM decision WHERE sequence = 2", [3]),
    ],
)
def test_an_edit_or_a_gap_is_found(session: Session, change: str, broken: list[int]) -> None:
    """T22, M3: whoever gets around the triggers is found by the chain, at the row that was touched."""
    letter = make_letter()
    row = make_signature(letter)
    for act in ("hold", "reject", "approve"):
        decide(letter, row, act, reason="Because")
    session.commit()
    for event in ("update", "delete"):
        without_trigger(session, event)
    if change.startswith("DELETE FROM decision WHERE"):
        session.execute(text(f"DELETE FROM decision_detail WHERE decision_id = ({NUMBERED} 2)"))
    session.execute(text(change))
    session.expire_all()
    assert broken_links(letter.id) == broken
    session.rollback()
    assert broken_links(letter.id) == []


def test_a_recomputed_row_breaks_the_next(session: Session) -> None:
    """T22: a row that is changed together with its digest no longer fits the one after it."""
    letter = make_letter()
    row = make_signature(letter)
    first = decide(letter, row, "hold")
    decide(letter, row, "approve")
    session.commit()
    without_trigger(session, "update")
    first.act = "reject"
    first.digest = chain_digest(first)
    session.flush()
    assert broken_links(letter.id) == [2]
    session.rollback()


@pytest.mark.parametrize("table", ["decision", "log_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET act = 'other'", "DELETE FROM {}"])
def test_database_refuses_changes(session: Session, table: str, statement: str) -> None:
    """T22: append-only is a rule of the database, for any program that connects."""
    letter = make_letter()
    decide(letter, make_signature(letter))
    record_act("letter_opened", now=NOW, letter_id=letter.id)
    session.commit()
    with pytest.raises(DBAPIError, match="may not be changed"):
        session.execute(text(statement.format(table)))
    session.rollback()
    assert session.scalars(select(Decision.act)).all() == ["hold"]
    assert session.scalars(select(LogEntry.act)).all() == ["letter_opened"]


def test_chain_never_forks(app: Flask, session: Session) -> None:
    """P14, T22: four at once, ten decisions each: forty rows in one unbroken line."""
    letter = make_letter()
    row = make_signature(letter)
    session.commit()
    letter_id, row_id = letter.id, row.id
    session.commit()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                for _time in range(10):
                    record_decision(letter_id, row_id, "hold", by_id=None, now=NOW)
                    db.session.commit()
        except BaseException as error:  # noqa: BLE001  shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert session.scalars(select(Decision.sequence).order_by(Decision.id)).all() == list(range(1, 41))
    assert broken_links(letter_id) == []
