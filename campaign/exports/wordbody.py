"""A letter's text as WordprocessingML: headings, lists, quotes, tables, links and real footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from campaign.exports.wordxml import BREAK, NAMESPACE, link, paragraph, runs, table
from campaign.lib.markup import Node
from campaign.lib.xmltext import xml_text

# What a page between its margins is wide, in twentieths of a point.
TEXT_WIDTH = 9070
STEP = 400
_MARKS = {
    "strong": ("<w:b/><w:bCs/>", 0),
    "emphasis": ("<w:i/><w:iCs/>", 1),
    "strike": ("<w:strike/>", 2),
}
BULLETS = 1


@dataclass(frozen=True)
class Place:
    """Where a block stands: how far it is moved in, in which style, and the mark of a list item it begins with."""

    indent: int = 0
    style: str = "BodyText"
    level: int = -1
    item: str = ""

    def properties(self) -> str:
        """The properties of a paragraph there."""
        if self.item:
            return self.item
        return f'<w:ind w:left="{self.indent}"/>' if self.indent else ""


@dataclass
class Numbering:
    """The ordered lists of a document, each with its first number; the bullets of all others are the first of them."""

    starts: list[int] = field(default_factory=list)

    def ordered(self, start: int) -> int:
        """The id of a new ordered list."""
        self.starts.append(start)
        return BULLETS + len(self.starts)


class BodyWriter:
    """Writes one tree; ordered lists are noted in `numbering`, which the document's own part spells out."""

    def __init__(self, numbering: Numbering, heading: int = 2) -> None:
        self.numbering = numbering
        self.heading = heading

    def blocks(self, nodes: Iterable[Node], place: Place = Place()) -> Iterator[str]:
        """The paragraphs and tables of these blocks."""
        for node in nodes:
            yield from self.block(node, place)
            # The mark of an item stands before its first paragraph alone.
            place = replace(place, item="")

    def block(self, node: Node, place: Place) -> Iterator[str]:
        """The paragraphs of one block. Raises ValueError for one of no known type."""
        match node["type"]:
            case "heading":
                level = min(node["level"] + self.heading - 1, 6)
                yield paragraph(self.inlines(node), f"Heading{level}", place.properties())
            case "paragraph":
                yield paragraph(self.inlines(node), place.style, place.properties())
            case "quote":
                yield from self.blocks(
                    node["children"], replace(place, indent=place.indent + 3 * STEP // 2, style="Quote")
                )
            case "code_block":
                lines = BREAK.join(runs(line) for line in node["text"].expandtabs(4).split("\n"))
                yield paragraph(lines, "Code", place.properties())
            case "rule":
                yield paragraph("", "Rule", place.properties())
            case "list":
                yield from self.list(node, place)
            case "table":
                yield self.table(node)
                # Two tables without a paragraph between them would be one.
                yield paragraph("", "Small")
            case kind:
                raise ValueError(f"no DOCX for a block of type {kind}")

    def list(self, node: Node, place: Place) -> Iterator[str]:
        """The items of a list, each numbered by the reader."""
        level = min(place.level + 1, 8)
        number = self.numbering.ordered(node["start"]) if node["ordered"] else BULLETS
        indent = place.indent + STEP
        item = (
            f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
            f'<w:ind w:left="{indent}" w:hanging="{STEP}"/>'
        )
        if node["tight"]:
            item = item.replace("<w:ind ", '<w:spacing w:after="60"/><w:ind ')
        for child in node["children"]:
            inside = replace(place, indent=indent, level=level, item=item)
            first = child["children"][0]["type"] if child["children"] else ""
            if first not in ("paragraph", "code_block"):
                # What cannot bear the mark itself stands below it.
                yield paragraph("", place.style, item)
                inside = replace(inside, item="")
            yield from self.blocks(child["children"], inside)

    def table(self, node: Node) -> str:
        """A table with its head in bold; columns of one width."""
        count = max(len(node["align"]), 1)
        sides = {"end": '<w:jc w:val="right"/>', "center": '<w:jc w:val="center"/>'}
        rows = [
            [
                paragraph(self.inlines(cell, ("strong",) if number == 0 else ()), "Cell", sides.get(side, ""))
                for cell, side in zip(row["children"], node["align"], strict=True)
            ]
            for number, row in enumerate(node["children"])
        ]
        return table(rows, [TEXT_WIDTH // count] * count, has_head=True)

    def inlines(self, node: Node, marks: tuple[str, ...] = (), style: str = "") -> str:
        """The runs of a node's children."""
        return "".join(self.inline(child, marks, style) for child in node["children"])

    def inline(self, node: Node, marks: tuple[str, ...], style: str) -> str:
        """The runs of one inline. Raises ValueError for one of no known type."""
        match node["type"]:
            case "text":
                return runs(node["text"], style, marks_of(marks))
            case "code":
                return runs(node["text"], "CodeInline", marks_of(marks))
            case "break":
                return BREAK
            case "emphasis" | "strong" | "strike":
                return self.inlines(node, (*marks, node["type"]), style)
            case "link":
                return link(node["href"], self.inlines(node, marks, "Hyperlink"))
            case "footnote_ref":
                return footnote_mark(node["number"], node["repeat"])
        raise ValueError(f"no DOCX for an inline of type {node['type']}")

    def footnotes(self, notes: Iterable[Node]) -> str:
        """The part `footnotes.xml`: the rules above the notes, then each with its number."""
        parts = [
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for kind, number in (("separator", -1), ("continuationSeparator", 0))
        ]
        for note in notes:
            parts.append(f'<w:footnote w:id="{note["number"]}">{self._note(note)}</w:footnote>')
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        return f'{head}\n<w:footnotes xmlns:w="{NAMESPACE}">{"".join(parts)}</w:footnotes>'

    def _note(self, note: Node) -> str:
        mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>' + runs(" ")
        first, *others = note["children"] or [{"type": "paragraph", "children": []}]
        place = Place(style="FootnoteText")
        if first["type"] == "paragraph":
            begun = paragraph(mark + self.inlines(first), place.style)
        else:
            begun = paragraph(mark, place.style) + "".join(self.block(first, place))
        return begun + "".join(self.blocks(others, place))


def marks_of(marks: Iterable[str]) -> str:
    """The properties of these marks, each once and in the order of the schema."""
    return "".join(xml for xml, _ in sorted({_MARKS[mark] for mark in marks}, key=lambda mark: mark[1]))


def footnote_mark(number: int, repeat: int) -> str:
    """The raised number of a footnote: a real one where it is first cited, a field that repeats it elsewhere."""
    if repeat > 1:
        return runs(str(number), "FootnoteReference")
    style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    return f'<w:r>{style}<w:footnoteReference w:id="{number}"/></w:r>'


def lines_of(text: str) -> str:
    """Runs of a text whose line breaks count."""
    return BREAK.join(runs(xml_text(line)) for line in text.split("\n"))
