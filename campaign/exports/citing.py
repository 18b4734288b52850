"""Footnotes that cite evidence lead to it: "Evidence 1" becomes a link to that document of the annex."""

import re
from collections.abc import Collection

from campaign.lib.markup import Node

_CITED = re.compile(r"\b[Ee]vidence (\d{1,4})\b")


def with_links(tree: Node, numbers: Collection[int]) -> Node:
    """The same tree; in its footnotes each citation of one of these documents is a link to `#evidence-<number>`."""
    notes = [note | {"children": _linked(note["children"], numbers)} for note in tree["footnotes"]]
    return tree | {"footnotes": notes}


def _linked(nodes: list[Node], numbers: Collection[int]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if node["type"] == "text":
            found += _parts(node["text"], numbers)
        elif "children" in node and node["type"] != "link":
            found.append(node | {"children": _linked(node["children"], numbers)})
        else:
            found.append(node)
    return found


def _parts(text: str, numbers: Collection[int]) -> list[Node]:
    parts: list[Node] = []
    end = 0
    for cited in _CITED.finditer(text):
        if int(cited[1]) in numbers:
            words = {"type": "text", "text": cited[0]}
            parts += _text(text[end : cited.start()])
            parts.append({"type": "link", "href": f"#evidence-{int(cited[1])}", "children": [words]})
            end = cited.end()
    return parts + _text(text[end:])


def _text(text: str) -> list[Node]:
    return [{"type": "text", "text": text}] if text else []
