"""SQLite takes one writer at a time: who waits, for how long, and that the next one gets in."""

from __future__ import annotations

import contextvars
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign import extensions
from campaign.extensions import db
from campaign.models import Suppression
from tests.conftest import NOW
from tests.signing.acts import form_of

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def stranger(app: Flask) -> Iterator[sqlite3.Connection]:
    """A connection of another process, which writes from the start until it commits."""
    with app.app_context():
        path = db.engine.url.database or ""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO suppression (mailbox_key, reason, created_at) VALUES ('theirs', 'bounce', 0)")
        yield connection


def write(app: Flask, key: str) -> None:
    """Writes one row in a transaction of its own."""
    with app.app_context():
        db.session.add(Suppression(mailbox_key=key, reason="bounce", created_at=NOW))
        db.session.commit()


def test_writers_queue_up_behind_another_process(app: Flask, stranger: sqlite3.Connection) -> None:
    """P10: writers of this process wait for one of another, and all of them get in once it is done."""
    keys = [f"ours {number}" for number in range(8)]
    threads = [threading.Thread(target=contextvars.Context().run, args=(write, app, key)) for key in keys]
    for thread in threads:
        thread.start()
    stranger.execute("COMMIT")
    for thread in threads:
        thread.join(30)
    with app.app_context():
        assert sorted(db.session.scalars(select(Suppression.mailbox_key))) == [*keys, "theirs"]


def test_patience_ends_with_a_page(
    app: Flask, client: FlaskClient, stranger: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10: who cannot write in time is told to come back, and whoever comes next is not held up by that."""
    monkeypatch.setattr(extensions, "PATIENCE_SECONDS", 0.01)
    page = form_of(client.get("/my"))
    refused = client.post("/my", data={**page.fields, "email": "ada@example.org"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    stranger.execute("ROLLBACK")
    assert client.post("/my", data={**page.fields, "email": "ada@example.org"}).status_code == 303
    assert not extensions._turn.locked()
