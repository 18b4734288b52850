"""Other orders of a list, made from its file alone (x-O14, e-3)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import scoped_session

from campaign.exports import choosing, snapshot
from campaign.exports.formats import FORMATS
from campaign.exports.operations import make_export, preview
from campaign.exports.report import Report
from campaign.exports.source import Choice, Order, Purpose
from campaign.extensions import db
from campaign.models import InitialSignatory, Letter, Tally
from tests.delivery.sealed import freeze
from tests.exports import reading
from tests.factories import make_letter, make_signature, make_version


def people(letter: Letter) -> None:
    """Two organizations and five people from three countries, one of them pinned, one named on the letter."""
    for name, country in (("The Zebra Fund", "DE"), ("Open Rights", "")):
        make_signature(letter, name, website=f"https://{name.split()[-1].lower()}.example", country=country)
    for name, country, affiliation, pinned in (
        ("Ada Abara", "PT", "University of Halden", None),
        ("Bob Bauer", "DE", "", None),
        ("Carla Castillo", "", "The Daily Record", 1),
        ("Dana Dubois", "DE", "university of  halden", None),
        ("Emil Eriksen", "PT", "Zoo", None),
    ):
        make_signature(letter, name, country=country, affiliation=affiliation, pinned_position=pinned)
    db.session.add(InitialSignatory(letter_id=letter.id, position=1, name="Emil Eriksen"))
    make_signature(letter, "Private Marker", is_private=True)
    db.session.commit()


def names(text: str) -> list[str]:
    """The lines of a list, written in one line."""
    return text.split("|")


def made(letter: Letter, form: str, folder: Path, now: datetime, order: Order, edition: int | None = None) -> Path:
    """An export in an order; the path of the file asked for."""
    db.session.commit()
    folder.mkdir(parents=True)
    choice = Choice(order=order)
    options = {"folder": folder, "now": now, "report": Report(), "choice": choice}
    return folder / make_export(letter.id, Purpose.DELIVERY, form, edition, **options)[0]


@pytest.mark.parametrize(
    ("order", "lines"),
    [
        (
            Order.AGREED,
            names("Open Rights|The Zebra Fund|-|Ada Abara|Bob Bauer|Carla Castillo|Dana Dubois|Emil Eriksen"),
        ),
        (
            Order.COUNTRY,
            names(
                "Germany|The Zebra Fund|Country not given|Open Rights|-|Germany|"
                "Bob Bauer|Dana Dubois|Portugal|Ada Abara|Emil Eriksen|Country not given|Carla Castillo"
            ),
        ),
        (
            Order.AFFILIATION,
            names(
                "Open Rights|The Zebra Fund|-|The Daily Record|Carla Castillo|University of Halden|"
                "Ada Abara|Dana Dubois|Zoo|Emil Eriksen|No affiliation given|Bob Bauer"
            ),
        ),
        (
            Order.FOUNDERS,
            names(
                "Open Rights|The Zebra Fund|-|First to sign|Emil Eriksen|"
                "Carla Castillo|Everybody else|Ada Abara|Bob Bauer|Dana Dubois"
            ),
        ),
    ],
)
def test_document_has_names_under_the_headings_of_their_order(
    session: scoped_session[Any], now: datetime, tmp_path: Path, order: Order, lines: list[str]
) -> None:
    """Organizations come first in every order; groups A to Z without the article, nameless ones last."""
    letter = make_letter()
    people(letter)
    path = made(letter, "docx", tmp_path / "a", now, order)
    shown = [
        "-" if style == "Heading2" else text.split("\n")[0]
        for style, text in reading.docx_paragraphs(path)
        if style in ("Signatory", "Organization", "Group") or (style == "Heading2" and text.endswith("people"))
    ]
    # Who is named on the letter stands above the lists, too.
    assert shown[1:] == lines


@pytest.mark.parametrize("form", ["html", "txt", "pdf"])
def test_headings_stand_over_their_groups(
    session: scoped_session[Any], now: datetime, tmp_path: Path, form: str
) -> None:
    """A heading is printed once over its names, which do not repeat it, and the file says in which order they stand."""
    letter = make_letter()
    people(letter)
    text = reading.text_of(made(letter, form, tmp_path / "a", now, Order.COUNTRY))
    list_of_people = text.partition("identificationonly.")[2]
    assert (list_of_people.count("Germany"), list_of_people.count("Portugal")) == (1, 1)
    words = [
        "Germany",
        "BobBauer",
        "DanaDubois",
        "Portugal",
        "AdaAbara",
        "EmilEriksen",
        "Countrynotgiven",
        "CarlaCastillo",
    ]
    places = [list_of_people.index(word) for word in words]
    assert places == sorted(places)
    assert "bycountryandAtoZ" in text


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("order", [Order.COUNTRY, Order.RANDOM])
def test_edition_in_any_order_gives_the_same_bytes_twice(
    session: scoped_session[Any], now: datetime, tmp_path: Path, form: str, order: Order
) -> None:
    """p-D1: an order is a matter of the file; the frozen list stays as it is, and pins set later move nothing."""
    letter = make_letter()
    people(letter)
    edition = freeze(letter, now)
    first = made(letter, form, tmp_path / "a", now, order, 1)
    session.execute(db.text("UPDATE signature SET pinned_position = 3"))
    second = made(letter, form, tmp_path / "b", now, order, 1)
    names = sorted(path.name for path in first.parent.iterdir() if path.name != "report.json")
    pairs = [((first.parent / name).read_bytes(), (second.parent / name).read_bytes()) for name in names]
    assert [one == two for one, two in pairs] == [True] * len(names)
    if form == "json":
        kept = (first.parent / snapshot.FILE_NAME).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == session.merge(edition).list_digest
        data = reading.json_data(first)
        assert sorted(line["seq"] for line in data["signatories"]) == list(range(1, 9))
        assert [line for line in data["signatories"] if "withheld" in line] == [data["signatories"][-1]]


def test_random_order_can_be_drawn_again(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """Lines of a kind stand by SHA-256 of the list's digest and their number, so that anybody can check the draw."""
    letter = make_letter()
    people(letter)
    path = made(letter, "json", tmp_path / "a", now, Order.RANDOM)
    about = json.loads((path.parent / "about.json").read_text(encoding="utf-8"))
    assert about["order"] == "organizations, then people, each in a random order fixed by the digest of the list"
    numbers = [line["seq"] for line in reading.json_data(path)["signatories"]]

    def drawn(number: int) -> bytes:
        return hashlib.sha256(f"{about['list_digest']}:{number}".encode()).digest()[:8]

    assert numbers == [*sorted((1, 2), key=drawn), *sorted(range(3, 8), key=drawn), 8]


