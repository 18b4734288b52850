"""Editions: what is frozen, that it never changes, and that two at once get two numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import scoped_session

from campaign import storage
from campaign.delivery.operations import begin_edition, freeze_edition, mark_delivered, prepare_edition
from campaign.delivery.queries import editions_of
from campaign.exports import snapshot
from campaign.extensions import db
from campaign.jobs.kinds import KINDS
from campaign.models import Edition, Letter, LogEntry
from campaign.signing.operations import withdraw_signature
from campaign.states import Refused
from tests.delivery.sealed import freeze
from tests.factories import make_letter, make_signature


def lines(edition: Edition) -> list[dict[str, Any]]:
    """The lines of an edition's snapshot."""
    return list(snapshot.records(storage.folder("editions", str(edition.id)) / snapshot.FILE_NAME))


def world(letter: Letter) -> None:
    """Public, private, held, rejected, pending and withdrawn signatures, and one organization."""
    make_signature(letter, "Zoë Abara", title="Nurse", email="zoe-marker@example.org")
    make_signature(letter, "Ada Lovelace", affiliation="Analytical Engines")
    make_signature(letter, "Private Marker", is_private=True)
    make_signature(letter, "Held Marker", moderation="held", reasons="watched_name")
    make_signature(letter, "Rejected Marker", moderation="rejected")
    make_signature(letter, "Pending Marker", verification="pending", moderation="waiting")
    make_signature(letter, "Withdrawn Marker", withdrawn_at=letter.created_at)
    make_signature(letter, "The Open Rights Fund", website="https://example.org")


def test_edition_holds_the_public_list_in_the_agreed_order(session: scoped_session[Any], now: datetime) -> None:
    """p-D1: organizations first, people A to Z, private ones counted and never named."""
    letter = make_letter()
    world(letter)
    edition = freeze(letter, now)
    face = {"title": "", "affiliation": "", "country": ""}
    assert lines(edition) == [
        {"seq": 1, "kind": "organization", "name": "The Open Rights Fund", **face},
        {"seq": 2, "kind": "person", "name": "Ada Lovelace", **face, "affiliation": "Analytical Engines"},
        {"seq": 3, "kind": "person", "name": "Zoë Abara", **face, "title": "Nurse"},
        {"seq": 4, "kind": "person", "withheld": True},
    ]
    assert edition.counts == {
        "people": 3,
        "private": 1,
        "organizations": 1,
        "employees": 0,
        "imported": 0,
        "total": 4,
        "withheld": 1,
        "versions": [{"version": 1, "people": 3, "private": 1, "organizations": 1, "employees": 0, "imported": 0}],
    }
    assert (edition.number, edition.state, edition.line_count) == (1, "frozen", 4)


def test_freezing_leaves_a_line_in_the_log(session: scoped_session[Any], now: datetime) -> None:
    """Who froze what is on record, with count and digest."""
    letter = make_letter()
    make_signature(letter)
    edition = freeze(letter, now)
    entry = session.scalars(db.select(LogEntry).where(LogEntry.act == "edition_frozen")).one()
    assert entry.detail == {
        "edition": 1,
        "lines": 1,
        "list_digest": edition.list_digest,
        "root": edition.root,
    }
    assert edition.list_digest == snapshot_digest(edition)


def snapshot_digest(edition: Edition) -> str:
    """The SHA-256 of the stored snapshot."""
    from campaign.exports.files import digest

    return digest(storage.folder("editions", str(edition.id)) / snapshot.FILE_NAME)


def test_next_edition_has_who_came_and_lacks_who_left(session: scoped_session[Any], now: datetime) -> None:
    """A later edition is a new list; the one before stays what it was."""
    letter = make_letter()
    leaving = make_signature(letter, "Ada Lovelace")
    first = freeze(letter, now)
    withdraw_signature(leaving, "", now)
    make_signature(letter, "Grace Hopper")
    second = freeze(letter, now + timedelta(hours=1))
    assert [line["name"] for line in lines(first)] == ["Ada Lovelace"]
    assert [line["name"] for line in lines(second)] == ["Grace Hopper"]
    assert [edition.number for edition in editions_of(letter.id)] == [2, 1]


@pytest.mark.parametrize("column", ["counts = '{}'", "list_digest = 'x'", "number = 9", "line_count = 0"])
def test_database_refuses_to_change_a_frozen_edition(session: scoped_session[Any], now: datetime, column: str) -> None:
    """What was frozen is fixed by the database itself."""
    letter = make_letter()
    make_signature(letter)
    edition = freeze(letter, now)
    with pytest.raises(DatabaseError, match="may not be changed"):
        session.execute(text(f"UPDATE edition SET {column} WHERE id = {edition.id}"))
    session.rollback()
    with pytest.raises(DatabaseError, match="may not be changed"):
        session.execute(text(f"DELETE FROM edition WHERE id = {edition.id}"))
    session.rollback()


def test_letter_without_text_has_no_edition(session: scoped_session[Any], now: datetime) -> None:
    """There is nothing to freeze before there is a text."""
    letter = make_letter(state="draft")
    letter.version_id = None
    session.flush()
    with pytest.raises(Refused, match="letter_incomplete"):
        begin_edition(letter, by_id=None, now=now)


def test_freezing_begins_again_after_a_crash(session: scoped_session[Any], now: datetime) -> None:
    """An edition that was begun and never frozen is frozen by the job, once; again does nothing."""
    letter = make_letter()
    make_signature(letter)
    edition = begin_edition(letter, by_id=None, now=now)
    edition_id = edition.id
    session.commit()
    run = KINDS["delivery.freeze"].run
    assert run is not None
    run({"edition": edition_id})
    frozen_at = session.get_one(Edition, edition_id).frozen_at
    session.rollback()
    run({"edition": edition_id})
    again = session.get_one(Edition, edition_id)
    assert (again.state, again.frozen_at) == ("frozen", frozen_at)


def test_frozen_edition_keeps_its_files(session: scoped_session[Any], now: datetime) -> None:
    """P15: a worker that was thought dead and freezes the same edition again is refused before it touches a file."""
    letter = make_letter()
    make_signature(letter)
    edition = begin_edition(letter, by_id=None, now=now)
    session.commit()
    late = prepare_edition(edition, now)
    make_signature(letter, "Somebody Else")
    session.commit()
    freeze_edition(letter, edition, prepare_edition(edition, now), by_id=None, now=now)
    session.commit()
    kept = lines(edition)
    with pytest.raises(Refused, match="illegal_move"):
        freeze_edition(letter, edition, late, by_id=None, now=now)
    session.rollback()
    assert len(kept) == 2
    assert lines(edition) == kept


def test_edition_is_delivered_once(session: scoped_session[Any], now: datetime) -> None:
    """p-D1: the first handing-over makes the edition public; an unfinished list cannot be handed over."""
    letter = make_letter()
    make_signature(letter)
    building = begin_edition(letter, by_id=None, now=now)
    with pytest.raises(Refused, match="edition_not_ready"):
        mark_delivered(building, now)
    edition = freeze(letter, now)
    mark_delivered(edition, now + timedelta(hours=1))
    mark_delivered(edition, now + timedelta(hours=2))
    session.commit()
    assert (edition.state, edition.delivered_at) == ("delivered", now + timedelta(hours=1))
