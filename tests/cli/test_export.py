"""`undersigned export`: one file or a folder, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from campaign.extensions import db
from campaign.models import Letter, LogEntry
from tests.delivery.test_operations import freeze, world
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
@pytest.mark.parametrize("form", ["csv", "json", "html", "txt", "pdf"])
def test_every_format_and_purpose_of_an_edition(
    app: Flask, frozen_letter: str, tmp_path: Path, form: str, purpose: str
) -> None:
    """With the format's suffix the path is that one file; the sums stand on stdout, and the log has a line."""
    path = tmp_path / f"list.{form}"
    options = ("--letter", frozen_letter, "--edition", "1", "--format", form, "--purpose", purpose, "-o", str(path))
    answer = run(app, "export", *options)
    assert answer.exit_code == 0, answer.output
    assert path.stat().st_size > 0
    assert ("Held Marker" in path.read_bytes().decode("utf-8", "replace")) is (purpose == "internal" and form != "pdf")
    with app.app_context():
        assert db.session.scalars(db.select(LogEntry.act).where(LogEntry.act == "exported")).all() == ["exported"]


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
