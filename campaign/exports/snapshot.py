"""The list as canonical NDJSON: written once in one read of the database, read by every encoder.

Named lines come in the agreed order, organizations before people; withheld lines come last. For delivery and press a
line is ``{"seq","kind","name","title","affiliation","country"}`` or ``{"seq","kind","withheld":true}``; for internal
use it has the internal columns and no number.

The list of an edition is sealed: each line is ``{"private_digest","public"}``, with the record above under "public", so
that the file alone gives the leaves of the Merkle tree. Readers are handed the plain record. The line of somebody whose
words were removed since is ``{"leaf","seq"}``.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from campaign.lib.printable import one_line

Record = dict[str, Any]
FILE_NAME = "signatories.ndjson"
# Beside a list that is kept: the id of the signature on each named line, so that erasing finds it.
IDS = "signatures.txt"
# For records of strings, whole numbers and booleans this is RFC 8785, in a quarter of the time of a general writer.
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Written(NamedTuple):
    """What was written: the SHA-256 of the file as hex, how many lines of each sort, and how many had to be cleaned."""

    digest: str
    named: int
    withheld: int
    cleaned: int


def write(path: Path, records: Iterable[Record]) -> Written:
    """Write one line per record; text is made one line each, as the entry had to. The file is on disk afterwards."""
    digest = hashlib.sha256()
    named = withheld = cleaned = 0
    with path.open("wb") as file:
        for record in records:
            clean = _cleaned(record)
            cleaned += clean is not record
            text = f"{_canonical(clean)}\n".encode()
            digest.update(text)
            file.write(text)
            if record.get("withheld"):
                withheld += 1
            else:
                named += 1
        file.flush()
        os.fsync(file.fileno())
    return Written(digest.hexdigest(), named, withheld, cleaned)


def line(record: Record) -> bytes:
    """One line: the cleaned record in canonical JSON (RFC 8785), and LF."""
    return f"{_canonical(_cleaned(record))}\n".encode()


def _cleaned(record: Record) -> Record:
    """The record itself where there is nothing to clean, which is nearly always."""
    clean = {key: one_line(value) if isinstance(value, str) else value for key, value in record.items()}
    return record if clean == record else clean


def records(path: Path) -> Iterator[Record]:
    """The records in their order, one at a time, out of their seals."""
    for _line, record in lines(path):
        yield record


def lines(path: Path) -> Iterator[tuple[bytes, Record]]:
    """Each line as it stands, without its LF, and the record in it."""
    with path.open("rb") as file:
        for text in file:
            record = json.loads(text)
            yield text.rstrip(b"\n"), record.get("public", record)


def unsealed(path: Path) -> Iterator[bytes]:
    """Each record as canonical JSON, out of its seal, without LF."""
    for text, record in lines(path):
        yield _canonical(record).encode() if b'"public":' in text else text


def named(path: Path) -> Iterator[Record]:
    """The records that carry a name: not those that are withheld or were blanked."""
    return (record for record in records(path) if "name" in record)


class Run(NamedTuple):
    """Neighbouring lines of one kind and one accepted version."""

    kind: str
    version: int
    letters: tuple[tuple[str, int], ...]
    countries: frozenset[str]

    @property
    def size(self) -> int:
        """How many lines the run has."""
        return sum(count for _, count in self.letters)


class Outline:
    """Sums the named lines to runs while they pass by."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, int, list[list[Any]], set[str]]] = []

    def add(self, kind: str, version: int, letter: str, country: str) -> None:
        """Note one named line."""
        if not self._runs or self._runs[-1][:2] != (kind, version):
            self._runs.append((kind, version, [], set()))
        _, _, letters, countries = self._runs[-1]
        if not letters or letters[-1][0] != letter:
            letters.append([letter, 0])
        letters[-1][1] += 1
        countries.add(country)

    def runs(self) -> list[Run]:
        """The runs, in order."""
        return [
            Run(kind, version, tuple((letter, count) for letter, count in letters), frozenset(countries))
            for kind, version, letters, countries in self._runs
        ]
