"""The printed letter: archival and accessible, readable, and made within limits (e-4, e-6; T15, T17)."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from flask import Flask
from pypdf import PdfReader

from campaign.exports import compile as compiling
from campaign.exports import glyphs
from campaign.exports.compile import Sheet, TypesettingFailed, typeset
from campaign.exports.formats import pdf
from campaign.exports.lines import pieces
from campaign.exports.report import Report
from campaign.exports.source import Section, Source
from campaign.lib import markup
from config import ROOT
from tests.exports import paper, reading, worlds

HOSTILE = json.loads((Path(__file__).parent / "hostile.json").read_text(encoding="utf-8"))
TOLERATED = "PDFA2A-STREAM-LENGTH-001"
ARABIC: dict[str, Any] = {
    "language": "ar",
    "direction": "rtl",
    "title": "أوقفوا بيع التعرف على الوجوه",
    "body": markup.parse("نكتب إليكم بشأن خدمة Rekognition.[^1]\n\n## السجلات\n\n- اتفاق\n\n[^1]: السجلات", "ar"),
}


def hostile_names() -> list[dict[str, Any]]:
    return [
        {"kind": "person", "name": name["stored"], "title": "", "affiliation": "", "country": ""}
        for name in HOSTILE["names"]
    ]


def plain(named: list[dict[str, Any]], **changes: Any) -> Callable[[Path], Source]:
    return lambda folder: worlds.world(folder / "snapshot", named, **changes)


def with_annex(folder: Path) -> Source:
    source = paper.dressed(folder / "snapshot", [*worlds.organizations(41), *worlds.people(130, mixed=True)])
    return paper.with_earlier(source, 130)


def with_logos(folder: Path) -> Source:
    source = paper.dressed(folder / "snapshot", list(worlds.organizations(41)))
    return paper.with_logos(source, folder, paper.png(400, 100), paper.png(40, 20), paper.jpeg())


SAMPLES: dict[str, Callable[[Path], Source]] = {
    "organizations only": plain(list(worlds.organizations(41))),
    "mixed scripts": plain([*worlds.organizations(41), *worlds.people(1_000, mixed=True)]),
    "arabic letter": plain([*worlds.organizations(5), *worlds.people(130, mixed=True)], **ARABIC),
    "hostile names": plain(hostile_names()),
    "earlier text": with_annex,
    "logos": with_logos,
}


def stream_lengths_are_right(path: Path) -> bool:
    """Every /Length says how many bytes lie between "stream" and "endstream", cross-reference streams included."""
    data = path.read_bytes()
    heads = list(
        re.finditer(
            rb"\d+ 0 obj\s*<<(?:[^s]|s(?!tream\r?\n))*?/Length (\d+)(?:[^s]|s(?!tream\r?\n))*?>>\s*stream\r?\n", data
        )
    )
    return bool(heads) and all(re.match(rb"\r?\n?endstream", data[head.end() + int(head[1]) :][:12]) for head in heads)


def failed_rules(path: Path) -> set[str]:
    """The rules of both standards that the file breaks; the one false report is dropped where it is proven false."""
    profiles = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
    broken = {failure.rule_id for profile in profiles for failure in page.validate_pdf(path, profile=profile).failures}
    return broken - {TOLERATED} if stream_lengths_are_right(path) else broken


@pytest.mark.parametrize("sample", SAMPLES)
def test_sample_conforms_to_both_standards(printing: Flask, tmp_path: Path, sample: str) -> None:
    report = Report()
    pdf.write(SAMPLES[sample](tmp_path), tmp_path, report)
    assert failed_rules(tmp_path / "letter.pdf") == set()
    assert report.notes == []


def test_letter_is_read_back_in_its_order(printing: Flask, tmp_path: Path) -> None:
    named = [*worlds.organizations(41), *worlds.people(300)]
    pdf.write(worlds.world(tmp_path / "snapshot", named, withheld=3), tmp_path, Report())
    text = reading.pdf_text(tmp_path / "letter.pdf")
    parts = [
        "Coalition for Open Courts",
        "Seattle, 22 May 2018",
        "Jeffrey P. Bezos Founder and Chief Executive Officer Amazon.com, Inc. Seattle, WA",
        "Stop selling face recognition to governments",
        "Dear Mr. Bezos,",
        "We write as organizations",
        "What the records show",
        "We ask you to:",
        "3. publish the name of every agency that has tried the service.",
        "We look forward to your answer by 20 June 2018.",
        "Signed,",
        "Katarzyna Eriksen Professor of Law, Westmoor University",
        "Copy to Board of Directors",
        "41 organizations Access Commons Allied Librarians’ Network",
        "300 of 303 people Titles and affiliations are given for identification only.",
        "3 more people signed and keep their names private.",
        "Agreement with the City of Orlando",
        "9f86d081 884c7d65",
        "About this list",
    ]
    places = [text.find(reading.squeezed(part)) for part in parts]
    assert [part for part, place in zip(parts, places, strict=True) if place < 0] == []
    assert all(before < after for before, after in pairwise(places))
    assert all(reading.squeezed(record["name"]) in text for record in named)


def test_metadata_names_letter_and_campaign_only(printing: Flask, tmp_path: Path) -> None:
    pdf.write(worlds.world(tmp_path / "snapshot", list(worlds.organizations(2))), tmp_path, Report())
    path = tmp_path / "letter.pdf"
    with pikepdf.open(path) as document, document.open_metadata() as metadata:
        assert metadata["dc:title"] == "Stop selling face recognition to governments"
        assert metadata["dc:creator"] == ["Coalition for Open Courts"]
        assert metadata["xmp:CreateDate"] == "2018-06-18T17:00:00+00:00"
        assert str(document.Root.Lang) == "en"
        assert str(document.docinfo["/Author"]) == "Coalition for Open Courts"
    everything = path.read_bytes()
    assert str(tmp_path).encode() not in everything
    assert b"typeset-" not in everything


def test_every_page_is_numbered(printing: Flask, tmp_path: Path) -> None:
    report = Report()
    pdf.write(worlds.world(tmp_path / "snapshot", list(worlds.people(500))), tmp_path, report)
    pages = PdfReader(tmp_path / "letter.pdf").pages
    assert report.pages == {"letter.pdf": len(pages)}
    assert [f"Page {n} of {len(pages)}" in text.extract_text() for n, text in enumerate(pages, 1)] == [True] * len(
        pages
    )


def test_runs_of_letters_break_inside_the_column(printing: Flask, tmp_path: Path) -> None:
    """A name of 120 characters without a space leaves room for its neighbours (e-7)."""
    named = [{"kind": "person", "name": "x" * 120, "title": "", "affiliation": "", "country": ""}] * 130
    pdf.write(worlds.world(tmp_path / "snapshot", named, body=markup.parse("y" * 300)), tmp_path, Report())
    longest = max(
        len(run)
        for sheet in PdfReader(tmp_path / "letter.pdf").pages
        for line in sheet.extract_text().split("\n")
        for run in re.findall("x+|y+", line)
    )
    assert longest <= 60


def section(kind: str, *letters: tuple[str, int]) -> Section:
    return Section(kind=kind, letters=letters, countries=frozenset())


def test_pieces_cut_sections_at_lines() -> None:
    sections = (section("organization", ("A", 2), ("B", 1)), section("person", ("A", 4), ("C", 3)))
    assert list(pieces(sections, 0, 10)) == [(0, "A", 2), (0, "B", 1), (1, "A", 4), (1, "C", 3)]
    assert list(pieces(sections, 2, 5)) == [(0, "B", 1), (1, "A", 2)]
    assert list(pieces(sections, 7, 9)) == [(1, "C", 2)]
    assert list(pieces(sections, 4, 4)) == []


@pytest.mark.slow
def test_long_list_becomes_volumes(printing: Flask, tmp_path: Path) -> None:
    """Above 50,000 names the letter stands alone, and every name is in exactly one volume."""
    named = [*worlds.organizations(68), *worlds.people(50_000)]
    report = Report()
    names = pdf.write(worlds.world(tmp_path / "snapshot", named), tmp_path, report)
    assert names == ["letter.pdf", "signatories-01-of-02.pdf", "signatories-02-of-02.pdf"]
    texts = [reading.pdf_text(tmp_path / name) for name in names]
    assert "Thenamesofthepeopleareprintedin2volumesoftheirown." in texts[0]
    assert "Names69to25,068of50,068:" in texts[1]
    assert reading.squeezed(f"Volume 2 of 2, page 1 of {report.pages[names[2]]}") in texts[2]
    assert [reading.squeezed(named[68]["name"]) in text for text in texts] == [False, True, False]
    assert [reading.squeezed(named[-1]["name"]) in text for text in texts] == [False, False, True]
    assert max(cost["peak_kb"] for cost in report.costs.values()) < 600_000
    assert [failed_rules(tmp_path / name) for name in names] == [set(), set(), set()]


def sheet(tmp_path: Path, **changes: Any) -> Sheet:
    values: dict[str, Any] = {
        "template": "letter.typ",
        "output": tmp_path / "out.pdf",
        "time": datetime(2018, 6, 18, tzinfo=UTC),
        "fonts": glyphs.folders(),
        "data": dict,
    }
    return Sheet(**(values | changes))


def test_typesetting_that_fails_says_why_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(TypesettingFailed, match=r"^out\.pdf: .*dictionary does not contain key"):
        list(typeset([sheet(tmp_path)]))
    assert list(tmp_path.iterdir()) == []


def test_typesetting_stops_at_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit itself is made short; the child that meets it is the real one."""
    monkeypatch.setattr(compiling, "SECONDS", 0.05)
    with pytest.raises(TypesettingFailed, match=r"^out\.pdf: not done after 0\.05 s"):
        list(typeset([sheet(tmp_path)]))


