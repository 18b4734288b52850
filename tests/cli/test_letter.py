"""`undersigned letter`: a letter from files, all or nothing, and its life by command."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign import storage
from campaign.extensions import db
from campaign.letters import queries
from campaign.models import Campaign, Letter, Proof, Signature, Target
from config import ROOT
from tests.factories import make_letter, make_signature
from tests.support.runs import run

Session = scoped_session[Any]
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOML = """\
slug = "stop-it"
campaign = "stopping"
title = "Stop it"
dated_on = 2026-06-01
timezone = "Europe/Lisbon"
opens_at = 2026-07-01T09:00:00
closes_at = 2026-08-01T18:00:00
demands = ["Stop.", "Say that you stopped."]
accepts = ["organization"]
asks = ["country"]

[[target]]
slug = "acme"
name = "Acme"

[[addressee]]
name = "Pat Example"
postal = ["1 Street", "Town"]
copy = true

[[initial_signatory]]
name = "Ada"

[[evidence]]
title = "Mails"
file = "mails.txt"

[[watch]]
name = "Zoë"
"""
TEXT = "We ask you to stop.[^1]\n\n[^1]: Now.\n"
ORGANIZATIONS = "name,website,type,country,source\nOpen Rights,https://www.example.org,ngo,Portugal,Its own site\n"
TIMELINE = (
    "happened,precision,sort_on,kind,actor,text,source,url\n2026-05,month,2026-05-31,published,We,It began.,Us,\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A letter as files, with everything a folder can hold."""
    (tmp_path / "letter.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "text.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "organizations.csv").write_text(ORGANIZATIONS, encoding="utf-8")
    (tmp_path / "timeline.csv").write_text(TIMELINE, encoding="utf-8")
    (tmp_path / "README.md").write_text("Left alone.", encoding="utf-8")
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "mails.txt").write_bytes(b"From: us\n")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Replaces a text of a file that is there exactly once."""
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1
    path.write_bytes(before.replace(old, new).encode("utf-8", "surrogateescape"))


def row_counts(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    session.rollback()
    tables = db.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_load_makes_a_draft_of_everything(app: Flask, session: Session, folder: Path) -> None:
    """The whole folder, in one commit: campaign and target made, times in the letter's zone."""
    answer = run(app, "letter", "load", str(folder))
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "stop-it: 1 organizations, 1 timeline rows" in answer.stdout
    letter = session.scalars(select(Letter)).one()
    version = queries.version_of(letter)
    assert (letter.slug, letter.state, version.number, version.body) == ("stop-it", "draft", 1, TEXT)
    assert [demand.text for demand in version.demands] == ["Stop.", "Say that you stopped."]
    assert letter.opens_at is not None
    assert letter.opens_at.isoformat() == "2026-07-01T08:00:00+00:00"
    assert (letter.accepts_people, letter.accepts_organizations) == (False, True)
    assert (letter.asks_country, letter.asks_affiliation) == (True, False)
    assert session.scalars(select(Campaign.title)).one() == "stopping"
    assert [target.name for target in queries.targets_of(letter.id)] == ["Acme"]
    addressee = queries.addressees_of(letter.id)[0]
    assert (addressee.name, addressee.postal, addressee.is_copy) == ("Pat Example", "1 Street\nTown", True)
    assert [row.name for row in queries.initial_signatories_of(letter.id)] == ["Ada"]
    assert [row.folded for row in queries.watched_names_of(letter.id)] == ["zoe"]
    assert [(row.happened, row.precision) for row in queries.timeline_of(letter.id)] == [("2026-05", "month")]


def test_organizations_are_vouched_for_with_their_source(app: Flask, session: Session, folder: Path) -> None:
    """Each is an endorsement of version 1, public as soon as the letter is, and says who confirms it."""
    run(app, "letter", "load", str(folder))
    signature = session.scalars(select(Signature)).one()
    proof = session.scalars(select(Proof)).one()
    assert (signature.kind, signature.name, signature.country) == ("organization", "Open Rights", "PT")
    assert (signature.verification, signature.moderation, signature.source) == ("verified", "approved", "load")
    assert (proof.method, proof.seen, proof.by_id) == ("vouched", "Its own site", None)
    assert signature.version_id == session.scalars(select(Letter.version_id)).one()


