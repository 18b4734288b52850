"""Three versions of one letter, five signatories each: some keep, some withdraw, some decide later, some say nothing.

Page, JSON, the page of changes, every file and the edition tell for each signatory the text they accepted.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.exports.operations import make_export
from campaign.exports.report import Report
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.letters import queries
from campaign.lib import markup
from campaign.models import Letter, Signature, Version
from campaign.pagecache import cache
from campaign.signing.operations import recount_letter
from tests.delivery.sealed import freeze
from tests.exports.reading import pdf_text, squeezed
from tests.signing.acts import confirm, link, sign
from tests.support.cast import Cast, signed_in
from tests.support.mails import newest_by_address
from tests.support.pages import Page, send_form

Mails = Callable[..., list[dict[str, Any]]]
EDIT = "/desk/letters/stop/edit"
TEXTS = ("Stop selling it to the police.", "Stop selling it to governments.", "Stop selling it to anybody.")
DATES = (date(2026, 5, 22), date(2026, 6, 3), date(2026, 6, 12))
# What those who signed the first text answer to the second, and those who stand under the first or second to the third.
SECOND = {"One": "keep", "Two": "later", "Three": "withdraw"}
THIRD = {"One": "keep", "Two": "later", "Six": "keep", "Seven": "withdraw", "Eight": "later"}
HEADINGS = (
    "7 people signed this text",
    "3 people signed the text of 3 June 2026 (annex A)",
    "3 people signed the text of 22 May 2026 (annex B)",
)
STANDS = {
    1: ["Five", "Four", "Two"],
    2: ["Eight", "Nine", "Ten"],
    3: ["Eleven", "Fifteen", "Fourteen", "One", "Six", "Thirteen", "Twelve"],
}
NAMES = (
    ("One", "Two", "Three", "Four", "Five"),
    ("Six", "Seven", "Eight", "Nine", "Ten"),
    ("Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen"),
)


@pytest.fixture(autouse=True)
def _clock(frozen: time_machine.Traveller) -> None:
    """The story begins at `now`."""


def letter() -> Letter:
    """The letter as it is stored."""
    found = queries.letter_by_slug("stop")
    assert found is not None
    return found


def address(name: str) -> str:
    """Where a signatory gets mail."""
    return f"{name.lower()}@example.org"


def sign_all(client: FlaskClient, mails: Mails, names: tuple[str, ...]) -> None:
    """Each signs and confirms."""
    for name in names:
        assert sign(client, name=f"{name} Example", email=address(name)).status_code == 303
    came = newest_by_address(mails())
    for name in names:
        assert confirm(client, came[address(name)]).status_code == 303
    mails()


def change(owner: FlaskClient, number: int) -> None:
    """The editor's next text, with its date, as a new version."""
    page = send_form(owner, EDIT, {"body": TEXTS[number - 1], "dated_on": DATES[number - 1].isoformat()}, "action=save")
    form = next(one for one in Page(page.text).forms if "how" in one.fields)
    assert owner.post(form.action, data={**form.fields, "how": "new_text"}).status_code == 303


def answer_all(client: FlaskClient, mails: Mails, answers: dict[str, str], asked: list[str]) -> None:
    """Everybody who was asked got one mail about it; some answer it."""
    came = newest_by_address(mails())
    for name in asked:
        assert "The text you signed has changed" in came[address(name)]["subject"]
    for name, button in answers.items():
        path = link(came[address(name)], "my")
        form = next(one for one in Page(client.get(path).text).forms if "version" in one.fields)
        assert client.post(path, data={**form.fields, "action": button}).status_code == 303
    mails()


def tell(app: Flask, cast: Cast, client: FlaskClient, mails: Mails) -> None:
    """Everything happens, and is counted; no page is older than that."""
    owner = signed_in(app, cast.owner)
    with app.app_context():
        version = queries.version_of(letter())
        version.dated_on = DATES[0]
        version.body, version.body_tree = TEXTS[0], markup.parse(TEXTS[0], "en")
        db.session.commit()
    sign_all(client, mails, NAMES[0])
    change(owner, 2)
    answer_all(client, mails, SECOND, list(NAMES[0]))
    sign_all(client, mails, NAMES[1])
    change(owner, 3)
    answer_all(client, mails, THIRD, ["One", "Two", "Four", "Five", *NAMES[1]])
    sign_all(client, mails, NAMES[2])
    with app.app_context():
        cache().checks.clear()