@pytest.mark.parametrize("order", list(Order))
def test_preview_shows_what_the_file_will_print(
    session: scoped_session[Any], now: datetime, tmp_path: Path, order: Order
) -> None:
    """x-O14: the first rows and the numbers of the preview are those of the file and of its report."""
    letter = make_letter()
    people(letter)
    make_signature(letter, "Held Marker", moderation="held")
    db.session.commit()
    letter_id = letter.id
    seen = preview(letter_id, Purpose.DELIVERY, None, Choice(order=order), now)
    path = made(db.session.get_one(Letter, letter_id), "csv", tmp_path / "a", now, order)
    report = json.loads((path.parent / "report.json").read_text(encoding="utf-8"))
    assert [name for _, _, name, _ in seen.rows] == [row[1] for row in reading.csv_cells(path)[1:]]
    assert (seen.left_out, seen.is_sorted) == ({"held": 1}, True)
    assert (seen.left_out, seen.statement.named, seen.statement.withheld) == (report["left_out"], 7, 1)
    assert (report["rows"]["printed"], report["rows"]["withheld"]) == (7, {"person": 1})


def test_long_list_is_previewed_without_being_sorted(
    session: scoped_session[Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page does not sort a long list; it says so, and its numbers are those of the whole."""
    monkeypatch.setattr("campaign.exports.reading.SORTED", 3)
    monkeypatch.setattr("campaign.exports.reading.SHOWN", 4)
    letter = make_letter()
    people(letter)
    letter_id = letter.id
    seen = preview(letter_id, Purpose.INTERNAL, None, Choice(order=Order.RANDOM, country="PT"), now)
    assert ([name for _, _, name, _ in seen.rows], seen.is_sorted) == (["Ada Abara", "Emil Eriksen"], False)
    assert (seen.statement.named, seen.statement.withheld, seen.left_out) == (2, 0, {"filter": 6})
    db.session.merge(Tally(letter_id=letter_id, people=9, counted_at=now))
    db.session.commit()
    seen = preview(letter_id, Purpose.PRESS, None, Choice(order=Order.COUNTRY), now)
    assert [name for _, _, name, _ in seen.rows] == ["Open Rights", "The Zebra Fund", "Ada Abara", "Bob Bauer"]
    assert (seen.statement.named, seen.statement.withheld, seen.is_sorted) == (7, 1, False)


def test_present_text_only_prints_both_numbers(session: scoped_session[Any], now: datetime, tmp_path: Path) -> None:
    """p-L3: who accepted an earlier text is in the list under it, or left out with the number said."""
    letter = make_letter()
    make_signature(letter, "Ada Early")
    make_signature(letter, "Private Early", is_private=True)
    version = make_version(letter, 2, "Another wording.")
    letter.version_id = version.id
    make_signature(letter, "Bob Late")
    db.session.commit()
    whole = made(letter, "txt", tmp_path / "whole", now, Order.AGREED).read_text(encoding="utf-8")
    assert "(annex A)" in whole
    assert "Annex A: version 1 of the text\n" in whole
    folder = tmp_path / "only"
    folder.mkdir()
    report = Report()
    options = {"folder": folder, "now": now, "report": report, "choice": Choice(current_only=True)}
    make_export(letter.id, Purpose.DELIVERY, "txt", None, **options)
    text = (folder / "letter.txt").read_text(encoding="utf-8")
    assert ("Bob Late" in text, "Ada Early" in text, "Annex A" in text) == (True, False, False)
    assert "Rows: public signatures of this text; left out: 2 who accepted an earlier one" in text
    assert (report.left_out, report.tally["difference"]) == ({"earlier": 2}, 0)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"state": "held"}, ["Held Marker"]),
        ({"country": "PT"}, ["Ada Abara", "Emil Eriksen"]),
        ({"kind": "organization"}, ["Open Rights", "The Zebra Fund"]),
        ({"version": 9}, []),
    ],
)
def test_internal_list_takes_what_was_chosen(
    session: scoped_session[Any], now: datetime, tmp_path: Path, filters: dict[str, Any], left: list[str]
) -> None:
    """e-9: an internal list by state, country, kind or version; the file says by which, and how many it leaves out."""
    letter = make_letter()
    people(letter)
    make_signature(letter, "Held Marker", moderation="held")
    db.session.commit()
    report = Report()
    choice = Choice(**filters)
    make_export(letter.id, Purpose.INTERNAL, "csv", None, folder=tmp_path, now=now, report=report, choice=choice)
    assert [row[1] for row in reading.csv_cells(tmp_path / "signatories.csv")[1:]] == left
    about = json.loads((tmp_path / "about.json").read_text(encoding="utf-8"))
    ((name, value),) = filters.items()
    assert about["filter"] == f"signatures with {name} {value}"
    assert report.left_out == {"filter": 9 - len(left)}


def test_filters_offer_what_there_is(session: scoped_session[Any], now: datetime) -> None:
    """The countries and texts to choose from are those of the letter."""
    letter = make_letter()
    people(letter)
    assert choosing.filter_values(letter.id) == (["DE", "PT"], [1])
