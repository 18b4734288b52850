"""`undersigned letter copy`: a folder that opens without the site, and what it refuses."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from playwright.sync_api import Browser

from campaign import storage
from campaign.cli.copy import first_addresses
from campaign.cli.letter import EVIDENCE
from campaign.extensions import db
from campaign.models import Campaign, Edition, Evidence, Letter, TimelineEntry
from campaign.signing.operations.listing import recount_letter
from tests.delivery.sealed import build, freeze
from tests.factories import NOW, make_letter, make_signature
from tests.support.cast import Cast
from tests.support.runs import run

NAMES = 203
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def copied(app: Flask, cast: Cast, tmp_path: Path) -> Path:
    """The copy of a letter that a few signed."""
    return copy_of(app, cast, tmp_path, 3)


def copy_of(app: Flask, cast: Cast, tmp_path: Path, names: int) -> Path:
    """The copy of a letter with that many people, an organization, evidence, a timeline and a delivered edition."""
    with app.app_context():
        letter = db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one()
        for number in range(names):
            make_signature(letter, f"Ada {number:03} of the many")
        make_signature(letter, "Hidden Hanna", is_private=True)
        make_signature(letter, "Held Harry", moderation="held")
        make_signature(letter, "Open Rights", website="https://rights.example")
        happened = {"sort_on": date(2018, 5, 22), "happened": "2018-05-22", "text": "It was sent."}
        db.session.add(TimelineEntry(letter_id=letter.id, source="zdnet.com", url="https://zdnet.com/x", **happened))
        (storage.folder(EVIDENCE, str(letter.id)) / "manual.pdf").write_bytes(b"%PDF-1.7 a manual")
        db.session.add(Evidence(letter_id=letter.id, number=1, title="A manual", file_name="manual.pdf"))
        make_letter("hidden", "draft", db.session.get(Campaign, letter.campaign_id), title="A secret draft")
        edition = freeze(letter, NOW)
        edition.state, edition.delivered_at = "delivered", NOW
        recount_letter(letter.id, NOW)
        db.session.commit()
    answer = run(app, "letter", "copy", cast.letter, "-o", str(tmp_path / "copy"))
    assert answer.exit_code == 0, answer.output
    assert re.fullmatch(r"\d+ pages and files in .*/copy\n", answer.stdout)
    return tmp_path / "copy"


def text_of(copied: Path, pattern: str = "*.html") -> str:
    """All text of the copy."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(copied.rglob(pattern)))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_edition_in_a_copy_is_checked_by_itself(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """p-D9: `verify.py` checks the files of an edition where they lie in the copy."""
    with app.app_context():
        letter = db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one()
        make_signature(letter, "Ada Lovelace")
        frozen = freeze(letter, NOW)
        edition_id = frozen.id
        build(frozen, NOW)
        edition = db.session.get_one(Edition, edition_id, populate_existing=True)
        edition.state, edition.delivered_at = "delivered", NOW
        db.session.commit()
    assert run(app, "letter", "copy", cast.letter, "-o", str(tmp_path / "copy")).exit_code == 0
    checker = tmp_path / "copy" / "editions" / "1" / "verify.py"
    checked = subprocess.run([sys.executable, "-I", checker], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("Good: 1 person, first edition")


def test_copy_has_every_page_and_file(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """p-D9: letter, all pages of names, timeline, method, press, evidence, figures, styles; every link leads there."""
    copied = copy_of(app, cast, tmp_path, NAMES)
    files = {path.relative_to(copied).as_posix() for path in copied.rglob("*") if path.is_file()}
    assert files >= {
        *("index.html", "timeline.html", "method.html", "press.html", "campaign.html", "companies/acme.html"),
        *(
            "names/index.html",
            "names/person.html",
            "names/person-2.html",
            "names/person-a.html",
            "names/person-a-2.html",
        ),
        *("names/organization.html", "names.csv", "letter.json", "evidence/1-manual.pdf"),
        *("static/css/site.css", "static/fonts/source-serif-4-latin.woff2", "README.txt", "SHA256SUMS"),
    }
    assert (copied / "evidence" / "1-manual.pdf").read_bytes() == b"%PDF-1.7 a manual"
    people = [name for path in copied.glob("names/person*.html") for name in re.findall(r"Ada \d{3}", path.read_text())]
    assert len(set(people)) == NAMES
    check_links(copied)


def test_copy_tells_nothing_that_the_site_does_not(copied: Path) -> None:
    """T9: private and held names, drafts, tokens and forms are none of it."""
    for pattern in ("*.html", "*.csv", "*.json", "*.txt"):
        text = text_of(copied, pattern)
        for hidden in (
            "Hidden Hanna",
            "Held Harry",
            "A secret draft",
            "csrf_token",
            "<form",
            "<script",
            "@example.org",
        ):
            assert hidden not in text, hidden
    assert "Forms work on the site alone" in (copied / "index.html").read_text()


def check_links(copied: Path) -> None:
    """Every link is a file of the copy, with its place in it, or a whole address elsewhere."""
    seen = 0
    for page in copied.rglob("*.html"):
        for link in map(unescape, re.findall(r'(?:href|src)="([^"]*)"', page.read_text(encoding="utf-8"))):
            if re.match(r"https?://|mailto:|tel:", link):
                continue
            path, _mark, fragment = link.partition("#")
            target = page.parent / unquote(path) if path else page
            assert target.is_file(), (page.name, link)
            if fragment:
                assert f'id="{fragment}"' in target.read_text(encoding="utf-8"), (page.name, link)
            seen += 1
    assert seen > 100


def test_sums_find_a_changed_byte(copied: Path) -> None:
    """p-D9: the copy checks itself with a tool every machine has."""
    lines = (copied / "SHA256SUMS").read_text().splitlines()
    listed = {line[66:] for line in lines}
    assert listed == {p.relative_to(copied).as_posix() for p in copied.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    check = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd=copied, capture_output=True, check=False).returncode == 0
    page = copied / "timeline.html"
    page.write_bytes(page.read_bytes().replace(b"It was sent", b"It was lost"))
    found = subprocess.run(check, cwd=copied, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, "timeline.html: FAILED\n")
    assert hashlib.sha256(page.read_bytes()).hexdigest() not in (copied / "SHA256SUMS").read_text()


@SQLITE
def test_copy_opens_without_the_site(copied: Path, browser: Browser) -> None:
    """p-D9: in Chromium from the disk, every page with its style and font, and not one request to a host."""
    page = browser.new_page()
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("console", lambda message: failed.append(message.text))
    for path in sorted(copied.rglob("*.html")):
        # A page that is left while its icon is read counts that as failed.
        page.goto(path.as_uri(), wait_until="networkidle")
        assert "A copy of http" in page.inner_text("main")
        assert page.evaluate("document.styleSheets.length") == 1
    page.goto((copied / "index.html").as_uri())
    page.click("text=Who signed")
    assert page.inner_text("h1") == "Who signed"
    page.close()
    assert failed == []
    assert [url for url in asked if not url.startswith("file:")] == []


@SQLITE
@pytest.mark.parametrize(
    ("slug", "state", "words"),
    [
        ("nothing", "", 'There is no letter "nothing".'),
        ("early", "draft", "This letter is not public, so there is nothing to copy. Open it first."),
        ("taken", "removed", "This letter was taken down."),
    ],
)
def test_what_is_not_public_is_not_copied(app: Flask, tmp_path: Path, slug: str, state: str, words: str) -> None:
    """Exit 1 with a sentence, and nothing is left behind."""
    with app.app_context():
        if state:
            make_letter(slug, state)
            db.session.commit()
    answer = run(app, "letter", "copy", slug, "-o", str(tmp_path / "copy"))
    assert (answer.exit_code, answer.stderr) == (1, f"{words}\n")
    assert list(tmp_path.iterdir()) == []


@SQLITE
def test_a_folder_with_something_in_it_is_left_alone(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """An empty folder is taken; one that holds anything is refused, and a file too."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for name in ("full", "full/mine.txt"):
        answer = run(app, "letter", "copy", cast.letter, "-o", str(tmp_path / name))
        assert answer.exit_code == 1
        assert "is not an empty folder. Choose another one." in answer.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    assert run(app, "letter", "copy", cast.letter, "-o", str(tmp_path / "empty")).exit_code == 0
    assert (tmp_path / "empty" / "index.html").is_file()


