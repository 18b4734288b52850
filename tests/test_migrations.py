"""Migrations over a filled database, both ways; and the rules the database itself keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import scoped_session

from campaign.choices import SignatureKind
from campaign.decisions import record_act, record_decision
from campaign.extensions import db
from campaign.models import (
    AuthorityRequest,
    Consent,
    DomainCheck,
    Edition,
    Job,
    LegalHold,
    Letter,
    LimitCount,
    Organization,
    Suppression,
)
from campaign.organizations.operations import add_alias
from campaign.signing import operations
from campaign.states import EditionState, JobState, LetterState, Moderation, Verification
from tests.factories import (
    NOW,
    entry,
    make_campaign,
    make_invitation,
    make_letter,
    make_organizer,
    make_signature,
    watch,
)
from tests.support.filling import fill_the_rest
from tests.support.runs import run
from tests.support.tables import everything

Session = scoped_session[Any]


@pytest.fixture
def emptied(app: Flask) -> Iterator[Flask]:
    """The app, whose schema the test may tear down; it is put back afterwards."""
    yield app
    assert run(app, "db", "upgrade").exit_code == 0


def fill() -> None:
    """Rows in every table, of every state where it matters."""
    campaign = make_campaign("everything")
    owner = make_organizer(campaign=campaign)
    letters = [make_letter(state.value, state.value, campaign) for state in LetterState]
    letter = letters[2]
    watch(letter, "Cher")
    for number in range(40):
        make_signature(letter, f"Name {number}", is_private=number % 7 == 0)
    make_signature(letter, "Open Rights", website="https://example.org")
    for state in Verification:
        make_signature(letter, f"A {state}", verification=state.value)
    for decided in Moderation:
        row = make_signature(letter, f"A {decided}", moderation=decided.value)
        record_decision(letter.id, row.id, "hold", by_id=owner.id, now=NOW, reason="Because", after={"a": ["b"]})
    operations.sign_letter(letter.id, entry(consents={"wants_results": "Tell me"}), NOW)
    operations.recount_letter(letter.id, NOW)
    record_act("letter_opened", now=NOW, by_id=owner.id, letter_id=letter.id, detail={"before": "draft"})
    make_invitation(letter)
    organization = db.session.scalars(select(Organization)).first()
    assert organization is not None
    add_alias(letter, organization, name="ORG", website="https://open-rights.net", by_id=owner.id, now=NOW)
    endorsed = make_signature(letter, "Bay Tenants", website="https://bay-tenants.org", moderation="held")
    way = {"way": "published_contact", "email": "office@bay-tenants.org", "generation": 7, "created_at": NOW}
    db.session.add(AuthorityRequest(signature_id=endorsed.id, asked_at=NOW, approved_at=NOW, **way))
    db.session.add(DomainCheck(signature_id=endorsed.id, asked_count=1, asked_at=NOW, outcome="away;away"))
    db.session.add(Suppression(mailbox_key="k" * 64, letter_id=None, reason="bounce", created_at=NOW))
    db.session.add(LimitCount(bucket="b", window_at=NOW, count=3))
    edition(letter, EditionState.FROZEN, frozen_at=NOW)
    fill_the_rest()
    db.session.commit()


def edition(letter: Letter, state: EditionState, number: int = 1, **changes: Any) -> Edition:
    """An edition of a letter."""
    row = Edition(
        letter_id=letter.id, version_id=letter.version_id, number=number, state=state.value, created_at=NOW, **changes
    )
    row.counts, row.line_count, row.list_digest = {"people": 3}, 3, "d" * 64
    db.session.add(row)
    db.session.flush()
    return row


def test_filled_database_goes_down_and_up(emptied: Flask) -> None:
    """P20: with rows in every table, down leaves nothing behind, and up gives a database that works."""
    with emptied.app_context():
        fill()
        assert [table for table, rows in everything().items() if not rows] == []
        lift_holds()
    assert run(emptied, "db", "downgrade", "base").exit_code == 0
    with emptied.app_context():
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        if db.engine.dialect.name == "postgresql":
            left = db.session.execute(text("SELECT proname FROM pg_proc WHERE proname = 'refuse_change'")).all()
            assert left == []
            db.session.rollback()
    assert run(emptied, "db", "upgrade").exit_code == 0
    assert run(emptied, "db", "check").exit_code == 0
    with emptied.app_context():
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            db.session.rollback()
        fill()
        assert [table for table, rows in everything().items() if not rows] == []


def lift_holds() -> None:
    """Ends every legal hold, as their owners would."""
    db.session.execute(update(LegalHold).values(lifted_at=NOW))
    db.session.commit()


def test_migration_back_stops_at_a_legal_hold(emptied: Flask) -> None:
    """T24: what a hold keeps is not taken away with the table that says so; once it is lifted, the way is free."""
    with emptied.app_context():
        letter = make_letter()
        db.session.add(LegalHold(letter_id=letter.id, reason="A court asked.", placed_at=NOW))
        db.session.commit()
        before = everything()
    for revision in ("0010", "base"):
        answer = run(emptied, "db", "downgrade", revision)
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert answer.stderr == (
            "Legal holds that stand: 1. The schema before 0011 knows of none; lift them at the desk first\n"
        )
    with emptied.app_context():
        assert everything() == before
        lift_holds()
    assert run(emptied, "db", "downgrade", "0010").stdout == "1 migrations undone: 0011\n"


def refused(statement: str) -> None:
    """The database says no, and the row is as it was."""
    with pytest.raises(DBAPIError, match="may not be changed"):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "dated_on = '2018-06-18'",
        "place = 'Porto'",
        "counts = '{}'",
        "line_count = 4",
        "list_digest = NULL",
        "number = 2",
        "frozen_at = NULL, state = 'building'",
        "frozen_at = '2018-06-18 00:00:00+00'",
    ],
)
@pytest.mark.parametrize("state", [EditionState.FROZEN, EditionState.DELIVERED])
def test_frozen_edition_cannot_be_changed(session: Session, state: EditionState, change: str) -> None:
    """p-D1: once `frozen_at` stands, what was frozen stays, for any program that connects."""
    edition(make_letter(), state, frozen_at=NOW, delivered_at=NOW if state == EditionState.DELIVERED else None)
    session.commit()
    refused(f"UPDATE edition SET {change}")
    refused("DELETE FROM edition")


def test_edition_is_written_until_frozen_and_may_be_delivered(session: Session) -> None:
    """p-D1: a building edition takes its numbers or is thrown away; a frozen one goes on to delivered."""
    letter = make_letter()
    building = edition(letter, EditionState.BUILDING)
    thrown = edition(letter, EditionState.BUILDING, 2)
    session.commit()
    building.line_count, building.place = 9, "Seattle"
    building.state, building.frozen_at = EditionState.FROZEN.value, NOW
    session.delete(thrown)
    session.commit()
    building.state, building.delivered_at = EditionState.DELIVERED.value, NOW + timedelta(days=1)
    session.commit()
    assert (building.line_count, building.place, building.state) == (9, "Seattle", "delivered")


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        ({}, {}, False),
        ({"moderation": "rejected"}, {}, False),
        ({"verification": "pending"}, {}, False),
        ({"verification": "expired"}, {}, True),
        ({"withdrawn_at": NOW}, {}, True),
        ({"kind": "imported"}, {}, True),
    ],
)
def test_one_live_row_per_mailbox(session: Session, first: Any, second: Any, allowed: bool) -> None:
    """P4: unique by letter, kind and mailbox over live rows, in the database."""
    letter = make_letter()
    make_signature(letter, email="ada@example.org", **first)
    try:
        with session.begin_nested():
            make_signature(letter, email="Ada+x@example.org", **second)
    except IntegrityError:
        assert not allowed
    else:
        assert allowed
    make_signature(make_letter("other"), email="ada@example.org")


def test_one_public_endorsement_per_organization(session: Session) -> None:
    """P4: a second public one is refused; several may wait."""
    letter = make_letter()
    site = {"website": "https://example.org"}
    make_signature(letter, "Open Rights", **site)
    make_signature(letter, "Open Rights", moderation="held", **site)
    waiting = make_signature(letter, "Open Rights", moderation="waiting", **site)
    waiting.moderation = "approved"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_consent_is_one_row_per_kind(session: Session) -> None:
    """p-S6: one consent per signature and box; the four-mail limit can lean on it."""
    row = make_signature(make_letter())
    session.add(Consent(signature_id=row.id, kind="wants_results", sentence="a", given_at=NOW))
    session.flush()
    session.add(Consent(signature_id=row.id, kind="wants_results", sentence="b", given_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_states_of_the_code_are_those_of_the_database(session: Session) -> None:
    """Every value of every enum can be stored: none was forgotten in a migration."""
    letter = make_letter()
    for kind in SignatureKind:
        make_signature(letter, kind=kind.value)
    for number, state in enumerate(JobState):
        times = {"lease_until": NOW, "done_at": NOW}
        session.add(Job(kind="k", key=str(number), payload={}, run_at=NOW, created_at=NOW, state=state.value, **times))
    for state in LetterState:
        make_letter(f"letter-{state}", state.value)
    session.flush()