def test_evidence_is_copied_and_fingerprinted(app: Flask, session: Session, folder: Path) -> None:
    """The file lies where the site serves it from, with the hash of its bytes."""
    run(app, "letter", "load", str(folder))
    letter_id = session.scalars(select(Letter.id)).one()
    document = queries.evidence_of(letter_id)[0]
    assert (document.number, document.file_name) == (1, "mails.txt")
    assert document.sha256 == hashlib.sha256(b"From: us\n").hexdigest()
    assert (storage.folder("evidence", str(letter_id)) / "mails.txt").read_bytes() == b"From: us\n"


def test_existing_campaign_and_target_are_used(app: Flask, session: Session, folder: Path) -> None:
    """A second letter of the same campaign finds both, and leaves them as they are."""
    run(app, "letter", "load", str(folder))
    change(folder / "letter.toml", 'slug = "stop-it"', 'slug = "stop-it-2"\ncampaign_title = "Another"')
    change(folder / "letter.toml", 'name = "Acme"', 'name = "Acme Incorporated"')
    assert run(app, "letter", "load", str(folder)).exit_code == 0
    assert session.scalars(select(Letter.slug).order_by(Letter.id)).all() == ["stop-it", "stop-it-2"]
    assert session.scalars(select(Campaign.title)).all() == ["stopping"]
    assert session.scalars(select(Target.name)).all() == ["Acme"]


def test_same_slug_is_refused(app: Flask, session: Session, folder: Path) -> None:
    """A letter is never overwritten."""
    run(app, "letter", "load", str(folder))
    before = row_counts(session)
    answer = run(app, "letter", "load", str(folder))
    assert (answer.exit_code, row_counts(session)) == (1, before)
    assert answer.stderr.startswith("letter.toml, line 1: There is already a letter")


def test_dry_run_writes_nothing(app: Flask, session: Session, folder: Path) -> None:
    """Everything is checked against the database, and nothing is left in it."""
    before = row_counts(session)
    answer = run(app, "letter", "load", str(folder), "--dry-run")
    assert (answer.exit_code, row_counts(session)) == (0, before)
    assert answer.stdout == "Would load stop-it: 1 organizations, 1 timeline rows\n"


