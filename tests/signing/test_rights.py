"""Rights of a signatory: everything found by one mail, in words; a copy of all of it; "not me" also once it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.decisions import record_decision
from campaign.extensions import db
from campaign.links import make_token
from campaign.models import (
    Edition,
    EditionLeaf,
    ImportBatch,
    Job,
    Letter,
    LinkRequest,
    Signature,
    Suppression,
    UpdateMail,
    VersionQuestion,
)
from tests.factories import (
    DAY,
    NOW,
    make_consent,
    make_edition,
    make_letter,
    make_signature,
    make_update,
    make_version,
)
from tests.signing.acts import form_of, my_path, press, sign
from tests.support.tables import places_of
from tests.support.tree import text

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ADA = "ada@example.org"


def ask(client: FlaskClient, address: str = ADA) -> None:
    """Asks for the links of an address."""
    assert client.post("/my", data={**form_of(client.get("/my")).fields, "email": address}).status_code == 303


def in_edition(row: Signature, edition: Edition) -> None:
    """Puts a signature on the first line of an edition."""
    db.session.add(EditionLeaf(edition_id=edition.id, seq=1, signature_id=row.id, salt="s", leaf="l" * 64))
    db.session.flush()


def test_one_mail_says_where_everything_stands(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S8: shown, private, held, rejected, expired, withdrawn, imported and merged ones, endorsements and editions."""
    states: dict[str, dict[str, Any]] = {
        "Shown": {},
        "Counted, name hidden": {"is_private": True},
        "Held": {"moderation": "held", "reasons": "watched_name"},
        "Rejected": {"moderation": "rejected", "reasons": "abusive"},
        "Never confirmed": {"verification": "expired"},
        "Withdrawn": {"withdrawn_at": NOW},
        "Shown, from a list that was imported": {"kind": "imported"},
        "Not confirmed": {"verification": "pending"},
    }
    letters = {words: make_letter(f"letter-{n}", title=f"Title {n}") for n, words in enumerate(states)}
    rows = {words: make_signature(letters[words], email=ADA, **changes) for words, changes in states.items()}
    make_signature(letters["Shown"], "Open Rights", email=ADA, website="https://example.org")
    make_signature(letters["Held"], email=ADA, kind="imported", merged_into_id=rows["Held"].id)
    in_edition(rows["Shown"], make_edition(letters["Shown"], 3))
    ask(client)
    mail = mails(ADA)[0]
    told = [": ".join(found) for found in re.findall(r"^(Title .*)\n+(.*)$", mail["text"], re.MULTILINE)]
    expected = [f"Title {n} (Ada Lovelace): {words}" for n, words in enumerate(states)]
    expected[0] += ". In the lists of edition 3"
    assert told == [*expected, "Title 0 (Open Rights): Shown", "Title 2 (Ada Lovelace): Counted with another signature"]
    paths = [re.sub(r"^https?://[^/]+", "", address) for address in mail["links"] if "/my/" in address]
    pages = [client.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200] * 10
    assert "Correct it" not in pages[-1].text
    assert session.scalars(select(LinkRequest)).all() == []


