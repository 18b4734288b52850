"""The press kit: what it holds, and that it is packed the same whenever it is packed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.exports.formats import kit
from campaign.exports.report import Report
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.models import Letter
from campaign.states import Refused
from tests.delivery.test_operations import world
from tests.exports import worlds
from tests.support.cast import Cast, desk_token, signed_in

NEW = "/desk/letters/stop/exports/new"

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WORDS: dict[str, Any] = {
    "ask": "Stop selling it.",
    "targets": ("Acme Corporation",),
    "method": ("One line.", "Another line."),
}


def test_kit_holds_what_a_reporter_needs(session: Any, tmp_path: Path) -> None:
    """p-D8: letter and list of one edition, the sentence, the ask, the method, the statement."""
    source = worlds.world(tmp_path / "snapshot", [*worlds.organizations(3), *worlds.people(5)], withheld=2, **WORDS)
    names = kit.write(source, tmp_path, Report())
    assert names == ["press-kit.zip", "letter.pdf", "letter.txt", "signatories.csv"]
    with ZipFile(tmp_path / "press-kit.zip") as found:
        members = {name: found.read(name) for name in found.namelist()}
    assert list(members) == [
        *("about.json", "citation.txt", "method.txt", "press.txt"),
        *("letter.pdf", "letter.txt", "signatories.csv"),
    ]
    assert members["citation.txt"].decode() == f"{source.statement.citation}\n"
    assert json.loads(members["about.json"])["citation"] == source.statement.citation
    assert members["method.txt"] == b"1. One line.\n2. Another line.\n"
    assert b"Acme Corporation: Stop selling it." in members["press.txt"]
    assert f"/letters/{source.letter.slug}/press".encode() in members["press.txt"]
    for name in ("letter.pdf", "letter.txt", "signatories.csv"):
        assert members[name] == (tmp_path / name).read_bytes()


def test_kit_is_packed_from_the_files_of_an_edition(session: Any, tmp_path: Path) -> None:
    """Of a folder that is there already: only what belongs to the kit, twice the same bytes."""
    source = worlds.world(tmp_path / "snapshot", [*worlds.organizations(3)], **WORDS)
    for name in ("letter.pdf", "letter.docx", "signatories.csv", "signatories.xlsx", "report.json"):
        (tmp_path / name).write_bytes(name.encode() * 100)
    assert kit.pack(source, tmp_path) == ["press-kit.zip"]
    first = (tmp_path / "press-kit.zip").read_bytes()
    (tmp_path / "letter.pdf").touch()
    kit.pack(source, tmp_path)
    assert (tmp_path / "press-kit.zip").read_bytes() == first
    with ZipFile(tmp_path / "press-kit.zip") as found:
        assert found.namelist()[4:] == ["letter.pdf", "letter.docx", "signatories.csv"]
        assert {info.date_time for info in found.infolist()} == {worlds.TIME.timetuple()[:6]}


def test_kit_is_public(session: Any, tmp_path: Path) -> None:
    source = worlds.world(tmp_path / "snapshot", [], purpose=Purpose.INTERNAL)
    with pytest.raises(Refused, match="kit_is_public"):
        kit.write(source, tmp_path, Report())
    assert not (tmp_path / "press-kit.zip").exists()


def test_kit_is_made_at_the_desk(app: Flask, cast: Cast, mails: Any) -> None:
    """x-O16: asked for like any file, of the live list or an edition; an internal one is refused with a sentence."""
    with app.app_context():
        world(db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one())
        db.session.commit()
    owner: FlaskClient = signed_in(app, cast.owner)
    form = {"csrf_token": desk_token(owner), "format": "kit", "edition": ""}
    refused = owner.post(NEW, data={**form, "purpose": "internal"})
    assert refused.status_code == 422
    assert "A press kit holds public names only." in refused.text
    answer = owner.post(NEW, data={**form, "purpose": "press"})
    assert answer.status_code == 303
    mails()
    with ZipFile(io.BytesIO(owner.get(f"{answer.location}/press-kit.zip").data)) as found:
        members = {name: found.read(name) for name in found.namelist()}
    cited = json.loads(members["about.json"])["citation"]
    assert members["citation.txt"].decode() == f"{cited}\n"
    assert b"Stop selling face recognition to governments." in members["press.txt"]
    assert members["method.txt"].count(b"\n") == 5
    text = b"".join(content for name, content in members.items() if name != "letter.pdf").decode()
    assert "Ada Lovelace" in text
    for hidden in ("Private Marker", "Held Marker", "zoe-marker"):
        assert hidden not in text
