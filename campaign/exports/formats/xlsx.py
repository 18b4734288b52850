"""XLSX: a workbook with the people, the organizations and the statement; every cell is a string, none a formula."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from campaign.exports import snapshot
from campaign.exports.lines import BATCH
from campaign.exports.report import Report
from campaign.exports.snapshot import Record
from campaign.exports.source import Source, columns
from campaign.exports.wording import Words, words
from campaign.lib.csvcells import literal
from campaign.lib.xmltext import xml_text
from campaign.storage import part

NAME = "signatories.xlsx"
# A sheet holds 1,048,576 rows, the head included, and a cell 32,767 characters.
SHEET_ROWS = 1_000_000
WIDTHS = {"kind": 13, "name": 34, "title": 26, "affiliation": 34, "country": 9, "email": 32, "reasons": 24}


class CellLost(Exception):
    """The writer did not take a cell: the file would lack a part of the list."""


@dataclass
class Tables:
    """The sheets of one kind of signatory; a full one is followed by the next. `rows` counts those of the last."""

    book: Workbook
    title: str
    names: Sequence[str]
    head: Any
    rows: int = 0
    sheets: list[Worksheet] = field(default_factory=list)

    def add(self, cells: Sequence[str]) -> None:
        """Writes one row below the last."""
        if not self.sheets or self.rows > SHEET_ROWS:
            self._begin()
        write_row(self.sheets[-1], self.rows, cells)
        self.rows += 1

    def _begin(self) -> None:
        number = len(self.sheets) + 1
        sheet = self.book.add_worksheet(self.title if number == 1 else f"{self.title} {number}")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(self.names):
            sheet.set_column(place, place, WIDTHS.get(name, 14))
        write_row(sheet, 0, self.names, self.head)
        self.sheets.append(sheet)
        self.rows = 1


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `signatories.xlsx` with the sheets Signatories, Organizations and About."""
    said = words(source)
    with part(folder / NAME) as path:
        # Rows lie in temporary files of the folder until they are packed; names of one thing are kept once.
        options = {"constant_memory": True, "tmpdir": str(folder), "strings_to_numbers": False}
        book = Workbook(str(path), options)
        try:
            _fill(book, source, said, report)
        finally:
            book.close()
    return [NAME]


def _fill(book: Workbook, source: Source, said: Words, report: Report) -> None:
    names = columns(source.statement.purpose)
    head = book.add_format({"bold": True, "bottom": 1})
    _describe(book, source)
    tables = {
        "people": Tables(book, "Signatories", names, head),
        "organization": Tables(book, "Organizations", names, head),
    }
    # Both are there even where one of them has no row.
    for table in tables.values():
        table._begin()
    for done, cells in _rows(source, names, report):
        tables.get(cells[0], tables["people"]).add(cells)
        if done % BATCH == 0:
            report.progress(done)
    report.extra_sheets += sum(len(table.sheets) - 1 for table in tables.values())
    _about(book.add_worksheet("About"), said, book.add_format({"text_wrap": True, "valign": "top"}))


def _rows(source: Source, names: Sequence[str], report: Report) -> Iterator[tuple[int, list[str]]]:
    """Each named line with its number, as cells."""
    for done, record in enumerate(snapshot.named(source.snapshot), 1):
        yield done, [_cell(record, name, done, report) for name in names]


def _cell(record: Record, name: str, number: int, report: Report) -> str:
    stored = str(record[name])
    cell = xml_text(stored)
    if cell != stored:
        report.printed(number, stored, cell)
    return literal(cell)


def write_row(sheet: Worksheet, row: int, cells: Sequence[str], form: Any = None) -> None:
    """Writes strings into a row. Raises CellLost when the writer refuses one, which it does without an exception."""
    for place, cell in enumerate(cells):
        if sheet.write_string(row, place, _plain(cell), form) != 0:
            raise CellLost(f"row {row + 1}, column {place + 1}")


def _plain(cell: str) -> str:
    """The cell as the writer has to get it: text that begins and ends like a formatted string would be taken for one,
    and written into the XML as it is. Such a text is handed in as the formatted string it seems to be."""
    if cell.startswith("<r>") and cell.endswith("</r>"):
        return f'<r><t xml:space="preserve">{escape(cell, quote=False)}</t></r>'
    return cell


def _about(sheet: Worksheet, said: Words, wrapped: Any) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    lines = [*said.statement, *(("", line) for line in (*said.list_notes, *said.also_counted))]
    for row, line in enumerate(lines):
        write_row(sheet, row, [xml_text(cell) for cell in line], wrapped)


def _describe(book: Workbook, source: Source) -> None:
    """Properties of the file, which would name this moment and nobody otherwise."""
    book.set_properties(
        {
            "title": xml_text(source.letter.title),
            "subject": xml_text(source.letter.campaign),
            "created": source.statement.time.replace(tzinfo=None),
        }
    )