def test_links_come_also_when_the_address_is_gone(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S8, K2: a name that is shown can be taken off for ever; the address is kept sealed until the mail left."""
    row = make_signature(make_letter(state="closed"), email=ADA)
    row.email, row.anonymized_at = None, NOW
    ask(client)
    assert places_of(ADA, "@example.org") == {}
    assert len(session.scalars(select(LinkRequest)).all()) == 1
    mail = mails(ADA)[0]
    assert places_of(ADA) == {}
    assert session.scalars(select(LinkRequest)).all() == []
    page = client.get(re.sub(r"^https?://[^/]+", "", next(link for link in mail["links"] if "/my/" in link)))
    assert "Address removed on" in page.text
    assert press(client, my_path(row), "erase").status_code == 303
    assert places_of("Lovelace") == {}


@SQLITE
def test_unknown_address_leaves_nothing(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """T8: of an address that nobody knows nothing is left once the worker has looked, and no job."""
    ask(client, "nobody@example.net")
    assert mails() == []
    assert session.scalars(select(LinkRequest)).all() == []
    assert session.scalars(select(Job)).all() == []


def with_everything(letter: Letter) -> Signature:
    """A signature of which there is everything that can be kept."""
    batch = ImportBatch(letter_id=letter.id, digest="d", file_name="f.csv", basis="On paper", created_at=NOW)
    db.session.add(batch)
    db.session.flush()
    row = make_signature(
        letter, email=ADA, moderation="held", reasons="watched_name", import_batch_id=batch.id, comment="A word"
    )
    make_consent(row, "wants_results", ended_at=NOW)
    make_signature(letter, "Ada Old", email=ADA, verification="expired")
    record_decision(
        letter.id, row.id, "hold", by_id=None, now=NOW, reason="Secret note", after={"reasons": "held_by_organizer"}
    )
    newer = make_version(letter, 2)
    versions = {"version_id": newer.id, "from_version_id": row.version_id}
    db.session.add(VersionQuestion(signature_id=row.id, asked_at=NOW, **versions))
    update = make_update(letter)
    db.session.add(UpdateMail(update_id=update.id, signature_id=row.id, state="sent", queued_at=NOW, sent_at=NOW))
    in_edition(row, make_edition(letter, 1, delivered_at=NOW))
    return row


@SQLITE
@pytest.mark.usefixtures("frozen")
def test_copy_holds_everything(app: Flask, client: FlaskClient, session: Session) -> None:
    """p-S8, T23, K5: every field that `docs/privacy.md` describes, and no other; each with what is kept."""
    row = with_everything(make_letter())
    answer = press(client, my_path(row), "export")
    copy = json.loads(answer.data)
    documented = re.findall(r"^\| (`.*?`) \|", text("docs/privacy.md"), re.MULTILINE)
    assert set(copy) == {name for cell in documented for name in re.findall(r"`(\w+)`", cell)}
    at = "2026-06-18T17:00:00Z"
    assert copy["state"] == "Held"
    assert copy["reasons"] == ["On the watch list"]
    assert copy["decisions"] == [{"act": "Held", "reasons": ["Held by an organizer"], "decided_at": at}]
    assert "Secret note" not in answer.text
    assert copy["consents"] == [
        {
            "kind": "wants_results",
            "sentence": "Tell me what comes of this letter, in at most four mails",
            "source": "web",
            "given_at": "2026-06-17T17:00:00Z",
            "ended_at": at,
        }
    ]
    assert copy["asked"] == [{"version": 2, "signed_before": 1, "answer": "none", "asked_at": at, "answered_at": None}]
    assert copy["updates"] == [{"number": 1, "title": "They answered", "kind": "news", "state": "sent", "sent_at": at}]
    token = make_token("my", row.id, 0)
    assert copy["editions"] == [
        {
            "number": 1,
            "frozen_at": "2026-06-18T05:00:00Z",
            "delivered_at": at,
            "receipt": f"{app.config['BASE_URL']}/my/{token}/receipts/1",
        }
    ]
    assert copy["imported_from"] == {"imported_at": at, "basis": "On paper"}
    assert [(other["name"], other["state"]) for other in copy["other_rows"]] == [("Ada Old", "Never confirmed")]
    assert copy["network"] == "n/a"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("state", ["confirmed", "private", "held", "endorsement"])
def test_not_me_takes_also_what_stands(client: FlaskClient, session: Session, mails: Mails, state: str) -> None:
    """p-S9, T6: in two steps, also once it was confirmed: erased, recorded, and no mail of this letter ever again."""
    letter = make_letter(offers_updates=True)
    changes: dict[str, dict[str, Any]] = {
        "confirmed": {},
        "private": {"is_private": True},
        "held": {"moderation": "held", "reasons": "watched_name"},
        "endorsement": {"website": "https://markersite.org"},
    }
    row = make_signature(letter, "Markername", email=ADA, **changes[state])
    key, path = row.mailbox_key, f"/not-me/{make_token('not_me', row.id, 0)}"
    first = client.get(path)
    assert (first.status_code, session.get_one(Signature, row.id).name) == (200, "Markername")
    assert press(client, path, "erase").status_code == 303
    assert places_of("Markername", "markersite", ADA) == {}
    assert session.execute(select(Suppression.mailbox_key, Suppression.reason)).all() == [(key, "not_me")]
    sign(client)
    ask(client)
    assert mails(ADA) == []


def test_merged_from_another_mailbox_goes_too(client: FlaskClient, session: Session) -> None:
    """R6: what was merged into a signature is of the same person, whichever address it came from."""
    letter = make_letter()
    row = make_signature(letter, "Markername", email=ADA)
    make_signature(letter, "Markername", email="markerwork@example.net", merged_into_id=row.id)
    press(client, my_path(row), "erase")
    assert places_of("Markername", "markerwork") == {}
    assert len(session.scalars(select(Suppression.mailbox_key)).all()) == 2


@SQLITE
def test_request_that_cannot_be_mailed_is_forgotten(
    app: Flask, client: FlaskClient, session: Session, frozen: Traveller, mails: Mails
) -> None:
    """K2: a sealed address is kept a day at most, whatever hinders its mail."""
    make_signature(make_letter(), email=ADA)
    ask(client)
    frozen.shift(DAY * 2)
    assert mails() == []
    assert session.scalars(select(LinkRequest)).all() == []
