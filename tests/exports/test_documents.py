"""The word document and the workbook as their readers see them (p-D2, e-2, e-7)."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from campaign.exports.formats import FORMATS, xlsx
from campaign.exports.report import Report
from campaign.exports.source import Earlier, Source
from campaign.lib import markup
from campaign.lib.difference import compare
from campaign.lib.printable import one_line
from campaign.lib.xmltext import xml_text
from tests.exports import reading, worlds
from tests.exports.test_pdf import ARABIC

HOSTILE = json.loads((Path(__file__).parent / "hostile.json").read_text(encoding="utf-8"))
STORED = [one_line(name["stored"]) for name in HOSTILE["names"]]


def document(source: Source, folder: Path) -> Path:
    """The letter as DOCX."""
    assert FORMATS["docx"](source, folder, Report()) == ["letter.docx"]
    return folder / "letter.docx"


def test_names_of_a_document_are_the_stored_or_the_listed_text(printing: Flask, tmp_path: Path) -> None:
    """e-7: what XML cannot hold is left out and listed; everything else arrives as it was signed."""
    report = Report()
    FORMATS["docx"](worlds.world(tmp_path / "snapshot", worlds.signers(STORED), initial=()), tmp_path, report)
    assert reading.docx_names(tmp_path / "letter.docx") == [xml_text(name) for name in STORED]
    listed = [(found["where"], found["stored"], found["printed"]) for found in report.replacements]
    assert listed == [(number, name, xml_text(name)) for number, name in enumerate(STORED, 1) if xml_text(name) != name]
    assert [where for where, _, _ in listed] == [35]


def test_cells_of_a_workbook_are_the_stored_or_the_listed_text(printing: Flask, tmp_path: Path) -> None:
    """e-7: every cell is a string and none a formula, and text that looks like the writer's own marks stays text."""
    report = Report()
    named = [*worlds.organizations(2), *worlds.signers(STORED)]
    FORMATS["xlsx"](worlds.world(tmp_path / "snapshot", named), tmp_path, report)
    sheets = reading.xlsx_sheets(tmp_path / "signatories.xlsx")
    assert list(sheets) == ["Signatories", "Organizations", "About"]
    assert [row[1] for row in sheets["Signatories"][1:]] == [xml_text(name) for name in STORED]
    assert sheets["Signatories"][0] == ["kind", "name", "title", "affiliation", "country"]
    assert [row[1] for row in sheets["Organizations"]] == ["name", "Access Commons", "Allied Librarians’ Network"]
    assert dict(row for row in sheets["About"] if len(row) == 2)["In this list"] == f"{len(named)} named"
    assert [found["where"] for found in report.replacements] == [37]


def test_full_sheet_is_followed_by_the_next(printing: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """e-2: a sheet holds so many rows; nothing is lost past them, and the report says so."""
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 10)
    report = Report()
    FORMATS["xlsx"](worlds.world(tmp_path / "snapshot", list(worlds.people(25))), tmp_path, report)
    sheets = reading.xlsx_sheets(tmp_path / "signatories.xlsx")
    names = ["Signatories", "Signatories 2", "Signatories 3"]
    assert [len(sheets[name]) for name in names] == [11, 11, 6]
    assert [row[1] for name in names for row in sheets[name][1:]] == [row["name"] for row in worlds.people(25)]
    assert report.as_data()["xlsx_extra_sheets"] == 2


def test_refused_cell_ends_the_export(printing: Flask, tmp_path: Path) -> None:
    """e-2: the writer cuts a cell of more than 32,767 characters without a word, so its answer is looked at."""
    source = worlds.world(tmp_path / "snapshot", worlds.signers(["x" * 32_768]))
    with pytest.raises(xlsx.CellLost, match="row 2, column 2"):
        FORMATS["xlsx"](source, tmp_path, Report())
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot"]