# The same organization by its domain, in a row of two lines.
TWICE = '"Open, Rights",https://example.org,ngo,,"Two\nlines"\n'
# File, what is replaced, by what, and how the one sentence begins.
BAD = [
    ("letter.toml", 'slug = "stop-it"', "slug = stop-it", "letter.toml, line 1: this is not TOML"),
    ("letter.toml", 'slug = "stop-it"', 'slug = "Stop it"', "letter.toml, line 1: slug is made of small letters"),
    ("letter.toml", 'title = "Stop it"\n', "", "letter.toml, line 1: title is missing"),
    ("letter.toml", 'title = "Stop it"', 'title = ""', "letter.toml, line 3: title is empty"),
    ("letter.toml", 'title = "Stop it"', "title = 5", "letter.toml, line 3: title is not of the kind"),
    ("letter.toml", 'title = "Stop it"', f'title = "{"x" * 201}"', "letter.toml, line 3: title has more than 200"),
    ("letter.toml", "dated_on = 2026-06-01", 'dated_on = "June"', "letter.toml, line 4: dated_on is not of the kind"),
    ("letter.toml", "Europe/Lisbon", "Lisbon", "letter.toml, line 5: 'Lisbon' is no time zone"),
    ("letter.toml", "T09:00:00", "T09:00:00Z", "letter.toml, line 6: opens_at is a time on the clocks"),
    ("letter.toml", "2026-08-01T18", "2026-06-01T18", "letter.toml, line 7: The letter would close before"),
    ("letter.toml", 'demands = ["Stop."', "demands = [5", "letter.toml, line 8: demands is not a list of texts"),
    ("letter.toml", '["organization"]', '["everybody"]', "letter.toml, line 9: accepts knows person, organization"),
    ("letter.toml", '["organization"]', "[]", "letter.toml, line 9: Choose who may sign"),
    ("letter.toml", "asks =", "ask_for =", "letter.toml, line 10: ask_for means nothing here"),
    ("letter.toml", "[[target]]", "[target]", "letter.toml, line 1: target is written as [[target]]"),
    ("letter.toml", 'slug = "acme"', 'slug = "a c"', "letter.toml, line 13: slug is made of small letters"),
    ("letter.toml", 'name = "Acme"', 'name = "Acme"\nwebsite = "acme"', "letter.toml, line 15: website is a full web"),
    ("letter.toml", "copy = true", 'copy = "yes"', "letter.toml, line 19: copy is not of the kind"),
    ("letter.toml", 'name = "Ada"', 'nam = "Ada"', "letter.toml, line 21: name is missing"),
    ("letter.toml", '"mails.txt"', '"../text.md"', "letter.toml, line 26: there is no file '../text.md'"),
    ("letter.toml", '"mails.txt"', '"letters.txt"', "letter.toml, line 26: there is no file 'letters.txt'"),
    ("letter.toml", '"mails.txt"', '"mails.txt"\nsha256 = "ab"', "letter.toml, line 27: sha256 is made of 64"),
    ("letter.toml", '\nfile = "mails.txt"', "", "evidence/mails.txt: no [[evidence]] of letter.toml names this file"),
    ("letter.toml", 'title = "Stop it"', "title = \"\udcff\"", "letter.toml, line 3: this is not UTF-8"),
    ("text.md", "[^1]: Now.", "[^2]: Now.", "text.md, line 3: The footnote in line 3 is never cited"),
    ("text.md", TEXT, " \n", "text.md, line 1: the letter has no text"),
    ("organizations.csv", "name,website", "website,name", "organizations.csv, line 1: the first line has to be"),
    ("organizations.csv", ORGANIZATIONS, "", "organizations.csv, line 1: the first line has to be"),
    ("organizations.csv", ",Its own site", "", "organizations.csv, line 2: there are 4 cells, not 5"),
    ("organizations.csv", "Its own site", "", "organizations.csv, line 2: source is empty"),
    ("organizations.csv", ",ngo,", ",club,", "organizations.csv, line 2: type is one of ngo"),
    ("organizations.csv", "Portugal", "Atlantis", "organizations.csv, line 2: country is a code or a name"),
    ("organizations.csv", "https://www.example.org", "ftp://x", "organizations.csv, line 2: website is the address"),
    ("organizations.csv", "site\n", f"site\n{TWICE}", "organizations.csv, line 3: This organization is already"),
    ("organizations.csv", "Its own site", '"Its" own', "organizations.csv, line 2: this is not CSV"),
    ("timeline.csv", "2026-05,", "2026-13,", "timeline.csv, line 2: Write a day as"),
    ("timeline.csv", ",month,", ",week,", "timeline.csv, line 2: How exact the time is"),
    ("timeline.csv", "2026-05-31", "May", "timeline.csv, line 2: sort_on is a day"),
    ("timeline.csv", "Us,\n", "Us,javascript:alert(1)\n", "timeline.csv, line 2: Write a full web address"),
    ("timeline.csv", "It began.", "", "timeline.csv, line 2: text is empty"),
]  # fmt: skip


@SQLITE
@pytest.mark.parametrize(("name", "old", "new", "sentence"), BAD)
def test_bad_file_loads_nothing(
    app: Flask, session: Session, folder: Path, name: str, old: str, new: str, sentence: str
) -> None:
    """Exit 1, one sentence with file and line, and not a row written."""
    change(folder / name, old, new)
    before = row_counts(session)
    answer = run(app, "letter", "load", str(folder))
    assert answer.stderr.startswith(sentence)
    assert answer.stderr.count("\n") == 1
    assert (answer.exit_code, answer.stdout, row_counts(session)) == (1, "", before)


@SQLITE
@pytest.mark.parametrize("name", ["letter.toml", "text.md"])
def test_missing_file_is_named(app: Flask, folder: Path, name: str) -> None:
    """The two files a letter cannot be without."""
    (folder / name).unlink()
    answer = run(app, "letter", "load", str(folder))
    assert (answer.exit_code, answer.stderr.startswith(f"{name}: there is no such file")) == (1, True)


