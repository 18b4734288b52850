"""A tree as HTML for a page: escaped here, and cleaned once more by nh3."""

from collections import Counter
from collections.abc import Iterable
from html import escape

import nh3

from campaign.lib.markup.reading import LINK_SCHEMES, Node, walk

BLOCK_TAGS = frozenset(
    {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "ul"}
)
TABLE_TAGS = frozenset({"table", "tbody", "td", "th", "thead", "tr"})
INLINE_TAGS = frozenset({"a", "br", "code", "del", "em", "strong", "sup"})
ATTRIBUTES = {
    "a": {"href", "id", "aria-label"},
    "li": {"id"},
    "ol": {"start"},
    "section": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
}
MARKS = {"emphasis": "em", "strong": "strong", "strike": "del"}


def to_html(tree: Node, first_heading: int = 2, note_id: str = "note", back: str = "Back to the text") -> str:
    """The tree as safe HTML whose first heading has level ``first_heading``; ids of footnotes begin with ``note_id``.

    Two trees on one page need two ``note_id``. The footnotes stand at the end, in ``section.footnotes``; each leads
    back by arrows, which a screen reader reads as ``back`` (a sentence in the page's language) and the note's number.
    """
    return "".join(to_html_parts(tree, first_heading, note_id, back))


def to_html_parts(
    tree: Node, first_heading: int = 2, note_id: str = "note", back: str = "Back to the text"
) -> tuple[str, str]:
    """The same in two parts, body and footnotes, for a page that puts something between them."""
    writer = _Writer(tree, first_heading, note_id, back)
    return _clean(writer.blocks(tree["children"])), _clean(writer.footnotes(tree["footnotes"]))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(BLOCK_TAGS | TABLE_TAGS | INLINE_TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(LINK_SCHEMES),
        link_rel="noopener nofollow ugc",
    )


class _Writer:
    """Writes one tree, with what its nodes need to know of the whole."""

    def __init__(self, tree: Node, first_heading: int, note_id: str, back: str) -> None:
        self.first_heading = first_heading
        self.note_id = note_id
        self.back = back
        self.citations = Counter(node["number"] for node in walk(tree) if node.get("type") == "footnote_ref")

    def blocks(self, nodes: Iterable[Node], tight: bool = False) -> str:
        return "".join(self.block(node, tight) for node in nodes)

    def block(self, node: Node, tight: bool) -> str:
        match node["type"]:
            case "heading":
                level = min(node["level"] + self.first_heading - 1, 6)
                return f"<h{level}>{self.inlines(node)}</h{level}>\n"
            case "paragraph":
                return self.inlines(node) if tight else f"<p>{self.inlines(node)}</p>\n"
            case "quote":
                return f"<blockquote>\n{self.blocks(node['children'])}</blockquote>\n"
            case "code_block":
                return f"<pre><code>{escape(node['text'])}</code></pre>\n"
            case "rule":
                return "<hr>\n"
            case "list":
                return self.list(node)
            case "table":
                return self.table(node)
        raise ValueError(f"no HTML for a block of type {node['type']}")

    def list(self, node: Node) -> str:
        start = f' start="{node["start"]}"' if node["ordered"] and node["start"] != 1 else ""
        tag = "ol" if node["ordered"] else "ul"
        items = "".join(f"<li>{self.blocks(item['children'], node['tight'])}</li>\n" for item in node["children"])
        return f"<{tag}{start}>\n{items}</{tag}>\n"

    def table(self, node: Node) -> str:
        head, *rows = node["children"]
        body = "".join(self.row(row, "td", node["align"]) for row in rows)
        return f"<table>\n<thead>\n{self.row(head, 'th', node['align'])}</thead>\n<tbody>\n{body}</tbody>\n</table>\n"

    def row(self, row: Node, tag: str, align: Iterable[str]) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        cells = zip(row["children"], align, strict=True)
        text = "".join(f'<{tag}{scope} class="{side}">{self.inlines(cell)}</{tag}>' for cell, side in cells)
        return f"<tr>{text}</tr>\n"

    def inlines(self, node: Node) -> str:
        return "".join(self.inline(child) for child in node["children"])

    def inline(self, node: Node) -> str:
        match node["type"]:
            case "text":
                return escape(node["text"])
            case "code":
                return f"<code>{escape(node['text'])}</code>"
            case "break":
                return "<br>\n"
            case "emphasis" | "strong" | "strike":
                tag = MARKS[node["type"]]
                return f"<{tag}>{self.inlines(node)}</{tag}>"
            case "link":
                return f'<a href="{escape(node["href"])}">{self.inlines(node)}</a>'
            case "footnote_ref":
                number = node["number"]
                place = self.place(number, node["repeat"])
                return f'<sup><a href="#{self.note_id}-{number}" id="{place}">{number}</a></sup>'
        raise ValueError(f"no HTML for an inline of type {node['type']}")

    def place(self, number: int, repeat: int) -> str:
        """The id of the place that cites a note, for the ``repeat``-th time."""
        return f"{self.note_id}-{number}-ref" + (f"-{repeat}" if repeat > 1 else "")

    def footnotes(self, notes: Iterable[Node]) -> str:
        items = "".join(self.footnote(note) for note in notes)
        return f'<section class="footnotes">\n<ol>\n{items}</ol>\n</section>\n' if items else ""

    def footnote(self, note: Node) -> str:
        number = note["number"]
        ways = range(1, self.citations[number] + 1)
        back = " ".join(self.way_back(number, way) for way in ways)
        *before, last = note["children"] or [{"type": "paragraph", "children": []}]
        if last["type"] == "paragraph":
            ending = f"<p>{self.inlines(last)} {back}</p>\n"
        else:
            ending = f"{self.block(last, tight=False)}<p>{back}</p>\n"
        return f'<li id="{self.note_id}-{number}">{self.blocks(before)}{ending}</li>\n'

    def way_back(self, number: int, way: int) -> str:
        label = escape(f"{self.back} {number}")
        return f'<a href="#{self.place(number, way)}" aria-label="{label}">↩{way if way > 1 else ""}</a>'