@SQLITE
def test_files_of_an_edition_are_asked_for_by_name(app: Flask, cast: Cast) -> None:
    """Whatever links to them: each file the edition lists, and what it is checked with; none that was not delivered."""
    with app.app_context():
        letter = db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one()
        first, second = freeze(letter, NOW), freeze(letter, NOW + timedelta(seconds=1))
        first.state, first.delivered_at = "delivered", NOW
        first.files = [{"name": "letter.pdf", "size": 1, "sha256": "0" * 64}]
        second.files = [{"name": "secret.pdf", "size": 1, "sha256": "0" * 64}]
        asked = [address for address in first_addresses(letter) if "/editions/" in address]
    assert asked == [
        "/letters/stop/editions/1",
        *(f"/letters/stop/editions/1/{name}" for name in ("letter.pdf", "SHA256SUMS", "verify.py")),
    ]


@SQLITE
def test_withdrawn_letter_is_copied_with_its_reason(app: Flask, tmp_path: Path) -> None:
    """Its pages say why; no word of the text is in the copy."""
    with app.app_context():
        make_letter("over", "withdrawn")
        db.session.commit()
    assert run(app, "letter", "copy", "over", "-o", str(tmp_path / "copy")).exit_code == 0
    text = text_of(tmp_path / "copy")
    assert "The company agreed to stop." in text
    assert "has no place on" not in text
