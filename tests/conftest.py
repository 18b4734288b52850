"""Fixtures every test may use: the app on both databases, a client, the time, mail, a browser, the running site."""

from __future__ import annotations

import contextvars
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.mail.dev import kept_mails
from tests.support.cast import Cast, make_cast
from tests.support.databases import Prepared, prepared_postgresql, prepared_sqlite
from tests.support.garbage import collect_later, keep_for_good
from tests.support.needs import missing
from tests.support.postgres import fresh_database, server_address
from tests.support.server import Site, running_site
from tests.support.smtp import Sink, running_sink

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)

# The same examples in every run: a change that lands is judged by what it changes, not by chance. To look for new
# ones: HYPOTHESIS_PROFILE=default .venv/bin/pytest tests/lib
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

collect_later()


def pytest_collection_finish() -> None:
    """Tests are collected; from here on there is garbage."""
    keep_for_good()


class OutsideClient(FlaskClient):
    """A client whose requests share nothing with the test but the database, as those of a stranger's browser."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Answer one request; what the test has written so far is committed first."""
        if has_app_context():
            db.session.commit()
        # A streamed answer is read where it was made.
        kwargs.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """The app on SQLite; tests take `app`."""
    with prepared_sqlite(tmp_path_factory.mktemp("sqlite")) as known:
        yield known


@pytest.fixture(scope="session")
def postgresql_server(run_folder: Path) -> str:
    """The address of a PostgreSQL server on which tests may create databases."""
    return server_address(run_folder)


@pytest.fixture(scope="session")
def postgresql_app(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str, worker_id: str
) -> Iterator[Prepared]:
    """The app on PostgreSQL; tests take `app`."""
    folder = tmp_path_factory.mktemp("postgresql")
    with prepared_postgresql(folder, postgresql_server, f"undersigned_test_{worker_id}") as known:
        yield known


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Flask:
    """The app with an empty database, once on each kind; `parametrize("app", ["sqlite"], indirect=True)` for one."""
    known: Prepared = request.getfixturevalue(f"{request.param}_app")
    known.clean()
    known.app.test_client_class = OutsideClient
    return known.app


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Any]]:
    """The app's context and its database session, for tests below the pages."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script that has never been here."""
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    """The present moment of tests that hand it in."""
    return NOW


@pytest.fixture
def frozen(now: datetime) -> Iterator[time_machine.Traveller]:
    """The clock stands at `now`; `frozen.move_to(...)` and `frozen.shift(...)` move it."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mails(app: Flask) -> Callable[..., list[dict[str, Any]]]:
    """`mails(to="")` runs every due job and returns the mails handed over so far, newest first."""

    def run(to: str = "") -> list[dict[str, Any]]:
        if has_app_context():
            db.session.commit()
        contextvars.Context().run(Worker(app).run_once)
        with app.app_context():
            return kept_mails(to)

    return run


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server on loopback; give `sink.url` to the site as its MAIL_URL."""
    with running_sink() as server:
        yield server


@pytest.fixture
def start_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`start_site(setting=value, ...)` starts the real processes on data of their own; the end stops them."""
    with ExitStack() as stack:
        counter = iter(range(100))
        yield lambda **settings: stack.enter_context(running_site(tmp_path / f"site{next(counter)}", **settings))


@pytest.fixture(params=["sqlite", "postgresql"])
def site_database(request: pytest.FixtureRequest, worker_id: str) -> dict[str, str]:
    """The setting of a new, empty database of each kind: `start_site(**site_database)`."""
    if request.param == "sqlite":
        return {}
    server: str = request.getfixturevalue("postgresql_server")
    return {"database_url": fresh_database(server, f"undersigned_site_{worker_id}")}


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The fixed cast, written to the database."""
    with app.app_context():
        return make_cast()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Chromium is started: the machine's own, as root too, and without a word to anybody but loopback."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        missing("No Chromium: install it with make test, or with the package manager (apt-get install chromium)")
    return {
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ],
    }
