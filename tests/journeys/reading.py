"""What signatories and readers of a letter do, and what the pages tell them, without script."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Letter
from campaign.pagecache import cache
from tests.signing.acts import confirm, sign
from tests.support.mails import newest_by_address
from tests.support.pages import Page

Mails = Callable[..., list[dict[str, Any]]]


def fresh(app: Flask) -> None:
    """Lets the second pass in which pages of before may be shown."""
    with app.app_context():
        cache().checks.clear()


def words(client: FlaskClient, url: str) -> str:
    """The words of a page that is there."""
    answer = client.get(url)
    assert (url, answer.status_code) == (url, 200)
    return Page(answer.text).text


def address(name: str) -> str:
    """Where a person gets mail."""
    return f"{name.lower()}@example.org"


def sign_and_confirm(client: FlaskClient, mails: Mails, slug: str, people: dict[str, dict[str, str]]) -> None:
    """Each fills the form, opens the mail and presses its button."""
    for name, ticked in people.items():
        fields = {"name": f"{name} Example", "email": address(name), **ticked}
        assert sign(client, slug, **fields).status_code == 303
    came = newest_by_address(mails())
    for name in people:
        assert confirm(client, came[address(name)]).status_code == 303
    mails()


def answer_about_text(client: FlaskClient, own: str, button: str) -> None:
    """Presses one of the buttons below what changed."""
    form = next(one for one in Page(client.get(own).text).forms if "version" in one.fields)
    assert client.post(own, data={**form.fields, "action": button}).status_code == 303


def counted(client: FlaskClient, letter: str) -> dict[str, Any]:
    """What everybody may know of a letter."""
    told: dict[str, Any] = client.get(f"{letter}.json").get_json()
    return told


def root_of(client: FlaskClient, letter: str, number: int) -> str:
    """The root an edition's page shows."""
    found = re.search(r"Merkle root \(RFC 9162\) ([0-9a-f]{64})", words(client, f"{letter}/editions/{number}"))
    assert found is not None
    return found[1]


def names_in(client: FlaskClient, letter: str, number: int) -> set[str]:
    """Every name in the public list of an edition."""
    file = client.get(f"{letter}/editions/{number}/signatories.csv")
    assert file.status_code == 200
    return {row["name"] for row in csv.DictReader(StringIO(file.data.decode("utf-8-sig")))}


def receipt_is_good(client: FlaskClient, own: str, letter: str, size: int, folder: Path) -> None:
    """The checker in the public package finds the receipt of one's own page good, and an altered one not."""
    with zipfile.ZipFile(BytesIO(client.get(f"{letter}/editions/1/package.zip").data)) as packed:
        packed.extractall(folder)
    assert "Your receipt for edition 1" in client.get(own).text
    receipt = json.loads(client.get(f"{own}/receipts/1").data)
    assert (receipt["root"], receipt["size"]) == (root_of(client, letter, 1), size)
    assert verified(folder, receipt) == (0, "The receipt proves that its record is in this list.")
    assert verified(folder, {**receipt, "index": receipt["index"] ^ 1})[0] == 1


def verified(folder: Path, receipt: dict[str, Any]) -> tuple[int, str]:
    """What the checker of the package says of a receipt, run as a program of its own: its exit code and the line."""
    file = folder.with_suffix(".receipt.json")
    file.write_text(json.dumps(receipt), encoding="utf-8")
    command = [sys.executable, "-I", "verify.py", "--receipt", str(file)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return ran.returncode, next((line for line in ran.stdout.splitlines() if "receipt" in line), ran.stderr)


def letter_id(app: Flask, slug: str) -> int:
    """The number of a letter, as the names of fields have it."""
    with app.app_context():
        return db.session.scalars(select(Letter.id).where(Letter.slug == slug)).one()


def silent_days(app: Flask, client: FlaskClient, letters: Sequence[str]) -> list[int | None]:
    """How long each of these letters waits."""
    fresh(app)
    return [counted(client, letter)["days_without_response"] for letter in letters]
