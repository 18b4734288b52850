"""p-D8: one citable sentence for one moment, the same string on every page and in every file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.exports.formats import BUNDLES, FORMATS
from campaign.exports.operations import make_export
from campaign.exports.report import Report
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.models import Letter
from tests.delivery.sealed import freeze
from tests.exports.reading import pdf_text, squeezed
from tests.factories import NOW, make_signature
from tests.support.cast import Cast, signed_in
from tests.support.pages import Page

Publish = Callable[..., None]
LIVE = "1 organization and 2 people, 18 June 2026, 10:00 PDT"
FROZEN = "1 organization and 2 people, first edition, 18 June 2026, 10:00 PDT"
LIVE_PAGES = (
    *("/letters/stop", "/letters/stop/names", "/letters/stop/names?kind=organization", "/letters/stop/names?q=ada"),
    *("/letters/stop/press", "/desk/letters/stop/press"),
)
FROZEN_PAGES = (
    *("/", "/letters/stop/press", "/letters/stop/timeline", "/campaigns/face-recognition", "/companies/acme"),
    "/desk/letters/stop/editions",
)
# Lists for programs carry no line about themselves; about.json beside them does.
BARE = (".csv", ".ndjson")


@pytest.fixture
def letter_id(app: Flask, cast: Cast, published: Publish) -> int:
    """A letter that was counted, frozen and handed over at one moment."""
    with app.app_context():
        letter = db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one()
        letter.timezone = "America/Los_Angeles"
        make_signature(letter)
        make_signature(letter, "Hidden Hanna", is_private=True)
        make_signature(letter, "Open Rights", website="https://rights.example")
        edition = freeze(letter, NOW)
        edition.state, edition.delivered_at = "delivered", NOW
        published(letter)
        return letter.id


def words_of(path: Path) -> str:
    """Everything a file says, without spaces."""
    if path.suffix == ".pdf":
        return pdf_text(path)
    if is_zipfile(path):
        with ZipFile(io.BytesIO(path.read_bytes())) as packed:
            parts = [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        return squeezed(unescape(re.sub(r"<[^>]*>", "", "".join(parts))))
    return squeezed(unescape(re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8"))))


def test_every_page_of_the_live_list_cites_it_alike(app: Flask, cast: Cast, letter_id: int) -> None:
    """Letter, names, press, JSON, desk; none of them names the edition where the live list is meant."""
    owner: FlaskClient = signed_in(app, cast.owner)
    for path in LIVE_PAGES:
        assert LIVE in Page(owner.get(path).text).text, path
    assert owner.get("/letters/stop.json").json["citation"] == LIVE


def test_every_page_of_an_edition_cites_it_alike(app: Flask, cast: Cast, letter_id: int) -> None:
    """Front page, press page, timelines, desk."""
    owner = signed_in(app, cast.owner)
    for path in FROZEN_PAGES:
        assert FROZEN in Page(owner.get(path).text).text, path


@pytest.mark.parametrize("form", [*FORMATS, *BUNDLES])
@pytest.mark.parametrize(("edition", "sentence"), [(None, LIVE), (1, FROZEN)])
def test_every_file_cites_its_list_alike(
    session: Any, letter_id: int, tmp_path: Path, form: str, edition: int | None, sentence: str
) -> None:
    """In about.json, and in each file that people read."""
    names = make_export(letter_id, Purpose.PRESS, form, edition, folder=tmp_path, now=NOW, report=Report())
    assert json.loads((tmp_path / "about.json").read_text())["citation"] == sentence
    for name in names:
        if not name.endswith(BARE):
            assert squeezed(sentence) in words_of(tmp_path / name), name
