"""`undersigned anonymize`: what is kept too long goes, a legal hold keeps what it holds, an address is found."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign import storage
from campaign.decisions import record_decision
from campaign.jobs import outbox
from campaign.letters.operations import lift_hold, place_hold
from campaign.lib.periods import PERIODS
from campaign.models import (
    Asked,
    Consent,
    DecisionDetail,
    Endorsement,
    Export,
    Invitation,
    Job,
    Letter,
    LogEntry,
    Signature,
)
from tests.factories import NOW, make_consent, make_invitation, make_letter, make_signature
from tests.support.runs import run
from tests.support.tables import everything, places_of

Session = scoped_session[Any]
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DAY = timedelta(days=1)
# The letter closed so long ago that everything of it is over.
LONG_AGO = NOW - PERIODS["addresses"] - DAY


def closed_letter(slug: str = "stop", closed_at: datetime = LONG_AGO) -> Letter:
    """A letter that closed then."""
    return make_letter(slug, "closed", closed_at=closed_at, closes_at=closed_at)


def everybody(letter: Letter) -> dict[str, Signature]:
    """A signature of each kind that time treats alike or not."""
    words = {"title": "Nurse", "affiliation": "Hospital", "place": "Markerplace", "comment": "Markercomment"}
    rows = {
        "shown": make_signature(letter, "Shown", **words),
        "private": make_signature(letter, "Markerprivate", is_private=True, **words),
        "held": make_signature(letter, "Markerheld", moderation="held", reasons="watched_name", **words),
        "rejected": make_signature(letter, "Markerrejected", moderation="rejected", reasons="abusive", **words),
        "hopeful": make_signature(letter, "Hopeful", is_private=True, **words),
        "body": make_signature(letter, "Open Rights", website="https://example.org"),
    }
    make_consent(rows["hopeful"], "wants_results")
    return rows


def dry(app: Flask) -> list[tuple[str, str, int, bool]]:
    """What the command says would go."""
    found = json.loads(run(app, "anonymize", "--dry-run", "--json").stdout)
    return [(row["letter"], row["class"], row["number"], row["on_hold"]) for row in found]


@pytest.mark.usefixtures("frozen")
def test_addresses_and_hidden_names_go_after_six_months(app: Flask, session: Session) -> None:
    """K1, K2, p-O5: addresses go, and names that are on no list; names that are shown stay, and who wants mail."""
    rows = everybody(closed_letter())
    record_decision(
        rows["held"].letter_id, rows["held"].id, "hold", by_id=None, now=NOW, reason="Markernote", after={"a": "b"}
    )
    keys = {name: row.mailbox_key for name, row in rows.items()}
    assert dry(app) == [("stop", "addresses", 5, False), ("stop", "names", 3, False)]
    assert run(app, "anonymize").stdout.splitlines() == [
        "stop          5  gone                addresses",
        "stop          3  gone                names on no list, with their addresses",
    ]
    session.expire_all()
    assert places_of("Markerprivate", "Markerheld", "Markerrejected", "Markernote") == {}
    found = {row.name: row for row in session.scalars(select(Signature))}
    assert {name: row.email is None for name, row in found.items() if name} == {
        "Shown": True,
        "Hopeful": False,
        "Open Rights": True,
    }
    shown, hopeful = found["Shown"], found["Hopeful"]
    assert (shown.title, shown.affiliation, shown.place, shown.comment) == ("Nurse", "Hospital", "", "")
    assert (hopeful.place, hopeful.comment) == ("Markerplace", "Markercomment")
    assert {row.mailbox_key for row in found.values()} <= set(keys.values())
    assert all(row.mailbox_key and row.mailbox_rule == 1 for row in session.scalars(select(Signature)))
    body = session.scalars(select(Endorsement)).one()
    assert (body.website, body.representative, body.role) == ("https://example.org", "", "")
    held = session.get_one(Signature, rows["held"].id)
    assert (held.moderation, held.reasons) == ("rejected", "never_decided")
    assert session.scalars(select(DecisionDetail.blanked_at)).one() is not None
    logged = select(LogEntry.detail).where(LogEntry.act == "anonymized").order_by(LogEntry.id)
    assert session.scalars(logged).all() == [{"class": "names", "number": 3}, {"class": "addresses", "number": 2}]
    assert dry(app) == []
    assert run(app, "anonymize").stdout == "Nothing is kept longer than it may be.\n"


@SQLITE
@pytest.mark.usefixtures("frozen")
def test_answers_to_questions_go_with_the_address(app: Flask, session: Session) -> None:
    """K1, K2: a note may name whoever wrote it; where the name stays on the list, and where it goes."""
    letter = closed_letter()
    for row in (make_signature(letter, "Shown"), make_signature(letter, "Hidden", moderation="held", reasons="burst")):
        row.asking = "answered"
        note = {"note": f"Markernote of {row.name}", "page": "https://marker.example/me"}
        session.add(Asked(letter_id=letter.id, signature_id=row.id, ready="who", asked_at=LONG_AGO, **note))
    session.commit()
    assert places_of("markernote") != {}
    run(app, "anonymize")
    assert (places_of("markernote"), session.scalars(select(Asked)).all()) == ({}, [])
    assert session.scalars(select(Signature.asking)).all() == ["none", "none"]


@pytest.mark.usefixtures("frozen")
def test_nothing_goes_before_its_time(app: Flask, session: Session) -> None:
    """K2: an open letter, and one that closed a day short of six months ago, keep everything."""
    everybody(make_letter("open"))
    everybody(closed_letter("closed", NOW - PERIODS["addresses"] + DAY))
    before = everything()
    assert dry(app) == []
    run(app, "anonymize")
    assert everything() == before


@pytest.mark.usefixtures("frozen")
def test_legal_hold_stops_one_letter_and_no_other(app: Flask, session: Session) -> None:
    """R6: what stands on hold is listed and stays whole, the letters before and after it go; lifted, it goes too."""
    letters = {slug: closed_letter(slug) for slug in ("first", "held", "last")}
    for letter in letters.values():
        everybody(letter)
        make_signature(letter, "Left", withdrawn_at=NOW - 40 * DAY)
        make_invitation(letter, answer="none")
        outbox.enqueue("signing.my_links", letter.slug, {"signature": 1}, now=LONG_AGO, letter_id=letter.id)
        export = Export(letter_id=letter.id, format="csv", purpose="internal", created_at=LONG_AGO)
        session.add(export)
        session.flush()
        export.folder = str(export.id)
        path = storage.folder("exports", export.folder) / "list.csv"
        path.write_text("name", encoding="utf-8")
        os.utime(path.parent, (0, 0))
    for job in session.scalars(select(Job)):
        job.state, job.done_at = "done", LONG_AGO
    place_hold(letters["held"], "Court of Lisbon, 12/2026", by_id=None, now=NOW)
    classes = [("addresses", 5), ("contacts", 1), ("exports", 1), ("names", 3), ("withdrawn", 1)]
    expected = [(slug, name, n, slug == "held") for slug in ("first", "held", "last") for name, n in classes]
    assert dry(app) == [("", "jobs", 2, False), *expected]
    assert "held                5  kept by legal hold  addresses" in run(app, "anonymize", "--dry-run").stdout
    run(app, "anonymize")
    run(app, "expire")
    assert dry(app) == [("held", name, n, True) for name, n in classes]
    session.expire_all()
    stays = select(Letter.slug).join(Signature, Signature.letter_id == Letter.id).where(Signature.name == "Left")
    assert session.scalars(stays).all() == ["held"]
    assert session.scalars(select(Job.key).where(Job.kind == "signing.my_links")).all() == ["held"]
    kept = session.scalars(select(Export.folder).where(Export.letter_id == letters["held"].id)).all()
    assert [path.name for path in (Path(app.config["DATA_DIR"]) / "exports").iterdir()] == kept
    contacts = select(Letter.slug).join(Invitation, Invitation.letter_id == Letter.id)
    assert session.scalars(contacts.where(Invitation.email.is_not(None))).all() == ["held"]
    lift_hold(session.get_one(Letter, letters["held"].id), by_id=None, now=NOW)
    run(app, "anonymize")
    assert dry(app) == []


@pytest.mark.usefixtures("frozen")
def test_proof_of_a_box_that_was_taken_back_goes(app: Flask, session: Session) -> None:
    """K5: the sentence of a box stays six months after it was taken back, then the row goes; one that stands stays."""
    row = make_signature(make_letter())
    make_consent(row, "wants_results", ended_at=NOW - PERIODS["consents"] - DAY)
    make_consent(row, "wants_updates")
    recent = make_signature(make_letter("other"), "Recent")
    make_consent(recent, "wants_updates", ended_at=NOW - DAY)
    assert dry(app) == [("stop", "consents", 1, False)]
    run(app, "anonymize")
    session.expire_all()
    assert session.scalars(select(Consent.kind).order_by(Consent.id)).all() == ["wants_updates", "wants_updates"]


@SQLITE
def test_worker_asks_once_a_day(app: Flask, session: Session, mails: Any) -> None:
    """p-O5: the worker does by itself, once a day, what the command does."""
    with time_machine.travel(NOW, tick=False) as clock:
        everybody(closed_letter())
        mails()
        mails()
        jobs = select(Job.key, Job.state).where(Job.kind == "signing.anonymize")
        assert [tuple(row) for row in session.execute(jobs)] == [("anonymize:2026-06-18", "done")]
        assert places_of("Markerprivate") == {}
        clock.shift(DAY)
        mails()
        assert len(session.execute(jobs).all()) == 2


@SQLITE
@pytest.mark.usefixtures("frozen")
def test_nameless_signature_is_never_shown_again(app: Flask, session: Session) -> None:
    """K2: what time took the name from is counted where it was, and no organizer can put it on the list."""
    rows = everybody(closed_letter())
    run(app, "anonymize")
    session.expire_all()
    private = session.get_one(Signature, rows["private"].id)
    assert (private.moderation, private.is_private, private.withdrawn_at) == ("approved", True, None)


def test_find_names_every_place(app: Flask, session: Session, tmp_path: Path) -> None:
    """P28, p-O5: a breach drill finds an address in tables, files, archives and logs, and nothing where it is not."""
    row = make_signature(make_letter(), email="Ada.Lovelace@example.org")
    record_decision(
        row.letter_id, row.id, "hold", by_id=None, now=NOW, after={"note": "wrote from ADA.LOVELACE@example.org"}
    )
    folder = storage.folder("exports", "7")
    (folder / "list.csv").write_text("Ada,ada.lovelace@EXAMPLE.org\n" * 2, encoding="utf-8")
    with zipfile.ZipFile(folder / "package.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", "to: ada.lovelace@example.org")
    (tmp_path / "web.log").write_text("mail to ada.lovelace@example.org failed", encoding="utf-8")
    answer = run(app, "anonymize", "--find", "-", "--logs", str(tmp_path), "--json", stdin="ada.lovelace@example.org\n")
    assert answer.exit_code == 0
    found = {(place["where"], place["what"]): place["times"] for place in json.loads(answer.stdout)}
    assert found == {
        ("signature.email", "address"): 1,
        ("signature.mailbox_key", "key 1"): 1,
        ("decision_detail.after", "address"): 1,
        (str(folder / "list.csv"), "address"): 2,
        (str(folder / "package.zip"), "address"): 1,
        (str(tmp_path / "web.log"), "address"): 1,
    }
    nowhere = run(app, "anonymize", "--find", "nobody@example.org")
    assert (nowhere.exit_code, nowhere.stdout) == (0, "The address stands nowhere.\n")
    assert "ada" not in nowhere.stdout + nowhere.stderr


@SQLITE
def test_find_needs_an_address(app: Flask) -> None:
    """What is no address is refused with a sentence, and not repeated."""
    answer = run(app, "anonymize", "--find", "not an address")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.startswith("That is no mail address")
