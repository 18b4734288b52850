"""Freezes the editions asked for at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaign import storage
from campaign.delivery import operations
from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, job_kind, timer
from campaign.lib import clock
from campaign.models import Edition, Letter
from campaign.states import EditionState

# How long a list may lie about that was taken and never became an edition.
UNUSED = timedelta(days=1)


@job_kind("delivery.freeze", is_long=True)
def freeze(payload: Payload) -> None:
    """Freezes an edition that was begun; after a crash it starts again from nothing."""
    with read_only():
        edition = db.session.get(Edition, payload["edition"])
        wanted = edition is not None and edition.state == EditionState.BUILDING
        letter_id = edition.letter_id if edition else 0
    if not wanted:
        return
    now = clock.now()
    prepared = operations.prepare_edition(letter_id, now)
    edition = db.session.get_one(Edition, payload["edition"])
    letter = db.session.get_one(Letter, letter_id)
    operations.freeze_edition(letter, prepared, by_id=edition.organizer_id, now=now, edition=edition)
    db.session.commit()


@job_kind("delivery.forget", attempts=12)
def forget(payload: Payload) -> None:
    """Takes an erased signature out of editions and exports; again after a crash."""
    operations.forget_signature(payload["letter"], payload["signature"], clock.now())
    db.session.commit()


@timer("editions-unused", 3600.0)
def remove_unused(now: datetime) -> None:
    """Removes lists that were taken and, after a crash, never became an edition."""
    for name in storage.abandoned("editions", now - UNUSED):
        if name.startswith("new-"):
            storage.remove("editions", name)
