"""Reads of public signatures: the one query behind pages, files and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from campaign.choices import SignatureKind
from campaign.extensions import db
from campaign.models import EmployeeSigning, Endorsement, Letter, Signature, Tally
from campaign.models.signature import IS_LISTED, IS_PUBLIC
from campaign.signing.rules import Face, OrganizationFace, organization_face, public_face

# The columns a face is made from, and nothing more.
FACE = (
    Signature.id,
    Signature.kind,
    Signature.name,
    Signature.title,
    Signature.affiliation,
    Signature.country,
    Signature.is_private,
)

# The counts of a letter, as its tally has them.
COUNTS = ("people", "private", "organizations", "employees", "imported")

# Who signed for an organization, empty unless they asked to stand beside it.
SIGNED_BY = tuple(
    case((Endorsement.show_representative, column), else_="").label(column.key)
    for column in (Endorsement.representative, Endorsement.role)
)


def public_signatures(letter_id: int) -> Any:
    """Every public signature of a letter: verified, approved, not withdrawn. Private ones included.

    The one query behind page, JSON, count and export; rows hold what `public_face` needs.
    """
    return select(*FACE).where(Signature.letter_id == letter_id, IS_PUBLIC)


def listed_signatures(letter_id: int, kind: str) -> Any:
    """The public signatures of one kind that are named on lists; organizations with SIGNED_BY."""
    listed = select(*FACE).where(Signature.letter_id == letter_id, Signature.kind == kind, IS_LISTED)
    if kind != SignatureKind.ORGANIZATION:
        return listed
    return listed.add_columns(*SIGNED_BY).outerjoin(Endorsement, Endorsement.signature_id == Signature.id)


def count_public(letter_id: int) -> dict[str, int]:
    """The counts of public signatures as they are now: the same rows as `public_signatures`.

    Keys people (private included), private, organizations, employees, imported.
    """
    return added_up(count_by_version(letter_id))


def count_by_version(letter_id: int) -> dict[int, dict[str, int]]:
    """The same counts for each version that any of them accepted, by its id; one read of ix_signature_tally.

    Employees are the number of the day, under the current version: while they sign, no new text comes.
    """
    rows = db.session.execute(
        select(Signature.version_id, Signature.kind, Signature.is_private, func.count())
        .where(Signature.letter_id == letter_id, Signature.kind != SignatureKind.EMPLOYEE, IS_PUBLIC)
        .group_by(Signature.kind, Signature.is_private, Signature.version_id)
    )
    found: dict[int, dict[str, int]] = {}
    shown = db.session.execute(
        select(Letter.version_id, EmployeeSigning.number)
        .join(EmployeeSigning, EmployeeSigning.letter_id == Letter.id)
        .where(Letter.id == letter_id, EmployeeSigning.number > 0)
    )
    for version_id, number in shown:
        found[int(version_id or 0)] = {**dict.fromkeys(COUNTS, 0), "employees": number}
    names = {"person": "people", "organization": "organizations", "imported": "imported"}
    for version_id, kind, is_private, number in rows:
        counts = found.setdefault(version_id, dict.fromkeys(COUNTS, 0))
        counts[names[kind]] += number
        if kind == "person" and is_private:
            counts["private"] += number
    return found


def added_up(versions: Mapping[int, Mapping[str, int]]) -> dict[str, int]:
    """The counts of a whole letter from those of its versions."""
    return {name: sum(counts[name] for counts in versions.values()) for name in COUNTS}


def tally_of(letter_id: int, now: datetime) -> Tally:
    """The stored counts of a letter; zeros before the first count. Not added to the session."""
    return db.session.get(Tally, letter_id) or Tally(letter_id=letter_id, counted_at=now)


def organizations_in_order(letter_id: int, limit: int) -> list[OrganizationFace]:
    """The first organizations of a letter, A to Z."""
    rows = db.session.execute(_in_order(letter_id, "organization", limit))
    return [face for row in rows if (face := organization_face(row)) is not None]


def people_in_order(letter_id: int, limit: int) -> list[Face]:
    """The first named people of a letter, A to Z."""
    return _faces(_in_order(letter_id, "person", limit))


def latest_people(letter_id: int, limit: int) -> list[Face]:
    """The named people who signed last, the newest first. Order is by id, never by time (P12)."""
    return _faces(listed_signatures(letter_id, "person").order_by(Signature.id.desc()).limit(limit))


def pinned_people(letter_id: int, limit: int) -> list[Face]:
    """The signatories organizers pinned, in their order."""
    pinned = listed_signatures(letter_id, "person").where(Signature.pinned_position.is_not(None))
    return _faces(pinned.order_by(Signature.pinned_position, Signature.id).limit(limit))


def _in_order(letter_id: int, kind: str, limit: int) -> Any:
    return listed_signatures(letter_id, kind).order_by(Signature.sort_key, Signature.id).limit(limit)


def _faces(statement: Any) -> list[Face]:
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [face for row in rows if (face := public_face(row)) is not None]
