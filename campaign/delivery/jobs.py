"""Freezes the editions asked for at the desk."""

from __future__ import annotations

from campaign.delivery import operations
from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, job_kind
from campaign.lib import clock
from campaign.models import Edition, Letter
from campaign.states import EditionState


@job_kind("delivery.freeze")
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
