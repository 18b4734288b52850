"""Reads lists of signatures from CSV as spreadsheets write it: encodings, delimiters, headers in four languages.

Pure: bytes in, rows or reasons out; `campaign.sentences.IMPORTS` has the sentence of each reason.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.lib.names import fold

FILE_LIMIT = 64 * 2**20
ROW_LIMIT = 500_000
CELL_LIMIT = 20_000
DELIMITERS = ",;\t"
# What a column may be called, folded: English, German, French, Spanish.
HEADERS: Mapping[str, str] = {
    "name": "name; full name; vollstandiger name; nom complet; nombre completo; nombre y apellidos; signatory",
    "first_name": "first name; firstname; given name; forename; vorname; prenom; nombre; nombre de pila",
    "last_name": "last name; lastname; surname; family name; nachname; familienname; nom; nom de famille; "
    "apellido; apellidos",
    "email": "email; e mail; mail; email address; e mail address; mail address; e mail adresse; mailadresse; "
    "emailadresse; courriel; adresse email; adresse e mail; adresse mail; adresse electronique; mel; correo; "
    "correo electronico; direccion de correo; direccion de correo electronico",
    "title": "title; job title; position; role; profession; occupation; titel; funktion; beruf; titre; fonction; "
    "poste; titulo; cargo; profesion; puesto",
    "affiliation": "affiliation; organization; organisation; company; employer; institution; university; institute; "
    "zugehorigkeit; einrichtung; arbeitgeber; firma; unternehmen; universitat; hochschule; organisme; entreprise; "
    "employeur; universite; etablissement; afiliacion; organizacion; empresa; institucion; universidad",
    "place": "place; city; town; location; ort; stadt; wohnort; ville; lieu; localite; ciudad; lugar; "
    "localidad; poblacion",
    "country": "country; land; staat; pays; pais",
    "comment": "comment; comments; message; kommentar; nachricht; commentaire; comentario; mensaje",
    "is_private": "private; anonymous; privat; anonym; prive; anonyme; privado; anonimo",
    "signed_on": "date; signed on; signed at; timestamp; datum; unterschrieben am; zeitstempel; date de signature; "
    "horodatage; fecha; fecha de firma; marca temporal",
}
_BY_WORD = {word.strip(): name for name, words in HEADERS.items() for word in words.split(";")}
_SIGNS = re.compile(r"[\W_]+")


class BadSheet(Exception):
    """The file is refused as a whole. `reason` is a key of IMPORTS, with its values."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True)
