"""Reads a list of institutions from CSV as spreadsheets write it: name, aliases, country, website.

Pure: text in, lines with reasons out; `campaign.sentences.institutions.LINE_PROBLEMS` has the sentence of each.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from campaign.lib.countries import BadCountry, country_code
from campaign.lib.csvcells import guarded
from campaign.lib.emails import BadWebsite, clean_website
from campaign.lib.names import BadText, clean_text, fold, plain_form
from campaign.states import Refused

MOST_LINES = 5_000
MOST_BYTES = 900_000
MOST_ALIASES = 30
COLUMNS = ("name", "aliases", "country", "website")
# What a column may be called, folded: English, German, French, Spanish.
HEADERS: Mapping[str, str] = {
    "name": "name; institution; university; einrichtung; hochschule; universitat; nom; etablissement; universite; "
    "nombre; institucion; universidad",
    "aliases": "aliases; alias; other names; also known as; acronyms; weitere namen; autres noms; otros nombres",
    "country": "country; land; staat; pays; pais",
    "website": "website; site; web; url; homepage; webseite; site web; sitio web",
}
_BY_WORD = {word.strip(): name for name, words in HEADERS.items() for word in words.split(";")}
_SIGNS = re.compile(r"[\W_]+")


class _BadCell(Exception):
    """A cell that cannot stand; the text is the key of its reason."""


@dataclass(frozen=True)
class InstitutionLine:
    """One institution as it was listed; `problem` says why it cannot be taken, "" when it can. `raw` is as it stood."""

    number: int
    raw: tuple[str, ...]
    name: str = ""
    aliases: tuple[str, ...] = ()
    country: str = ""
    website: str = ""
    problem: str = ""


def read_institutions(text: str) -> list[InstitutionLine]:
    """The institutions of a list with a line of headers, each with what is wrong about it; empty lines are skipped.

    Raises `Refused` no_institutions, institutions_too_long, list_unreadable, no_institution_column.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Refused("institutions_too_long", limit=MOST_LINES)
    rows = _rows(text.replace("\0", ""))
    if not rows:
        raise Refused("no_institutions")
    columns = _columns(rows[0][1])
    seen: set[tuple[str, str]] = set()
    lines = []
    for number, cells in rows[1:]:
        line = _line(number, cells, columns, len(rows[0][1]))
        key = plain_form(line.name), line.country
        if not line.problem and key in seen:
            line = InstitutionLine(number, line.raw, problem="twice")
        seen.add(key)
        lines.append(line)
    if not lines:
        raise Refused("no_institutions")
    return lines


def as_csv(lines: Sequence[InstitutionLine], words: Mapping[str, object]) -> Iterator[str]:
    """The lines that cannot be taken, as CSV to mend and bring again: their cells as they stood, and why."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow((*COLUMNS, "reason"))
    for line in lines:
        writer.writerow([guarded(cell) for cell in (*line.raw, str(words[line.problem]))])
    yield "\ufeff"
    yield buffer.getvalue()


def _rows(text: str) -> list[tuple[int, list[str]]]:
    head = text.lstrip().partition("\n")[0]
    # Aliases are parted by ";": only the line of headers tells which sign parts the cells.
    delimiter = max(("\t", ",", ";"), key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
            if len(rows) > MOST_LINES + 1:
                raise Refused("institutions_too_long", limit=MOST_LINES)
    except csv.Error:
        raise Refused("list_unreadable") from None
    return rows


def _columns(header: Sequence[str]) -> dict[str, int]:
    names = [_BY_WORD.get(_SIGNS.sub(" ", fold(cell)).strip(), "") for cell in header]
    if names.count("name") != 1 or any(names.count(name) > 1 for name in COLUMNS):
        raise Refused("no_institution_column")
    return {name: place for place, name in enumerate(names) if name}


def _line(number: int, cells: list[str], columns: Mapping[str, int], width: int) -> InstitutionLine:
    while len(cells) > width and not cells[-1]:
        cells.pop()
    given = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
    raw = tuple(given.get(name, "") for name in COLUMNS)
    try:
        if len(cells) > width:
            raise _BadCell("ragged")
        name = _name(given["name"])
        if not name:
            raise _BadCell("no_name")
        aliases = _aliases(given.get("aliases", ""), name)
        country, website = _country(given.get("country", "")), _website(given.get("website", ""))
    except _BadCell as bad:
        return InstitutionLine(number, raw, problem=str(bad))
    return InstitutionLine(number, raw, name, aliases, country, website)


def _name(cell: str) -> str:
    # The sign that our own files put before what looks like a formula.
    cell = cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell
    if guarded(cell) != cell:
        raise _BadCell("formula")
    try:
        return clean_text(cell, 200, refuse_links=True)
    except BadText as bad:
        raise _BadCell("too_long" if bad.reason == "too_long" else "bad_name") from None


def _aliases(cell: str, name: str) -> tuple[str, ...]:
    """The other names, each once, without the name itself."""
    found = {plain_form(alias): alias for alias in map(_name, cell.split(";")) if alias}
    found.pop(plain_form(name), None)
    if len(found) > MOST_ALIASES:
        raise _BadCell("many_aliases")
    return tuple(found.values())


def _country(cell: str) -> str:
    try:
        return country_code(cell) if cell else ""
    except BadCountry:
        raise _BadCell("bad_country") from None


def _website(cell: str) -> str:
    try:
        return clean_website(cell) if cell else ""
    except BadWebsite:
        raise _BadCell("bad_website") from None
