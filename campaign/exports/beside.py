"""What is read beside a list in the same moment: accepted texts, methods of confirming, logos. Kept with an edition."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from campaign.exports import queries, snapshot
from campaign.exports.employees import employees_in
from campaign.exports.source import Facts
from campaign.models import Endorsement, Proof, Signature, Version
from campaign.signing.queries import public_signatures
from campaign.storage import part

FILE_NAME = "facts.json"


def facts_in(connection: Connection, letter_id: int, folder: Path, text_of: int | None = None) -> Facts:
    """The facts in the snapshot of this connection; the list and the ids of its lines lie in the folder already.

    Everybody is counted by the text they accepted; how they were confirmed, of the text of one version where it is
    given: of those alone the list is.
    """
    listed = queries.accepted_text(letter_id, text_of).subquery()
    public = public_signatures(letter_id).add_columns(Signature.version_id).subquery()
    texts = (
        select(Version.asked_number, func.count())
        .join(public, public.c.version_id == Version.id)
        .where(public.c.kind.not_in(["imported", "employee"]))
        .group_by(Version.asked_number)
        .order_by(Version.asked_number)
    )
    methods = (
        select(Proof.method, func.count())
        .join(listed, listed.c.id == Proof.signature_id)
        .where(listed.c.kind != "imported")
        .group_by(Proof.method)
        .order_by(Proof.method)
    )
    pictures = (
        select(public.c.id, Endorsement.logo_sha256)
        .join(Endorsement, Endorsement.signature_id == public.c.id)
        .where(Endorsement.logo_sha256 != "")
    )
    told, employees = _pairs(connection, texts), employees_in(connection, letter_id)
    if employees.number:
        told[employees.asked] = told.get(employees.asked, 0) + employees.number
    return Facts(
        texts=told,
        confirmed=_pairs(connection, methods),
        logos=_by_line(folder, _pairs(connection, pictures)),
    )


def _pairs(connection: Connection, statement: Any) -> dict[Any, Any]:
    return dict(tuple(row) for row in connection.execute(statement))


def _by_line(folder: Path, logos: dict[int, str]) -> dict[int, str]:
    """The logos by the number of the line that names the signature."""
    if not logos:
        return {}
    with (folder / snapshot.IDS).open(encoding="ascii") as ids:
        return {number: logos[int(line)] for number, line in enumerate(ids, 1) if int(line) in logos}


def write_facts(folder: Path, facts: Facts) -> None:
    """Writes the facts beside the list."""
    with part(folder / FILE_NAME) as unfinished:
        unfinished.write_text(json.dumps(asdict(facts)), encoding="utf-8")


def read_facts(folder: Path) -> Facts:
    """The facts that `write_facts` wrote; none beside a list that was frozen before there were any."""
    path = folder / FILE_NAME
    if not path.exists():
        return Facts()
    values = json.loads(path.read_text(encoding="utf-8"))
    return Facts(
        texts={int(number): count for number, count in values["texts"].items()},
        confirmed=values["confirmed"],
        logos={int(number): sha256 for number, sha256 in values["logos"].items()},
    )
