"""The files of an export as their readers see them."""

import csv
import json
import re
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pypdf import PdfReader


def csv_cells(path: Path) -> list[list[str]]:
    """The cells a spreadsheet gets."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def json_data(path: Path) -> Any:
    """The document."""
    return json.loads(path.read_text(encoding="utf-8"))


class _Items(HTMLParser):
    """Collects the first text of each list item, and the names of all tags."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.tags: set[str] = set()
        self._open = False
        self._detail = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "bdi" and dict(attrs).get("dir") == "auto" and not self._detail:
            self.names.append("")
            self._open = True
        self._detail = tag == "span" or (tag == "bdi" and self._detail)

    def handle_endtag(self, tag: str) -> None:
        if tag == "bdi":
            self._open = False
        if tag in {"span", "li"}:
            self._detail = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.names[-1] += data


def html_names(path: Path) -> tuple[list[str], set[str]]:
    """The names of the list items, and every tag of the page."""
    reader = _Items()
    reader.feed(path.read_text(encoding="utf-8").split("<main>")[1])
    return reader.names, reader.tags


def squeezed(text: str) -> str:
    """Text without spaces and signs that are never seen, for comparing what a line break may have parted."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s", "", "".join(sign for sign in text if unicodedata.category(sign) != "Cf" and sign != "\ufe0f"))


def pdf_text(path: Path) -> str:
    """The text layer, squeezed."""
    return squeezed("".join(page.extract_text() for page in PdfReader(path).pages))


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def unpacked(path: Path) -> bytes:
    """Every byte a file holds: its own, and those of what is packed inside it, names and metadata included."""
    data = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return data
    with zipfile.ZipFile(path) as packed:
        return data + b"".join(entry.filename.encode() + packed.read(entry) for entry in packed.infolist())


def docx_part(path: Path, name: str = "word/document.xml") -> ElementTree.Element:
    """A part of a document, which has to be well-formed."""
    with zipfile.ZipFile(path) as packed:
        return ElementTree.fromstring(packed.read(name))


def docx_paragraphs(path: Path, name: str = "word/document.xml") -> list[tuple[str, str]]:
    """Style and text of each paragraph; line breaks are LF."""
    found = []
    for paragraph in docx_part(path, name).iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        text = "".join(
            node.text or "" if node.tag == f"{W}t" else "\n" if node.tag == f"{W}br" else ""
            for node in paragraph.iter()
        )
        found.append(("" if style is None else style.get(f"{W}val", ""), text))
    return found


def docx_names(path: Path) -> list[str]:
    """The names of the lists, without what stands under them."""
    lines = docx_paragraphs(path)
    return [text.split("\n")[0] for style, text in lines if style in ("Signatory", "Organization")]


def docx_text(path: Path) -> str:
    """Everything that is read in the document, squeezed."""
    return squeezed("".join(text for _, text in docx_paragraphs(path)))


def xlsx_sheets(path: Path) -> dict[str, list[list[str]]]:
    """The cells of each sheet; every one has to be a string."""
    with zipfile.ZipFile(path) as packed:
        book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
        names = [sheet.get("name", "") for sheet in book.iter(f"{S}sheet")]
        return {
            name: _rows(ElementTree.fromstring(packed.read(f"xl/worksheets/sheet{number}.xml")))
            for number, name in enumerate(names, 1)
        }


def _rows(sheet: ElementTree.Element) -> list[list[str]]:
    return [[_cell(cell) for cell in row.iter(f"{S}c")] for row in sheet.iter(f"{S}row")]


def _cell(cell: ElementTree.Element) -> str:
    assert cell.get("t", "inlineStr") == "inlineStr"
    assert cell.find(f"{S}f") is None
    text = "".join(node.text or "" for node in cell.iter(f"{S}t"))
    # Excel's own way to write an underscore that would begin an escape.
    return text.replace("_x005F_", "_")


def text_of(path: Path) -> str:
    """What is read in a file of any format, squeezed."""
    match path.suffix:
        case ".pdf":
            return pdf_text(path)
        case ".docx":
            return docx_text(path)
        case ".xlsx":
            return squeezed("".join(cell for rows in xlsx_sheets(path).values() for row in rows for cell in row))
    return squeezed(path.read_text(encoding="utf-8"))