class SheetRow:
    """One row: the line it begins in, its cells by field, and a reason when its shape is wrong."""

    line: int
    cells: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Sheet:
    """A readable file: its text, how it is cut, and which column is which field."""

    text: str
    delimiter: str
    header: Sequence[str]
    columns: Mapping[str, int]

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the header, empty ones skipped. Raises `BadSheet` not_csv, too_many_rows."""
        reader = _reader(self.text, self.delimiter)
        line, count = 1, 0
        try:
            for number, cells in enumerate(reader):
                if number and any(cell.strip() for cell in cells):
                    count += 1
                    if count > ROW_LIMIT:
                        raise BadSheet("too_many_rows", limit=ROW_LIMIT)
                    yield self._row(line, cells)
                line = reader.line_num + 1
        except csv.Error:
            raise BadSheet("not_csv", line=line) from None

    def _row(self, line: int, cells: list[str]) -> SheetRow:
        while len(cells) > len(self.header) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(self.header):
            return SheetRow(line, problem="ragged")
        return SheetRow(line, {name: cells[place].strip() for name, place in self.columns.items()})


def read_sheet(data: bytes, mapping: Mapping[str, str] | None = None) -> Sheet:
    """The file as a sheet; `mapping` says which header is which field, else it is guessed.

    Raises `BadSheet`: empty, too_large, spreadsheet, encoding, not_csv, no_columns, doubled, unknown_column.
    """
    text = decoded(data)
    delimiter, header = _cut(text)
    columns = _mapped(header, mapping) if mapping else _guessed(header)
    has_name = "name" in columns or "last_name" in columns
    if not has_name or "email" not in columns:
        raise BadSheet("no_columns", found=", ".join(cell[:40] for cell in header[:20]))
    return Sheet(text, delimiter, header, columns)


def read_mapping(text: str) -> dict[str, str]:
    """A mapping file: TOML, `field = "header of the column"`. Raises `BadSheet` bad_map, unknown_field."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSheet("bad_map", problem=str(error)) from None
    for name, header in table.items():
        if name not in HEADERS:
            raise BadSheet("unknown_field", field=name[:40], fields=", ".join(HEADERS))
        if not isinstance(header, str):
            raise BadSheet("bad_map", problem=name[:40])
    return table


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252.

    Raises `BadSheet` empty, too_large, spreadsheet, encoding.
    """
    if len(data) > FILE_LIMIT:
        raise BadSheet("too_large", limit=FILE_LIMIT // 2**20)
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") or data[:2] == b"\x1f\x8b":
        raise BadSheet("spreadsheet")
    text = _decoded(data).removeprefix("\ufeff")
    if "\0" in text:
        raise BadSheet("encoding")
    if not text.strip():
        raise BadSheet("empty")
    return text


def _decoded(data: bytes) -> str:
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSheet("encoding")


def _encodings(data: bytes) -> tuple[str, ...]:
    """What to try: the mark at the beginning decides; without one, NUL bytes at one side give UTF-16 away."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    head = data[:200]
    if head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if head[::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _reader(text: str, delimiter: str) -> Any:
    csv.field_size_limit(CELL_LIMIT)
    # A line end inside quotes is part of a cell; all others are whatever the program wrote.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _cut(text: str) -> tuple[str, list[str]]:
    """The delimiter that gives the most known columns, then the most columns, and the header it gives."""
    found: list[tuple[int, int, str, list[str]]] = []
    for delimiter in DELIMITERS:
        try:
            header = [cell.strip() for cell in next(_reader(text, delimiter))]
        except (csv.Error, StopIteration):
            continue
        while header and not header[-1]:
            header.pop()
        known = sum(1 for cell in header if _words(cell) in _BY_WORD)
        found.append((known, len(header), delimiter, header))
    if not found:
        raise BadSheet("not_csv", line=1)
    best = max(found, key=lambda one: one[:2])
    return best[2], best[3]


def _words(header: str) -> str:
    """The header for comparing: folded, signs as spaces, without what stands in brackets."""
    return _SIGNS.sub(" ", fold(re.sub(r"\(.*?\)|\[.*?\]|\*", " ", header))).strip()


def _guessed(header: Sequence[str]) -> dict[str, int]:
    """Which column is which field, by the words of the header; unknown columns are left out."""
    names = [_BY_WORD.get(_words(cell), "") for cell in header]
    if "first_name" in names and "last_name" not in names:
        # "Vorname, Name": the name beside a first name is the last; "Nombre" alone is the whole name.
        other = "name" if "name" in names else "first_name"
        names[names.index(other)] = "last_name" if other == "name" else "name"
    if "last_name" in names and "first_name" not in names and "name" not in names:
        names[names.index("last_name")] = "name"
    for name in set(names) - {""}:
        if names.count(name) > 1:
            doubled = [cell for cell, found in zip(header, names, strict=True) if found == name]
            raise BadSheet("doubled", columns=", ".join(cell[:40] for cell in doubled))
    return {name: place for place, name in enumerate(names) if name}


def _mapped(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Which column is which field, as the mapping file says; each header has to be there once."""
    columns: dict[str, int] = {}
    for name, wanted in mapping.items():
        places = [place for place, cell in enumerate(header) if cell == wanted.strip()]
        if len(places) != 1:
            raise BadSheet("doubled" if places else "unknown_column", columns=wanted[:40])
        columns[name] = places[0]
    return columns
