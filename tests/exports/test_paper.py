"""The letter on paper, rule by rule: what it carries, in which order, and how it is set (p-L4, p-L5, e-4)."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from pypdf import PdfReader

from campaign.exports import citing, comparing
from campaign.exports.files import digest
from campaign.exports.formats import html, pdf
from campaign.exports.report import Report
from campaign.exports.source import Source
from campaign.lib import markup, pictures
from campaign.lib.difference import Paragraph, Run
from tests.exports import paper, reading, worlds


def printed(source: Source, folder: Path, report: Report | None = None) -> list[str]:
    """The text layer of each page, squeezed."""
    pdf.write(source, folder, report or Report())
    return [reading.squeezed(page.extract_text()) for page in PdfReader(folder / "letter.pdf").pages]


def in_order(text: str, parts: list[str]) -> bool:
    """Whether the text has these parts, one after the other."""
    place = 0
    for part in parts:
        place = text.find(reading.squeezed(part), place)
        if place < 0:
            return False
    return True


def test_letter_carries_its_head_and_its_proof(printing: Flask, tmp_path: Path) -> None:
    """p-L4, p-D3: letterhead first; after the list the methods, the digest, the root and where to compare it."""
    source = paper.dressed(tmp_path / "snapshot", list(worlds.organizations(41)))
    parts = [
        "Access Commons",
        "125 Broad Street New York, NY 10004",
        "Seattle, 22 May 2018",
        "Jeffrey P. Bezos",
        "Stop selling face recognition to governments",
        "Corrected on 3 June 2018: 300,000 photographs, not 30,000",
        "Dear Mr. Bezos,",
        "41 organizations",
        "Evidence",
        "About this list",
        "SHA-256 of the list",
        "Merkle root (RFC 9162) 5f70bf18 a0860070",
        "How these signatures were confirmed",
        "Address confirmed 1,204",
        "Compare the Merkle root with the one published at " + paper.CHECK_AT,
    ]
    assert in_order("".join(printed(source, tmp_path)), parts)
    html.write(source, tmp_path, Report())
    page = re.sub(r"<style>.*?</style>|<[^>]+>", "", (tmp_path / "letter.html").read_text("utf-8"), flags=re.S)
    assert in_order(reading.squeezed(page), [part for part in parts if part != "Evidence"])


def test_lead_stands_at_the_head_where_no_letterhead_is_written(printing: Flask, tmp_path: Path) -> None:
    source = worlds.world(tmp_path / "snapshot", list(worlds.organizations(2)), lead="Freedom to Walk")
    assert printed(source, tmp_path)[0].startswith("FreedomtoWalkCoalitionletter")


def test_code_leads_to_the_page_of_the_edition(printing: Flask, tmp_path: Path) -> None:
    """p-D3: a QR code of shapes, with its address as the words of a screen reader; in HTML inside the page."""
    source = paper.dressed(tmp_path / "snapshot", list(worlds.organizations(2)))
    printed(source, tmp_path)
    with pikepdf.open(tmp_path / "letter.pdf") as document:
        said = [
            str(thing["/Alt"])
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]
        pixels = [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
        ]
    assert f"QR code that leads to {paper.CHECK_AT}" in said
    assert pixels == []
    html.write(source, tmp_path, Report())
    text = (tmp_path / "letter.html").read_text(encoding="utf-8")
    assert f'role="img" aria-label="QR code that leads to {paper.CHECK_AT}"><svg' in text
    assert (re.findall(r"\bsrc=|url\(|@import", text)) == []


def test_live_list_says_on_every_page_that_it_is_not_frozen(printing: Flask, tmp_path: Path) -> None:
    """e-2: a list that can still change is never taken for an edition."""
    source = worlds.world(tmp_path / "snapshot", list(worlds.organizations(41)))
    edition = printed(source, tmp_path)
    live = printed(replace(source, statement=replace(source.statement, edition=None)), tmp_path)
    assert ["notfrozen" in page for page in edition] == [False] * len(edition)
    assert ["notfrozen" in page for page in live] == [True] * len(live)
    assert "Notfrozen:thelistasitstoodon18June2018,17:00:00UTC.Itcanstillchange." in live[0]


def test_earlier_text_is_an_annex_with_the_differences_marked(printing: Flask, tmp_path: Path) -> None:
    """p-L3, p-D1: the sentence at the list, the heading of each group, and words beside each mark."""
    named = [*worlds.organizations(41), *worlds.people(30)]
    source = paper.with_earlier(paper.dressed(tmp_path / "snapshot", named), 30)
    parts = [
        "41 signed this text, 30 the text of 22 May 2018, printed as annex A with the differences marked.",
        "41 organizations signed this text",
        "30 people signed the text of 22 May 2018 (annex A)",
        "Annex A: the text of 22 May 2018",
        "30 signatures stand under this earlier text.",
        "Stop selling face [recognition] {recognition to governments}",
        "1. stop it [everywhere] {at once};",
        "Only in the earlier text: 2. publish the contracts.",
        "About this list",
    ]
    assert in_order("".join(printed(source, tmp_path)), parts)
    html.write(source, tmp_path, Report())
    text = (tmp_path / "letter.html").read_text(encoding="utf-8")
    assert "Stop selling face <del>[recognition]</del> <ins>{recognition to governments}</ins>" in text
    assert '<strong lang="en">Only in the earlier text:</strong><br><del>2. publish the contracts.</del>' in text


def test_edition_of_the_printed_text_says_how_many_signed_another(printing: Flask, tmp_path: Path) -> None:
    source = replace(worlds.world(tmp_path / "snapshot", list(worlds.organizations(2))), elsewhere=1_204)
    assert "1,204moresignedanearliertextandarenotinthislist." in "".join(printed(source, tmp_path))


def test_space_around_a_change_stands_outside_of_its_mark() -> None:
    runs = (Run("same", "stop "), Run("removed", "selling"), Run("added", "renting "), Run("same", "it"))
    assert [tuple(run) for run in comparing.marked(Paragraph(runs))] == [
        ("same", "", "stop", " "),
        ("removed", "", "selling", " "),
        ("added", "", "renting", " "),
        ("same", "", "it", ""),
    ]


def test_citation_in_a_footnote_leads_to_the_document(printing: Flask, tmp_path: Path) -> None:
    """p-L5: the annex has the numbers of the citations, and a footnote leads to page and hash."""
    tree = citing.with_links(
        markup.parse("A.[^1]\n\n[^1]: See *evidence 1*, Evidence 7, [evidence 1](https://a.example)."), [1]
    )
    words = {"type": "text", "text": "evidence 1"}
    assert tree["footnotes"][0]["children"][0]["children"] == [
        {"type": "text", "text": "See "},
        {"type": "emphasis", "children": [{"type": "link", "href": "#evidence-1", "children": [words]}]},
        {"type": "text", "text": ", Evidence 7, "},
        {"type": "link", "href": "https://a.example", "children": [words]},
        {"type": "text", "text": "."},
    ]
    source = paper.dressed(tmp_path / "snapshot", list(worlds.organizations(2)))
    printed(source, tmp_path)
    with pikepdf.open(tmp_path / "letter.pdf") as document:
        links = [
            note
            for note in document.pages[0].get("/Annots", [])
            if note.get("/Dest") is not None or "/D" in note.get("/A", {})
        ]
    assert len(links) >= 2
    html.write(source, tmp_path, Report())
    text = (tmp_path / "letter.html").read_text(encoding="utf-8")
    assert ('href="#evidence-1"' in text, 'id="evidence-1"' in text) == (True, True)


def test_logos_stand_above_the_organizations_with_words(printing: Flask, tmp_path: Path) -> None:
    """p-S2: each says whose it is, is never larger than it is, and none that paper cannot show stops the letter."""
    source = paper.dressed(tmp_path / "snapshot", list(worlds.organizations(41)))
    large, small = paper.png(400, 100), paper.png(40, 20)
    source = paper.with_logos(source, tmp_path, large, small, b"GIF89a")
    report = Report()
    printed(source, tmp_path, report)
    with pikepdf.open(tmp_path / "letter.pdf") as document:
        said = [
            str(thing["/Alt"])
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]
    assert [alt for alt in said if "Logo" in alt] == ["Logo of Access Commons", "Logo of Allied Librarians’ Network"]
    assert report.notes == ["The logo of line 3 cannot be printed: it is no small PNG or JPEG picture."]
    html.write(source, tmp_path, Report())
    text = (tmp_path / "letter.html").read_text(encoding="utf-8")
    assert re.findall(r'width="(\d+)" height="(\d+)" alt="([^"]+)"', text) == [
        ("128", "32", "Logo of Access Commons"),
        ("40", "20", "Logo of Allied Librarians’ Network"),
    ]


def test_logo_that_cannot_be_typeset_costs_the_logos_and_not_the_letter(printing: Flask, tmp_path: Path) -> None:
    source = worlds.world(tmp_path / "snapshot", list(worlds.organizations(2)))
    report = Report()
    assert "AccessCommons" in printed(paper.with_logos(source, tmp_path, paper.png(40, 20)[:60]), tmp_path, report)[1]
    assert report.notes == ["The letter is printed without logos: one of them cannot be typeset."]


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x20\x00\x40\x03", (48.0, 24.0)),
        (b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x20\x00\x40\x04", None),
        (b"\xff\xd8\xff", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"", None),
    ],
)
def test_size_of_a_logo_is_read_from_its_head(tmp_path: Path, head: bytes, size: tuple[float, float] | None) -> None:
    """Ink pictures (four components) are refused: no archival file may hold them without a profile."""
    (tmp_path / "logo").write_bytes(head + b"\x00" * 20 * bool(size))
    found = pictures.logo(tmp_path / "logo")
    assert (found and (found.width, found.height)) == size


def test_last_page_of_names_has_columns_of_equal_height(printing: Flask, tmp_path: Path) -> None:
    """e-4: what the last page of a long list holds is set in three columns, and the annex follows below it."""
    pages = printed(paper.dressed(tmp_path / "snapshot", list(worlds.people(330))), tmp_path)
    last = next(number for number in range(len(pages) - 1, -1, -1) if "ZoëZúñiga" in pages[number])
    assert "AgreementwiththeCityofOrlando" in pages[last]
    command = ["pdftotext", "-bbox", "-f", f"{last + 1}", "-l", f"{last + 1}", str(tmp_path / "letter.pdf"), "-"]
    layout = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)".*?yMax="([\d.]+)">(.*?)<', layout)
    below = next(float(top) for _, top, _, word in words if word == "Evidence")
    ends: dict[int, float] = {}
    for start, top, bottom, _ in words:
        if 60 < float(top) < below:
            column = int((float(start) - 70) // 155)
            ends[column] = max(ends.get(column, 0), float(bottom))
    assert sorted(ends) == [0, 1, 2]
    assert max(ends.values()) - min(ends.values()) < 40


def test_few_organizations_share_the_page_of_the_names_that_follow(printing: Flask, tmp_path: Path) -> None:
    """Where they find no room below the letter, no page holds them alone."""
    named = [*worlds.organizations(5), *worlds.people(330)]
    body = markup.parse("\n\n".join(["A paragraph of some length, to fill the page of the letter. " * 4] * 12))
    pages = printed(worlds.world(tmp_path / "snapshot", named, body=body, initial=(), copies=()), tmp_path)
    (found,) = [page for page in pages if "5organizations" in page and "AccessCommons" in page and "Page1" not in page]
    assert "330people" in found


def test_people_begin_below_the_last_organizations(printing: Flask, tmp_path: Path) -> None:
    """No page stays half empty: as many as it holds stand there, the others follow in their order on the next."""
    named = [*worlds.organizations(130), *worlds.people(60)]
    pages = printed(worlds.world(tmp_path / "snapshot", named), tmp_path)
    (first,) = [number for number, page in enumerate(pages) if "60peopleTitles" in page]
    assert "Teachers’Federation,Region4" in pages[first]
    people = [reading.squeezed(record["name"]) for record in named[130:]]
    found = [[number for number in (first, first + 1) if name in pages[number]] for name in people]
    assert (found[0], found[-1], [] in found) == ([first], [first + 1], False)


def test_words_are_stressed_as_the_script_does_it(printing: Flask, tmp_path: Path) -> None:
    """Arabic has no slanted letters and is set bold; the fonts for Chinese have one weight, and it is underlined."""
    fonts = {}
    for language, text in (("en", "*all* of it"), ("ar", "*الجميع* هنا")):
        source = worlds.world(
            tmp_path / language, list(worlds.organizations(1)), language=language, body=markup.parse(text, language)
        )
        printed(source, tmp_path)
        with pikepdf.open(tmp_path / "letter.pdf") as document:
            fonts[language] = " ".join(
                str(thing["/FontName"])
                for thing in document.objects
                if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing
            )
    assert ("SourceSerif4-It" in fonts["en"], "NotoNaskhArabic-Bold" in fonts["ar"]) == (True, True)


def test_dressed_letter_has_the_same_bytes_twice(printing: Flask, tmp_path: Path) -> None:
    """e-1: logos, code and annexes included."""
    named = [*worlds.organizations(41), *worlds.people(330, mixed=True)]
    source = paper.with_earlier(paper.dressed(tmp_path / "snapshot", named), 330)
    source = paper.with_logos(source, tmp_path, paper.png(400, 100))
    sums = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        sums.append(
            [digest(folder / name) for write in (pdf.write, html.write) for name in write(source, folder, Report())]
        )
    assert sums[0] == sums[1]


def test_printed_page_of_html_is_numbered_in_words(printing: Flask, tmp_path: Path) -> None:
    """The margin boxes of `@page` carry citation and page; nothing in a citation ends the style."""
    source = worlds.world(tmp_path / "snapshot", list(worlds.organizations(1)), direction="rtl")
    html.write(replace(source, statement=replace(source.statement, citation='1 "</style>\\')), tmp_path, Report())
    style = (tmp_path / "letter.html").read_text(encoding="utf-8").split("<style>")[1].split("</style>")[0]
    assert r'@bottom-right { content: "\0020681 \000022\00003c\00002fstyle\00003e\00005c\002069"' in style
    assert r'@bottom-left { content: "\002068Page " counter(page) " of " counter(pages) "\002069"' in style
