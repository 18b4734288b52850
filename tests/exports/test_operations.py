"""Files from the database: the right rows for each purpose, nothing hidden in any byte, the same bytes twice."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import scoped_session

from campaign import storage
from campaign.exports import blanking, keeping, queries
from campaign.exports.formats import FORMATS
from campaign.exports.operations import make_export
from campaign.exports.report import Report
from campaign.exports.rules import checked_purpose
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.models import Addressee, Evidence, Letter
from campaign.signing.queries import count_public
from campaign.states import Refused
from tests.delivery.sealed import freeze
from tests.delivery.test_operations import world
from tests.exports import worlds
from tests.exports.reading import squeezed, text_of, unpacked
from tests.factories import make_letter, make_signature, show_employees

HIDDEN = ("Private Marker", "Held Marker", "Rejected Marker", "Pending Marker", "Withdrawn Marker", "zoe-marker")


def build(letter: Letter, form: str, purpose: Purpose, folder: Path, now: datetime, edition: int | None = None) -> Path:
    """Makes an export in a folder of its own; the path of the file asked for."""
    db.session.commit()
    folder.mkdir(parents=True)
    names = make_export(letter.id, purpose, form, edition, folder=folder, now=now, report=Report())
    return folder / names[0]


def rows(path: Path) -> list[list[str]]:
    """The cells of a CSV file."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_csv_for_delivery_holds_public_faces(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """e-9: the five public columns, organizations first."""
    letter = make_letter()
    world(letter)
    assert rows(build(letter, "csv", Purpose.DELIVERY, tmp_path / "a", now)) == [
        ["kind", "name", "title", "affiliation", "country"],
        ["organization", "The Open Rights Fund", "", "", ""],
        ["person", "Ada Lovelace", "", "Analytical Engines", ""],
        ["person", "Zoë Abara", "Nurse", "", ""],
    ]


def test_counts_are_those_of_the_page(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """e-2: `private` is a part of the people on page, edition and export; what is withheld is a number of its own."""
    letter = make_letter()
    for kind in ("person", "imported", "employee"):
        make_signature(letter, kind=kind)
        make_signature(letter, "Private Marker", kind=kind, is_private=True)
    make_signature(letter, "The Open Rights Fund", website="https://example.org")
    show_employees(letter, 12)
    counts = {"people": 2, "private": 1, "organizations": 1, "employees": 12, "imported": 2}
    edition = freeze(letter, now)
    assert count_public(letter.id) == counts
    by_version = [{"version": 1, **counts}]
    assert (edition.counts, edition.line_count) == ({**counts, "total": 15, "withheld": 2, "versions": by_version}, 5)
    for number, stated in ((None, "not frozen"), (1, 1)):
        folder = build(letter, "json", Purpose.DELIVERY, tmp_path / f"e{number}", now, number).parent
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        shown = {name: about[name] for name in ("edition", "counts", "named", "withheld")}
        assert shown == {"edition": stated, "counts": {**counts, "total": 15}, "named": 3, "withheld": 2}


def test_report_counts_lines_and_what_is_left_out(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """e-11: read, printed and withheld by kind; why signatures are in no list, with the numbers of the preview."""
    letter = make_letter()
    world(letter)
    leaving = make_signature(letter, "Erased Marker")
    make_signature(letter, "Private Marker", kind="imported", is_private=True)
    edition = freeze(letter, now)
    blanking.blank(storage.folder("editions", str(edition.id)), {leaving.id})
    reports = []
    for purpose, number in ((Purpose.DELIVERY, 1), (Purpose.PRESS, None), (Purpose.INTERNAL, None)):
        folder = build(letter, "csv", purpose, tmp_path / f"{purpose}", now, number).parent
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        reports.append((report["rows"], report["left_out"]))
    withheld = {"imported": 1, "person": 1}
    left_out = {"held": 1, "pending": 1, "rejected": 1, "withdrawn": 1}
    assert reports == [
        ({"read": 6, "printed": 3, "withheld": withheld, "blanked": 1}, left_out),
        ({"read": 6, "printed": 4, "withheld": withheld, "blanked": 0}, left_out),
        ({"read": 10, "printed": 10, "withheld": {}, "blanked": 0}, {}),
    ]
    assert queries.left_out(session.connection(), letter.id) == left_out


def test_internal_csv_leaves_out_merged_and_erased_rows(
    session: scoped_session[Any], now: datetime, tmp_path: Path
) -> None:
    """A person who confirmed what was imported before stands in the list once; who was erased, not at all."""
    letter = make_letter()
    signed = make_signature(letter, "Ada Lovelace")
    make_signature(letter, "Merged Marker", kind="imported", merged_into_id=signed.id)
    make_signature(letter, "Erased Marker", withdrawn_at=now, erased_at=now)
    make_signature(letter, "Employee Marker", kind="employee")
    table = rows(build(letter, "csv", Purpose.INTERNAL, tmp_path / "a", now))
    assert [row[:2] for row in table[1:]] == [["person", "Ada Lovelace"]]


def test_internal_csv_holds_every_signature(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """The internal list has held, rejected, pending and withdrawn rows, states and reasons included."""
    letter = make_letter()
    world(letter)
    found = rows(build(letter, "csv", Purpose.INTERNAL, tmp_path / "a", now))
    assert found[0][5:] == ["email", "state", "moderation", "methods", "reasons", "version", "source", "signed_on"]
    states = {row[1]: tuple(row[6:8]) for row in found[1:]}
    assert states == {
        "The Open Rights Fund": ("verified", "approved"),
        "Ada Lovelace": ("verified", "approved"),
        "Zoë Abara": ("verified", "approved"),
        "Private Marker": ("verified", "approved"),
        "Held Marker": ("verified", "held"),
        "Rejected Marker": ("verified", "rejected"),
        "Pending Marker": ("pending", "waiting"),
        "Withdrawn Marker": ("withdrawn", "approved"),
    }


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("purpose", [Purpose.DELIVERY, Purpose.PRESS])
def test_nothing_hidden_is_in_any_file(
    session: scoped_session[Any], now: datetime, tmp_path: Path, form: str, purpose: Purpose
) -> None:
    """e-9: no file for delivery or press names who is private, held, rejected, pending or withdrawn."""
    letter = make_letter()
    world(letter)
    made = build(letter, form, purpose, tmp_path / "a", now)
    for path in made.parent.iterdir():
        assert [marker for marker in HIDDEN if squeezed(marker) in text_of(path)] == []
        assert [marker for marker in HIDDEN if marker.encode() in unpacked(path)] == []
    assert "AdaLovelace" in text_of(made)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_edition_gives_the_same_bytes_twice(
    session: scoped_session[Any], now: datetime, tmp_path: Path, form: str
) -> None:
    """p-D1: built twice, every file has the same bytes, whatever was signed meanwhile."""
    letter = make_letter()
    world(letter)
    freeze(letter, now)
    first = build(letter, form, Purpose.DELIVERY, tmp_path / "a", now, edition=1)
    make_signature(letter, "Grace Hopper")
    second = build(letter, form, Purpose.DELIVERY, tmp_path / "b", now, edition=1)
    files = sorted(path.name for path in first.parent.iterdir() if path.name != "report.json")
    assert [(first.parent / name).read_bytes() for name in files] == [
        (second.parent / name).read_bytes() for name in files
    ]


def test_about_states_the_list(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """The statement of a live list: counts as on the page, marked "not frozen"."""
    letter = make_letter()
    world(letter)
    made = build(letter, "csv", Purpose.PRESS, tmp_path / "a", now)
    about = json.loads((made.parent / "about.json").read_text(encoding="utf-8"))
    assert {name: about[name] for name in ("edition", "named", "withheld", "purpose", "counts")} == {
        "edition": "not frozen",
        "named": 3,
        "withheld": 1,
        "purpose": "press",
        "counts": {"people": 3, "private": 1, "organizations": 1, "employees": 0, "imported": 0, "total": 4},
    }


@pytest.mark.parametrize(
    ("form", "edition", "reason"), [("odt", None, "unknown_format"), ("csv", 7, "no_such_edition")]
)
def test_what_there_is_not_is_refused(
    session: scoped_session[Any], now: datetime, tmp_path: Path, form: str, edition: int | None, reason: str
) -> None:
    """A format or an edition that does not exist is refused by name."""
    letter = make_letter()
    with pytest.raises(Refused, match=reason):
        build(letter, form, Purpose.DELIVERY, tmp_path / "a", now, edition)


@pytest.mark.parametrize(
    ("purpose", "edition", "reason"), [("partner", None, "unknown_purpose"), ("internal", 1, "internal_is_live")]
)
def test_purposes_that_cannot_be_are_refused(purpose: str, edition: int | None, reason: str) -> None:
    """An internal list is always live."""
    with pytest.raises(Refused, match=reason):
        checked_purpose(purpose, edition)


def test_empty_letter_still_makes_every_file(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """A letter nobody signed is a letter all the same."""
    letter = make_letter()
    for form in FORMATS:
        assert build(letter, form, Purpose.DELIVERY, tmp_path / form, now).stat().st_size > 0


def test_edition_prints_the_words_it_froze(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """p-D1: whatever changes on the letter later, the files of an edition keep their bytes; the live list moves."""
    letter = make_letter()
    make_signature(letter, "Ada Lovelace")
    session.add(Addressee(letter_id=letter.id, position=9, name="Ruth Halvorsen", postal="Meridian\nHalden"))
    session.add(Evidence(letter_id=letter.id, number=1, title="The contract", obtained_on=now.date(), sha256="ab" * 32))
    edition = freeze(letter, now)
    before = {form: build(letter, form, Purpose.DELIVERY, tmp_path / form, now, edition.number) for form in FORMATS}
    digests = {form: path.read_bytes() for form, path in before.items()}
    letter = session.merge(letter)
    letter.notice = "Changed later"
    session.execute(update(Addressee).values(name="Somebody Else"))
    session.execute(update(Evidence).values(title="Another paper"))
    after = {
        form: build(letter, form, Purpose.DELIVERY, tmp_path / f"{form}2", now, edition.number) for form in FORMATS
    }
    assert {form: path.read_bytes() for form, path in after.items()} == digests
    live = build(letter, "txt", Purpose.DELIVERY, tmp_path / "live", now).read_text(encoding="utf-8")
    assert "Ruth Halvorsen\nMeridian\nHalden" in after["txt"].read_text(encoding="utf-8")
    assert [words in live for words in ("Changed later", "Somebody Else", "Another paper")] == [True] * 3


def test_kept_words_come_back_whole(tmp_path: Path) -> None:
    """Every field of a letter survives being kept."""
    words = worlds.letter(notice="A reconstruction", lead="Access Commons")
    keeping.keep(tmp_path, words)
    assert keeping.kept(tmp_path) == words
