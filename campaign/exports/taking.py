"""The list of one export or edition, taken in one read: the file itself, and what is noted beside it."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection

from campaign import storage
from campaign.exports import beside, blanking, choosing, queries, snapshot
from campaign.exports.queries import PublicRow
from campaign.exports.snapshot import Outline, Record, Run, Written
from campaign.exports.source import EVERYTHING, Choice, Counts, Purpose
from campaign.extensions import read_only_connection
from campaign.models import Edition
from campaign.states import Refused
from campaign.storage import part

# Beside a list: who signed first, and why others are not in it.
NOTED = "noted.json"

# Seals a list that was just written, in the same read transaction: it is handed the connection, the list's folder and
# the ids of the signatures behind its withheld lines.
Seal = Callable[[Connection, Path, Sequence[int]], Written]


@dataclass(frozen=True)
class Taken:
    """One snapshot: where it lies, what it counts, its runs of lines, and how many were blanked since.

    `founders` are the numbers of the lines of those who signed first or were pinned, in their order; `left_out` is
    why others are not in the list, as it was then.
    """

    path: Path
    digest: str
    named: int
    withheld: int
    cleaned: int
    counts: Counts
    runs: list[Run]
    time: datetime
    blanked: int = 0
    founders: list[int] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def take_snapshot(
    letter_id: int,
    purpose: Purpose,
    folder: Path,
    now: datetime,
    choice: Choice = EVERYTHING,
    limit: int | None = None,
    *,
    seal: Seal | None = None,
    version_id: int | None = None,
) -> Taken:
    """Writes `signatories.ndjson` and what is noted beside it into the folder, from one read transaction.

    With a `limit` the file is the beginning of the list, and the numbers are those of the whole. The present text is
    that of `version_id`, by default the one the letter has now.
    """
    reader = _Reader(letter_id, purpose, choice, version_id, now)
    with read_only_connection() as connection:
        taken = reader.read(connection, folder, limit)
        beside.write_facts(folder, beside.facts_in(connection, letter_id, folder, reader.text_of))
        if seal is not None:
            taken = replace(taken, digest=seal(connection, folder, reader.hidden).digest)
    blanking.write_runs(folder, taken.runs)
    _note(folder, taken.founders, taken.left_out)
    return taken


class _Reader:
    """Reads one list from a connection, and remembers what is noted beside it."""

    def __init__(self, letter_id: int, purpose: Purpose, choice: Choice, version_id: int | None, now: datetime) -> None:
        self.letter_id, self.purpose, self.choice, self.version_id, self.now = (
            letter_id,
            purpose,
            choice,
            version_id,
            now,
        )
        self.outline = Outline()
        self.ranks: list[tuple[int, int]] = []
        self.hidden: array[int] = array("q")
        self.text_of: int | None = None

    def read(self, connection: Connection, folder: Path, limit: int | None) -> Taken:
        """Writes the list into the folder, and counts in the same snapshot who is in it and who is not."""
        letter_id, choice = self.letter_id, self.choice
        text_of = self.text_of = self._text_of(connection)
        if self.purpose is Purpose.INTERNAL:
            left_out = choosing.left_out_of_internal(connection, letter_id, choice)
        else:
            left_out = queries.left_out(connection, letter_id, text_of)
        path = folder / snapshot.FILE_NAME
        with (folder / snapshot.IDS).open("w", encoding="ascii") as ids:
            written = snapshot.write(path, islice(self._records(connection, ids, text_of), limit))
        named, withheld = written.named, written.withheld
        if limit is not None:
            named, withheld = queries.lines_in(connection, letter_id, self.purpose, choice, text_of)
        return Taken(
            path=path,
            digest=written.digest,
            named=named,
            withheld=withheld,
            cleaned=written.cleaned,
            counts=queries.counts_in(connection, letter_id, text_of),
            runs=self.outline.runs(),
            time=self.now,
            founders=[number for _, number in sorted(self.ranks)],
            left_out=left_out,
        )

    def _text_of(self, connection: Connection) -> int | None:
        if not self.choice.current_only or self.purpose is Purpose.INTERNAL:
            return None
        return self.version_id or queries.version_in(connection, self.letter_id)

    def _records(self, connection: Connection, ids: TextIO, text_of: int | None) -> Iterator[Record]:
        if self.purpose is Purpose.INTERNAL:
            return _internal(queries.internal_records(connection, self.letter_id, self.choice), self.outline)
        rows = queries.public_records(connection, self.letter_id, text_of)
        return _numbered(rows, self.outline, ids, self.ranks, self.hidden)


def kept_snapshot(edition: Edition, folder: Path | None = None) -> Taken:
    """The snapshot an edition was frozen from, or a copy of it in another folder.

    Raises `Refused("edition_not_ready")`.
    """
    folder = folder or storage.folder("editions", str(edition.id))
    if edition.frozen_at is None or edition.list_digest is None:
        raise Refused("edition_not_ready")
    runs = blanking.read_runs(folder)
    frozen, named = len(blanking.named_ids(folder)), sum(run.size for run in runs)
    founders, left_out = _noted(folder)
    return Taken(
        path=folder / snapshot.FILE_NAME,
        digest=edition.list_digest,
        named=named,
        withheld=edition.line_count - frozen,
        cleaned=0,
        blanked=frozen - named,
        counts=Counts.stored(edition.counts),
        runs=runs,
        time=edition.frozen_at,
        founders=founders,
        left_out=left_out,
    )


def _note(folder: Path, founders: list[int], left_out: dict[str, int]) -> None:
    with part(folder / NOTED) as path:
        path.write_text(json.dumps({"founders": founders, "left_out": left_out}), encoding="utf-8")


def _noted(folder: Path) -> tuple[list[int], dict[str, int]]:
    """What `_note` wrote; nothing beside lists frozen before anything was noted."""
    path = folder / NOTED
    noted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return noted.get("founders", []), noted.get("left_out", {})


def _numbered(
    rows: Iterable[PublicRow], outline: Outline, ids: TextIO, ranks: list[tuple[int, int]], hidden: array[int]
) -> Iterator[Record]:
    for number, row in enumerate(rows, 1):
        record = row.record
        if record.get("withheld"):
            hidden.append(row.signature_id)
        else:
            outline.add(record["kind"], row.text, row.letter, record["country"])
            ids.write(f"{row.signature_id}\n")
            if row.rank is not None:
                ranks.append((row.rank, number))
        yield {"seq": number, **record}


def _internal(rows: Iterable[Record], outline: Outline) -> Iterator[Record]:
    for record in rows:
        # One section a kind: the version of each line stands in the line.
        outline.add(record["kind"], 0, "", record["country"])
        yield record