@SQLITE
def test_only_two_files_are_needed(app: Flask, session: Session, folder: Path) -> None:
    """A letter without organizations, timeline and evidence."""
    for name in ("organizations.csv", "timeline.csv", "evidence/mails.txt"):
        (folder / name).unlink()
    change(folder / "letter.toml", '\nfile = "mails.txt"', "")
    assert run(app, "letter", "load", str(folder)).exit_code == 0
    assert session.scalars(select(Signature)).all() == []


@SQLITE
def test_translation_is_refused_with_a_sentence(app: Flask, session: Session, folder: Path) -> None:
    """Translations come later: nothing is loaded in part."""
    (folder / "text.fr.md").write_text("Arrêtez.", encoding="utf-8")
    answer = run(app, "letter", "load", str(folder))
    assert (answer.exit_code, session.scalars(select(Letter)).all()) == (1, [])
    assert answer.stderr == "text.fr.md: translations are not part of this version; take this file out\n"


@SQLITE
def test_files_of_other_systems_are_read(app: Flask, session: Session, folder: Path) -> None:
    """A byte order mark and CRLF change nothing, and lines are still counted right."""
    for name in ("letter.toml", "text.md", "organizations.csv", "timeline.csv"):
        text = (folder / name).read_text(encoding="utf-8").replace("\n", "\r\n")
        (folder / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert run(app, "letter", "load", str(folder)).exit_code == 0
    assert queries.version_of(session.scalars(select(Letter)).one()).body == TEXT


@SQLITE
def test_dangerous_file_type_is_refused(app: Flask, folder: Path) -> None:
    """T13: evidence is served from a list of types of our own."""
    (folder / "evidence" / "mails.txt").rename(folder / "evidence" / "mails.html")
    change(folder / "letter.toml", "mails.txt", "mails.html")
    assert "evidence is one of .pdf" in run(app, "letter", "load", str(folder)).stderr


def test_life_by_command(app: Flask, session: Session) -> None:
    """open, pause, open (resumes), close, open (again), close, archive; each says where the letter stands."""
    make_letter("stop", "draft")
    steps = [
        ("open", "open"),
        ("pause", "paused"),
        ("open", "open"),
        ("close", "closed"),
        ("open", "open"),
        ("close", "closed"),
        ("archive", "archived"),
    ]
    for command, state in steps:
        answer = run(app, "letter", command, "stop")
        assert (answer.exit_code, answer.stdout) == (0, f"stop is {state}\n")
    refused = run(app, "letter", "open", "stop")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("That step is not possible")
    session.rollback()
    assert session.scalars(select(Letter.state)).one() == "archived"


@SQLITE
@pytest.mark.parametrize("command", ["open", "pause", "close", "archive", "freeze"])
def test_unknown_letter_is_refused(app: Flask, command: str) -> None:
    """One sentence, exit 1."""
    answer = run(app, "letter", command, "nowhere")
    assert (answer.exit_code, answer.stderr) == (1, 'There is no letter "nowhere".\n')


def test_freeze_prints_the_number_of_the_edition(app: Flask, session: Session) -> None:
    """p-D1: each freeze is the next edition."""
    make_signature(make_letter("stop", "open"))
    assert run(app, "letter", "freeze", "stop").stdout == "edition 1\n"
    assert run(app, "letter", "freeze", "stop").stdout == "edition 2\n"


@SQLITE
@pytest.mark.parametrize("command", ["load", "open", "pause", "close", "archive", "freeze"])
def test_help_shows_an_example(app: Flask, command: str) -> None:
    """Every command says how it is called."""
    assert f"Example: undersigned letter {command} " in run(app, "letter", command, "--help").stdout


@SQLITE
def test_example_of_the_case_loads(app: Flask, session: Session) -> None:
    """p-O1: what `make demo` does first."""
    folder = ROOT / "examples" / "rekognition-2018"
    assert run(app, "letter", "load", str(folder)).exit_code == 0
    assert run(app, "letter", "open", "rekognition-2018-coalition").exit_code == 0
    letters = json.loads((folder / "source.json").read_text(encoding="utf-8"))["letters"]
    names = {row["name"] for letter in letters if letter["key"] == "coalition" for row in letter["organizations"]}
    assert set(session.scalars(select(Signature.name))) == names
