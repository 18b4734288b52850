"""HTML: one page that needs nothing else, for the screen and for paper."""

import base64
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import current_app

from campaign.exports import snapshot
from campaign.exports.citing import with_links
from campaign.exports.codes import qr_code
from campaign.exports.comparing import marked
from campaign.exports.directions import neighbours
from campaign.exports.figures import comma, grouped, is_digest
from campaign.exports.lines import BATCH, Piece, between, details
from campaign.exports.report import Report
from campaign.exports.snapshot import Record
from campaign.exports.source import Section, Source
from campaign.exports.wording import Words, words
from campaign.lib import pictures
from campaign.lib.markup import to_html_parts
from campaign.storage import part
from config import ROOT

NAME = "letter.html"
FOOTER = "font: 8pt serif; color: #555;"
COUNTERS = {"n": "page", "total": "pages"}
STYLE = ROOT / "templates" / "exports" / "letter.css"


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `letter.html`; the names are written as they are read."""
    said = words(source)
    letter, statement = source.letter, source.statement
    body = with_links(letter.body, [document.number for document in letter.evidence])
    text, notes = to_html_parts(body, back=said.back)
    template = current_app.jinja_env.get_template("exports/letter.html")
    pieces = template.generate(
        letter=letter,
        letterhead=letter.letterhead or (letter.lead or letter.campaign,),
        statement=statement,
        words=said,
        body=text,
        notes=notes,
        style=STYLE.read_text(encoding="utf-8") + _pages(source, said),
        logos=_logos(source, said, report),
        earlier=source.earlier,
        tags={"removed": "del", "added": "ins"},
        marked=marked,
        code=qr_code(statement.check_at).decode() if statement.check_at else "",
        sections=_sections(source, said.sections, report),
        grouped=grouped,
        is_digest=is_digest,
        comma=comma(letter.language),
        neighbours=neighbours,
    )
    with part(folder / NAME) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    return [NAME]


def _pages(source: Source, said: Words) -> str:
    """The style of printed pages: the citation and the number of the page below each, in the letter's direction."""
    running = " · ".join(part for part in (source.statement.citation, said.live) if part)
    numbers = re.sub(r"\{(n|total)\}", lambda found: f'" counter({COUNTERS[found[1]]}) "', _quoted(said.page))
    start, end = ("right", "left") if source.letter.direction == "rtl" else ("left", "right")
    return (
        "@page { size: A4; margin: 2.3cm 2.4cm 2.4cm; "
        f"@bottom-{start} {{ content: {_quoted(running)}; text-align: {start}; width: 75%; {FOOTER} }} "
        f"@bottom-{end} {{ content: {numbers}; {FOOTER} }} }}\n"
    )


def _quoted(text: str) -> str:
    """A string of CSS; nothing in it ends the string or the style."""
    return '"\\002068' + re.sub(r"[^\w ,.:;·{}()+-]", lambda sign: f"\\{ord(sign[0]):06x}", text) + '\\002069"'


def _logos(source: Source, said: Words, report: Report) -> list[dict[str, Any]]:
    """The logos as data addresses, in the order of their lines, with their sizes in CSS pixels."""
    found = {number: pictures.logo(path) for number, path in source.pictures.items()}
    if not any(found.values()):
        return []
    named = {record["seq"]: record["name"] for record in snapshot.named(source.snapshot) if record.get("seq") in found}
    logos = []
    for number, logo in sorted(found.items()):
        if logo is None:
            report.notes.append(f"The logo of line {number} cannot be printed: it is no small PNG or JPEG picture.")
        elif number in named:
            content = base64.b64encode(logo.path.read_bytes()).decode()
            logos.append(
                {
                    "data": f"data:image/{logo.suffix.replace('jpg', 'jpeg')};base64,{content}",
                    "width": round(logo.width / pictures.POINT),
                    "height": round(logo.height / pictures.POINT),
                    "alt": said.logo.replace("{name}", named[number]),
                }
            )
    return logos


def _sections(source: Source, titles: tuple[str, ...], report: Report) -> Iterator[dict[str, Any]]:
    """Each section with an iterator over `(name, details, heading)`: the details of one direction in one.

    The heading stands over the first line of a group.
    """
    countries: dict[str, str] = {}
    done = 0

    def rows(
        section: Section, pieces: Iterator[tuple[Piece, Iterator[Record]]]
    ) -> Iterator[tuple[str, list[str], str]]:
        nonlocal done
        for piece, records in pieces:
            heading = piece.letter if section.group else ""
            for record in records:
                done += 1
                if done % BATCH == 0:
                    report.progress(done)
                yield record["name"], neighbours(details(record, section, source, countries)), heading
                heading = ""

    lines = between(source, 0, source.statement.named)
    for position, pieces in groupby(lines, key=lambda piece: piece[0].section):
        section = source.sections[position]
        told = {"title": titles[position], "kind": section.kind, "has_notes": section.has_notes}
        yield {**told, "rows": rows(section, pieces)}
