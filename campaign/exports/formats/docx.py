"""DOCX: the whole letter as a document to edit, to read and to print; names are streamed into it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from campaign.exports.comparing import marked
from campaign.exports.lines import BATCH, Piece, between, details
from campaign.exports.report import Report
from campaign.exports.snapshot import Record
from campaign.exports.source import Addressee, Earlier, Section, Signer, Source
from campaign.exports.wordbody import STEP, TEXT_WIDTH, BodyWriter, Numbering, lines_of
from campaign.exports.wordfile import Frame, Skeleton
from campaign.exports.wording import Words, grouped, words
from campaign.exports.wordxml import BREAK, field, link, paragraph, runs, table, turned
from campaign.languages import direction
from campaign.lib.xmltext import xml_text
from campaign.storage import part

NAME = "letter.docx"
# Up to this many names stand in one column.
FEW = 12


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `letter.docx`."""
    writer = Writer(source, words(source), report)
    before, after = [*writer.letter()], [*writer.ending()]
    skeleton = Skeleton(writer.frame())
    with part(folder / NAME) as path:
        skeleton.write(path, writer.pieces(skeleton, before, after))
    return [NAME]


COMMA = runs(", ", "Detail")


@lru_cache(maxsize=4096)
def beneath(text: str) -> str:
    """The runs of what stands under a name: countries, titles and affiliations come again and again."""
    return runs(text, "Detail")


