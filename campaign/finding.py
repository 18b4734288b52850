"""Where a word stands: in every column of every table, and in every file of a folder.

For a breach drill, and to prove that an erasure was whole. Archives (zip, docx, xlsx) are looked into; PDF is not,
since its text is drawn, and neither are the pages of a running PostgreSQL server.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

from sqlalchemy import MetaData, select

from campaign.extensions import read_only_connection

CHUNK = 2**20
ROWS = 1000
ARCHIVES = (".zip", ".docx", ".xlsx")


class Place(NamedTuple):
    """Where something stands: a `table.column` or a file, which of the words, and in how many rows or how often."""

    where: str
    what: str
    times: int


def find_everywhere(words: Mapping[str, str], folders: Iterable[Path]) -> Iterator[Place]:
    """Every place of these words (name of the word: the word), without regard to case; the database first."""
    wanted = {name: word.casefold() for name, word in words.items() if word}
    # The same word under two names is told once.
    distinct = {word: name for name, word in reversed(wanted.items())}
    yield from _in_tables(distinct)
    for folder in folders:
        yield from _in_files(distinct, folder)


def _in_tables(words: Mapping[str, str]) -> Iterator[Place]:
    with read_only_connection() as connection:
        known = MetaData()
        known.reflect(connection)
        for _name, table in sorted(known.tables.items()):
            found: dict[tuple[str, str], int] = {}
            rows = connection.execution_options(yield_per=ROWS).execute(select(table))
            for row in rows.mappings():
                for column, value in row.items():
                    for word in _met(words, value):
                        place = (str(column), word)
                        found[place] = found.get(place, 0) + 1
            yield from (Place(f"{table.name}.{column}", words[word], n) for (column, word), n in found.items())


def _met(words: Mapping[str, str], value: Any) -> list[str]:
    if value is None or isinstance(value, (bool, int, float)):
        return []
    if isinstance(value, (bytes, memoryview)):
        text = bytes(value).decode("utf-8", "replace")
    else:
        # JSON columns come as structures: as they are stored, but with every letter readable.
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.casefold()
    return [word for word in words if word in text]


def _in_files(words: Mapping[str, str], folder: Path) -> Iterator[Place]:
    paths = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        found = dict.fromkeys(words, 0)
        with path.open("rb") as file:
            _count(file, found)
        if path.suffix in ARCHIVES and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    with archive.open(name) as member:
                        _count(member, found)
        # A file's name may say as much as its content.
        for word in found:
            found[word] += word in str(path.relative_to(folder.parent)).casefold()
        yield from (Place(str(path), words[word], number) for word, number in found.items() if number)


def _count(file: IO[bytes], found: dict[str, int]) -> None:
    """Adds how often each word stands in a file, read in pieces that overlap by the longest word."""
    overlap = max(len(word.encode()) for word in found) - 1
    before = b""
    while piece := file.read(CHUNK):
        read_before, text = _readable(before), _readable(before + piece)
        for word in found:
            # What stands in the overlap alone was counted with the piece before.
            found[word] += text.count(word) - read_before.count(word)
        before = (before + piece)[-overlap:]


def _readable(data: bytes) -> str:
    return data.decode("utf-8", "replace").casefold()
