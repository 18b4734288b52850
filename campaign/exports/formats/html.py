"""HTML: one page that needs nothing else, for the screen and for paper."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import current_app

from campaign.exports.files import part
from campaign.exports.lines import BATCH, between, details
from campaign.exports.report import Report
from campaign.exports.source import Section, Source
from campaign.exports.wording import grouped, words
from campaign.languages import direction
from campaign.lib.markup import to_html_parts
from config import ROOT

NAME = "letter.html"
STYLE = ROOT / "templates" / "exports" / "letter.css"


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `letter.html`; the names are written as they are read."""
    said = words(source)
    body, notes = to_html_parts(source.letter.body, back=said.back)
    template = current_app.jinja_env.get_template("exports/letter.html")
    pieces = template.generate(
        letter=source.letter,
        statement=source.statement,
        words=said,
        words_direction=direction(said.language),
        body=body,
        notes=notes,
        style=STYLE.read_text(encoding="utf-8"),
        sections=_sections(source, said.sections, report),
        grouped=grouped,
    )
    with part(folder / NAME) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    return [NAME]


def _sections(source: Source, titles: tuple[str, ...], report: Report) -> Iterator[dict[str, Any]]:
    """Each section with an iterator over `(name, details)`."""
    countries: dict[str, str] = {}
    lines = enumerate(
        (
            (piece.section, record)
            for piece, records in between(source, 0, source.statement.named)
            for record in records
        ),
        1,
    )

    def entry(done: int, record: dict[str, Any], section: Section) -> tuple[str, list[str]]:
        if done % BATCH == 0:
            report.progress(done)
        return record["name"], details(record, section, source, countries)

    for position, found in groupby(lines, key=lambda line: line[1][0]):
        section = source.sections[position]
        rows = (entry(done, record, section) for done, (_, record) in found)
        yield {"title": titles[position], "kind": section.kind, "has_notes": section.has_notes, "rows": rows}
