"""What a row of a list of signatures has to be, and what becomes of it: one entry, or a reason.

Pure: the database is asked by `operations`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from campaign.lib.countries import BadCountry, country_code
from campaign.lib.csvcells import guarded
from campaign.lib.emails import Address, BadAddress, parse_address
from campaign.lib.names import BadText, clean_text, fold
from campaign.moderation.sheets import SheetRow

LIMITS = {"name": 200, "title": 200, "affiliation": 200, "place": 120, "comment": 500}
YES = ("1", "x", "y", "yes", "true", "ja", "oui", "si", "wahr", "vrai", "verdadero")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_PLACEHOLDERS = ("-", "–", "—", "n/a", "N/A")


class BadRow(Exception):
    """A row that cannot become a signature. `reason` is a key of IMPORTS."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True)
class ImportedEntry:
    """A signature as a file gives it, cleaned."""

    line: int
    name: str
    address: Address
    title: str
    affiliation: str
    place: str
    country: str
    comment: str
    is_private: bool
    signed_at: datetime


def read_entry(row: SheetRow, now: datetime) -> ImportedEntry:
    """The entry of a row. Raises `BadRow` with the reason and the column."""
    if row.problem:
        raise BadRow(row.problem)
    cells = dict(row.cells)
    if "name" not in cells:
        cells["name"] = f"{_plain(cells, 'first_name')} {_plain(cells, 'last_name')}".strip()
    name = _text(cells, "name")
    if not name:
        raise BadRow("no_name", "name")
    return ImportedEntry(
        line=row.line,
        name=name,
        address=_address(cells),
        title=_text(cells, "title"),
        affiliation=_text(cells, "affiliation"),
        place=_text(cells, "place"),
        country=_country(cells),
        comment=_text(cells, "comment"),
        is_private=fold(_plain(cells, "is_private")) in YES,
        signed_at=_signed_at(cells, now),
    )


def _plain(cells: Mapping[str, str], column: str) -> str:
    """The cell without the sign that our own exports put before what looks like a formula."""
    cell = cells.get(column, "").strip()
    if cell in _PLACEHOLDERS:
        return ""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell


def _text(cells: Mapping[str, str], column: str) -> str:
    """The cleaned text of a cell; formulas, and links and markup in all but comments, are refused."""
    cell = _plain(cells, column)
    if guarded(cell) != cell:
        raise BadRow("formula", column)
    try:
        return clean_text(cell, LIMITS[column], allow_breaks=column == "comment", refuse_links=column != "comment")
    except BadText as error:
        raise BadRow(error.reason, column) from None


def _address(cells: Mapping[str, str]) -> Address:
    try:
        return parse_address(_plain(cells, "email"))
    except BadAddress as error:
        raise BadRow("no_email" if error.reason == "empty" else "bad_email", "email") from None


def _country(cells: Mapping[str, str]) -> str:
    cell = _plain(cells, "country")
    try:
        return country_code(cell) if cell else ""
    except BadCountry:
        raise BadRow("bad_country", "country") from None


def _signed_at(cells: Mapping[str, str], now: datetime) -> datetime:
    """The day in a cell, as 2026-06-18 or 18.6.2026 with or without a time after it; without one, now."""
    cell = _plain(cells, "signed_on")
    if not cell:
        return now
    dotted = _DOTTED.match(cell)
    try:
        day = date(int(dotted[3]), int(dotted[2]), int(dotted[1])) if dotted else date.fromisoformat(cell[:10])
    except ValueError:
        raise BadRow("bad_date", "signed_on") from None
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if moment > now or day.year < 1900:
        raise BadRow("bad_date", "signed_on")
    return moment
