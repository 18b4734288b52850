"""The public page of an edition and its files: 404 until delivered, cached, and without whoever left."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import scoped_session

from campaign.delivery.jobs import recheck
from campaign.delivery.operations import mark_delivered
from campaign.delivery.package import checker
from campaign.extensions import db
from campaign.models import Edition, Letter, Signature
from campaign.signing.operations import erase_signature, recount_letter, withdraw_signature
from tests.delivery.sealed import build, freeze, home, manifest_of, signed_letter
from tests.factories import make_signature

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
PAGE = "/letters/stop/editions/1"


def deliver(now: datetime, mails: Mails | None = None) -> int:
    """The id of an edition that was built, by its jobs where `mails` runs them, and handed over."""
    edition = freeze(signed_letter(), now)
    edition_id = edition.id
    if mails is None:
        build(edition, now)
    else:
        mails()
    mark_delivered(db.session.get_one(Edition, edition_id), now)
    recount_letter(db.session.get_one(Edition, edition_id).letter_id, now)
    db.session.commit()
    return edition_id


def signature_of(name: str) -> Signature:
    """The signature with this name."""
    return db.session.scalars(select(Signature).where(Signature.name == name)).one()


def test_edition_is_not_there_until_it_is_delivered(app: Flask, session: Session, now: datetime) -> None:
    """p-D1: frozen and built, its page and its files answer 404 like those of an edition that does not exist."""
    edition = freeze(signed_letter(), now)
    edition_id = edition.id
    build(edition, now)
    client = app.test_client()
    addresses = (PAGE, f"{PAGE}/letter.pdf", f"{PAGE}/manifest.json", "/letters/stop/editions/2")
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    mark_delivered(session.get_one(Edition, edition_id), now)
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200, 404]
    session.get_one(Letter, session.get_one(Edition, edition_id).letter_id).state = "draft"
    session.scalars(select(Letter)).one().opened_at = None
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    assert client.post(PAGE).status_code == 405


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_page_says_what_can_be_checked(app: Flask, session: Session, now: datetime) -> None:
    """p-D3, p-D4: counts, root, digest, every file with its sum, and who checked it; for every cache."""
    edition = session.get_one(Edition, deliver(now))
    answer = app.test_client().get(PAGE)
    page = answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert "1 organization and 3 people, first edition, 18 June 2026, 17:00 UTC" in page
    assert str(edition.root) in page
    assert str(edition.list_digest) in page
    assert all(file["name"] in page and file["sha256"] in page for file in edition.files)
    assert "This edition has no seal." in page
    assert "This list was not checked by anyone outside the campaign." in page
    assert "Errata" not in page
    assert not any(word in page for word in ("Ada", "Zoë", "arker", "example.org/"))
    again = app.test_client().get(PAGE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_files_are_sent_as_they_were_built(app: Flask, session: Session, now: datetime) -> None:
    """e-10: the bytes of the manifest, with the sum as ETag, as a download."""
    edition = session.get_one(Edition, deliver(now))
    client = app.test_client()
    for file in edition.files:
        answer = client.get(f"{PAGE}/{file['name']}")
        assert hashlib.sha256(answer.data).hexdigest() == file["sha256"]
        assert answer.headers["ETag"] == f'"{file["sha256"]}"'
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=stop-e1-2026-06-18")
    for name in ("nothing.txt", "..%2fsignatures.txt", "signatures.txt", "tree", "leaves"):
        assert client.get(f"{PAGE}/{name}").status_code == 404


def test_page_costs_the_same_for_every_list(app: Flask, session: Session, now: datetime) -> None:
    """R7: four reads, whatever the number of signatures."""
    deliver(now)
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        app.test_client().get(PAGE)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 4
    assert not any("FROM signature" in statement or "edition_leaf" in statement for statement in asked)


@pytest.mark.parametrize("way", ["withdraw", "erase"])
def test_who_left_is_off_the_files_within_a_minute(
    app: Flask, session: Session, now: datetime, mails: Mails, frozen: time_machine.Traveller, way: str
) -> None:
    """K1, p-D1: files with the name go, come back without it after an hour, and the errata say a number."""
    edition_id = deliver(now, mails)
    frozen.shift(timedelta(minutes=5))
    row = signature_of("Ada Lovelace")
    root = session.get_one(Edition, edition_id).root
    if way == "withdraw":
        withdraw_signature(row, "", now + timedelta(minutes=5))
    else:
        erase_signature(row, now + timedelta(minutes=5))
    session.commit()
    frozen.shift(timedelta(seconds=50))
    mails()
    client = app.test_client()
    page = client.get(PAGE).text
    assert client.get(f"{PAGE}/letter.txt").status_code == 404
    assert not (home(edition_id) / "files").exists()
    assert {"withdraw": "1 withdrew their signature.", "erase": "1 erased everything."}[way] in page
    assert "The files are being built" in page
    frozen.shift(timedelta(hours=1))
    mails()
    folder = home(edition_id) / "files"
    assert all(b"Lovelace" not in path.read_bytes() for path in folder.iterdir())
    assert (manifest_of(folder)["removed"], manifest_of(folder)["root"]) == (1, root)
    code, said = checker().check(folder)
    assert (code, said[1]) == (0, "4 lines, 1 of them blanked; 0 employees")
    session.expire_all()
    assert client.get(f"{PAGE}/letter.txt").status_code == 200


def test_newcomers_change_nothing(app: Flask, session: Session, now: datetime) -> None:
    """p-D1: an edition is what it was, whoever signs later."""
    edition_id = deliver(now)
    edition = session.get_one(Edition, edition_id)
    before = (edition.files, edition.errata)
    make_signature(session.scalars(select(Letter)).one(), "Grace Hopper")
    session.commit()
    recheck({"letter": edition.letter_id})
    session.expire_all()
    assert (edition.files, edition.errata) == before
