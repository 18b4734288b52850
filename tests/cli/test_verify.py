"""`undersigned verify`, and the package that `undersigned export` hands out."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import scoped_session

from campaign.cli import main
from tests.delivery.sealed import freeze, signed_letter

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
EXPORT = ("export", "--letter", "stop", "--purpose", "delivery", "--format", "package")


def run(app: Flask, *arguments: str) -> Result:
    """One call of the command."""
    return CliRunner().invoke(main, arguments, obj=app)


@pytest.fixture
def archive(app: Flask, session: scoped_session[Any], now: datetime, tmp_path: Path) -> Path:
    """The package of an edition as a zip."""
    freeze(signed_letter(), now)
    session.commit()
    path = tmp_path / "stop.zip"
    answer = run(app, *EXPORT, "--edition", "1", "-o", str(path))
    assert (answer.exit_code, answer.stdout.split()[1]) == (0, "stop.zip"), answer.output
    return path


def test_package_is_handed_out_and_verified(app: Flask, archive: Path, tmp_path: Path) -> None:
    """p-D3: as one zip and as a folder, both found good."""
    said = run(app, "verify", str(archive))
    assert said.exit_code == 0
    assert said.stdout.startswith("Good: 1 organization and 3 people, first edition, ")
    folder = tmp_path / "files"
    assert run(app, *EXPORT, "--edition", "1", "-o", str(folder)).exit_code == 0
    assert run(app, "verify", str(folder)).stdout == said.stdout
    (folder / "letter.pdf").unlink()
    broken = run(app, "verify", str(folder))
    assert (broken.exit_code, broken.stdout.splitlines()[0]) == (1, "letter.pdf: is missing")


def test_package_needs_an_edition(app: Flask, archive: Path, tmp_path: Path) -> None:
    """The live list has no package, and neither has an edition that does not exist."""
    answer = run(app, *EXPORT, "-o", str(tmp_path / "live.zip"))
    assert (answer.exit_code, answer.stderr) == (1, "A package is made of an edition: name one, like --edition 1.\n")
    assert run(app, *EXPORT, "--edition", "7", "-o", str(tmp_path / "none.zip")).exit_code == 1
    assert not (tmp_path / "live.zip").exists()


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/b", "..", ".hidden", "C:\\outside", "", "x" * 300])
def test_hostile_archive_is_refused(app: Flask, tmp_path: Path, name: str) -> None:
    """T17: an archive holds the plain files of one folder, or is not opened at all."""
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("manifest.json", "{}")
        made.writestr(zipfile.ZipInfo(name or "empty/"), "outside")
    answer = run(app, "verify", str(path))
    assert answer.exit_code == 1
    assert "it holds other things than the files of one folder" in answer.stderr
    assert not (tmp_path / "outside").exists()


def test_archive_that_explodes_is_refused(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T17: what an archive unpacks to is counted while it is unpacked."""
    monkeypatch.setattr("campaign.cli.verify.MOST_BYTES", 2**20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", b"0" * 2**23)
    answer = run(app, "verify", str(path))
    assert (answer.exit_code, "was not read any further" in answer.stderr) == (1, True)


def test_what_is_no_letter_is_named(app: Flask, tmp_path: Path) -> None:
    """Exit 1 for a file that is no archive, 2 for a folder without a manifest."""
    path = tmp_path / "noise.zip"
    path.write_bytes(b"PK\x03\x04 noise")
    assert run(app, "verify", str(path)).exit_code == 1
    empty = tmp_path / "empty"
    empty.mkdir()
    answer = run(app, "verify", str(empty))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert run(app, "verify", str(tmp_path / "nowhere")).exit_code == 2
