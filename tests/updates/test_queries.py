"""The fan-out reads a page by its index, and costs the same at each step; a hand-over is a few statements."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import Letter
from campaign.updates import operations, queries
from campaign.updates.queries import Circle
from tests.factories import NOW, make_consent, make_signature, make_update
from tests.support.plans import plan_of, statements_of
from tests.updates.conftest import send_now

Session = scoped_session[Any]


@pytest.mark.parametrize("kind", ["news", "result", "final_copy"])
def test_fan_out_uses_indexes(app: Flask, letter: Letter, kind: str) -> None:
    """p-D7: a keyset over the signatures of the letter; consents, mailboxes and rows are looked up, never scanned."""
    for number in range(5):
        make_consent(make_signature(letter, f"Person {number}"))
    circle = Circle(letter.id, kind, {"version": 1, "country": "PT"}, edition_id=1, update_id=1, begun_at=NOW)
    ((statement, parameters),) = statements_of(lambda: queries.next_recipients(circle, 3, 1000))
    if db.engine.dialect.name == "postgresql":
        plan = plan_of(statement, parameters)
        assert "Seq Scan" not in plan
        return
    plan = plan_of(statement, parameters)
    assert (
        "ix_signature_letter_id (letter_id=? AND rowid>?)" in plan
        or "ix_signature_letter_id (letter_id=? AND id>?)" in plan
    )
    assert "SCAN" not in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def test_a_step_is_a_few_statements(letter: Letter) -> None:
    """D5: the same number of statements for two signatories as for forty."""
    counts = []
    for number, size in enumerate((2, 40), 1):
        for place in range(size):
            make_consent(make_signature(letter, f"Person {number}-{place}"))
        update = make_update(letter, number=number)
        send_now(letter, update)

        def step(update: Any = update) -> None:
            found = operations.plan(update, NOW)
            assert found is not None
            operations.hand_out(letter, update, found, NOW)

        counts.append(len(statements_of(step)))
        db.session.commit()
    assert counts[1] <= counts[0] + 2
    assert counts[0] < 14


def test_rows_of_a_letter(letter: Letter) -> None:
    """The list, newest first, and the next number."""
    assert queries.next_number(letter.id) == 1
    first, second = make_update(letter), make_update(letter, number=2)
    assert queries.updates_of(letter.id) == [second, first]
    assert queries.next_number(letter.id) == 3
    assert queries.update_of(letter.id, 2) == second
    assert queries.update_of(letter.id + 1, 2) is None
