"""Privacy, contact, and what machines ask about the site's health."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Heartbeat
from tests.factories import NOW, make_campaign, make_letter
from tests.support.pages import Page


def text_of(client: FlaskClient, url: str) -> str:
    """The words of a page that is there."""
    answer = client.get(url)
    assert answer.status_code == 200
    return Page(answer.text).text


def alive() -> None:
    """A worker says that it lives."""
    db.session.add(Heartbeat(worker="1-a", seen_at=NOW))
    db.session.commit()


def due(key: str, minutes: int, prio: int = outbox.NORMAL) -> None:
    """A job that should have run so many minutes ago."""
    row = {"now": NOW, "run_at": NOW - timedelta(minutes=minutes), "prio": prio}
    outbox.enqueue("signing.confirm", key, {"signature": 1, "number": 1}, **row)
    db.session.commit()


def test_privacy_names_operator_and_periods(app: Flask, client: FlaskClient) -> None:
    app.config.update(OPERATOR_NAME="The Example Foundation", OPERATOR_ADDRESS="1 Example Street; hello@example.org")
    text = text_of(client, "/privacy")
    assert "The Example Foundation" in text
    assert "hello@example.org" in text
    assert "30 days after you withdraw" in text
    assert "your name and role if you ticked that box" in text
    assert "7 days after the mail left" in text


@pytest.mark.parametrize("url", ["/privacy", "/contact"])
def test_development_says_that_no_operator_is_set(client: FlaskClient, url: str) -> None:
    assert "This site runs in development." in text_of(client, url)


def test_contact_names_who_organizes_open_letters(session: Any, client: FlaskClient) -> None:
    make_letter(campaign=make_campaign(lead="Open Courts"))
    make_letter("over", "closed", title="A closed letter")
    text = text_of(client, "/contact")
    assert "Stop selling face recognition Open Courts" in text
    assert "A closed letter" not in text


def test_healthz_needs_no_database(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_readyz_when_all_is_well(session: Any, client: FlaskClient) -> None:
    alive()
    due("recent", 4)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "checks": {"database": "ok", "schema": "ok", "jobs": "ok", "worker": "ok"},
    }


def test_readyz_without_a_worker(session: Any, client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.json["checks"]["worker"] == "no worker was ever seen"


def test_readyz_with_a_worker_that_fell_silent(session: Any, client: FlaskClient, frozen: Any) -> None:
    """P24: a stopped worker is noticed."""
    alive()
    frozen.shift(timedelta(seconds=61))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["worker"] == "no sign of life from a worker"


def test_readyz_with_a_stuck_job(session: Any, client: FlaskClient) -> None:
    """P24: red when the oldest due job waits over 5 minutes; mass mail may take longer, a later job is not due."""
    alive()
    due("mass", 90, outbox.LATE)
    due("ahead", -10)
    assert client.get("/readyz").status_code == 200
    due("stuck", 6)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["jobs"] == "the oldest due job waits for 360 s"


def test_readyz_with_waiting_migrations(session: Any, client: FlaskClient) -> None:
    alive()
    applied = session.scalar(text("SELECT version_num FROM alembic_version"))
    session.execute(text("DELETE FROM alembic_version"))
    session.commit()
    try:
        answer = client.get("/readyz")
    finally:
        session.execute(text("INSERT INTO alembic_version VALUES (:applied)"), {"applied": applied})
        session.commit()
    assert answer.status_code == 503
    assert answer.json["checks"]["schema"] == "migrations wait; run: undersigned db upgrade"


def test_readyz_without_a_database(app: Flask, client: FlaskClient) -> None:
    """The database takes no connection: the answer says so instead of failing itself."""

    with app.app_context():
        engine = db.engine
    driver: Any = engine.dialect.dbapi

    def refuse(*_given: object) -> None:
        raise driver.OperationalError("no answer")

    engine.dispose()
    event.listen(engine, "do_connect", refuse)
    try:
        answer = client.get("/readyz")
    finally:
        event.remove(engine, "do_connect", refuse)
    assert answer.status_code == 503
    assert answer.json == {"status": "failing", "checks": {"database": "does not answer"}}
