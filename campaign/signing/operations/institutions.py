"""Lets signatures follow the directory: one institution, one spelling, on every letter."""

from __future__ import annotations

from sqlalchemy import or_, select

from campaign.extensions import db
from campaign.models import Institution, Signature
from campaign.signing.operations.listing import listing_changed

BATCH = 500


def follow_institution(institution_id: int) -> int:
    """Gives the next signatures that name an institution its present name, or that of the one it was merged into.

    Returns how many there were; what the people typed stays in `affiliation_typed`, frozen editions stay as they are.
    """
    named = db.session.get_one(Institution, institution_id)
    stands = db.session.get_one(Institution, named.merged_into_id) if named.merged_into_id else named
    behind = or_(Signature.affiliation != stands.name, Signature.institution_id != stands.id)
    rows = db.session.scalars(
        select(Signature)
        .where(Signature.institution_id.is_not(None), Signature.institution_id == named.id, behind)
        .order_by(Signature.id)
        .limit(BATCH)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.affiliation, row.institution_id = stands.name, stands.id
        listing_changed(row)
    return len(rows)
