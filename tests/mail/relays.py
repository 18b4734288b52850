"""The app of a test with a relay of its own, as an operator would configure it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from flask import Flask

from campaign import create_app
from campaign.extensions import db, mail
from campaign.jobs.worker import Worker
from config import Settings
from tests.support.server import environment


def with_relay(app: Flask, url: str, **settings: Any) -> Flask:
    """A second app on the same database whose mails go to that MAIL_URL."""
    with app.app_context():
        db.session.commit()
    address = app.config["DATABASE_URL"]
    environ = environment(app.config["DATA_DIR"], database_url=address, mail_url=url, **settings)
    other = second_app(address)
    other.config.update(Settings.load(environ).to_flask())
    mail.init_app(other)
    return other


@cache
def second_app(address: str) -> Flask:
    """The one second app on that database: its engine learns each statement once, not in every test."""
    other = create_app(Settings.load(environment(Path(gettempdir()), database_url=address)))
    other.testing = True
    return other


@contextmanager
def relayed_worker(app: Flask, url: str) -> Iterator[Worker]:
    """A worker whose mails go to that MAIL_URL, with an engine of its own."""
    relayed = with_relay(app, url)
    worker = Worker(relayed)
    yield worker
    worker.sender.close()
    with relayed.app_context():
        db.engine.dispose()