def test_three_versions(
    app: Flask, cast: Cast, client: FlaskClient, mails: Mails, tmp_path: Path, now: datetime
) -> None:
    """p-L3: every surface names the right text for each signatory; one story, because it takes fifteen signings."""
    tell(app, cast, client, mails)
    nobody_is_moved_and_nobody_left_out(app, mails)
    pages_tell_who_signed_which_text(client)
    with app.app_context():
        every_file_names_the_right_text(tmp_path / "live", now, None)
        freeze(letter(), now)
        every_file_names_the_right_text(tmp_path / "edition", now, 1)
        internal_list_has_a_column_for_it(tmp_path, now)


def nobody_is_moved_and_nobody_left_out(app: Flask, mails: Mails) -> None:
    """Each stands under the last text they accepted, also who decided later or never answered; two withdrew."""
    with app.app_context():
        rows = db.session.execute(
            select(Version.number, Signature.name)
            .join(Signature, Signature.version_id == Version.id)
            .where(Signature.withdrawn_at.is_(None))
            .order_by(Version.number, Signature.name)
        ).all()
        texts = {one.number: one.body for one in queries.versions_of(letter().id)}
    assert rows == [(number, f"{name} Example") for number, names in STANDS.items() for name in names]
    assert list(texts.values()) == list(TEXTS)
    # Who was asked twice got two mails, who withdrew no more.
    told = Counter(mail["to"] for mail in mails() if "has changed" in mail["subject"])
    asked = [told[address(name)] for name in NAMES[0]]
    assert asked == [2, 2, 1, 2, 2]


def pages_tell_who_signed_which_text(client: FlaskClient) -> None:
    """The letter, its JSON and the page of changes, with the same numbers."""
    sentence = "7 signed this text, 3 the text of 3 June 2026, 3 the text of 22 May 2026."
    assert sentence in Page(client.get("/letters/stop").text).text
    changes = Page(client.get("/letters/stop/changes").text).text
    assert sentence in changes
    assert "Removed: governments Added: anybody" in changes
    told = {number: changes.partition(f"Version {number} ")[2].partition(" people")[0][-1] for number in (1, 2, 3)}
    assert told == {1: "3", 2: "3", 3: "7"}
    found = client.get("/letters/stop.json").get_json()
    assert (found["version"], found["counts"]["people"], found["counts"]["total"]) == (3, 13, 13)


def export(form: str, purpose: Purpose, folder: Path, now: datetime, edition: int | None) -> Path:
    """The file asked for, in a folder of its own."""
    folder.mkdir(parents=True)
    return folder / make_export(letter().id, purpose, form, edition, folder=folder, now=now, report=Report())[0]


def every_file_names_the_right_text(folder: Path, now: datetime, edition: int | None) -> None:
    """The current text first, then those who accepted an earlier one under its name; live and frozen (p-D1)."""
    order = [name for number in (3, 2, 1) for name in STANDS[number]]
    forms = ("csv", "json", "txt", "html", "pdf")
    made = {form: export(form, Purpose.DELIVERY, folder / form, now, edition) for form in forms}
    cells = list(csv.reader(io.StringIO(made["csv"].read_text(encoding="utf-8-sig"))))
    assert [row[1] for row in cells[1:]] == [f"{name} Example" for name in order]
    about = json.loads((made["csv"].parent / "about.json").read_text(encoding="utf-8"))
    assert (about["version"], about["named"], about["counts"]["people"]) == (3, 13, 13)
    squeeze = {
        "txt": squeezed(made["txt"].read_text(encoding="utf-8")),
        "html": squeezed(made["html"].read_text(encoding="utf-8")),
        "pdf": pdf_text(made["pdf"]),
    }
    for form, text in squeeze.items():
        places = [text.index(squeezed(words)) for words in HEADINGS]
        assert places == sorted(places), form
        for position, number in enumerate((3, 2, 1)):
            end = places[position + 1] if position < 2 else len(text)
            for name in STANDS[number]:
                found = text.index(squeezed(f"{name} Example"), places[position])
                assert places[position] < found < end, (form, name)
        assert squeezed(TEXTS[2]) in text


def internal_list_has_a_column_for_it(folder: Path, now: datetime) -> None:
    """Every signature with the number of the version it stands under, those withdrawn included (p-D2)."""
    path = export("csv", Purpose.INTERNAL, folder / "internal", now, None)
    recount_letter(letter().id, now)
    counts = queries.counts_by_version(letter().id)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    stand = {f"{name} Example": str(number) for number, names in STANDS.items() for name in names}
    withdrawn = {"Three Example": "1", "Seven Example": "2"}
    assert {row["name"]: row["version"] for row in rows} == {**stand, **withdrawn}
    assert {row["name"] for row in rows if row["state"] == "withdrawn"} == set(withdrawn)
    people = {text.number: counts[str(text.id)]["people"] for text in queries.texts_of(letter().id)}
    assert people == {1: 3, 2: 3, 3: 7}
