"""Erasing reaches what was made of a letter: frozen lists, files of exports, and what a crash left of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign import storage
from campaign.delivery.jobs import remove_unused
from campaign.delivery.operations import begin_edition, freeze_edition, prepare_edition
from campaign.delivery.operations.freezing import Prepared
from campaign.exports import blanking, jobs, operations, snapshot
from campaign.exports.report import Report
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.jobs.kinds import KINDS
from campaign.models import Edition, Export, Letter, Signature
from campaign.signing.operations import blank_over, erase_signature, refuse_signature
from campaign.states import Refused
from tests.delivery import sealed
from tests.factories import DAY, make_letter, make_signature

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
NAMES = ("Open Rights", "Ada Lovelace", "Marker Markersen", "Mary Somerville", "Zoë Abara")


def signed_letter() -> tuple[int, list[int]]:
    """A letter with five names and one private signature: its id, and theirs."""
    letter = make_letter()
    rows = [make_signature(letter, NAMES[0], website="https://example.org")]
    rows += [make_signature(letter, name) for name in NAMES[1:]]
    make_signature(letter, "Private Person", is_private=True)
    db.session.commit()
    return letter.id, [row.id for row in rows]


def freeze(letter_id: int, now: datetime) -> Path:
    """The folder of the letter's next edition."""
    return sealed.home(sealed.freeze(db.session.get_one(Letter, letter_id), now).id)


def begun(letter_id: int, now: datetime) -> tuple[Edition, Prepared]:
    """The letter's next edition with its list, taken and not yet frozen."""
    edition = begin_edition(db.session.get_one(Letter, letter_id), by_id=None, now=now)
    db.session.commit()
    return edition, prepare_edition(edition, now)


def frozen() -> list[tuple[Any, ...]]:
    """What the database says of every edition."""
    db.session.rollback()
    asked = select(Edition.counts, Edition.line_count, Edition.list_digest).order_by(Edition.number)
    return [tuple(row) for row in db.session.execute(asked)]


def asked(letter_id: int, now: datetime, **changes: Any) -> int:
    """The id of an export that was asked for at the desk."""
    values = {"format": "csv", "purpose": "internal", **changes}
    export = Export(letter_id=letter_id, created_at=now, **values)
    db.session.add(export)
    db.session.commit()
    return export.id


def make(export_id: int) -> None:
    """Runs the job of an export."""
    run = KINDS["exports.make"].run
    assert run is not None
    run({"export": export_id})


def export_of(export_id: int) -> Export:
    """The export as it stands."""
    db.session.rollback()
    return db.session.get_one(Export, export_id)


def files_with(app: Flask, word: str) -> list[str]:
    """The files under DATA_DIR that hold a word."""
    base = Path(app.config["DATA_DIR"])
    files = [path for path in base.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(base)) for path in files if word.encode() in path.read_bytes())


