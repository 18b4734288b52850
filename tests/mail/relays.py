"""The app of a test with a relay of its own, as an operator would configure it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from campaign import create_app
from campaign.extensions import db
from campaign.jobs.worker import Worker
from config import Settings
from tests.support.server import environment


def with_relay(app: Flask, url: str, **settings: Any) -> Flask:
    """A second app on the same database whose mails go to that MAIL_URL."""
    with app.app_context():
        db.session.commit()
    address = app.config["DATABASE_URL"]
    environ = environment(app.config["DATA_DIR"], database_url=address, mail_url=url, **settings)
    other = create_app(Settings.load(environ))
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