@pytest.mark.parametrize("key", ["docx", "xlsx"])
def test_properties_name_letter_campaign_and_time_alone(printing: Flask, tmp_path: Path, key: str) -> None:
    """e-2: no organizer, host, path, or line of a library; every date is that of the snapshot or fixed."""
    (name,) = FORMATS[key](worlds.world(tmp_path / "snapshot", worlds.signers(["Ada"])), tmp_path, Report())
    with zipfile.ZipFile(tmp_path / name) as packed:
        core = packed.read("docProps/core.xml").decode()
        dates = {entry.date_time for entry in packed.infolist()}
        everything = b"".join(packed.read(entry) for entry in packed.infolist())
    values = dict(re.findall(r"<(?:dc|dcterms|cp):(\w+)[^>]*>([^<]+)<", core))
    expected = {
        "title": "Stop selling face recognition to governments",
        "subject": "Coalition for Open Courts",
        "created": "2018-06-18T17:00:00Z",
        "modified": "2018-06-18T17:00:00Z",
    }
    extra = {"language": "en", "revision": "1"} if key == "docx" else {}
    assert values == expected | extra
    assert dates == ({(2018, 6, 18, 17, 0, 0)} if key == "docx" else {(1980, 1, 31, 0, 0, 0)})
    assert b"python-docx" not in everything
    assert str(tmp_path).encode() not in everything


def test_document_is_the_whole_letter(printing: Flask, tmp_path: Path) -> None:
    """p-L4: letterhead to annex in order, with real footnotes, numbered demands and links."""
    source = worlds.world(
        tmp_path / "snapshot", [*worlds.organizations(2), *worlds.signers(["Ada"])], letterhead=("1 Main Street",)
    )
    path = document(source, tmp_path)
    lines = reading.docx_paragraphs(path)
    styles = [style for style, text in lines if text and style not in ("Cell", "Label")]
    assert styles[:7] == ["Letterhead", "LetterheadLine", "LetterheadLine", "Dated", "Postal", "Heading1", "BodyText"]
    text = [text for _, text in lines]
    order = [
        "Stop selling face recognition to governments",
        "Dear Mr. Bezos,",
        "What the records show",
        "We ask you to:",
        "end the agreements with Orlando and Washington County that are named in the records; and",
        "We look forward to your answer by 20 June 2018.",
        "Signed,",
        "2 organizations",
        "Access Commons",
        "1 person",
        "Titles and affiliations are given for identification only.",
        "Ada",
        "Evidence",
        "About this list",
    ]
    assert [text.index(line) for line in order] == sorted(text.index(line) for line in order)
    assert [style for style, _ in lines].count("Demand") == 3
    notes = [text.strip() for style, text in reading.docx_paragraphs(path, "word/footnotes.xml") if style]
    assert [note.split(";")[0].split(" in ")[0] for note in notes] == [
        "Records of the City of Orlando and of Washington County, obtained under public records laws",
        "Error rates for darker-skinned women reached 34.7 percent",
    ]
    body = reading.docx_part(path)
    cited = [node.get(f"{reading.W}id") for node in body.iter(f"{reading.W}footnoteReference")]
    assert cited == ["1", "2"]
    numbered = [node.get(f"{reading.W}val") for node in body.iter(f"{reading.W}numId")]
    assert numbered == ["1", "1", "1", "2", "2", "2"]


@pytest.mark.parametrize("body", HOSTILE["bodies"], ids=lambda body: body["why"])
def test_hostile_bodies_are_documents(printing: Flask, tmp_path: Path, body: dict[str, str]) -> None:
    """e-7: whatever was written, each part is well-formed and the words are all there."""
    tree = markup.parse(body["text"])
    path = document(
        worlds.world(tmp_path / "snapshot", worlds.signers(["Ada"]), body=tree, demands=(body["text"],)), tmp_path
    )
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                reading.docx_part(path, name)
    shown = reading.docx_text(path) + reading.squeezed(
        "".join(text for _, text in reading.docx_paragraphs(path, "word/footnotes.xml"))
    )
    texts = [xml_text(node["text"]) for node in markup.walk(tree) if "text" in node]
    assert [text for text in texts if reading.squeezed(text.replace("\n", "")) not in shown] == []


