"""The signatures of one list as a stream of plain records, with its counts, in the snapshot of a connection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, case, func, select

from campaign.exports.choosing import STANDING, chosen, in_internal
from campaign.exports.employees import employees_in
from campaign.exports.snapshot import Record
from campaign.exports.source import EVERYTHING, Choice, Counts
from campaign.lib.names import sort_key
from campaign.models import InitialSignatory, Letter, Proof, Signature, Version
from campaign.signing.queries import public_signatures
from campaign.signing.rules import public_face

BATCH = 1000
# Those named on the letter when it was first published stand before those that organizers pinned.
FOUNDERS = 1_000_000
# Organizations, people, then what was imported; employees are a number and have no row.
KINDS = case({"organization": 0, "person": 1, "imported": 2}, value=Signature.kind, else_=3)


def accepted_text(letter_id: int, text_of: int | None) -> Any:
    """The public signatures of a letter with the number of the text each accepted; of the text of one version, or all.

    A correction asks nobody again, so that whoever accepted the wording before it accepted the same text.
    """
    statement = public_signatures(letter_id).join(Version, Version.id == Signature.version_id)
    if text_of is not None:
        asked = select(Version.asked_number).where(Version.id == text_of).scalar_subquery()
        statement = statement.where(Version.asked_number == asked)
    return statement


def version_in(connection: Connection, letter_id: int) -> int | None:
    """The id of the version that a letter shows now, in the snapshot of this connection."""
    return connection.scalar(select(Letter.version_id).where(Letter.id == letter_id))


def counts_in(connection: Connection, letter_id: int, text_of: int | None = None) -> Counts:
    """The counts of public signatures in the snapshot of this connection, by the rule of `count_public`."""
    counts = {"people": 0, "private": 0, "organizations": 0, "employees": 0, "imported": 0}
    counts["employees"] = employees_in(connection, letter_id).number
    names = {"person": "people", "organization": "organizations", "imported": "imported"}
    public = accepted_text(letter_id, text_of).where(Signature.kind != "employee").subquery()
    numbers = select(public.c.kind, public.c.is_private, func.count()).group_by(public.c.kind, public.c.is_private)
    for kind, is_private, number in connection.execute(numbers):
        counts[names[kind]] += number
        if kind == "person" and is_private:
            counts["private"] += number
    return Counts(**counts)


class PublicRow(NamedTuple):
    """A line of a public list, and what is noted beside the list: the text that was accepted, the index letter, the
    signature, and for those who signed first or were pinned their rank among them."""

    record: Record
    text: int = 0
    letter: str = ""
    signature_id: int = 0
    rank: int | None = None


def public_records(connection: Connection, letter_id: int, text_of: int | None = None) -> Iterator[PublicRow]:
    """Each public signature, named ones in the agreed order.

    Withheld ones come last and carry only their kind; employees have no record.
    """
    founders = _founders(connection, letter_id)
    named = (
        accepted_text(letter_id, text_of)
        .add_columns(
            Version.asked_number.label("text"), Signature.index_letter, Signature.sort_key, Signature.pinned_position
        )
        .where(~Signature.is_private)
        .order_by(KINDS, Version.asked_number.desc(), Signature.sort_key, Signature.id)
    )
    for row in stream(connection, named):
        face = public_face(row)
        if face is not None:
            rank = founders.get(row.sort_key, row.pinned_position)
            yield PublicRow(asdict(face), row.text, row.index_letter, row.id, rank)
    hidden = accepted_text(letter_id, text_of).where(Signature.is_private, Signature.kind != "employee")
    for row in stream(connection, hidden.order_by(KINDS)):
        yield PublicRow({"kind": row.kind, "withheld": True}, signature_id=row.id)


def _founders(connection: Connection, letter_id: int) -> dict[bytes, int]:
    """The places of those named on the letter from its beginning, before all pinned ones, by their key of sorting."""
    rows = connection.execute(
        select(InitialSignatory.name, InitialSignatory.position).where(InitialSignatory.letter_id == letter_id)
    )
    return {sort_key(name, ignore_article=True): position - FOUNDERS for name, position in rows}


def internal_records(connection: Connection, letter_id: int, choice: Choice = EVERYTHING) -> Iterator[Record]:
    """The chosen signatures of a letter with the internal columns; never erased, merged and employee rows."""
    statement = (
        select(Signature.__table__, Version.number.label("version"))
        .join(Version, Version.id == Signature.version_id)
        .where(*in_internal(letter_id), *chosen(choice))
        .order_by(KINDS, Version.number.desc(), Signature.sort_key, Signature.id)
    )
    with connection.execution_options(yield_per=BATCH).execute(statement) as rows:
        for batch in rows.partitions(BATCH):
            methods = _methods(connection, [row.id for row in batch])
            for row in batch:
                yield _internal(row, methods.get(row.id, []))


def _internal(row: Any, methods: list[str]) -> Record:
    return {
        "kind": row.kind,
        "name": row.name,
        "title": row.title,
        "affiliation": row.affiliation,
        "country": row.country,
        "email": row.email or "",
        "state": "withdrawn" if row.withdrawn_at else row.verification,
        "moderation": row.moderation,
        "methods": ";".join(methods),
        "reasons": row.reasons,
        "version": row.version,
        "source": row.source,
        "signed_on": row.signed_at.date().isoformat(),
    }


def _methods(connection: Connection, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = connection.execute(
        select(Proof.signature_id, Proof.method).where(Proof.signature_id.in_(ids)).order_by(Proof.id)
    )
    for signature_id, method in rows:
        found.setdefault(signature_id, []).append(method)
    return found


def stream(connection: Connection, statement: Select[Any]) -> Iterator[Any]:
    """The rows of a statement, a thousand at a time, from one cursor."""
    with connection.execution_options(yield_per=BATCH).execute(statement) as rows:
        yield from rows


def left_out(connection: Connection, letter_id: int, text_of: int | None = None) -> dict[str, int]:
    """Why signatures are in no public list, with numbers: a count per reason, none of them zero.

    Reasons: pending, expired, waiting, held, rejected, withdrawn; `earlier` for the public ones that accepted an
    earlier text, where the list is of the present one only.
    """
    rows = connection.execute(
        select(STANDING, func.count())
        .where(Signature.letter_id == letter_id, Signature.merged_into_id.is_(None))
        .group_by(STANDING)
    )
    counts: dict[str, int] = {}
    for reason, number in rows:
        if reason != "approved":
            counts[reason] = number
    if text_of is not None:
        everybody = counts_in(connection, letter_id)
        kept = counts_in(connection, letter_id, text_of)
        if earlier := everybody.total - kept.total:
            counts["earlier"] = earlier
    return dict(sorted(counts.items()))


def lines_in(
    connection: Connection, letter_id: int, purpose: str, choice: Choice, text_of: int | None = None
) -> tuple[int, int]:
    """How many lines a list will have: named ones, and withheld ones."""
    if purpose == "internal":
        rows = select(func.count()).select_from(Signature).join(Version, Version.id == Signature.version_id)
        return connection.scalar(rows.where(*in_internal(letter_id), *chosen(choice))) or 0, 0
    public = accepted_text(letter_id, text_of).where(Signature.kind != "employee").subquery()
    numbers = select(public.c.is_private, func.count()).group_by(public.c.is_private)
    counts = {bool(hidden): number for hidden, number in connection.execute(numbers)}
    return counts.get(False, 0), counts.get(True, 0)
