"""Which signatures an internal list takes: where each stands, the filters, and what there is to choose from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from campaign.exports.source import Choice
from campaign.extensions import db
from campaign.models import Signature, Version


def in_internal(letter_id: int) -> tuple[ColumnElement[bool], ...]:
    """What a signature has to be to stand in an internal list: not erased, not merged, and no employee's."""
    return (
        Signature.letter_id == letter_id,
        Signature.erased_at.is_(None),
        Signature.merged_into_id.is_(None),
        Signature.kind != "employee",
    )


# Where a signature stands, in one word: withdrawn goes before everything, then whether it was confirmed.
STANDING = case(
    (Signature.withdrawn_at.is_not(None), "withdrawn"),
    (Signature.verification != "verified", Signature.verification),
    else_=Signature.moderation,
)


def chosen(choice: Choice) -> list[ColumnElement[bool]]:
    """The filters of an internal list as conditions; the statement has to join the versions."""
    columns: dict[str, Any] = {
        "state": STANDING,
        "country": Signature.country,
        "kind": Signature.kind,
        "version": Version.number,
    }
    return [columns[name] == value for name, value in choice.filters.items()]


def left_out_of_internal(connection: Connection, letter_id: int, choice: Choice) -> dict[str, int]:
    """How many the filter of an internal list leaves out, under `filter`; nothing where it takes all."""
    if not choice.filters:
        return {}
    rows = select(func.count()).select_from(Signature).join(Version, Version.id == Signature.version_id)
    everybody = connection.scalar(rows.where(*in_internal(letter_id))) or 0
    taken = connection.scalar(rows.where(*in_internal(letter_id), *chosen(choice))) or 0
    return {"filter": everybody - taken} if everybody > taken else {}


def filter_values(letter_id: int) -> tuple[list[str], list[int]]:
    """The countries and the numbers of versions that signatures of a letter have, for choosing among them."""
    countries = db.session.scalars(
        select(Signature.country).where(Signature.letter_id == letter_id, Signature.country != "").distinct()
    )
    versions = select(Version.number).where(Version.letter_id == letter_id).order_by(Version.number.desc())
    return sorted(countries), list(db.session.scalars(versions))
