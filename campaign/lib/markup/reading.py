"""Markdown of a letter, read once into a tree that every format prints.

A tree is made of plain dicts with a ``type``, so it can be stored as JSON. The set of types is closed:

- ``document``: ``children`` (blocks) and ``footnotes``, each ``{"number", "children"}`` in the order first cited;
- blocks: ``heading`` (``level``), ``paragraph``, ``list`` (``ordered``, ``start``, ``tight``) of ``item``, ``quote``,
  ``code_block`` (``text``), ``table`` (``align``) of ``row`` of ``cell``, the first row being the head, and ``rule``;
- inlines: ``text`` (``text``), ``code`` (``text``), ``emphasis``, ``strong``, ``strike``, ``link`` (``href``),
  ``break`` and ``footnote_ref`` (``number``, ``repeat``: 1 for the first place that cites the note).

Raw HTML and images are text; links lead to http, https or mailto only.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

Node = dict[str, Any]

MAX_CHARACTERS = 40_000
# The reader's cost grows with the square of one run of lines without a blank one: 5,000 keeps the worst under 1 s.
MAX_RUN = 5_000
MAX_DEPTH = 8
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
QUOTES: Mapping[str, tuple[str, str, str, str]] = {
    "en": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "fr": ("«\u00a0", "\u00a0»", "“", "”"),
    "es": ("«", "»", "“", "”"),
    "ar": ("«", "»", "“", "”"),
}
_LINE_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
# Controls, surrogates, and the embeddings, overrides and isolates that make text read as another text.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
# A citation that the reader took for a footnote is a node of its own: one left in a text has no footnote.
_CITATION = re.compile(r"\[\^([^\]\s]+)\]")
_FOOTNOTE_LABEL = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


class BadMarkup(ValueError):
    """Text that cannot be stored as a letter: ``reason`` is a short word, ``line`` counts from 1.

    ``label`` is what the footnote is called, where it is about one.

    Reasons: too_long, run_too_long, too_deep, unknown_markup, footnote_unused, footnote_missing, footnote_in_footnote.
    """

    def __init__(self, reason: str, line: int, label: str = "") -> None:
        super().__init__(f"{reason} in line {line}")
        self.reason = reason
        self.line = line
        self.label = label


def parse(markdown_text: str, language: str = "en") -> Node:
    """Read Markdown into a tree whose headings start at 1 and skip no level; ``language`` chooses the quotation marks.

    Raises BadMarkup where something would be lost or could not be printed.
    """
    text = _cleaned(markdown_text)
    _check_length(text)
    environment: dict[str, Any] = {}
    root = SyntaxTreeNode(_reader(language).parse(text, environment))
    _check_every_note_is_cited(text, environment)
    children = _blocks(root.children, 0, 1)
    notes = next((child for child in root.children if child.type == "footnote_block"), None)
    footnotes = [_footnote(note) for note in notes.children] if notes else []
    tree = {"type": "document", "children": children, "footnotes": footnotes}
    _renumber_headings(tree)
    return tree


def _cleaned(text: str) -> str:
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_BREAKS.sub("\n", text)))


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise BadMarkup("too_long", text.count("\n", 0, MAX_CHARACTERS) + 1)
    run = 0
    for number, line in enumerate(text.split("\n"), 1):
        run = run + len(line) + 1 if line.strip() else 0
        if run > MAX_RUN:
            raise BadMarkup("run_too_long", number)


def _reader(language: str) -> MarkdownIt:
    """CommonMark with tables, strikethrough and footnotes.

    Of the typographer only the quotation marks: its replacements turn the "(c)" of an enumeration into "©".
    """
    quotes = QUOTES.get(language.split("-")[0].lower(), QUOTES["en"])
    reader = MarkdownIt("commonmark", {"html": False, "typographer": True, "quotes": list(quotes), "maxNesting": 100})
    reader.enable(["table", "strikethrough", "smartquotes"]).disable(["image"]).use(footnote_plugin)
    reader.validateLink = _is_allowed_link  # type: ignore[method-assign]
    return reader


def _is_allowed_link(url: str) -> bool:
    scheme, colon, _ = url.strip().partition(":")
    return bool(colon) and scheme.lower() in LINK_SCHEMES


def _check_every_note_is_cited(text: str, environment: Mapping[str, Any]) -> None:
    notes = environment.get("footnotes", {}).get("refs", {})
    for match in _FOOTNOTE_LABEL.finditer(text):
        if notes.get(f":{match[1]}", 0) < 0:
            raise BadMarkup("footnote_unused", text.count("\n", 0, match.start()) + 1)


def _blocks(nodes: list[SyntaxTreeNode], depth: int, line: int) -> list[Node]:
    return [_block(node, depth, line) for node in nodes if node.type not in {"footnote_block", "footnote_anchor"}]


def _block(node: SyntaxTreeNode, depth: int, line: int) -> Node:
    line = node.map[0] + 1 if node.map else line
    if depth > MAX_DEPTH:
        raise BadMarkup("too_deep", line)
    match node.type:
        case "heading":
            return {"type": "heading", "level": int(node.tag[1]), "children": _inlines(node, line)}
        case "paragraph":
            return {"type": "paragraph", "children": _inlines(node, line)}
        case "bullet_list" | "ordered_list":
            return _list(node, depth, line)
        case "blockquote":
            return {"type": "quote", "children": _blocks(node.children, depth + 1, line)}
        case "fence" | "code_block":
            return {"type": "code_block", "text": node.content.rstrip("\n")}
        case "table":
            return _table(node, line)
        case "hr":
            return {"type": "rule"}
    raise BadMarkup("unknown_markup", line)


def _list(node: SyntaxTreeNode, depth: int, line: int) -> Node:
    items = [{"type": "item", "children": _blocks(item.children, depth + 1, line)} for item in node.children]
    hidden = [child.hidden for item in node.children for child in item.children if child.type == "paragraph"]
    return {
        "type": "list",
        "ordered": node.type == "ordered_list",
        "start": int(node.attrs.get("start", 1)),
        "tight": all(hidden),
        "children": items,
    }


def _table(node: SyntaxTreeNode, line: int) -> Node:
    rows = [row for part in node.children for row in part.children]
    styles = [str(cell.attrs.get("style", "")) for cell in rows[0].children]
    return {
        "type": "table",
        "align": [{"text-align:right": "end", "text-align:center": "center"}.get(style, "start") for style in styles],
        "children": [
            {"type": "row", "children": [{"type": "cell", "children": _inlines(c, line)} for c in row.children]}
            for row in rows
        ],
    }


def _footnote(node: SyntaxTreeNode) -> Node:
    line = next((child.map[0] + 1 for child in node.children if child.map), 1)
    children = _blocks(node.children, 1, line)
    if any(child["type"] == "footnote_ref" for child in walk({"type": "note", "children": children})):
        raise BadMarkup("footnote_in_footnote", line)
    return {"number": int(node.meta["id"]) + 1, "children": children}


def _inlines(node: SyntaxTreeNode, line: int) -> list[Node]:
    inline = next((child for child in node.children if child.type == "inline"), None)
    return _marks(inline.children, 0, line) if inline else []


def _marks(nodes: list[SyntaxTreeNode], depth: int, line: int) -> list[Node]:
    """Inlines, with neighbouring texts joined."""
    if depth > MAX_DEPTH:
        raise BadMarkup("too_deep", line)
    marks: list[Node] = []
    for node in nodes:
        mark = _mark(node, depth, line)
        if mark["type"] == "text" and marks and marks[-1]["type"] == "text":
            marks[-1]["text"] += mark["text"]
        elif mark.get("text") != "":
            marks.append(mark)
    return marks


def _mark(node: SyntaxTreeNode, depth: int, line: int) -> Node:
    match node.type:
        case "text":
            if cited := _CITATION.search(node.content):
                raise BadMarkup("footnote_missing", line, cited[0])
            return {"type": "text", "text": node.content}
        case "softbreak":
            return {"type": "text", "text": " "}
        case "hardbreak":
            return {"type": "break"}
        case "code_inline":
            return {"type": "code", "text": node.content}
        case "em" | "strong" | "s":
            name = {"em": "emphasis", "strong": "strong", "s": "strike"}[node.type]
            return {"type": name, "children": _marks(node.children, depth + 1, line)}
        case "link":
            href = str(node.attrs["href"])
            return {"type": "link", "href": href, "children": _marks(node.children, depth + 1, line)}
        case "footnote_ref":
            meta = node.meta
            return {"type": "footnote_ref", "number": int(meta["id"]) + 1, "repeat": int(meta.get("subId", 0)) + 1}
    raise BadMarkup("unknown_markup", line)


def walk(node: Node) -> Iterator[Node]:
    """Every node below ``node`` and itself, in reading order; the footnotes of a document come last."""
    yield node
    for child in (*node.get("children", ()), *node.get("footnotes", ())):
        yield from walk(child)


def mapped(node: Node, change: Callable[[str], str]) -> Node:
    """The same tree with every ``text`` changed; what is printed must be cleaned, what is stored must not."""
    copy = dict(node)
    if "text" in copy:
        copy["text"] = change(copy["text"])
    for key in ("children", "footnotes"):
        if key in copy:
            copy[key] = [mapped(child, change) for child in copy[key]]
    return copy


def _renumber_headings(tree: Node) -> None:
    above: list[int] = []
    for node in walk(tree):
        if node.get("type") == "heading":
            while above and above[-1] >= node["level"]:
                above.pop()
            above.append(node["level"])
            node["level"] = len(above)
