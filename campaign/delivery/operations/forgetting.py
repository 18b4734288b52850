"""Takes who left out of what was made of a letter; counts, digest and root of an edition never change."""

from __future__ import annotations

import shutil
from datetime import datetime

from sqlalchemy import select, update

from campaign import storage
from campaign.delivery import queries
from campaign.delivery.operations.building import ask_for_files, files_folder
from campaign.delivery.operations.freezing import lock_lists
from campaign.delivery.rules import REBUILT_AFTER
from campaign.exports import blanking, snapshot
from campaign.exports.operations import forget_exports
from campaign.exports.queries import frozen_editions
from campaign.extensions import db
from campaign.models import EditionLeaf


def forget_signature(letter_id: int, signature_id: int, now: datetime) -> None:
    """Takes an erased signature out of what was made of its letter: frozen lists and leaves, then files of exports."""
    lock_lists(letter_id)
    for edition in frozen_editions(letter_id):
        blanking.blank(storage.folder("editions", str(edition.id)), {signature_id})
    of_theirs = select(EditionLeaf.edition_id).where(EditionLeaf.signature_id == signature_id)
    db.session.execute(
        update(EditionLeaf)
        .where(EditionLeaf.edition_id.in_(of_theirs), EditionLeaf.signature_id == signature_id)
        .values(signature_id=None, salt=None)
    )
    recheck_editions(letter_id, now)
    forget_exports(letter_id, now)


def recheck_editions(letter_id: int, now: datetime) -> None:
    """Counts anew who left the letter's editions, and takes files off that still name one of them.

    They are built again without the name, an hour after they were built at the earliest.
    """
    lock_lists(letter_id)
    for edition in frozen_editions(letter_id):
        if edition.root is None:
            continue
        db.session.refresh(edition, with_for_update=True)
        errata = queries.errata_of(edition.id)
        if edition.errata != errata:
            edition.errata = errata
        if edition.files and _names_somebody_who_left(edition.id):
            edition.files = []
            shutil.rmtree(files_folder(edition.id), ignore_errors=True)
            due = max(now, (edition.built_at or now) + REBUILT_AFTER)
            ask_for_files(edition, now, due)
    db.session.flush()


def _names_somebody_who_left(edition_id: int) -> bool:
    """Whether an edition's files name somebody who is to be left out; also when a crash took files of the record."""
    listed = files_folder(edition_id) / snapshot.FILE_NAME
    if not listed.is_file():
        return True
    return bool(queries.lines_left(edition_id) & {record["seq"] for record in snapshot.named(listed)})