@pytest.mark.parametrize("way", ["erase", "not me", "withdrawn long ago"])
@pytest.mark.usefixtures("frozen")
def test_erasing_reaches_editions_and_exports(
    app: Flask, session: Session, mails: Mails, now: datetime, way: str
) -> None:
    """R6, K1, T23: the words leave every frozen list and every file; counts and digest stay what they were."""
    letter, rows = signed_letter()
    folders = [freeze(letter, now), freeze(letter, now + timedelta(seconds=1))]
    before = frozen()
    export = asked(letter, now)
    make(export)
    assert len(files_with(app, "Markersen")) >= 3
    row = session.get_one(Signature, rows[2])
    if way == "erase":
        erase_signature(row, now)
    elif way == "not me":
        refuse_signature(row, now)
    else:
        row.withdrawn_at = now - 31 * DAY
        session.flush()
        blank_over(row.id, now)
    mails()
    assert files_with(app, "Markersen") == []
    assert (export_of(export).state, export_of(export).folder) == ("done", "")
    assert frozen() == before
    for folder in folders:
        path = folder / snapshot.FILE_NAME
        assert [record.get("name") for record in snapshot.records(path)] == [*NAMES[:2], None, *NAMES[3:], None]
        assert [record["seq"] for record in snapshot.records(path)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("way", ["erase", "not me"])
def test_erased_while_the_list_is_frozen(app: Flask, session: Session, mails: Mails, now: datetime, way: str) -> None:
    """R6: who leaves between the snapshot and the freeze is in no list, though the job that forgets ran before it."""
    letter, rows = signed_letter()
    edition, prepared = begun(letter, now)
    {"erase": erase_signature, "not me": refuse_signature}[way](session.get_one(Signature, rows[2]), now)
    mails()
    assert files_with(app, "Markersen") == [f"editions/{prepared.folder.name}/signatories.ndjson"]
    freeze_edition(session.get_one(Letter, letter), edition, prepared, by_id=None, now=now)
    session.commit()
    folder = storage.folder("editions", str(edition.id))
    assert files_with(app, "Markersen") == []
    names = [record.get("name") for record in snapshot.records(folder / snapshot.FILE_NAME)]
    assert names == [*NAMES[:2], None, *NAMES[3:], None]
    assert (edition.line_count, edition.list_digest) == (6, prepared.taken.digest)
    assert sum(run.size for run in blanking.read_runs(folder)) == 4


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_forgetting_waits_for_a_freeze_that_has_begun(app: Flask, session: Session, now: datetime) -> None:
    """R6: an erasure that the freeze could not see any more is found by the job, which waits until it is frozen."""
    letter, rows = signed_letter()
    edition, prepared = begun(letter, now)
    freeze_edition(session.get_one(Letter, letter), edition, prepared, by_id=None, now=now)
    run = KINDS["delivery.forget"].run
    assert run is not None
    finished = threading.Event()

    def leave() -> None:
        with app.app_context():
            erase_signature(db.session.get_one(Signature, rows[2]), now)
            db.session.commit()
            run({"letter": letter, "signature": rows[2]})
            finished.set()

    leaving = threading.Thread(target=leave)
    leaving.start()
    assert not finished.wait(0.5)
    session.commit()
    leaving.join(30)
    assert finished.is_set()
    assert files_with(app, "Markersen") == []
    assert edition.line_count == 6


@pytest.mark.parametrize("erased", [[2], [0], [4, 1], [0, 1, 2, 3, 4]])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_files_of_an_edition_leave_out_who_was_erased(
    app: Flask, session: Session, now: datetime, tmp_path: Path, erased: list[int]
) -> None:
    """K1: every format goes on reading the list in its order, and the report says how many names are gone."""
    letter, rows = signed_letter()
    folder = freeze(letter, now)
    for place in erased:
        blanking.blank(folder, {rows[place]})
        blanking.blank(folder, {rows[place]})
    left = [name for place, name in enumerate(NAMES) if place not in erased]
    for form, name in (("csv", "signatories.csv"), ("txt", "letter.txt"), ("html", "letter.html")):
        report, place = Report(), tmp_path / form
        place.mkdir()
        operations.make_export(letter, Purpose.DELIVERY, form, 1, folder=place, now=now, report=report)
        text = (place / name).read_text(encoding="utf-8")
        assert sorted((name for name in NAMES if name in text), key=text.index) == left
        assert report.notes[0].startswith(f"{len(erased)} names were removed after the list was frozen")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_blanking_goes_on_after_a_crash(app: Flask, session: Session, now: datetime) -> None:
    """R6: stopped between the list and its outline, the job that comes again brings them together."""
    letter, rows = signed_letter()
    folder = freeze(letter, now)
    outline, ids = (folder / blanking.OUTLINE).read_bytes(), (folder / snapshot.IDS).read_bytes()
    blanking.blank(folder, {rows[2]})
    done = (folder / blanking.OUTLINE).read_bytes()
    (folder / blanking.OUTLINE).write_bytes(outline)
    (folder / snapshot.IDS).write_bytes(ids)
    blanking.blank(folder, {rows[2]})
    assert (folder / blanking.OUTLINE).read_bytes() == done
    assert sum(run.size for run in blanking.read_runs(folder)) == 4


def test_export_being_made_is_stopped(app: Flask, session: Session, now: datetime) -> None:
    """R6: a file that is being made while somebody in it is erased is not handed over."""
    letter, _rows = signed_letter()
    export = asked(letter, now, state="running")
    operations.forget_exports(letter, now)
    session.commit()
    make(export)
    assert (export_of(export).state, export_of(export).error) == ("cancelled", "erased_meanwhile")
    assert files_with(app, "Markersen") == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_report_in_the_database_names_nobody(app: Flask, session: Session, now: datetime) -> None:
    """K6: a name that had to be printed otherwise stands in the report's file, which goes after 7 days, only."""
    letter = make_letter()
    make_signature(letter, "Marker \U00013000 Markersen")
    export = asked(letter.id, now, format="pdf", purpose="delivery")
    make(export)
    assert export_of(export).state == "done"
    assert files_with(app, "Markersen") == [f"exports/{export}/report.json"]
    assert "Markersen" not in str(export_of(export).report)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_export_that_fails_leaves_no_file(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K6: what was written before the failure is removed, the failure is final, and says what it was."""
    letter, _rows = signed_letter()
    export = asked(letter, now)

    def fail(*_given: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(operations.files, "finish", fail)
    with pytest.raises(OSError, match="no space"):
        make(export)
    assert (export_of(export).state, export_of(export).error) == ("failed", "OSError")
    assert files_with(app, "Markersen") == []
    make(export)
    assert export_of(export).state == "failed"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_cancelled_while_it_finishes_stays_cancelled(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D4: the state moves only from the one that was seen, so that the last press counts."""
    letter, _rows = signed_letter()
    export = asked(letter, now)
    make_export = operations.make_export

    def cancel_at_the_end(*given: Any, **named: Any) -> list[str]:
        names = make_export(*given, **named)
        assert operations.move_export(export, "running", "cancel", finished_at=now)
        db.session.commit()
        return names

    monkeypatch.setattr(operations, "make_export", cancel_at_the_end)
    make(export)
    assert (export_of(export).state, export_of(export).folder) == ("cancelled", "")
    assert files_with(app, "Markersen") == []
    with pytest.raises(Refused, match="illegal_move"):
        operations.move_export(export, "cancelled", "finish")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_a_crash_left_goes(app: Flask, session: Session, now: datetime) -> None:
    """K6: lists that never became a file or an edition go too, and an export nobody makes any more says so."""
    letter, _rows = signed_letter()
    stuck = asked(letter, now - 8 * DAY, state="running")
    fresh = asked(letter, now, state="running")
    for kind, name, age in [
        ("exports", str(stuck), timedelta(0)),
        ("exports", "4711", 8 * DAY),
        ("exports", str(fresh), DAY),
        ("editions", "new-abandoned", 2 * DAY),
        ("editions", "new-just-now", timedelta(0)),
        ("editions", "1", 900 * DAY),
    ]:
        folder = storage.folder(kind, name)
        (folder / "list").write_text("Markersen", encoding="utf-8")
        os.utime(folder, times=((now - age).timestamp(),) * 2)
    jobs.expire(now)
    remove_unused(now)
    assert files_with(app, "Markersen") == ["editions/1/list", "editions/new-just-now/list", f"exports/{fresh}/list"]
    states = session.scalars(select(Export.state).order_by(Export.id)).all()
    assert states == ["failed", "running"]
