"""The data of a PDF: every string cleaned for the fonts at hand, and long runs of letters made breakable."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from campaign.exports.citing import with_links
from campaign.exports.codes import qr_code
from campaign.exports.comparing import marked
from campaign.exports.directions import neighbours, turns
from campaign.exports.figures import comma, grouped, number
from campaign.exports.lines import between, details
from campaign.exports.report import Report
from campaign.exports.source import Addressee, Earlier, Section, Signer, Source
from campaign.exports.wording import Words
from campaign.lib import pictures
from campaign.lib.markup import mapped
from campaign.lib.printable import Printable

_ZERO_WIDTH_SPACE = "\u200b"
# First-strong isolates: an Arabic affiliation before an English country does not change places with it. Only where a
# script written from right to left is about: around each of 25,000 names they double time and size.
_ISOLATE, _END = "\u2068", "\u2069"
# Wider than these would run over the edge of a name's column, and of the page.
_IN_COLUMN = re.compile(r"\S{28}(?=\S)")
_ON_PAGE = re.compile(r"\S{60}(?=\S)")
# Up to this many names stand below the letter in columns of equal length; more fill pages of columns.
FEW = 120
# Points that a name, and each line under it, take in a column of about 36 signs. What would fill more than a page of
# three columns gets pages of its own, where it reads on from column to column.
NAME_HEIGHT, DETAIL_HEIGHT, SIGNS, PAGE_HEIGHT = 15, 9, 36, 600
QR = "check.svg"
# Scripts without slanted letters are set bold to stress a word, and those that come in one weight are underlined.
EMPHASIS = {
    **dict.fromkeys(("ar", "fa", "ur", "ps", "he", "yi", "hi", "mr", "ne", "bn", "ta", "th", "hy", "ka", "am"), "bold"),
    **dict.fromkeys(("zh", "ja", "ko"), "underline"),
}
# From this many on, index letters stand over the names.
LETTERED = 200


class Printer:
    """Turns a source into the data that the templates of `templates/exports/` read."""

    def __init__(self, source: Source, words: Words, clean: Printable, report: Report) -> None:
        self.source = source
        self.words = words
        self.clean = clean
        self.report = report
        self.countries: dict[str, str] = {}
        self.logos: dict[int, pictures.Logo] = {}
        for line, path in sorted(source.pictures.items()):
            if found := pictures.logo(path):
                self.logos[line] = found
            else:
                report.notes.append(f"The logo of line {line} cannot be printed: it is no small PNG or JPEG picture.")

    def text(self, stored: str, where: int | str = "letter") -> str:
        """The stored text as it can be printed on the width of the page."""
        return _ON_PAGE.sub(_breakable, self.plain(stored, where))

    def plain(self, stored: str, where: int | str = "letter") -> str:
        """The stored text as it can be printed, and nothing put into it: words that are read aloud, not set."""
        printed = self.clean(stored)
        if printed != stored:
            self.report.printed(where, stored, printed)
        return printed

    def lines(self, stored: str) -> str:
        """The same for text whose line breaks count."""
        return "\n".join(self.text(line) for line in stored.split("\n"))

    def everything(self, value: Any) -> Any:
        """The same for every string in nested data."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.everything(inner) for key, inner in value.items()}
        return [self.everything(inner) for inner in value] if isinstance(value, list | tuple) else value

    def row(self, number: int, record: dict[str, Any], section: Section) -> list[str]:
        """A name, and what stands under it in one string, for a narrow column."""
        row = [self.joined([self._narrow(number, record["name"])])]
        if parts := details(record, section, self.source, self.countries):
            row.append(self.joined([self._narrow(number, part) for part in parts]))
        return row

    def _narrow(self, number: int, stored: str) -> str:
        printed = self.plain(stored, number)
        return _IN_COLUMN.sub(_breakable, printed) if len(printed) > 28 else printed

    def joined(self, parts: list[str]) -> str:
        """Parts of one line with commas between them. Neighbours of one direction keep together when the line turns."""
        if self.source.letter.direction != "rtl" and not any(map(turns, parts)):
            return ", ".join(parts)
        return comma(self.source.letter.language).join(f"{_ISOLATE}{run}{_END}" for run in neighbours(parts))

    def sections(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """The named lines from `start` up to `stop`, by section and index letter."""
        number = start
        for position, pieces in groupby(between(self.source, start, stop), key=lambda piece: piece[0].section):
            section = self.source.sections[position]
            letters: list[dict[str, Any]] = []
            logos: list[dict[str, Any]] = []
            for piece, records in pieces:
                rows = []
                for line, record in enumerate(records, number):
                    rows.append(self.row(line, record, section))
                    if record.get("seq") in self.logos:
                        logos.append(self._logo(record))
                letters.append({"letter": self.text(piece.letter), "rows": rows})
                number += piece.size
            printed: list[list[str]] = [row for letter in letters for row in letter["rows"]]
            yield {
                "title": self.text(self.words.sections[position]),
                "kind": section.kind,
                "notes": section.has_notes,
                # Below the letter, columns of equal length leave no room for the headings of groups.
                "many": bool(section.group) or len(printed) > FEW or _height(printed) > 3 * PAGE_HEIGHT,
                # An internal list has no index letters, and a heading without a word is no heading.
                # Groups, though, are what the order is for.
                "lettered": (bool(section.group) or len(printed) >= LETTERED)
                and all(letter["letter"] for letter in letters),
                "last": number == stop,
                "letters": letters,
                "logos": logos,
            }

    def _logo(self, record: dict[str, Any]) -> dict[str, Any]:
        found = self.logos[record["seq"]]
        return {
            "file": _file(record["seq"], found),
            "width": found.width,
            "height": found.height,
            "alt": self.plain(self.words.logo.replace("{name}", record["name"])),
        }

    def files(self) -> dict[str, bytes]:
        """What lies beside the data: the QR code that leads to the page where the list can be checked."""
        address = self.source.statement.check_at
        return {QR: qr_code(address)} if address else {}

    def pictures(self) -> dict[str, Path]:
        """The logos, by the names the data gives them."""
        return {_file(number, found): found.path for number, found in self.logos.items()}

    def range(self, sections: list[dict[str, Any]], start: int, stop: int) -> dict[str, str]:
        """Which names a volume holds, for its first page."""
        return {
            "first": number(start + 1),
            "last": number(stop),
            "all": number(self.source.statement.named),
            "from": sections[0]["letters"][0]["rows"][0][0],
            "to": sections[-1]["letters"][-1]["rows"][-1][0],
        }

    def frame(self) -> dict[str, Any]:
        """What a letter and a volume share."""
        letter, statement = self.source.letter, self.source.statement
        return {
            "title": self.text(letter.title),
            "campaign": self.text(letter.campaign),
            "language": letter.language,
            "direction": letter.direction,
            "emphasis": EMPHASIS.get(letter.language.split("-")[0], "italic"),
            "running": " · ".join(self.text(part) for part in (statement.citation, self.words.live) if part),
            "words": self.everything(self.words.as_data()),
        }

    def letter(self) -> dict[str, Any]:
        """The words of the letter, its addressees and its annex."""
        letter = self.source.letter
        return {
            "addressees": [self._addressee(addressee) for addressee in letter.addressees],
            "copies": [self._addressee(addressee) for addressee in letter.copies],
            "targets": self.everything(letter.targets),
            "salutation": self.text(letter.salutation),
            "letterhead": self.everything(letter.letterhead or (letter.lead or letter.campaign,)),
            "body": mapped(with_links(letter.body, [document.number for document in letter.evidence]), self.lines),
            "demands_intro": self.text(letter.demands_intro),
            "demands": self.everything(letter.demands),
            "closing": self.everything(letter.last_words),
            "initial": [self._signer(signer) for signer in letter.initial],
            "evidence": [self._document(position) for position in range(len(letter.evidence))],
            "annexes": [self._annex(position) for position in range(len(self.source.earlier))],
            "check": self._check(),
        }

    def _annex(self, position: int) -> dict[str, Any]:
        """An earlier text: paragraphs of runs, each with its mark."""
        earlier: Earlier = self.source.earlier[position]
        title, accepted = self.words.annexes[position]
        return {
            "title": self.text(title),
            "accepted": self.text(accepted),
            "paragraphs": [
                [run._asdict() | {"text": self.lines(run.text)} for run in marked(paragraph)]
                for paragraph in earlier.changes
            ],
        }

    def _check(self) -> dict[str, str] | None:
        """Where the list can be checked, and the picture that leads there."""
        address = self.source.statement.check_at
        if not address:
            return None
        alt = self.words.check_alt.replace("{address}", address)
        return {"file": QR, "alt": self.plain(alt), "address": address, "printed": self.text(address)}

    def _addressee(self, addressee: Addressee) -> dict[str, Any]:
        printed: dict[str, Any] = self.everything(vars(addressee))
        return printed

    def _signer(self, signer: Signer) -> dict[str, str]:
        """One of two beside each other, so that a run of letters has to break where a column's would."""
        parts = [_IN_COLUMN.sub(_breakable, self.text(part)) for part in (signer.title, signer.affiliation) if part]
        return {"name": _IN_COLUMN.sub(_breakable, self.text(signer.name)), "detail": self.joined(parts)}

    def _document(self, position: int) -> dict[str, Any]:
        document = self.source.letter.evidence[position]
        return {
            "number": document.number,
            "title": self.text(document.title),
            "facts": self.joined(
                [self.text(fact) for fact in (document.source, self.words.obtained[position]) if fact]
            ),
            "url": document.url,
            "url_printed": self.text(document.url),
            "sha256": grouped(document.sha256),
        }


def _file(number: int, found: pictures.Logo) -> str:
    return f"logo-{number}.{found.suffix}"


def _breakable(run: re.Match[str]) -> str:
    return run[0] + _ZERO_WIDTH_SPACE


def _height(rows: list[list[str]]) -> int:
    """About how many points the rows take below each other."""
    details = sum(-(-len(part) // SIGNS) for row in rows for part in row[1:])
    return len(rows) * NAME_HEIGHT + details * DETAIL_HEIGHT