def test_right_to_left_letter_turns_paragraphs_and_pages(printing: Flask, tmp_path: Path) -> None:
    """A letter in Arabic is read from right to left; Latin names in it and our own words are not."""
    source = worlds.world(tmp_path / "snapshot", worlds.signers(["محمد علي", "Ada Lovelace"]), **ARABIC)
    path = document(source, tmp_path)
    styles = reading.docx_part(path, "word/styles.xml")
    normal = next(style for style in styles if style.get(f"{reading.W}styleId") == "Normal")
    assert normal.find(f"{reading.W}pPr/{reading.W}bidi") is not None
    body = reading.docx_part(path)
    assert len(list(body.iter(f"{reading.W}sectPr"))) == len(
        list(body.iterfind(f".//{reading.W}sectPr/{reading.W}bidi"))
    )
    turned = {}
    for paragraph in body.iter(f"{reading.W}p"):
        text = "".join(node.text or "" for node in paragraph.iter(f"{reading.W}t"))
        bidi = paragraph.find(f"{reading.W}pPr/{reading.W}bidi")
        turned[text] = (
            bidi is not None and bidi.get(f"{reading.W}val") == "0",
            bool(list(paragraph.iter(f"{reading.W}rtl"))),
        )
    assert {text: turned[text] for text in ("محمد علي", "Ada Lovelace", "Signed,")} == {
        "محمد علي": (False, True),
        "Ada Lovelace": (True, False),
        "Signed,": (True, False),
    }


def test_each_script_has_its_font(printing: Flask, tmp_path: Path) -> None:
    """What a style's fonts lack gets a font of its own, and signs of one script stay in one run."""
    names = ["अनन्या शर्मा", "สมชาย ใจดี", "山田 太郎", "김민준", "Ada نועה 123", "ნინო"]
    path = document(worlds.world(tmp_path / "snapshot", worlds.signers(names), initial=()), tmp_path)
    assert reading.docx_names(path) == names
    fonts = {
        "".join(text.text or "" for text in run.iter(f"{reading.W}t")): dict(found.attrib)
        for run in reading.docx_part(path).iter(f"{reading.W}r")
        if (found := run.find(f"{reading.W}rPr/{reading.W}rFonts")) is not None
    }
    short = {
        text: {name.removeprefix(reading.W): value for name, value in given.items()} for text, given in fonts.items()
    }
    assert short["अनन्या"] == {"cs": "Nirmala UI"}
    assert short["김민준"] == {"hint": "eastAsia", "eastAsia": "Batang"}
    assert short["ნინო"] == {"ascii": "Sylfaen", "hAnsi": "Sylfaen"}


@pytest.mark.parametrize("key", ["docx", "txt"])
def test_earlier_text_is_an_annex_with_its_changes_marked(printing: Flask, tmp_path: Path, key: str) -> None:
    """p-L3: who accepted an earlier text finds it printed, with what was taken out and put in."""

    source = worlds.world(tmp_path / "snapshot", worlds.signers(["Ada", "Bob"]))
    changes = compare(["We ask you to stop at once."], ["We ask you to stop selling it."])
    day = datetime(2018, 5, 22, tzinfo=UTC).date()
    earlier = Earlier(annex="A", version=1, dated_on=day, changes=tuple(changes), count=2)
    section = replace(source.sections[0], annex="A")
    source = replace(source, earlier=(earlier,), sections=(section, *source.sections[1:]))
    (name,) = FORMATS[key](source, tmp_path, Report())
    text = reading.text_of(tmp_path / name)
    assert reading.squeezed("Annex A: the text of 22 May 2018") in text
    assert reading.squeezed("2 signatures stand under this earlier text.") in text
    if key == "txt":
        assert "We ask you to stop [at once] {selling it}." in " ".join((tmp_path / name).read_text("utf-8").split())
    else:
        runs = [
            ("".join(node.text or "" for node in run.iter(f"{reading.W}t")), run.find(f"{reading.W}rPr/*"))
            for run in reading.docx_part(tmp_path / name).iter(f"{reading.W}r")
        ]
        marked = {text: mark.tag.removeprefix(reading.W) for text, mark in runs if mark is not None}
        assert {text: marked[text] for text in ("[at once]", "{selling it}")} == {
            "[at once]": "strike",
            "{selling it}": "u",
        }