def test_typesetting_stops_at_its_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "ADDRESS_SPACE", 150 * 2**20)
    with pytest.raises(TypesettingFailed, match=r"^out\.pdf: "):
        list(typeset([sheet(tmp_path)]))


def test_templates_are_constant_and_fetch_nothing() -> None:
    """Strings enter as JSON only: no evaluation, no package, no address (T15)."""
    templates = list((ROOT / "templates" / "exports").glob("*.typ"))
    imports = {
        "body.typ": ['"shared.typ"'],
        "letter.typ": ['"shared.typ"', '"body.typ"', '"names.typ"'],
        "names.typ": ['"shared.typ"'],
        "shared.typ": [],
        "volume.typ": ['"shared.typ"'],
    }
    assert sorted(template.name for template in templates) == sorted(imports)
    for template in templates:
        text = template.read_text(encoding="utf-8")
        assert re.findall(r"\beval\b|@preview|https?:|\bread\(|\bplugin\(", text) == []
        # One door to pictures, and the name of each comes with the data.
        doors = ["image(file, ..how)"] if template.name == "shared.typ" else []
        assert re.findall(r"\bimage\(.*?\)", text) == doors
        assert re.findall(r"#?import\s+(\S+):", text) == imports[template.name]
    assert "{{" not in "".join(template.read_text(encoding="utf-8") for template in templates)
