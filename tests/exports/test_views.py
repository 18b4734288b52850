"""The desk's exports: ask, wait, fetch; and who may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import storage
from campaign.extensions import db
from campaign.models import Export, Letter, LogEntry
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, signed_in

NEW = "/desk/letters/stop/exports/new"
Mails = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def owner(app: Flask, cast: Cast) -> FlaskClient:
    """The owner's browser; one signature stands on the letter."""
    with app.app_context():
        make_signature(db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one())
        db.session.commit()
    return signed_in(app, cast.owner)


def ask(client: FlaskClient, **fields: str) -> Any:
    """Sends the form that asks for a file."""
    values = {"purpose": "delivery", "format": "csv", "edition": "", **fields}
    return client.post(NEW, data={"csrf_token": desk_token(client), **values})


def test_owner_asks_waits_and_fetches(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """x-O13, x-O14: a bar while it is made, then the files with their sums, and a line in the log."""
    place = ask(owner).headers["Location"]
    assert "<progress" in owner.get(place).text
    mails()
    assert "signatories.csv" in owner.get(place).text
    fetched = owner.get(f"{place}/signatories.csv")
    assert fetched.status_code == 200
    assert fetched.headers["Content-Disposition"].startswith("attachment; filename=stop-")
    assert fetched.headers["Cache-Control"] == "no-store"
    with app.app_context():
        begun, ended = db.session.execute(db.select(LogEntry.act, LogEntry.detail).order_by(LogEntry.id)).all()[-2:]
    told = {"format": "csv", "purpose": "delivery", "edition": "not frozen", "filter": "public signatures"}
    digest = ended.detail.pop("list_digest")
    assert tuple(begun) == ("export_begun", told)
    assert tuple(ended) == ("exported", {**told, "named": 1, "withheld": 0})
    assert re.fullmatch(r"[0-9a-f]{64}", digest)


def test_log_knows_of_a_list_before_it_is_made(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """T22, e-10: who asked for which list is on record though the making of it failed."""
    owner.post("/desk/letters/stop/editions", data={"csrf_token": desk_token(owner)})
    mails()
    with app.app_context():
        storage.remove("editions", "1")
    ask(owner, purpose="press", edition="1")
    mails()
    with app.app_context():
        assert db.session.scalars(db.select(Export.state)).all() == ["failed"]
        entries = db.session.scalars(db.select(LogEntry).where(LogEntry.act.in_(("export_begun", "exported")))).all()
        assert [entry.detail for entry in entries] == [
            {"format": "csv", "purpose": "press", "edition": 1, "filter": "public signatures"}
        ]
        owner_id = db.session.scalars(db.select(Export.organizer_id)).one()
        assert [entry.organizer_id for entry in entries] == [owner_id]


def test_pages_are_personal(owner: FlaskClient, mails: Mails) -> None:
    """Nothing of the desk is stored on the way, or named to the next site."""
    place = ask(owner).headers["Location"]
    mails()
    desk = "/desk/letters/stop"
    for path in (f"{desk}/exports", NEW, place, f"{place}/signatories.csv", f"{desk}/editions"):
        headers = owner.get(path).headers
        found = [headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")]
        assert found == ["no-store", "no-referrer", "noindex"], path


def test_form_says_what_to_choose(owner: FlaskClient) -> None:
    """Bad input comes back with a sentence and what was chosen."""
    answer = ask(owner, purpose="")
    assert answer.status_code == 422
    assert "Choose what the file is for" in answer.text
    assert ask(owner, edition="7").status_code == 422


def test_internal_list_is_of_no_edition(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """An internal list shows the records as they are now; the form says so and keeps what was chosen."""
    owner.post("/desk/letters/stop/editions", data={"csrf_token": desk_token(owner)})
    mails()
    answer = ask(owner, purpose="internal", format="txt", edition="1")
    assert answer.status_code == 422
    assert "Leave out the edition." in answer.text
    assert re.search(r'<input checked id="format-\d" name="format"[^>]*value="txt"', answer.text)
    assert ask(owner, edition="1").status_code == 303


def test_lists_name_the_edition(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """x-O14: two files of one format are told apart, and an edition leads to a file of itself."""
    owner.post("/desk/letters/stop/editions", data={"csrf_token": desk_token(owner)})
    mails()
    assert f"{NEW}?edition=1" in owner.get("/desk/letters/stop/editions").text
    assert '<option selected value="1">' in owner.get(f"{NEW}?edition=1").text
    assert owner.get(f"{NEW}?edition=x").status_code == 200
    ask(owner, edition="1")
    ask(owner)
    page = owner.get("/desk/letters/stop/exports").text
    assert page.index("Not frozen") < page.index("Edition 1")


def test_cancelled_export_stays_cancelled(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """What was cancelled before it began is never made."""
    place = ask(owner).headers["Location"]
    assert owner.post(f"{place}/cancel", data={"csrf_token": desk_token(owner)}).status_code == 303
    mails()
    with app.app_context():
        assert db.session.scalars(db.select(Export)).one().state == "cancelled"
    assert owner.get(f"{place}/signatories.csv").status_code == 404


def test_only_its_own_files_can_be_fetched(owner: FlaskClient, mails: Mails) -> None:
    """A name that is no file of the export leads nowhere."""
    place = ask(owner).headers["Location"]
    mails()
    for name in ("..%2Fundersigned.env", "undersigned.env", "letter.pdf"):
        assert owner.get(f"{place}/{name}").status_code == 404


def test_others_are_kept_out(app: Flask, cast: Cast, owner: FlaskClient, mails: Mails) -> None:
    """A viewer is refused, a stranger learns nothing, nobody signed in goes to the door."""
    place = ask(owner, purpose="internal").headers["Location"]
    mails()
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    for path in (NEW, place, f"{place}/signatories.csv"):
        assert viewer.get(path).status_code == 403
        assert stranger.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 303
    elsewhere = place.replace("/stop/", "/elsewhere-letter/")
    assert owner.get(elsewhere).status_code == 404
    assert stranger.get(elsewhere).status_code == 404
