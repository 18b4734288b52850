"""The documents of a letter as files: offered once it is public, and never shown as a page of this site."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient

from campaign import storage
from campaign.extensions import db
from campaign.models import Evidence, Letter
from tests.factories import make_letter
from tests.support.pages import Page

SCRIPT = b"<script>alert(1)</script>"


def offered(letter: Letter, number: int = 1, name: str = "mails.txt") -> None:
    """A document whose file we hold, and one that is a link."""
    (storage.folder("evidence", str(letter.id)) / name).write_bytes(SCRIPT)
    digest = hashlib.sha256(SCRIPT).hexdigest()
    db.session.add(Evidence(letter_id=letter.id, number=number, title="Mails", file_name=name, sha256=digest))
    db.session.add(Evidence(letter_id=letter.id, number=number + 1, title="Report", url="https://example.org/report"))
    db.session.flush()


@pytest.mark.usefixtures("session")
def test_document_is_a_download(client: FlaskClient) -> None:
    """p-L5, T13: the bytes with their name, as an attachment whose type no browser guesses."""
    offered(make_letter())
    assert "/letters/stop/evidence/1" in Page(client.get("/letters/stop").text).links
    answer = client.get("/letters/stop/evidence/1")
    assert (answer.status_code, answer.data) == (200, SCRIPT)
    assert answer.headers["Content-Disposition"] == "attachment; filename=mails.txt"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    again = client.get("/letters/stop/evidence/1", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("number", [0, 2, 3, 99999999999999999999])
def test_no_file_no_answer(client: FlaskClient, number: int) -> None:
    """A number without a file answers 404, and a link is no file."""
    offered(make_letter())
    assert client.get(f"/letters/stop/evidence/{number}").status_code == 404


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", 404), ("scheduled", 404), ("paused", 200), ("closed", 200), ("withdrawn", 404), ("removed", 410)],
)
def test_document_by_letter_state(client: FlaskClient, state: str, status: int) -> None:
    """p-L2: before opening nothing leaks, afterwards a document is there as long as the text is."""
    offered(make_letter(state=state))
    answer = client.get("/letters/stop/evidence/1")
    assert (answer.status_code, SCRIPT in answer.data) == (status, status == 200)
