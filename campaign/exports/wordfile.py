"""The DOCX around a letter: styles, numbering, footnotes, footer and properties by python-docx, the body as a stream.

The one file that knows python-docx. A zip of it has fixed dates and one order, so that the same letter gives the same
bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm

from campaign.exports.files import zip_entry
from campaign.exports.wordbody import BULLETS, STEP, Numbering
from campaign.exports.wordxml import NAMESPACE
from campaign.lib.xmltext import xml_text
from config import ROOT

STYLES = ROOT / "templates" / "exports" / "letter.styles.xml"
# The typeface for Han letters of each language; theirs look different for the same letter.
_EAST_ASIAN = {"ja": "Yu Mincho", "zh": "SimSun", "ko": "Batang"}
# Languages of scripts that Word calls complex, though they are read from left to right.
_COMPLEX = frozenset(("bn", "gu", "hi", "km", "kn", "lo", "ml", "mr", "my", "ne", "pa", "si", "ta", "te", "th"))
_BODY = re.compile(rb"(.*<w:body>)(<w:sectPr.*</w:sectPr>)(</w:body>.*)", re.DOTALL)
# An older one cannot stand in a zip.


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the file says around its body. `footer` is the XML of its paragraph, `footnotes` a whole part."""

    title: str
    subject: str
    language: str
    is_rtl: bool
    time: datetime
    footer: str
    footnotes: str
    numbering: Numbering


class Skeleton:
    """The parts of the file, made once; `section` gives the XML of its pages."""

    def __init__(self, frame: Frame) -> None:
        document = Document()
        _style(document, frame)
        _number(document, frame.numbering)
        _lay_out(document, frame)
        _describe(document, frame)
        _add_footnotes(document, frame.footnotes)
        _without_picture(document)
        packed = io.BytesIO()
        document.save(packed)
        self.parts = ZipFile(packed)
        self.time = frame.time
        found = _BODY.fullmatch(self.parts.read("word/document.xml"))
        if found is None:
            raise ValueError("the skeleton has no empty body")
        self.head, self.pages, self.end = (piece.decode() for piece in found.groups())

    def section(self, columns: int) -> str:
        """The properties of a section of so many columns, that goes on where the one before ended."""
        pages = re.sub(r"<w:cols [^>]*/>", f'<w:cols w:num="{columns}" w:space="400"/>', self.pages)
        return pages.replace("<w:pgSz", '<w:type w:val="continuous"/><w:pgSz', 1)

    def write(self, path: Path, body: Iterable[str]) -> None:
        """Writes the file; `body` is the XML between the skeleton's head and end, a piece at a time."""
        with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as packed:
            for name in self.parts.namelist():
                with packed.open(zip_entry(name, self.time), "w") as file:
                    if name == "word/document.xml":
                        self._write_body(file, body)
                    else:
                        file.write(self.parts.read(name))

    def _write_body(self, file: IO[bytes], body: Iterable[str]) -> None:
        file.write(self.head.encode())
        batch: list[str] = []
        for piece in body:
            batch.append(piece)
            if len(batch) >= 500:
                file.write("".join(batch).encode())
                batch.clear()
        file.write(("".join(batch) + self.end).encode())


def _style(document: Any, frame: Frame) -> None:
    """Our own styles in place of the template's, with the fonts and the direction of the language."""
    styles = document.styles.element
    for old in list(styles):
        styles.remove(old)
    xml = STYLES.read_text(encoding="utf-8")
    short = frame.language.split("-")[0]
    xml = xml.replace("Yu Mincho", _EAST_ASIAN.get(short, "Yu Mincho"))
    if frame.is_rtl:
        xml = xml.replace("<w:qFormat/></w:style>", "<w:qFormat/><w:pPr><w:bidi/></w:pPr></w:style>", 1)
    # Each kind of script has a language of its own: Latin words in a Japanese letter are not broken as Japanese ones.
    slot = "w:eastAsia" if short in _EAST_ASIAN else "w:bidi" if frame.is_rtl or short in _COMPLEX else "w:val"
    lang = re.compile(rf'(<w:lang [^>]*{slot}=")[^"]*')
    xml = lang.sub(lambda found: found[1] + frame.language, xml, count=1)
    for new in list(parse_xml(xml)):
        styles.append(new)


def _number(document: Any, numbering: Numbering) -> None:
    """The definitions of all lists: one of bullets, and one for each ordered list, which begins where it says."""
    element = document.part.numbering_part.element
    for old in list(element):
        element.remove(old)
    starts = [1, *numbering.starts]
    for number, start in enumerate(starts, BULLETS):
        element.append(parse_xml(_levels(number, start, is_bullets=number == BULLETS)))
    for number, _start in enumerate(starts, BULLETS):
        xml = f'<w:num xmlns:w="{NAMESPACE}" w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        element.append(parse_xml(xml))


def _levels(number: int, start: int, is_bullets: bool) -> str:
    levels = []
    for level in range(9):
        shape, text = ("bullet", "•–▪"[level % 3]) if is_bullets else ("decimal", f"%{level + 1}.")
        levels.append(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/>'
            f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{(level + 1) * STEP}" w:hanging="{STEP}"/></w:pPr></w:lvl>'
        )
    kind = f'<w:multiLevelType w:val="hybridMultilevel"/>{"".join(levels)}'
    return f'<w:abstractNum xmlns:w="{NAMESPACE}" w:abstractNumId="{number}">{kind}</w:abstractNum>'


def _lay_out(document: Any, frame: Frame) -> None:
    """A4 with the margins of the printed letter, and the footer on every page."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.3)
    section.footer_distance = Cm(1.1)
    if frame.is_rtl:
        grid = section._sectPr.find(f"{{{NAMESPACE}}}docGrid")
        bidi = parse_xml(f'<w:bidi xmlns:w="{NAMESPACE}"/>')
        section._sectPr.append(bidi) if grid is None else grid.addprevious(bidi)
    footer = section.footer
    footer.is_linked_to_previous = False
    old = footer.paragraphs[0]._p
    old.getparent().replace(old, parse_xml(frame.footer.replace("<w:p>", f'<w:p xmlns:w="{NAMESPACE}">', 1)))


def _describe(document: Any, frame: Frame) -> None:
    """The properties of the file: title, campaign, language and time, and nobody's name."""
    about = document.core_properties
    about.title, about.subject, about.language = (
        xml_text(frame.title)[:255],
        xml_text(frame.subject)[:255],
        frame.language,
    )
    about.author = about.last_modified_by = about.comments = about.keywords = about.category = ""
    about.created = about.modified = frame.time.replace(tzinfo=None, microsecond=0)
    about.revision = 1


def _add_footnotes(document: Any, xml: str) -> None:
    package = document.part.package
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, xml.encode(), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _without_picture(document: Any) -> None:
    """Takes out the picture of an empty page that comes with the template."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]
