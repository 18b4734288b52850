"""`undersigned export`: one file or a folder, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from campaign.extensions import db
from campaign.models import Letter, LogEntry
from tests.delivery.sealed import freeze
from tests.delivery.test_operations import world
from tests.factories import NOW
from tests.support.cast import Cast
from tests.support.runs import run


@pytest.fixture
def frozen_letter(app: Flask, cast: Cast) -> str:
    """A letter with signatures of every state, and its first edition."""
    with app.app_context():
        letter = db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one()
        world(letter)
        freeze(letter, NOW)
    return cast.letter


@pytest.mark.parametrize("purpose", ["delivery", "press", "internal"])
@pytest.mark.parametrize("form", ["csv", "json", "html", "txt", "pdf", "docx", "xlsx"])
def test_every_format_and_purpose_of_an_edition(
    app: Flask, frozen_letter: str, tmp_path: Path, form: str, purpose: str
) -> None:
    """With the format's suffix the path is that one file; the sums stand on stdout, and the log has a line."""
    path = tmp_path / f"list.{form}"
    options = ("--letter", frozen_letter, "--edition", "1", "--format", form, "--purpose", purpose, "-o", str(path))
    answer = run(app, "export", *options)
    assert answer.exit_code == 0, answer.output
    assert path.stat().st_size > 0
    assert ("Held Marker" in path.read_bytes().decode("utf-8", "replace")) is (
        purpose == "internal" and form not in ("pdf", "docx", "xlsx")
    )
    with app.app_context():
        acts = db.session.scalars(db.select(LogEntry.act).where(LogEntry.act.like("export%")).order_by(LogEntry.id))
        assert acts.all() == ["export_begun", "exported"]


def test_folder_gets_statement_and_sums(app: Flask, frozen_letter: str, tmp_path: Path) -> None:
    """Any other path becomes a folder with about.json and SHA256SUMS, and without the organizers' report."""
    folder = tmp_path / "out"
    run(app, "export", "--letter", frozen_letter, "--format", "csv", "--purpose", "press", "-o", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["SHA256SUMS", "about.json", "signatories.csv"]


@pytest.mark.parametrize(
    ("slug", "edition", "words"),
    [("nothing", "1", 'There is no letter "nothing".'), ("stop", "7", "This letter has no edition with that number.")],
)
def test_what_there_is_not_is_refused(
    app: Flask, frozen_letter: str, tmp_path: Path, slug: str, edition: str, words: str
) -> None:
    """Exit 1 and a sentence, and no file."""
    options = ("--letter", slug, "--edition", edition, "--format", "csv", "--purpose", "delivery")
    answer = run(app, "export", *options, "-o", str(tmp_path / "a.csv"))
    assert answer.exit_code == 1
    assert words in answer.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("taken/list.csv", "taken: File exists"),
        ("taken/deep/list.csv", "taken/deep: Not a directory"),
        ("taken", "taken: File exists"),
        ("folder.csv", "folder.csv: Is a directory"),
    ],
)
def test_path_that_cannot_be_written_is_a_sentence(
    app: Flask, frozen_letter: str, tmp_path: Path, output: str, said: str
) -> None:
    """Exit 1, one line on stderr, nothing left behind; the log knows that the list was taken."""
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()
    options = ("--letter", frozen_letter, "--format", "csv", "--purpose", "press", "-o", str(tmp_path / output))
    answer = run(app, "export", *options)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.splitlines()[-1] == f"{tmp_path}/{said}"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder.csv", "taken"]
    with app.app_context():
        acts = db.session.execute(db.select(LogEntry.act, LogEntry.detail).where(LogEntry.act.like("export%"))).all()
    told = {"format": "csv", "purpose": "press", "edition": "not frozen", "filter": "public signatures"}
    assert [tuple(row) for row in acts] == [("export_begun", told)]


def test_order_is_chosen_and_stated(app: Flask, frozen_letter: str, tmp_path: Path) -> None:
    """x-O14: the same orders as at the desk; a wrong one is wrong usage."""
    options = ("--letter", frozen_letter, "--edition", "1", "--format", "json", "--purpose", "press")
    answer = run(app, "export", *options, "--order", "random", "-o", str(tmp_path / "a.json"))
    assert answer.exit_code == 0, answer.output
    data = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (
        data["about"]["order"] == "organizations, then people, each in a random order fixed by the digest of the list"
    )
    assert sorted(line["seq"] for line in data["signatories"]) == [1, 2, 3, 4]
    assert run(app, "export", *options, "--order", "size", "-o", str(tmp_path / "b.json")).exit_code == 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_killed_run_leaves_nothing_that_looks_whole(app: Flask, frozen_letter: str, tmp_path: Path) -> None:
    """What a killed run left lies in a hidden folder, and the next run takes it away."""
    left = tmp_path / ".list.xlsx.part"
    left.mkdir()
    (left / "signatories.xlsx.part").write_bytes(b"half")
    options = ("--letter", frozen_letter, "--format", "xlsx", "--purpose", "press", "-o", str(tmp_path / "list.xlsx"))
    assert run(app, "export", *options).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["list.xlsx"]
