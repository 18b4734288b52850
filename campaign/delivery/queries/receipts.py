"""A signatory's receipt: proof that their line is in an edition, with no other data of the list."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from sqlalchemy import select

from campaign import storage
from campaign.delivery import sealing
from campaign.exports import snapshot
from campaign.exports.queries import edition_numbered
from campaign.extensions import db
from campaign.lib.clock import rfc3339
from campaign.models import EditionLeaf, Letter


def receipt_of(letter: Letter, number: int, signature_id: int) -> dict[str, Any] | None:
    """The receipt of a signature in an edition; None where the edition is not frozen or does not hold it."""
    edition = edition_numbered(letter.id, number)
    if edition is None or edition.frozen_at is None or edition.root is None:
        return None
    mine = (EditionLeaf.edition_id == edition.id) & (EditionLeaf.signature_id == signature_id)
    leaf = db.session.scalars(select(EditionLeaf).where(mine)).one_or_none()
    if leaf is None:
        return None
    folder, index = storage.folder("editions", str(edition.id)), leaf.seq - 1
    with (folder / snapshot.FILE_NAME).open("rb") as lines:
        record = next(islice(lines, index, None))
    return {
        "record": json.loads(record),
        "salt": leaf.salt,
        "index": index,
        "size": edition.line_count,
        "path": sealing.path_of(folder / sealing.TREE, index, edition.line_count),
        "root": edition.root,
        "edition": {"letter": letter.slug, "number": number, "time": rfc3339(edition.frozen_at)},
    }
