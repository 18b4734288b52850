"""What parts two editions: who joined, whose line was corrected, by name; who left, as a number only."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from campaign.exports import blanking, snapshot
from campaign.exports.snapshot import Record
from campaign.exports.source import PUBLIC_COLUMNS
from campaign.lib.csvcells import guarded
from campaign.storage import part

COLUMNS = ("change", *PUBLIC_COLUMNS)


class Change(NamedTuple):
    """A named line of the later edition that the earlier one lacks (joined) or has in other words (corrected)."""

    change: str
    kind: str
    name: str
    title: str
    affiliation: str
    country: str


def file_name(earlier: int) -> str:
    """The file of an edition that says what parts it from an earlier one."""
    return f"since-edition-{earlier}.csv"


def write(earlier: Path, later: Path, target: Path) -> None:
    """Writes the file, from the folders of both lists; who left either list since stands in neither."""
    with part(target) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for change in changes(earlier, later):
            writer.writerow([guarded(cell) for cell in change])


def read(path: Path, limit: int) -> list[Change]:
    """The first changes of a file that `write` made, as they are printed in it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [Change(*row) for row in islice(csv.reader(file), 1, limit + 1)]


def changes(earlier: Path, later: Path) -> Iterator[Change]:
    """The changes in the order of the later list; lines are told apart by whose they are, never by their words."""
    before = {signature_id: _words(record) for signature_id, record in _named(earlier)}
    for signature_id, record in _named(later):
        known = before.get(signature_id)
        if known != _words(record):
            change = "joined" if known is None else "corrected"
            yield Change(change, *(record[column] for column in PUBLIC_COLUMNS))


def _named(folder: Path) -> Iterator[tuple[int, Record]]:
    """Whose each named line of a list is; blanked lines are left out."""
    ids = blanking.named_ids(folder)
    for signature_id, record in zip(ids, snapshot.records(folder / snapshot.FILE_NAME), strict=False):
        if "name" in record:
            yield signature_id, record


def _words(record: Record) -> bytes:
    """What a line says, shortened: a list of a million must fit into memory."""
    return sha256(snapshot.line({column: record[column] for column in PUBLIC_COLUMNS})).digest()[:16]
