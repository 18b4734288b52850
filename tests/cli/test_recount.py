"""`undersigned recount`: says what drifted before it repairs it (P26)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session

from campaign.models import Letter, Signature, Tally
from campaign.models.signature import IS_PUBLIC
from campaign.signing.operations import mark_dirty
from tests.factories import make_version
from tests.support.runs import run

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def letter(app: Flask, session: scoped_session[Any]) -> Letter:
    """The largest letter of a seeded world of two, with 50 public signatures."""
    run(app, "seed", "--size", "50", "--letters", "2")
    return session.scalars(select(Letter).where(Letter.slug == "open-streets-public")).one()


def spoil(session: scoped_session[Any], letter: Letter, people: int) -> None:
    """Changes the stored count behind everybody's back."""
    session.execute(update(Tally).where(Tally.letter_id == letter.id).values(people=people))
    session.commit()


def test_recount_finds_nothing_in_order(app: Flask, letter: Letter) -> None:
    """A true tally is said to be true, letter by letter."""
    answer = run(app, "recount")
    assert (answer.exit_code, answer.stdout) == (0, "open-streets-public: 0 drift\nopen-streets-coalition-2: 0 drift\n")


def test_recount_reports_drift_and_repairs_it(app: Flask, session: scoped_session[Any], letter: Letter) -> None:
    """P26: spoilt by hand, reported once, true afterwards."""
    spoil(session, letter, 7)
    answer = run(app, "recount", "--letter", letter.slug)
    assert answer.stdout == "open-streets-public: drift: people stored 7, counted 48\n"
    assert run(app, "recount", "--letter", letter.slug).stdout == "open-streets-public: 0 drift\n"
    assert session.get_one(Tally, letter.id, populate_existing=True).total == 50


def test_recount_finds_drift_between_versions(app: Flask, session: scoped_session[Any], letter: Letter) -> None:
    """P26: the same total with somebody under the wrong text is drift as well."""
    second = make_version(letter, 2)
    letter.version_id = second.id
    row = session.scalars(select(Signature).where(Signature.letter_id == letter.id, IS_PUBLIC)).first()
    assert row is not None
    row.version_id = second.id
    session.commit()
    answer = run(app, "recount", "--letter", letter.slug)
    told = "version 1 stored 50, counted 49, version 2 stored 0, counted 1"
    assert answer.stdout == f"open-streets-public: drift: {told}\n"
    assert run(app, "recount", "--letter", letter.slug).stdout == "open-streets-public: 0 drift\n"


def test_recount_dry_run_repairs_nothing(app: Flask, session: scoped_session[Any], letter: Letter) -> None:
    """`--dry-run` tells and leaves it."""
    spoil(session, letter, 7)
    for _time in range(2):
        answer = run(app, "recount", "--dry-run", "--json")
        assert json.loads(answer.stdout) == [
            {"slug": "open-streets-public", "changes": 0, "differences": {"people": [7, 48]}},
            {"slug": "open-streets-coalition-2", "changes": 0, "differences": {}},
        ]


def test_recount_tells_drift_from_what_the_worker_has_not_counted(
    app: Flask, session: scoped_session[Any], letter: Letter
) -> None:
    """A letter marked dirty is late, not wrong."""
    spoil(session, letter, 47)
    mark_dirty(letter.id)
    answer = run(app, "recount", "--letter", letter.slug)
    assert answer.stdout == "open-streets-public: 1 changes not counted yet: people stored 47, counted 48\n"


def test_recount_of_an_unknown_letter(app: Flask, letter: Letter) -> None:
    """A slug that is none leaves with 1 and names it."""
    answer = run(app, "recount", "--letter", "nowhere")
    assert (answer.exit_code, answer.stderr) == (1, 'There is no letter "nowhere".\n')
