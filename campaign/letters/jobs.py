"""The clock of letters: they open and close on time without a person."""

from __future__ import annotations

import logging
from datetime import datetime

from campaign.extensions import db, read_only
from campaign.jobs.kinds import timer
from campaign.letters import operations, queries
from campaign.models import Letter
from campaign.states import Refused

log = logging.getLogger("campaign.letters")


@timer("letters-clock", 1.0)
def keep_time(now: datetime) -> None:
    """Moves every letter whose time has come, one commit each; only reads when there is none."""
    with read_only():
        due = list(queries.letters_due(now))
    for letter_id in due:
        letter = db.session.get_one(Letter, letter_id)
        try:
            operations.keep_time(letter, now)
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            log.warning("letter %s could not be moved on time: %s", letter_id, refusal.reason)
