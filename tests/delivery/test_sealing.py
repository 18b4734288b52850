"""Sealing a list: lines, private digests, leaves and their tree; one edition of two presses; one snapshot."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import scoped_session

from campaign.delivery import sealing
from campaign.delivery.jobs import complete_edition
from campaign.delivery.operations import ask_for_edition, begin_edition, forget_leaves, leaf_batches, prepare_edition
from campaign.delivery.rules import Wanted
from campaign.exports import snapshot
from campaign.exports.files import digest
from campaign.extensions import db
from campaign.lib import merkle
from campaign.models import Edition, EditionLeaf, Job, Letter, Signature
from campaign.signing.operations import erase_signature, withdraw_signature
from campaign.states import Refused
from tests.delivery.sealed import freeze, fresh, home, signed_letter
from tests.factories import make_signature, make_version

Session = scoped_session[Any]
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def leaves_of(edition: Edition) -> list[EditionLeaf]:
    """The leaves of an edition, in order."""
    rows = select(EditionLeaf).where(EditionLeaf.edition_id == edition.id).order_by(EditionLeaf.seq)
    return list(db.session.scalars(rows))


def test_leaves_are_hashes_of_the_lines(session: Session, now: datetime) -> None:
    """p-D3: every leaf follows from its line alone, the root from the leaves, and the private digest from its salt."""
    edition = freeze(signed_letter(), now)
    path = home(edition.id) / snapshot.FILE_NAME
    rows = leaves_of(edition)
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    for row, (text, public) in zip(rows, snapshot.lines(path), strict=True):
        record = json.loads(text)
        assert text == rfc8785.dumps(record)
        assert (record["public"], public["seq"]) == (public, row.seq)
        assert row.leaf == hashlib.sha256(b"\x00" + text).hexdigest()
        signature = session.get_one(Signature, row.signature_id)
        private = rfc8785.dumps({"email": signature.email, "name": signature.name_typed})
        assert row.salt is not None
        assert record["private_digest"] == hashlib.sha256(b"\x02" + bytes.fromhex(row.salt) + private).hexdigest()
    assert edition.root == merkle.root([bytes.fromhex(row.leaf) for row in rows]).hex()
    assert edition.list_digest == digest(path)
    assert len({row.salt for row in rows}) == 4


def test_withheld_lines_are_last_and_shuffled(session: Session, now: datetime) -> None:
    """p-D3: who keeps their name private stands in no order that tells when they signed."""
    letter = signed_letter()
    for number in range(40):
        make_signature(letter, f"Private {number}", is_private=True)
    edition = freeze(letter, now)
    hidden = [row.signature_id for row in leaves_of(edition)[3:]]
    assert len(hidden) == 41
    assert hidden != sorted(hidden)  # type: ignore[type-var]
    kinds = [(line["seq"], line.get("withheld")) for line in snapshot.records(home(edition.id) / snapshot.FILE_NAME)]
    assert kinds == [(number, True if number > 3 else None) for number in range(1, 45)]


def test_leaves_are_written_in_batches(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """p-D3: no commit holds more than a batch of the list, and the one that freezes holds none."""
    monkeypatch.setattr(sealing, "BATCH", 2)
    letter = signed_letter()
    edition_id = begin_edition(letter, by_id=None, now=now).id
    session.commit()
    commits: list[int] = []
    counted: list[int] = []

    def count(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("INSERT INTO edition_leaf"):
            counted.append(len(parameters) if isinstance(parameters, list) else 1)

    def commit(_connection: Any) -> None:
        commits.append(len(counted))

    event.listen(db.engine, "before_cursor_execute", count)
    event.listen(db.engine, "commit", commit)
    try:
        complete_edition(edition_id, now)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
        event.remove(db.engine, "commit", commit)
    assert commits == [0, 1, 2, 2]
    assert len(leaves_of(session.get_one(Edition, edition_id))) == 4


def test_crash_while_sealing_starts_again(session: Session, now: datetime) -> None:
    """p-D1: what a crash left is thrown away, leaves included, and the next run makes a whole edition."""
    letter = signed_letter()
    edition = begin_edition(letter, by_id=None, now=now)
    edition_id = edition.id
    session.commit()
    prepared = prepare_edition(edition, now)
    batch = next(leaf_batches(prepared))
    db.session.execute(db.insert(EditionLeaf), [{"edition_id": edition_id, **leaf._asdict()} for leaf in batch[:2]])
    make_signature(session.get_one(Letter, letter.id), "Somebody Else")
    session.commit()
    complete_edition(edition_id, now)
    frozen = session.get_one(Edition, edition_id)
    rows = leaves_of(frozen)
    assert (frozen.state, frozen.line_count, len(rows)) == ("frozen", 5, 5)
    assert frozen.root == merkle.root([bytes.fromhex(row.leaf) for row in rows]).hex()
    forget_leaves(0)


def test_erasing_deletes_salt_and_link(session: Session, now: datetime, mails: Callable[..., Any]) -> None:
    """K1: the leaf stays, whose it was is gone: before the freeze, after it, and for a private name."""
    letter = signed_letter()
    edition = freeze(letter, now)
    rows = {row.seq: row for row in leaves_of(edition)}
    before = [row.leaf for row in rows.values()]
    for seq in (2, 4):
        erase_signature(session.get_one(Signature, rows[seq].signature_id), now)
    mails()
    session.expire_all()
    after = leaves_of(edition)
    assert [row.leaf for row in after] == before
    assert [(row.signature_id is None, row.salt is None) for row in after] == [
        (False, False),
        (True, True),
        (False, False),
        (True, True),
    ]
    text = (home(edition.id) / snapshot.FILE_NAME).read_bytes().splitlines()
    assert json.loads(text[1]) == {"leaf": before[1], "seq": 2}
    assert [len(level) for level in merkle.levels([bytes.fromhex(leaf) for leaf in before])] == [4, 2, 1]


def test_edition_bears_its_own_date_and_place(session: Session, now: datetime) -> None:
    """p-D1: the same text handed over twice is one version and two editions, also before the letter opens."""
    letter = signed_letter()
    letter.state, letter.opened_at = "draft", None
    session.commit()
    freeze(letter, now)
    freeze(letter, now + timedelta(hours=1), wanted=Wanted(date(2026, 6, 18), "Seattle"))
    assert [
        (row.number, row.dated_on, row.place, row.version_id)
        for row in session.scalars(select(Edition).order_by(Edition.number))
    ] == [
        (1, None, "", fresh(letter).version_id),
        (2, date(2026, 6, 18), "Seattle", fresh(letter).version_id),
    ]


def test_current_text_only_says_both_numbers(session: Session, now: datetime) -> None:
    """p-L3: nobody is left out unless the owner says so, and then both numbers stand in the edition."""
    letter = signed_letter()
    version = make_version(letter, 2)
    version.asked_number, letter.version_id = 2, version.id
    make_signature(letter, "Grace Hopper")
    session.commit()
    freeze(letter, now)
    current = freeze(letter, now + timedelta(hours=1), wanted=Wanted(None, "", is_current_only=True))
    everybody = session.scalars(select(Edition).where(Edition.number == 1)).one()
    assert (everybody.line_count, current.line_count, current.counts["people"]) == (5, 1, 1)
    assert [(row["version"], row["people"]) for row in current.counts["versions"]] == [(2, 1), (1, 3)]
    assert current.is_current_only


class TestTwoPresses:
    """p-D1: which presses make one edition."""

    def test_while_it_is_being_frozen(self, session: Session, now: datetime) -> None:
        """The second gets the edition that is being frozen, whenever it comes."""
        letter = signed_letter()
        first = ask_for_edition(letter, by_id=None, now=now)
        assert ask_for_edition(letter, by_id=None, now=now + timedelta(minutes=5)).id == first.id
        assert session.scalar(select(db.func.count()).select_from(Job).where(Job.kind == "delivery.freeze")) == 1

    def test_before_its_list_was_read(self, session: Session, now: datetime) -> None:
        """Who asked no later than the list was read gets that list: it has everybody they could have meant."""
        letter = signed_letter()
        first = freeze(letter, now)
        session.commit()
        assert begin_edition(fresh(letter), by_id=None, now=now).id == first.id
        assert begin_edition(fresh(letter), by_id=None, now=now + timedelta(seconds=1)).number == 2

    def test_by_the_number_on_the_button(self, session: Session, now: datetime) -> None:
        """Two organizers who both saw "freeze edition 1" make edition 1."""
        letter, later = signed_letter(), now + timedelta(minutes=5)
        first = freeze(letter, now)
        assert ask_for_edition(fresh(letter), by_id=None, now=later, number=1).id == first.id
        assert ask_for_edition(fresh(letter), by_id=None, now=later, number=2).number == 2

    def test_with_another_date_is_refused(self, session: Session, now: datetime) -> None:
        """Nobody is handed an edition that prints something else than they chose."""
        letter, wanted = signed_letter(), Wanted(date(2026, 6, 18), "Seattle")
        begin_edition(letter, by_id=None, now=now)
        with pytest.raises(Refused, match="edition_differs"):
            begin_edition(letter, by_id=None, now=now, wanted=wanted)


def in_threads(app: Flask, work: Callable[[int], None], count: int) -> None:
    """Runs the work in so many threads at once, each with a session of its own."""
    ready = threading.Barrier(count)
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            with app.app_context():
                ready.wait()
                work(number)
        except BaseException as problem:  # noqa: BLE001  told below, in the thread of the test
            failed.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []


def test_two_who_freeze_at_once_make_one_edition(app: Flask, session: Session, now: datetime) -> None:
    """p-D1: the command in four processes, and whole afterwards."""
    letter_id = signed_letter().id
    session.rollback()

    def press(_number: int) -> None:
        edition_id = begin_edition(db.session.get_one(Letter, letter_id), by_id=None, now=now).id
        db.session.commit()
        complete_edition(edition_id, now)

    in_threads(app, press, 4)
    edition = session.scalars(select(Edition)).one()
    rows = leaves_of(edition)
    assert (edition.number, edition.state, len(rows)) == (1, "frozen", 4)
    assert edition.root == merkle.root([bytes.fromhex(row.leaf) for row in rows]).hex()
    assert edition.root == (home(edition.id) / sealing.TREE).read_bytes()[-32:].hex()


def test_freezing_while_people_sign_and_withdraw_is_one_snapshot(app: Flask, session: Session, now: datetime) -> None:
    """P15: counts, lines, leaves and root are of one moment, and nobody is in it who withdrew before it began."""
    letter = signed_letter()
    letter_id = letter.id
    leaving = [make_signature(letter, f"Leaving {number}").id for number in range(30)]
    session.commit()
    stop = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            freeze_four()
            stop.set()
            return
        for step in range(30):
            if stop.is_set():
                return
            if number == 1:
                make_signature(db.session.get_one(Letter, letter_id), f"Coming {step}")
            else:
                withdraw_signature(db.session.get_one(Signature, leaving[step]), "", now)
            db.session.commit()

    def freeze_four() -> None:
        for step in range(4):
            gone = set(db.session.scalars(select(Signature.id).where(Signature.withdrawn_at.is_not(None))))
            edition = freeze(db.session.get_one(Letter, letter_id), now + timedelta(seconds=step))
            rows = leaves_of(edition)
            counts = edition.counts
            assert counts["people"] + counts["organizations"] == edition.line_count == len(rows)
            assert sum(row["people"] + row["organizations"] for row in counts["versions"]) == edition.line_count
            assert edition.root == merkle.root([bytes.fromhex(row.leaf) for row in rows]).hex()
            ids = [row.signature_id for row in rows]
            assert len(set(ids)) == len(ids)
            assert not gone & set(ids)
            db.session.rollback()

    in_threads(app, work, 3)
    assert [row.number for row in session.scalars(select(Edition).order_by(Edition.number))] == [1, 2, 3, 4]
