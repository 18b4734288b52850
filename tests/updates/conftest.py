"""A letter whose signatories asked for mails, and a worker over a real mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.models import Letter, Signature, Update, UpdateMail
from campaign.updates import operations
from tests.factories import NOW, make_consent, make_letter, make_signature
from tests.mail.relays import relayed_worker
from tests.support.smtp import Sink

Session = scoped_session[Any]
Work = Callable[..., None]


@pytest.fixture
def letter(session: Session, frozen: Traveller) -> Letter:
    """An open letter in New York."""
    return make_letter(timezone="America/New_York")


@pytest.fixture
def people(letter: Letter) -> list[Signature]:
    """Three who ticked the box for news, and two more on the letter who did not."""
    found = [make_signature(letter, f"Person {n}", f"person{n}@example.org") for n in range(5)]
    for signature in found[:3]:
        make_consent(signature, "wants_updates")
    db.session.commit()
    return found


@pytest.fixture
def worker(app: Flask, sink: Sink) -> Iterator[Worker]:
    """A worker whose mails go to the sink."""
    with relayed_worker(app, sink.url) as worker:
        yield worker


@pytest.fixture
def work(worker: Worker) -> Work:
    """Lets the worker do what is due, `times` over; the mail server counts as back each time."""

    def run(times: int = 2) -> None:
        db.session.commit()
        for _round in range(times):
            worker.mail_away_until = 0.0
            worker.run_once()
        db.session.rollback()
        db.session.expire_all()

    return run


def send_now(letter: Letter, update: Update) -> None:
    """The organizer's press."""
    operations.send_now(letter, update, by_id=None, now=NOW)
    db.session.commit()


def mail_states(update: Update) -> list[tuple[str, str]]:
    """State and reason of each mail of an update, in the order of signatures."""
    rows = select(UpdateMail).where(UpdateMail.update_id == update.id).order_by(UpdateMail.signature_id)
    return [(row.state, row.reason) for row in db.session.scalars(rows)]
