"""What every start does first: nobody who was erased comes back with an older backup."""

from __future__ import annotations

import logging
from datetime import datetime

from campaign import suppressions
from campaign.delivery.operations import forget_signature
from campaign.extensions import db, read_only
from campaign.signing import operations

log = logging.getLogger("campaign.suppressions")


def keep_erased(now: datetime) -> int:
    """Erases again what the file of suppressions knows and the database does not; returns how many signatures.

    And notes in the file what only the database knows.
    """
    with read_only():
        missing, unknown = operations.lines_not_in_database(), operations.lines_not_in_file()
    suppressions.note(unknown)
    count = 0
    for line in missing:
        erased = operations.erase_again(line, now)
        db.session.commit()
        for signature_id in erased:
            forget_in_files(line.letter_id, signature_id, now)
        count += len(erased)
    return count


def forget_in_files(letter_id: int, signature_id: int, now: datetime) -> None:
    """Takes an erased signature out of lists and files before anybody is served them."""
    try:
        forget_signature(letter_id, signature_id, now)
        db.session.commit()
    except OSError:
        # A list that is not there names nobody; the job that was enqueued tries again.
        db.session.rollback()
        log.warning("files of letter %s could not be looked through", letter_id)
