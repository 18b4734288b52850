"""`undersigned verify`, and the package that `undersigned export` hands out."""

from __future__ import annotations

import errno
import shutil
import struct
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.cli import main
from campaign.models import Edition, LogEntry
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


@pytest.mark.parametrize("name", ["out.zip", "out"])
def test_package_is_in_the_log(
    app: Flask, archive: Path, session: scoped_session[Any], tmp_path: Path, name: str
) -> None:
    """Who takes a list stands in the log before, and with count and digest after."""
    before = session.scalar(select(func.max(LogEntry.id))) or 0
    session.rollback()
    assert run(app, *EXPORT, "--edition", "1", "-o", str(tmp_path / name)).exit_code == 0
    rows = session.scalars(select(LogEntry).where(LogEntry.id > before).order_by(LogEntry.id)).all()
    edition = session.scalars(select(Edition)).one()
    told = {"format": "package", "purpose": "delivery", "edition": 1, "filter": "public signatures"}
    counted = {"named": 3, "withheld": 1, "list_digest": edition.list_digest}
    assert [(row.act, row.detail) for row in rows] == [("export_begun", told), ("exported", {**told, **counted})]


@pytest.mark.parametrize("name", ["stop.zip", "files"])
def test_package_is_whole_or_not_there(
    app: Flask, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Where the disk ends in the middle nothing stands at the path; what was there before stays as it was."""

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    before = archive.read_bytes()
    monkeypatch.setattr(shutil, "copyfile", full)
    answer = run(app, *EXPORT, "--edition", "1", "-o", str(tmp_path / name))
    assert (answer.exit_code, "No space left on device" in answer.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["stop.zip"]
    assert archive.read_bytes() == before


def test_package_keeps_its_order(app: Flask, archive: Path, tmp_path: Path) -> None:
    """What is sealed has one order: another is refused, not passed over in silence."""
    options = (*EXPORT, "--edition", "1", "-o", str(tmp_path / "random.zip"))
    answer = run(app, *options, "--order", "random")
    said = "A package has its edition's own order, under its seal. Leave --order out.\n"
    assert (answer.exit_code, answer.stderr) == (1, said)
    assert not (tmp_path / "random.zip").exists()
    assert run(app, *options, "--order", "agreed").exit_code == 0


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/b", "..", ".hidden", "C:\\outside", "", "x" * 300])
def test_hostile_archive_is_refused(app: Flask, tmp_path: Path, name: str) -> None:
    """T17: an archive holds the plain files of one folder, or is not opened at all."""
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("manifest.json", "{}")
        made.writestr(zipfile.ZipInfo(name or "empty/"), "outside")
    answer = run(app, "verify", str(path))
    assert answer.exit_code == 2
    assert "it holds other things than the files of one folder" in answer.stderr
    assert not (tmp_path / "outside").exists()


def test_archive_that_explodes_is_refused(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T17: what an archive unpacks to is counted while it is unpacked."""
    monkeypatch.setattr("campaign.cli.verify.MOST_BYTES", 2**20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", b"0" * 2**23)
    answer = run(app, "verify", str(path))
    assert (answer.exit_code, "was not read any further" in answer.stderr) == (2, True)


def test_what_is_no_letter_is_named(app: Flask, tmp_path: Path) -> None:
    """Exit 2 for a file that is no archive, and for a folder without a manifest."""
    path = tmp_path / "noise.zip"
    path.write_bytes(b"PK\x03\x04 noise")
    assert run(app, "verify", str(path)).exit_code == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    answer = run(app, "verify", str(empty))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert run(app, "verify", str(tmp_path / "nowhere")).exit_code == 2


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_archive_is_a_sentence(app: Flask, tmp_path: Path, method: int) -> None:
    """T17: what is damaged in the middle, in every way a zip is packed, is no letter: exit 2 and no traceback."""
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr("manifest.json", bytes(range(256)) * 64)
    data = bytearray(path.read_bytes())
    begin = 30 + sum(struct.unpack("<HH", data[26:30]))
    data[begin : begin + 40] = b"\xff" * 40
    path.write_bytes(data)
    answer = run(app, "verify", str(path))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith(f"{path} cannot be unpacked: ")
    assert len(answer.stderr.splitlines()) == 1
