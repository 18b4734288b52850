"""Editions: a numbered list, frozen from one read transaction and never changed again."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from campaign import storage
from campaign.decisions import record_act
from campaign.delivery import queries
from campaign.exports import blanking
from campaign.exports.operations import Taken, forget_exports, keep_words, take_snapshot
from campaign.exports.queries import frozen_editions
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Edition, Letter, Version
from campaign.states import EDITION, EditionState, Refused, advance


@dataclass(frozen=True)
class Prepared:
    """A snapshot that is to become an edition, in a folder of its own."""

    folder: Path
    taken: Taken


def prepare_edition(letter_id: int, now: datetime) -> Prepared:
    """Takes the snapshot, while nothing is locked; writes to disk only."""
    folder = storage.folder("editions", f"new-{secrets.token_hex(8)}")
    return Prepared(folder, take_snapshot(letter_id, Purpose.DELIVERY, folder, now))


def freeze_edition(
    letter: Letter, prepared: Prepared, *, by_id: int | None, now: datetime, edition: Edition | None = None
) -> Edition:
    """Makes snapshot and words the letter's next edition (or the one begun as `edition`); `frozen_at` comes last.

    Whoever was erased since the snapshot is blanked. The caller commits.
    Raises `Refused`: letter_incomplete; illegal_move for one that is frozen already.
    """
    lock_lists(letter.id)
    edition = edition or begin_edition(letter, by_id=by_id, now=now)
    # Before a file is touched: a worker that was thought dead may have frozen it meanwhile.
    db.session.refresh(edition, with_for_update=True)
    state = advance(EDITION, edition.state, "freeze")
    _keep_files(edition, prepared)
    taken = prepared.taken
    edition.counts = taken.counts.as_data()
    edition.line_count = taken.named + taken.withheld
    edition.list_digest = taken.digest
    edition.state = state
    edition.frozen_at = taken.time
    db.session.flush()
    detail = {"edition": edition.number, "lines": edition.line_count, "list_digest": edition.list_digest}
    record_act(
        "edition_frozen", now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail
    )
    return edition


def _keep_files(edition: Edition, prepared: Prepared) -> None:
    """Moves the list to the edition's folder, without whoever was erased since it was taken, the words beside it."""
    folder = storage.folder("editions", str(edition.id))
    for name in blanking.FILES:
        (prepared.folder / name).replace(folder / name)
    keep_words(edition, folder)
    for signature_id in blanking.named_ids(folder) & queries.erased_signatures(edition.letter_id):
        blanking.blank(folder, signature_id)
    _sync(folder)
    storage.remove("editions", prepared.folder.name)


def mark_delivered(edition: Edition, now: datetime) -> None:
    """The edition was handed over: its page is public from now on. The first time counts, a second changes nothing.

    Raises `Refused("edition_not_ready")` while it is being frozen.
    """
    db.session.refresh(edition, with_for_update=True)
    if edition.state == EditionState.BUILDING:
        raise Refused("edition_not_ready")
    if edition.state == EditionState.FROZEN:
        edition.state = advance(EDITION, edition.state, "deliver")
        edition.delivered_at = now
        db.session.flush()


def forget_signature(letter_id: int, signature_id: int, now: datetime) -> None:
    """Takes an erased signature out of what was made of its letter: frozen lists, then files of exports."""
    lock_lists(letter_id)
    for edition in frozen_editions(letter_id):
        blanking.blank(storage.folder("editions", str(edition.id)), signature_id)
    forget_exports(letter_id, now)


def ask_for_edition(letter: Letter, *, by_id: int | None, now: datetime) -> Edition:
    """Begins the letter's next edition, and leaves the freezing to a job. Raises `Refused("letter_incomplete")`."""
    edition = begin_edition(letter, by_id=by_id, now=now)
    key = f"freeze:{edition.id}"
    outbox.enqueue("delivery.freeze", key, {"edition": edition.id}, now=now, prio=outbox.SOON, letter_id=letter.id)
    return edition


def lock_lists(letter_id: int) -> None:
    """Lets one at a time freeze, or forget somebody in, the lists of a letter; until the transaction ends.

    So an erased name is found by whichever comes last: the edition is frozen by then, or the erasure can be read.
    """
    db.session.execute(select(Letter.id).where(Letter.id == letter_id).with_for_update(key_share=True))


def begin_edition(letter: Letter, *, by_id: int | None, now: datetime) -> Edition:
    """The row of the letter's next edition, still to be frozen. Raises `Refused("letter_incomplete")`."""
    version = db.session.get(Version, letter.version_id) if letter.version_id else None
    if version is None:
        raise Refused("letter_incomplete")
    # The unique number would refuse the second of two at once otherwise.
    lock_lists(letter.id)
    last = db.session.scalar(select(func.max(Edition.number)).where(Edition.letter_id == letter.id)) or 0
    edition = Edition(
        letter_id=letter.id,
        version_id=version.id,
        number=last + 1,
        dated_on=version.dated_on,
        place=version.place,
        organizer_id=by_id,
        created_at=now,
    )
    db.session.add(edition)
    db.session.flush()
    return edition


def _sync(folder: Path) -> None:
    """The names of the files are on disk before the database says that the edition is frozen."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
