"""PDF: the letter with its signatories, or, for a long list, the letter and volumes of names (PDF/A-2a, PDF/UA-1)."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app

from campaign.exports import glyphs
from campaign.exports.compile import Sheet, typeset
from campaign.exports.printing import Printer
from campaign.exports.report import Report
from campaign.exports.source import Source
from campaign.exports.wording import words

NAME = "letter.pdf"
ONE_FILE = 50_000
VOLUME = 25_000


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `letter.pdf`, and above 50,000 names `signatories-01-of-06.pdf` and so on for the people."""
    fonts = glyphs.folders(current_app.config["FONT_DIRS"])
    cuts = volumes(source)
    printer = Printer(source, words(source, len(cuts)), glyphs.printable(fonts), report)
    frame = printer.frame() | {"fonts": glyphs.families(fonts, source.letter.language), "monospaced": glyphs.MONOSPACED}
    in_letter = cuts[0][0] if cuts else source.statement.named
    sheet = partial(Sheet, time=source.statement.time, fonts=fonts)
    data = _letter(printer, frame, in_letter)
    sheets = [
        sheet(
            template="letter.typ", output=folder / NAME, data=data, files=printer.files(), pictures=printer.pictures()
        )
    ]
    for number, (start, stop) in enumerate(cuts, 1):
        name = f"signatories-{number:02}-of-{len(cuts):02}.pdf"
        volume = _volume(printer, frame, (number, len(cuts)), (start, stop))
        sheets.append(sheet(template="volume.typ", output=folder / name, data=volume))
    names = []
    for made, end in zip(typeset(sheets), [in_letter, *(stop for _, stop in cuts)], strict=True):
        names.append(made.output.name)
        report.pages[made.output.name] = made.pages
        report.costs[made.output.name] = {"seconds": made.seconds, "peak_kb": made.peak_kb}
        if made.without_pictures:
            report.notes.append("The letter is printed without logos: one of them cannot be typeset.")
        report.progress(end)
    return names


def volumes(source: Source) -> list[tuple[int, int]]:
    """First line and line after the last of each volume; none where one file holds all."""
    named = source.statement.named
    if named <= ONE_FILE:
        return []
    first = sum(section.count for section in source.sections if section.kind == "organization")
    return [(start, min(start + VOLUME, named)) for start in range(first, named, VOLUME)]


def _letter(printer: Printer, frame: dict[str, Any], stop: int) -> Callable[[], dict[str, Any]]:
    return lambda: frame | {"letter": printer.letter(), "sections": list(printer.sections(0, stop))}


def _volume(
    printer: Printer, frame: dict[str, Any], of: tuple[int, int], lines: tuple[int, int]
) -> Callable[[], dict[str, Any]]:
    start, stop = lines
    number, count = of

    def data() -> dict[str, Any]:
        sections = list(printer.sections(start, stop))
        place = {"k": number, "m": count} | printer.range(sections, start, stop)
        return frame | {"volume": place, "sections": sections}

    return data
