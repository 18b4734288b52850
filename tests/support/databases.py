"""One app per database kind and test process; its tables come from the migrations and are empty before each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from campaign import create_app
from campaign.cli.db import upgrade_database
from campaign.extensions import db
from config import Settings
from tests.support.garbage import keep_for_good
from tests.support.postgres import emptier_of, empty_tables, fresh_database
from tests.support.server import environment


@dataclass(frozen=True)
class Prepared:
    """An app with its schema, and how to take everything out of it again."""

    app: Flask
    clean: Callable[[], None]


@contextmanager
def prepared(folder: Path, address: str, clean_database: Callable[[], None]) -> Iterator[Prepared]:
    """An app on that database, migrated, with DATA_DIR in `folder`."""
    app = create_app(Settings.load(environment(folder / "data", database_url=address)))
    app.testing = True
    # A page is checked against the database each time, not once a second.
    app.config["PAGE_CHECK_SECONDS"] = 0.0
    given = dict(app.config)
    with app.app_context():
        upgrade_database()

    def clean() -> None:
        app.config.clear()
        app.config.update(given)
        # Pages of the test before, kept for a second.
        app.extensions.pop("undersigned_pages", None)
        shutil.rmtree(folder / "data", ignore_errors=True)
        clean_database()

    with app.app_context():
        db.engine.dispose()
    keep_for_good()
    yield Prepared(app, clean)
    with app.app_context():
        db.engine.dispose()


@contextmanager
def prepared_sqlite(folder: Path) -> Iterator[Prepared]:
    """An app on a SQLite file; the migrated file is put back before each test."""
    live, pristine = folder / "live.db", folder / "pristine.db"

    def put_back() -> None:
        with known.app.app_context():
            db.engine.dispose()
        for file in folder.glob("live.db*"):
            file.unlink()
        shutil.copy(pristine, live)

    with prepared(folder, f"sqlite:///{live}", put_back) as known:
        shutil.copy(live, pristine)
        with known.app.app_context():
            event.listen(db.engine, "connect", never_wait_for_the_disk)
        yield known


def never_wait_for_the_disk(connection: Any, record: Any) -> None:
    """Nothing in a test survives the machine. Sites that run as processes of their own wait, as in production."""
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def prepared_postgresql(folder: Path, server: str, name: str) -> Iterator[Prepared]:
    """An app on a PostgreSQL database of that name, made anew; its rows are deleted before each test."""
    address = fresh_database(server, name)
    with prepared(folder, address, lambda: empty_tables(address)) as known:
        yield known
    emptier_of(address).connection.close()
    emptier_of.cache_clear()
