"""Every format from one snapshot: what it shows, and what hostile text does to it (e-2, e-7, e-9; T14, T15)."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from campaign.exports import files
from campaign.exports.formats import BUNDLES, FORMATS
from campaign.exports.report import Cancelled, Report
from campaign.exports.source import INTERNAL_COLUMNS, Purpose
from campaign.lib import markup
from campaign.lib.csvcells import guarded
from campaign.lib.printable import one_line
from config import ROOT
from tests.exports import reading, worlds

FORMATS_FOLDER = ROOT / "campaign" / "exports" / "formats"
HOSTILE = json.loads((Path(__file__).parent / "hostile.json").read_text(encoding="utf-8"))
NAMES = [name["stored"] for name in HOSTILE["names"]]


def test_no_format_is_loaded_before_it_is_made() -> None:
    """The start of every process is spared the libraries of paper and sheets; each format finds its own when asked."""
    code = (
        "import importlib, sys; from campaign import registry; "
        "[importlib.import_module(name) for name in (*registry.JOBS, *registry.PAGES)]; "
        "print(sorted(name for name in sys.modules if name.startswith('campaign.exports.formats.'))); "
        "print(sorted({'docx', 'fontTools', 'segno', 'xlsxwriter'} & set(sys.modules)))"
    )
    started = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert started.stdout.splitlines() == ["['campaign.exports.formats.kit']", "[]"]
    assert {*FORMATS, *BUNDLES} == {path.stem for path in FORMATS_FOLDER.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("key", FORMATS)
def test_same_snapshot_gives_the_same_bytes(printing: Flask, tmp_path: Path, key: str) -> None:
    digests = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        source = worlds.world(
            folder / "snapshot", [*worlds.organizations(7), *worlds.people(70, mixed=True)], withheld=3
        )
        names = FORMATS[key](source, folder, Report())
        digests.append([(name, hashlib.sha256((folder / name).read_bytes()).hexdigest()) for name in names])
    assert digests[0] == digests[1]


def test_csv_of_hostile_names(printing: Flask, tmp_path: Path) -> None:
    """Each cell is guarded, the stored text can be had back, and no name opens a second line (R8)."""
    report = Report()
    source = worlds.world(tmp_path / "snapshot", worlds.signers(NAMES))
    assert FORMATS["csv"](source, tmp_path, report) == ["signatories.csv"]
    head, *rows = reading.csv_cells(tmp_path / "signatories.csv")
    assert head == ["kind", "name", "title", "affiliation", "country"]
    stored = [one_line(name) for name in NAMES]
    assert [row[1] for row in rows] == [guarded(name) for name in stored]
    assert [re.sub("^'(?='*\\s*[=+\\-@＝＋－＠])", "", row[1]) for row in rows] == stored
    assert report.guarded_cells == 7
    assert (tmp_path / "signatories.csv").read_bytes().startswith(b"\xef\xbb\xbfkind,name")


def test_json_of_hostile_names_is_unaltered(printing: Flask, tmp_path: Path) -> None:
    source = worlds.world(tmp_path / "snapshot", worlds.signers(NAMES), withheld=2)
    assert FORMATS["json"](source, tmp_path, Report()) == ["signatories.json", "signatories.ndjson"]
    data = reading.json_data(tmp_path / "signatories.json")
    assert [line.get("name") for line in data["signatories"]] == [one_line(name) for name in NAMES] + [None, None]
    assert data["about"] == files.about(source.statement, "rekognition-2018-coalition")
    assert (tmp_path / "signatories.ndjson").read_bytes() == source.snapshot.read_bytes()


def test_html_of_hostile_names_is_text(printing: Flask, tmp_path: Path) -> None:
    source = worlds.world(tmp_path / "snapshot", worlds.signers(NAMES), initial=(), evidence=(), copies=())
    FORMATS["html"](source, tmp_path, Report())
    names, tags = reading.html_names(tmp_path / "letter.html")
    assert names == [one_line(name) for name in NAMES]
    assert tags.isdisjoint({"script", "b", "w:br", "tag", "img"})


def test_html_loads_nothing(printing: Flask, tmp_path: Path) -> None:
    FORMATS["html"](worlds.world(tmp_path / "snapshot", worlds.signers(["Ada"])), tmp_path, Report())
    page = (tmp_path / "letter.html").read_text(encoding="utf-8")
    assert re.findall(r"<(?:link|script|img|iframe|object)|@import|url\(| src=", page) == []


def test_text_of_hostile_names_has_one_line_each(printing: Flask, tmp_path: Path) -> None:
    source = worlds.world(tmp_path / "snapshot", worlds.signers(NAMES))
    FORMATS["txt"](source, tmp_path, Report())
    text = (tmp_path / "letter.txt").read_bytes().decode()
    names = "\n".join(one_line(name) for name in NAMES)
    assert f"for identification only.\n\n{names}\n\n" in text


def test_pdf_of_hostile_names_prints_the_stored_or_the_listed_text(printing: Flask, tmp_path: Path) -> None:
    report = Report()
    FORMATS["pdf"](worlds.world(tmp_path / "snapshot", worlds.signers(NAMES)), tmp_path, report)
    text = reading.pdf_text(tmp_path / "letter.pdf")
    readable = [name for name in HOSTILE["names"] if name.get("text_layer", True)]
    missing = [name["why"] for name in readable if reading.squeezed(name.get("printed", name["stored"])) not in text]
    assert missing == []
    listed = {found["where"]: found["printed"] for found in report.replacements}
    assert listed == {29: "Bold Fraktur", 31: "���� �����", 32: "� x", 33: "� x", 34: "abcd", 45: "��"}
    assert sorted(report.scripts_without_font) == ["Egyptian", "Khmer", "Tibetan"]


@pytest.mark.parametrize("body", HOSTILE["bodies"], ids=lambda body: body["why"])
def test_hostile_bodies_never_fail_an_export(printing: Flask, tmp_path: Path, body: dict[str, str]) -> None:
    tree = markup.parse(body["text"])
    source = worlds.world(tmp_path / "snapshot", worlds.signers(["Ada"]), body=tree, demands=(body["text"],))
    for key in ("html", "txt", "pdf", "docx"):
        FORMATS[key](source, tmp_path, Report())
    assert "<script" not in (tmp_path / "letter.html").read_text(encoding="utf-8")
    if body["why"] == "typst code":
        assert '#read("/etc/passwd")$x^2$@ref<tag>//gone/*open]]##eval("1")' in reading.pdf_text(
            tmp_path / "letter.pdf"
        ).replace("“", '"').replace("”", '"')


@pytest.mark.parametrize("key", ["html", "txt", "pdf", "docx"])
def test_counts_and_withheld_people_are_one_sentence(printing: Flask, tmp_path: Path, key: str) -> None:
    source = worlds.world(tmp_path / "snapshot", [*worlds.organizations(3), *worlds.signers(["Ada"])], withheld=1912)
    counts = replace(source.statement.counts, employees=142, imported=7)
    source = replace(source, statement=replace(source.statement, counts=counts))
    (name,) = FORMATS[key](source, tmp_path, Report())
    text = reading.text_of(tmp_path / name)
    for sentence in (
        "3 organizations",
        "1 of 1,913 people",
        "1,912 more people signed and keep their names private.",
        "142 employees of Amazon.com, Inc. signed without being named.",
        "Counted apart and in no total: 7 imported.",
        "1,913, of whom 1,912 keep their names private",
        "4 named, 1,912 withheld",
        source.statement.citation,
    ):
        assert reading.squeezed(sentence) in text


@pytest.mark.parametrize("key", FORMATS)
def test_internal_lists_show_the_organizers_columns(printing: Flask, tmp_path: Path, key: str) -> None:
    extra = {
        "email": "ada@example.org",
        "state": "verified",
        "moderation": "held",
        "methods": "mailbox;work_domain",
        "reasons": "watched_name",
        "version": 1,
        "source": "web",
        "signed_on": "2018-05-23",
    }
    named = [worlds.signers(["Ada Lovelace"])[0] | extra]
    source = worlds.world(tmp_path / "snapshot", named, purpose=Purpose.INTERNAL)
    name = FORMATS[key](source, tmp_path, Report())[0]
    if key == "csv":
        assert reading.csv_cells(tmp_path / name) == [
            list(INTERNAL_COLUMNS),
            ["person", "Ada Lovelace", "", "", "", *(str(value) for value in extra.values())],
        ]
    elif key == "json":
        assert reading.json_data(tmp_path / name)["signatories"] == named
    else:
        text = reading.text_of(tmp_path / name)
        assert "ada@example.org" in text
        assert reading.squeezed("Internal: this list contains personal data") in text


def test_finished_export_has_statement_sums_and_report(printing: Flask, tmp_path: Path) -> None:
    source = worlds.world(tmp_path / "snapshot", list(worlds.organizations(2)))
    report = Report()
    names = FORMATS["csv"](source, tmp_path, report)
    files.finish(tmp_path, names, source.statement, source.letter.slug, report)
    assert reading.json_data(tmp_path / "about.json")["counts"] == {
        "people": 0, "private": 0, "organizations": 2, "employees": 0, "imported": 0, "total": 2,
    }  # fmt: skip
    sums = dict(line.split("  ")[::-1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("about.json", "signatories.csv")
    }
    listed = reading.json_data(tmp_path / "report.json")["files"]
    assert [(file["name"], file["sha256"]) for file in listed] == sorted(sums.items())
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir() if path.is_file()] == [0o600] * 4


@pytest.mark.parametrize("key", ["csv", "json", "txt", "html", "pdf", "docx", "xlsx"])
def test_cancelling_leaves_no_file(printing: Flask, tmp_path: Path, key: str) -> None:
    source = worlds.world(tmp_path / "snapshot", list(worlds.people(1_001)))

    def stop(_rows: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        FORMATS[key](source, tmp_path, Report(progress=stop))
    left = [path.name for path in tmp_path.iterdir() if path.is_file() and path.name != "letter.pdf"]
    assert left == []


@pytest.mark.parametrize("key", ["html", "txt", "pdf"])
def test_each_line_of_the_closing_is_a_paragraph(printing: Flask, tmp_path: Path, key: str) -> None:
    """p-L4: the last words stand as on the letter's page, which has one paragraph a line."""
    source = worlds.world(tmp_path / "snapshot", worlds.signers(["Ada"]), closing="We wait.\nSincerely,")
    (name,) = FORMATS[key](source, tmp_path, Report())
    if key == "pdf":
        command = ["pdftotext", "-layout", str(tmp_path / name), "-"]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        assert {"We wait.", "Sincerely,"} <= {line.strip() for line in lines}
    else:
        text = (tmp_path / name).read_text(encoding="utf-8")
        between = text.partition("We wait.")[2].partition("Sincerely,")[0]
        assert {"html": "".join(between.split()), "txt": between}[key] == {"html": "</p><p>", "txt": "\n\n"}[key]


def test_long_internal_list_has_no_empty_headings(printing: Flask, tmp_path: Path) -> None:
    """e-6: an internal list has no index letters, so that none are printed over 200 names and more."""
    record = dict.fromkeys(INTERNAL_COLUMNS, "") | {"kind": "person", "name": "Ada"}
    source = worlds.world(tmp_path / "snapshot", [record] * 250, purpose=Purpose.INTERNAL)
    section = replace(source.sections[0], letters=(("", 250),))
    (name,) = FORMATS["pdf"](replace(source, sections=(section,)), tmp_path, Report())
    assert reading.pdf_text(tmp_path / name).count("Ada") == 250
