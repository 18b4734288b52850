"""Lets signatures follow the directory: one institution, one spelling, on every letter."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from campaign.extensions import db
from campaign.lib.names import plain_form
from campaign.models import Institution, Signature
from campaign.organizations.institutions import names_of
from campaign.signing.operations.listing import listing_changed

BATCH = 500


def follow_institution(institution_id: int) -> int:
    """Gives the next signatures that name an institution its present name, or that of the one it was merged into.

    Returns how many there were; what the people typed stays in `affiliation_typed`, frozen editions stay as they are.
    """
    named = db.session.get_one(Institution, institution_id)
    stands = db.session.get_one(Institution, named.merged_into_id) if named.merged_into_id else named
    behind = or_(Signature.affiliation != stands.name, Signature.institution_id != stands.id)
    rows = _next_of(named.id, behind)
    for row in rows:
        row.affiliation, row.institution_id = stands.name, stands.id
        listing_changed(row)
    return len(rows)


def leave_institution(institution_id: int, part_id: int, after_id: int) -> int | None:
    """Gives the next signatures to an institution that is one of its own again, where a name of it alone was typed.

    `after_id` is that of the last one looked at; returns the next such, None when there is none.
    """
    part = db.session.get_one(Institution, part_id)
    alone = _names(part_id) - _names(institution_id)
    rows = _next_of(institution_id, Signature.id > after_id)
    for row in rows:
        if plain_form(row.affiliation_typed)[:200] in alone:
            row.affiliation, row.institution_id = part.name, part.id
            listing_changed(row)
    return rows[-1].id if len(rows) == BATCH else None


def _next_of(institution_id: int, which: ColumnElement[bool]) -> Sequence[Signature]:
    """The next signatures that name an institution, locked; the index holds those that name one."""
    return db.session.scalars(
        select(Signature)
        .where(Signature.institution_id.is_not(None), Signature.institution_id == institution_id, which)
        .order_by(Signature.id)
        .limit(BATCH)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _names(institution_id: int) -> set[str]:
    return {name.name_plain for name in names_of(institution_id)}
