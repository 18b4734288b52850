"""The desk's exports: ask, wait, fetch; and who may not."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
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
    assert '<input type="hidden" name="format" value="txt">' in answer.text
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
    place = ask(owner, purpose="internal", everything="y").headers["Location"]
    mails()
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    for path in (NEW, place, f"{place}/signatories.csv"):
        assert viewer.get(path).status_code == 403
        assert stranger.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 303
    elsewhere = place.replace("/stop/", "/elsewhere-letter/")
    assert owner.get(elsewhere).status_code == 404
    assert stranger.get(elsewhere).status_code == 404


def test_wizard_asks_step_by_step_and_shows_what_would_be_made(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    """x-O14: purpose, format and order, preview with who is left out and why; every answer travels along."""
    with app.app_context():
        letter = db.session.scalars(db.select(Letter).where(Letter.slug == cast.letter)).one()
        make_signature(letter, "Held Marker", moderation="held")
        make_signature(letter, "Bob Bauer", country="DE", title="Nurse")
        db.session.commit()
    first = owner.get(NEW)
    assert (first.status_code, "Step 1 of 3" in first.text) == (200, True)
    second = owner.get(f"{NEW}?step=2&purpose=press&edition=")
    assert "Step 2 of 3" in second.text
    assert '<input type="hidden" name="purpose" value="press">' in second.text
    third = owner.get(f"{NEW}?step=3&purpose=press&edition=&format=docx&order=country")
    assert third.status_code == 200
    text = " ".join(re.sub(r"<[^>]+>", " ", third.text).split())
    assert "1 held for a check" in text
    assert "2 people Germany Bob Bauer Nurse Country not given Ada Lovelace Make the file" in text
    assert "Held Marker" not in third.text
    carried = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', third.text.rpartition("novalidate>")[2])
    assert carried == [("purpose", "press"), ("format", "docx"), ("order", "country")]
    place = ask(owner, **dict(carried)).headers["Location"]
    with app.app_context():
        made = db.session.scalars(db.select(Export)).one()
        assert (made.format, made.purpose, made.options["order"]) == ("docx", "press", "country")
    assert place.endswith(f"/{made.id}")


def test_wizard_keeps_what_was_chosen_and_says_what_is_missing(owner: FlaskClient) -> None:
    """Bad input is 422 on the step that asked for it; going back loses nothing; made-up addresses are no crash."""
    answer = owner.get(f"{NEW}?step=2&format=txt")
    assert (answer.status_code, "Choose what the file is for" in answer.text) == (422, True)
    assert '<input type="hidden" name="format" value="txt">' in answer.text
    assert "<title>Error: " in answer.text
    answer = owner.get(f"{NEW}?step=3&purpose=press&format=odt&order=country")
    assert (answer.status_code, "Step 2 of 3" in answer.text) == (422, True)
    assert re.search(r'<input checked id="order-\d" name="order"[^>]*value="country"', answer.text)
    for query in ("step=9&purpose=press", "step=x", "step=3&purpose=press&edition=1e9", "version=x&country=QQ"):
        assert owner.get(f"{NEW}?{query}").status_code in (200, 422), query


def test_everything_has_to_be_said_aloud(app: Flask, owner: FlaskClient) -> None:
    """x-O14: an internal list without a filter is made only where the box for everything is ticked."""
    answer = owner.get(f"{NEW}?step=3&purpose=internal&format=csv&order=agreed")
    assert answer.status_code == 422
    assert "Tick “Everything”" in answer.text
    assert ask(owner, purpose="internal").status_code == 422
    filtered = owner.get(f"{NEW}?step=3&purpose=internal&format=csv&order=agreed&state=held")
    assert (filtered.status_code, "1 not chosen by the filter" in filtered.text) == (200, True)
    assert ask(owner, purpose="internal", state="held").status_code == 303
    assert ask(owner, purpose="internal", everything="y").status_code == 303
    with app.app_context():
        chosen = db.session.scalars(db.select(Export.options).order_by(Export.id)).all()
    assert [options["state"] for options in chosen] == ["held", ""]


def test_steps_of_a_purpose_need_its_right(app: Flask, cast: Cast, owner: FlaskClient) -> None:
    """A viewer sees no step, and a stranger none either; nothing is written by looking."""
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    for step in (1, 2, 3):
        path = f"{NEW}?step={step}&purpose=press&format=csv&order=agreed"
        assert viewer.get(path).status_code == 403
        assert stranger.get(path).status_code == 404
        assert owner.get(path).status_code == 200
    with app.app_context():
        assert db.session.scalars(db.select(Export.id)).all() == []


def test_downloads_say_what_they_are(owner: FlaskClient, mails: Mails) -> None:
    """e-2: names in ASCII from slug, edition and day; the letter itself needs no further word; size and ETag."""
    owner.post("/desk/letters/stop/editions", data={"csrf_token": desk_token(owner)})
    mails()
    place = ask(owner, format="docx", edition="1").headers["Location"]
    mails()
    named = {}
    for name in ("letter.docx", "about.json", "SHA256SUMS"):
        answer = owner.get(f"{place}/{name}")
        named[name] = re.sub(r"\d{4}-\d\d-\d\d", "DAY", answer.headers["Content-Disposition"].partition("filename=")[2])
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'
    assert named == {
        "letter.docx": "stop-e1-DAY.docx",
        "about.json": "stop-e1-DAY-about.json",
        "SHA256SUMS": "stop-e1-DAY-SHA256SUMS.txt",
    }


def test_export_that_was_killed_is_made_again(app: Flask, owner: FlaskClient, mails: Mails) -> None:
    """A crash leaves the row as running and half a file: nothing can be fetched, and the next try makes it whole."""
    place = ask(owner, format="xlsx").headers["Location"]
    with app.app_context():
        made = db.session.scalars(db.select(Export)).one()
        made.state = "running"
        (storage.folder("exports", str(made.id)) / "signatories.xlsx.part").write_bytes(b"half")
        export_id = made.id
        db.session.commit()
    assert owner.get(f"{place}/signatories.xlsx").status_code == 404
    mails()
    assert owner.get(f"{place}/signatories.xlsx").data.startswith(b"PK")
    with app.app_context():
        names = sorted(path.name for path in storage.folder("exports", str(export_id)).iterdir())
    assert names == ["SHA256SUMS", "about.json", "all.zip", "report.json", "signatories.xlsx"]


def test_zip_holds_what_is_handed_over(owner: FlaskClient, mails: Mails) -> None:
    """e-2: the files, the statement and the sums in one zip; never the organizers' report."""
    place = ask(owner, format="json").headers["Location"]
    mails()
    assert f"{place}/all.zip" in owner.get(place).text
    with zipfile.ZipFile(io.BytesIO(owner.get(f"{place}/all.zip").data)) as packed:
        assert packed.namelist() == ["SHA256SUMS", "about.json", "signatories.json", "signatories.ndjson"]
        assert {entry.date_time for entry in packed.infolist()} != {(1980, 1, 1, 0, 0, 0)}
        for line in packed.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(packed.read(name)).hexdigest() == digest