class Writer:
    """Turns a source into WordprocessingML."""

    def __init__(self, source: Source, said: Words, report: Report) -> None:
        self.source = source
        self.said = said
        self.report = report
        self.body = BodyWriter(Numbering())
        # Our own words may be read in another direction than the letter's.
        self.is_rtl = source.letter.direction == "rtl"
        is_other = direction(said.language) != source.letter.direction
        self.ours = f'<w:bidi w:val="{0 if self.is_rtl else 1}"/>' if is_other else ""

    def frame(self) -> Frame:
        """What stands around the body; after it was written, because it numbers the lists."""
        letter = self.source.letter
        return Frame(
            title=letter.title,
            subject=letter.campaign,
            language=letter.language,
            is_rtl=self.is_rtl,
            time=self.source.statement.time,
            footer=paragraph(self.footer(), "Footer", self.ours),
            footnotes=self.body.footnotes(letter.body["footnotes"]),
            numbering=self.body.numbering,
        )

    def footer(self) -> str:
        """The citable sentence, and "Page 1 of 9", worked out by the reader."""
        fields = {"{n}": field("PAGE", runs("1")), "{total}": field("NUMPAGES", runs("1"))}
        page = "".join(fields.get(piece) or runs(piece) for piece in re.split(r"(\{n\}|\{total\})", self.said.page))
        return f"{runs(self.source.statement.citation)}<w:r><w:tab/></w:r>{page}"

    def ours_in(self, text: str, style: str) -> str:
        """A paragraph of our own words."""
        return paragraph(runs(text), style, self.ours)

    def letter(self) -> Iterator[str]:
        """Everything up to the names."""
        letter, said = self.source.letter, self.said
        yield from self.head()
        yield paragraph(runs(letter.title), "Heading1")
        if letter.salutation:
            yield paragraph(runs(letter.salutation), "BodyText")
        yield from self.body.blocks(letter.body["children"])
        if letter.demands_intro:
            yield paragraph(runs(letter.demands_intro), "BodyText", "<w:keepNext/>")
        if letter.demands:
            number = self.body.numbering.ordered(1)
            mark = (
                f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
                f'<w:ind w:left="{STEP}" w:hanging="{STEP}"/>'
            )
            yield from (paragraph(lines_of(demand), "Demand", mark) for demand in letter.demands)
        yield from (paragraph(runs(line), "BodyText") for line in letter.last_words)
        yield from (self.ours_in(line, "Small") for line in said.corrections)
        yield self.ours_in(said.signed, "BodyText")
        yield from (self.ours_in(line, "Small") for line in (said.not_frozen, said.texts) if line)
        if letter.initial:
            yield self.ours_in(said.first_signed, "Heading2")
            yield from map(self.signer, letter.initial)
        if letter.copies:
            yield paragraph(runs(said.copy_to), "Small", f'<w:keepNext/>{self.ours}<w:spacing w:before="240"/>')
            yield from (self.postal(addressee) for addressee in letter.copies)

    def head(self) -> Iterator[str]:
        """Letterhead, notice, date and addressees."""
        letter, said = self.source.letter, self.said
        yield paragraph(runs(said.campaign), "Letterhead")
        yield from (paragraph(runs(line), "LetterheadLine") for line in letter.letterhead)
        yield self.ours_in(said.kind, "LetterheadLine")
        yield paragraph("", "Rule")
        if said.notice:
            yield paragraph(lines_of(said.notice), "Notice")
        if said.dated:
            yield paragraph(runs(said.dated), "Dated")
        yield from (self.postal(addressee) for addressee in letter.addressees)
        if not letter.addressees and letter.targets:
            yield paragraph(runs(f"{said.to} {', '.join(letter.targets)}"), "Postal")

    def postal(self, addressee: Addressee) -> str:
        """An addressee with the lines of the address."""
        lines = [line for line in (addressee.name, addressee.title, *addressee.postal) if line]
        return paragraph(BREAK.join(map(runs, lines)), "Postal", turned(lines[0], self.is_rtl) if lines else "")

    def signer(self, signer: Signer) -> str:
        """Somebody named on the letter from its beginning."""
        below = [part for part in (signer.title, signer.affiliation) if part]
        name = runs(signer.name, marks="<w:b/><w:bCs/>")
        return paragraph(self.entry(name, below), "Signatory", turned(signer.name, self.is_rtl))

    def entry(self, name: str, below: list[str]) -> str:
        """A name, and what stands under it. Each part is a run of its own, so that they keep their order."""
        if not below:
            return name
        return name + BREAK + COMMA.join([beneath(part) for part in below])

    def pieces(self, skeleton: Skeleton, before: list[str], after: list[str]) -> Iterator[str]:
        """The whole body: the letter, each list in columns of its own, and the end."""
        yield from before
        lines = between(self.source, 0, self.source.statement.named)
        open_section = skeleton.section(1)
        for position, pieces in groupby(lines, key=lambda piece: piece[0].section):
            section = self.source.sections[position]
            yield from self.list_head(position, section)
            yield paragraph("", "Break", open_section)
            yield from self.names(section, pieces)
            columns = 1 if section.count <= FEW else 2 if section.kind == "organization" else 3
            yield paragraph("", "Break", skeleton.section(columns))
        yield from after
        yield skeleton.section(1)

    def list_head(self, position: int, section: Section) -> Iterator[str]:
        """The title of a list, and what holds for all of it."""
        yield self.ours_in(self.said.sections[position], "Heading2")
        if section.has_notes:
            yield from (self.ours_in(note, "Small") for note in self.said.list_notes)

    def names(self, section: Section, pieces: Iterator[tuple[Piece, Iterator[Record]]]) -> Iterator[str]:
        """The names of a list, under the headings of their groups where it has such."""
        style = "Organization" if section.kind == "organization" else "Signatory"
        countries: dict[str, str] = {}
        report, done = self.report, 0
        for piece, records in pieces:
            if section.group and piece.letter:
                yield paragraph(runs(piece.letter), "Group")
            for record in records:
                done += 1
                below = details(record, section, self.source, countries)
                shown = ", ".join((record["name"], *below))
                if (printed := xml_text(shown)) != shown:
                    report.printed(record.get("seq", done), shown, printed)
                name = record["name"]
                yield paragraph(self.entry(runs(name), below), style, turned(name, self.is_rtl))
                if done % BATCH == 0:
                    report.progress(done)

    def ending(self) -> Iterator[str]:
        """What stands after the names: who else is counted, the annexes, and the statement of the file."""
        spaced = f'{self.ours}<w:spacing w:before="160"/>'
        yield from (paragraph(runs(line), "BodyText", spaced) for line in self.said.also_counted)
        yield from self.evidence()
        for earlier, told in zip(self.source.earlier, self.said.annexes, strict=True):
            yield from self.earlier_text(earlier, *told)
        yield from self.confirmed()
        yield self.ours_in(self.said.about, "Heading2")
        rows = [
            [self.ours_in(name, "Label"), paragraph(lines_of(value), "Cell", self.ours)]
            for name, value in self.said.statement
        ]
        yield table(rows, [2400, TEXT_WIDTH - 2400], is_ruled=False)
        yield paragraph("", "Small")

    def evidence(self) -> Iterator[str]:
        """The annex of evidence, numbered as the text cites it."""
        letter = self.source.letter
        if letter.evidence:
            yield self.ours_in(self.said.evidence, "Heading2")
        for document, obtained in zip(letter.evidence, self.said.obtained, strict=True):
            lines = [runs(f"{document.number}. ") + runs(document.title, marks="<w:b/><w:bCs/>")]
            if facts := ", ".join(fact for fact in (document.source, obtained) if fact):
                lines.append(runs(facts))
            if document.url:
                lines.append(link(document.url, runs(document.url, "Hyperlink")))
            if document.sha256:
                lines.append(runs(f"SHA-256 {grouped(document.sha256)}", "Digest"))
            yield paragraph(BREAK.join(lines), "BodyText", f'<w:ind w:left="{STEP}" w:hanging="{STEP}"/>')

    def confirmed(self) -> Iterator[str]:
        """In which ways the signatures were confirmed, and how many in each."""
        said = self.said
        if said.confirmed:
            yield self.ours_in(said.confirmed_title, "Heading2")
            yield from (self.ours_in(f"{method}: {count}", "BodyText") for method, count in said.confirmed)
            yield self.ours_in(said.confirmed_note, "Small")

    def earlier_text(self, earlier: Earlier, title: str, accepted: str) -> Iterator[str]:
        """An earlier text: struck and in brackets what was taken out, underlined and in braces what came for it."""
        yield paragraph(runs(title), "Heading2", f"<w:pageBreakBefore/>{self.ours}")
        yield self.ours_in(f"{accepted} {self.said.marks}", "Small")
        formats = {"same": ("", "{}"), "removed": ("<w:strike/>", "[{}]"), "added": ('<w:u w:val="single"/>', "{{{}}}")}
        for change in earlier.changes:
            pieces = []
            for run in marked(change):
                marks, around = formats[run.mark]
                pieces += [runs(run.before), runs(around.format(run.text), marks=marks), runs(run.after)]
            yield paragraph("".join(pieces), "BodyText")
