"""Reads of editions, and of who may not stand in them any more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from campaign.delivery.rules import Last, Wanted
from campaign.exports.queries import edition_numbered, left_out
from campaign.extensions import db
from campaign.models import (
    Attestation,
    Edition,
    EditionLeaf,
    Signature,
    Version,
)
from campaign.models.signature import (
    IS_LISTED,
    IS_PUBLIC,
)
from campaign.states import EditionState


def editions_of(letter_id: int) -> list[Edition]:
    """All editions of a letter, the newest first, those still being frozen included."""
    return list(
        db.session.scalars(select(Edition).where(Edition.letter_id == letter_id).order_by(Edition.number.desc()))
    )


def newest_edition(letter_id: int) -> Edition | None:
    """The edition of a letter with the highest number, in any state."""
    newest = select(Edition).where(Edition.letter_id == letter_id).order_by(Edition.number.desc()).limit(1)
    return db.session.scalars(newest.execution_options(populate_existing=True)).one_or_none()


def as_last(edition: Edition) -> Last:
    """The edition as the rules look at it."""
    wanted = Wanted(edition.dated_on, edition.place, edition.is_current_only)
    return Last(edition.number, edition.state, wanted, edition.frozen_at)


def left_out_now(letter_id: int) -> dict[str, int]:
    """Why signatures would be in no edition that is frozen now, with numbers."""
    return left_out(db.session.connection(), letter_id)


def earlier_editions(edition: Edition) -> list[tuple[int, int, int]]:
    """Number, id and number of lines of the sealed editions before this one, the first one first."""
    before = (Edition.letter_id == edition.letter_id) & (Edition.number < edition.number) & Edition.root.is_not(None)
    rows = db.session.execute(
        select(Edition.number, Edition.id, Edition.line_count).where(before).order_by(Edition.number)
    )
    return [(number, edition_id, lines) for number, edition_id, lines in rows]


def count_common(earlier_id: int, later_id: int) -> int:
    """How many signatures stand in both editions, those erased since left out."""
    one, other = aliased(EditionLeaf), aliased(EditionLeaf)
    both = (
        select(func.count())
        .select_from(one)
        .join(other, other.signature_id == one.signature_id)
        .where(one.edition_id == earlier_id, other.edition_id == later_id)
    )
    return db.session.scalar(both) or 0


def has_several_texts(letter_id: int) -> bool:
    """Whether signatories of a letter were asked to accept more than one text."""
    texts = select(func.count(func.distinct(Version.asked_number))).where(Version.letter_id == letter_id)
    return (db.session.scalar(texts) or 0) > 1


def erased_signatures(letter_id: int) -> Select[Any]:
    """The ids of a letter's signatures whose words were removed, as a question."""
    return select(Signature.id).where(Signature.letter_id == letter_id, Signature.erased_at.is_not(None))


def left_since(edition_id: int) -> set[int]:
    """The ids of signatures of an edition that are not named in public any more: withdrawn, hidden, taken off."""
    left = (
        select(EditionLeaf.signature_id)
        .join(Signature, Signature.id == EditionLeaf.signature_id)
        .where(EditionLeaf.edition_id == edition_id, ~IS_LISTED)
    )
    return set(db.session.scalars(left))


def attestations_of(edition_id: int) -> list[Attestation]:
    """What people outside the campaign said they checked of an edition, in the order it came in."""
    rows = select(Attestation).where(Attestation.edition_id == edition_id).order_by(Attestation.id)
    return list(db.session.scalars(rows))


def errata_of(edition_id: int) -> dict[str, int]:
    """How many left an edition since it was frozen, by how: withdrawn, hidden, removed, erased; none of them zero."""
    way = case(
        (EditionLeaf.signature_id.is_(None), "erased"),
        (Signature.withdrawn_at.is_not(None), "withdrawn"),
        (~IS_PUBLIC, "removed"),
        (Signature.is_private & (EditionLeaf.seq <= _named(edition_id)), "hidden"),
        else_="",
    ).label("way")
    rows = db.session.execute(
        select(way, func.count())
        .select_from(EditionLeaf)
        .outerjoin(Signature, Signature.id == EditionLeaf.signature_id)
        .where(EditionLeaf.edition_id == edition_id)
        .group_by(way)
    )
    return {name: number for name, number in rows if name}


def _named(edition_id: int) -> Any:
    """The number of an edition's last line with a name: the withheld ones come after it."""
    withheld = Edition.counts["withheld"].as_integer()
    return select(Edition.line_count - withheld).where(Edition.id == edition_id).scalar_subquery()


def lines_left(edition_id: int) -> set[int]:
    """The numbers of the lines of an edition whose signature is not named in public any more."""
    left = (
        select(EditionLeaf.seq)
        .outerjoin(Signature, Signature.id == EditionLeaf.signature_id)
        .where(EditionLeaf.edition_id == edition_id, EditionLeaf.signature_id.is_(None) | ~IS_LISTED)
    )
    return set(db.session.scalars(left))


def delivered_edition(letter_id: int, number: int) -> Edition | None:
    """The edition of a letter with this number, once it was handed over."""
    edition = edition_numbered(letter_id, number)
    return edition if edition is not None and edition.state == EditionState.DELIVERED else None
