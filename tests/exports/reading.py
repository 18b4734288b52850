"""The files of an export as their readers see them."""

import csv
import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

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
