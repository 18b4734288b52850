"""Reads a list of organizations: pasted lines, or CSV as spreadsheets write it.

Pure: text or bytes in, rows with reasons out; `campaign.sentences.board.LINE_PROBLEMS` has the sentence of each.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from campaign.lib.emails import BadAddress, BadWebsite, clean_website, parse_address, registrable_domain
from campaign.lib.names import BadText, clean_text, fold
from campaign.organizations.rules import Keys, folded_name, identifying_domain
from campaign.states import Refused

MOST_LINES = 500
MOST_SIGNS = 400_000
FIELDS = ("name", "contact", "email", "website", "second_contact", "second_email")
# What a column may be called, folded.
HEADERS: Mapping[str, str] = {
    "name": "organization; organisation; name; name of the organization; group",
    "contact": "contact; contact person; person; first contact; contact name",
    "email": "email; e mail; mail; email address; contact email; first email",
    "website": "website; site; web; url; homepage; domain",
    "second_contact": "second contact; contact 2; second person; other contact",
    "second_email": "second email; email 2; second contact email; other email",
}
_BY_WORD = {word.strip(): name for name, words in HEADERS.items() for word in words.split(";")}
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Line:
    """One organization as it was listed; `problem` says why it cannot be taken, "" when it can."""

    number: int
    name: str
    contact: str = ""
    email: str = ""
    website: str = ""
    second_contact: str = ""
    second_email: str = ""
    problem: str = ""


def read_list(text: str, known: Mapping[str, Keys]) -> list[Line]:
    """The organizations of a list, each with what is wrong about it; empty lines are skipped.

    `known` has what is not taken once more, by the problem it is.
    Raises `Refused` empty_list, list_too_long, list_unreadable.
    """
    seen = Keys(set(), set())
    lines = []
    for number, cells in _cells(text):
        line = _checked(number, cells)
        keys = folded_name(line.name), identifying_domain(line.website) if not line.problem else None
        if not line.problem:
            line = _with(line, _met(keys, {"twice": seen, **known}))
        if not line.problem:
            seen.names.add(keys[0])
            seen.domains.update(filter(None, [keys[1]]))
        lines.append(line)
    if not lines:
        raise Refused("empty_list")
    return lines


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows-1252. Raises `Refused("list_unreadable")`."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Refused("list_unreadable")


def _met(keys: tuple[str, str | None], known: Mapping[str, Keys]) -> str:
    """The first problem whose names or domains have this organization; "" for none."""
    name, domain = keys
    is_met = {
        problem: name in keys.names or domain in keys.domains or (domain is None and name in keys.aliases)
        for problem, keys in known.items()
    }
    return next((problem for problem, is_so in is_met.items() if is_so), "")


def _with(line: Line, problem: str) -> Line:
    return Line(**{**vars(line), "problem": problem})


def _cells(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each line that says something, and its cells by field."""
    if len(text) > MOST_SIGNS:
        raise Refused("list_too_long", limit=MOST_LINES)
    rows = _rows(text.replace("\0", ""))
    header = _header(rows[0][1]) if rows else {}
    for count, (number, cells) in enumerate(rows[1:] if header else rows, 1):
        if count > MOST_LINES:
            raise Refused("list_too_long", limit=MOST_LINES)
        yield number, _by_header(header, cells) if header else _by_look(cells)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    delimiter = max(("\t", ";", ","), key=lambda sign: text.count(sign))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        read = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error:
        raise Refused("list_unreadable") from None
    return [(number, cells) for number, cells in read if any(cells)]


def _header(cells: Sequence[str]) -> dict[str, int]:
    """Which column is which field, where the first line names at least the organization and the address."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _BY_WORD.get(_SIGNS.sub(" ", fold(cell)).strip())
        if name:
            found.setdefault(name, place)
    return found if {"name", "email"} <= found.keys() else {}


def _by_header(header: Mapping[str, int], cells: Sequence[str]) -> dict[str, str]:
    return {name: cells[place] if place < len(cells) else "" for name, place in header.items()}


def _by_look(cells: Sequence[str]) -> dict[str, str]:
    """Without a header: the name comes first; addresses and sites tell themselves, the rest are people."""
    found = {"name": cells[0]}
    for cell in filter(None, cells[1:]):
        kinds: tuple[str, ...]
        if "@" in cell:
            kinds = ("email", "second_email")
        else:
            is_site = "://" in cell or (" " not in cell and "." in cell and registrable_domain(cell.partition("/")[0]))
            kinds = ("website",) if is_site else ("contact", "second_contact")
        free = next((name for name in kinds if name not in found), None)
        if free:
            found[free] = cell
    return found


def _checked(number: int, cells: Mapping[str, str]) -> Line:
    """The line with its cells cleaned, or as typed with what is wrong."""
    typed = Line(number, **{name: cells.get(name, "")[:300] for name in FIELDS})
    try:
        name = clean_text(typed.name, 200, refuse_links=True)
        people = {key: clean_text(getattr(typed, key), 200) for key in ("contact", "second_contact")}
    except BadText as bad:
        return _with(typed, "no_name" if bad.reason == "nothing_visible" else "bad_name")
    problem = "" if name else "no_name"
    checked = {"name": name, **people}
    for key, clean in (("email", _address), ("second_email", _address), ("website", _site)):
        try:
            checked[key] = clean(getattr(typed, key))
        except (BadAddress, BadWebsite):
            problem = problem or f"bad_{key}"
    if not problem and not checked["email"]:
        problem = "no_email"
    return _with(typed, problem) if problem else Line(number, **checked)


def _address(text: str) -> str:
    return parse_address(text).normalized if text else ""


def _site(text: str) -> str:
    return clean_website(text) if text else ""
