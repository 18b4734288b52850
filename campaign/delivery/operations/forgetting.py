"""Takes who left out of what was made of a letter; counts, digest and root of an edition never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from campaign import storage
from campaign.delivery.operations.freezing import lock_lists
from campaign.exports import blanking
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
    forget_exports(letter_id, now)
