"""Who of an institution signed open letters in public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select, tuple_

from campaign.extensions import db
from campaign.models import Letter, Signature
from campaign.models.signature import IS_LISTED
from campaign.signing.queries import FACE


def names_of_institution(
    institution_id: int, states: Sequence[str], *, limit: int, after: tuple[bytes, int] | None = None
) -> list[Any]:
    """At most `limit` public signatures that name an institution, A to Z, with the letter of each: slug and title.

    Only of letters in these states; rows hold what `public_face` needs, and `sort_key`.
    """
    rows = (
        select(*FACE, Signature.sort_key, Letter.slug.label("letter_slug"), Letter.title.label("letter_title"))
        .join(Letter, Letter.id == Signature.letter_id)
        .where(
            IS_LISTED,
            Signature.institution_id.is_not(None),
            Signature.institution_id == institution_id,
            Letter.state.in_(states),
        )
    )
    if after is not None:
        here = tuple_(literal(after[0]), literal(after[1]))
        rows = rows.where(tuple_(Signature.sort_key, Signature.id) > here)
    return list(db.session.execute(rows.order_by(Signature.sort_key, Signature.id).limit(limit)))
