"""An older backup brings nobody back: what was erased since is erased again before the site serves."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Integer, MetaData, insert, select
from sqlalchemy.orm import scoped_session

from campaign import storage, suppressions
from campaign.cli.serve import prepare_database
from campaign.decisions import record_decision
from campaign.extensions import db
from campaign.finding import find_everywhere
from campaign.links import make_token
from campaign.models import Consent, Export, Letter, Signature, Suppression
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import my_path, press
from tests.support.postgres import empty_tables
from tests.support.runs import run

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
MARKERS = ("Markername", "Markeraffil", "Markernote", "Markersentence", "markeraddress@markermail.example")


@contextmanager
def as_before(app: Flask, folder: Path) -> Iterator[None]:
    """Puts the database and the files back as they were at the beginning of the block, but for the suppressions."""
    data = storage.folder("exports", "1").parents[1]
    shutil.copytree(data, folder / "files")
    put_back = copied(app, folder / "before.db")
    yield
    put_back()
    kept = (data / suppressions.FILE_NAME).read_bytes()
    shutil.rmtree(data)
    shutil.copytree(folder / "files", data)
    (data / suppressions.FILE_NAME).write_bytes(kept)


def copied(app: Flask, path: Path) -> Callable[[], None]:
    """Copies every row; the answer puts just these rows back."""
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        rows = every_row()
        return lambda: put_rows_back(app, rows)
    live = str(db.engine.url.database)
    with sqlite3.connect(live) as source, sqlite3.connect(path) as target:
        source.backup(target)

    def put_back() -> None:
        db.session.rollback()
        db.engine.dispose()
        with sqlite3.connect(path) as source, sqlite3.connect(live) as target:
            source.backup(target)

    return put_back


def every_row() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    known = MetaData()
    with db.engine.connect() as connection:
        known.reflect(connection)
        tables = {name: table for name, table in known.tables.items() if name != "alembic_version"}
        return {
            name: [dict(row) for row in connection.execute(select(table)).mappings()] for name, table in tables.items()
        }


def put_rows_back(app: Flask, rows: dict[str, list[dict[str, Any]]]) -> None:
    """These rows and no others, and the next numbers after them."""
    db.session.rollback()
    empty_tables(app.config["DATABASE_URL"])
    with db.engine.connect() as connection:
        known = MetaData()
        known.reflect(connection)
        connection.exec_driver_sql("SET session_replication_role = replica")
        for name, found in rows.items():
            if found:
                connection.execute(insert(known.tables[name]), found)
            if isinstance(getattr(known.tables[name].c.get("id"), "type", None), Integer):
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), (SELECT max(id) FROM \"{name}\"))"
                )
        connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        connection.commit()


def places(app: Flask) -> set[tuple[str, str]]:
    """Where anything of the person stands: in which column or file, and which word."""
    db.session.commit()
    words = {word: word for word in MARKERS}
    return {(place.where, place.what) for place in find_everywhere(words, [Path(app.config["DATA_DIR"])])}


def signed(letter: Letter, **changes: Any) -> Signature:
    """A signature with everything that can be kept of a person."""
    email = "markeraddress@markermail.example"
    row = make_signature(letter, "Markername", email=email, affiliation="Markeraffil", **changes)
    db.session.add(Consent(signature_id=row.id, kind="wants_results", sentence="Markersentence", given_at=NOW))
    record_decision(letter.id, row.id, "hold", by_id=None, now=NOW, reason="Markernote")
    return row


@pytest.mark.parametrize("way", ["erase", "not_me"])
@pytest.mark.parametrize("start", ["serve", "db upgrade"])
@pytest.mark.usefixtures("frozen")
def test_older_backup_brings_nobody_back(
    app: Flask, client: FlaskClient, session: Session, mails: Mails, tmp_path: Path, way: str, start: str
) -> None:
    """P19, T23: erase, put an older copy of tables and files back, start: 0 hits in every table and file."""
    letter = make_letter()
    row, other = signed(letter), make_signature(letter, "Grace Hopper")
    export = Export(letter_id=letter.id, format="csv", purpose="internal", created_at=NOW, state="done", folder="1")
    session.add(export)
    (storage.folder("exports", "1") / "list.csv").write_text("Markername", encoding="utf-8")
    assert run(app, "letter", "freeze", "stop").exit_code == 0
    path, not_me = my_path(row), f"/not-me/{make_token('not_me', row.id, row.generation)}"
    with as_before(app, tmp_path):
        press(client, path if way == "erase" else not_me, "erase")
        mails()
        assert places(app) == set()
    session.expire_all()
    assert {("signature.name", "Markername"), ("consent.sentence", "Markersentence")} < places(app)
    if start == "serve":
        prepare_database(app)
    else:
        assert run(app, "db", "upgrade").stderr == "1 signatures of an older backup were erased again\n"
    assert places(app) == set()
    session.expire_all()
    assert session.scalars(select(Suppression.reason)).all() == ["erased" if way == "erase" else "not_me"]
    assert session.get_one(Signature, other.id).name == "Grace Hopper"
    assert client.get(path).status_code == 404
    assert run(app, "db", "upgrade").stderr == ""


@pytest.mark.usefixtures("frozen")
def test_import_of_an_erased_person_is_refused_after_restore(
    app: Flask, client: FlaskClient, session: Session, mails: Mails, tmp_path: Path
) -> None:
    """P19, K8: the same person in a list that is imported afterwards stays out."""
    letter = make_letter()
    row = signed(letter)
    with as_before(app, tmp_path):
        press(client, my_path(row), "erase")
    prepare_database(app)
    mails()
    people = tmp_path / "people.csv"
    people.write_text(
        "name,email,consent,signed_on\nMarkername,markeraddress@markermail.example,yes,2026-06-01\n", encoding="utf-8"
    )
    answer = run(app, "import", str(people), "--letter", "stop", "--basis", "On paper, at the door")
    assert answer.exit_code == 0, answer.stderr
    assert places(app) == set()


@pytest.mark.usefixtures("frozen")
def test_who_signed_anew_after_erasing_stays(app: Flask, session: Session) -> None:
    """P19: only what was there before the erasure is erased again."""
    letter = make_letter()
    row = signed(letter)
    suppressions.note([suppressions.Line(row.mailbox_key or "", 1, letter.id, "erased", row.signed_at.replace(hour=0))])
    session.commit()
    prepare_database(app)
    session.expire_all()
    assert session.get_one(Signature, row.id).name == "Markername"
    assert session.scalars(select(Suppression.reason)).all() == ["erased"]
