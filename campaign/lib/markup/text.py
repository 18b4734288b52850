"""A tree as plain text: for the text file, the text part of a mail and reading aloud."""

import textwrap
from collections.abc import Iterable

from campaign.lib.markup.reading import Node

RULE = "* * *"


def to_text(tree: Node, width: int = 76) -> str:
    """The tree as plain text, blocks parted by a blank line, footnotes at the end; lines end with LF.

    Paragraphs are filled to ``width`` columns, 0 leaves them as one line each. The address of a link follows its words.
    """
    return "\n\n".join(part for part in to_text_parts(tree, width) if part) + "\n"


def to_text_parts(tree: Node, width: int = 76) -> tuple[str, str]:
    """The same in two parts, body and footnotes, each without a last LF."""
    notes = [_hanging(_blocks(note["children"], width), f"[{note['number']}] ") for note in tree["footnotes"]]
    return _blocks(tree["children"], width), "\n".join(notes)


def _blocks(nodes: Iterable[Node], width: int, tight: bool = False) -> str:
    return ("\n" if tight else "\n\n").join(_block(node, width) for node in nodes)


def _block(node: Node, width: int) -> str:
    match node["type"]:
        case "heading":
            title = _inlines(node)
            return f"{title}\n{'-' * min(len(title), width or 76)}"
        case "paragraph":
            return _filled(_inlines(node), width)
        case "quote":
            lines = _blocks(node["children"], width and max(width - 2, 20)).split("\n")
            return "\n".join(f"> {line}".rstrip() for line in lines)
        case "code_block":
            return textwrap.indent(node["text"], "    ")
        case "rule":
            return RULE
        case "list":
            return _list(node, width)
        case "table":
            return "\n".join(" | ".join(_inlines(cell) for cell in row["children"]) for row in node["children"])
    raise ValueError(f"no text for a block of type {node['type']}")


def _list(node: Node, width: int) -> str:
    items = []
    for number, item in enumerate(node["children"], node["start"]):
        mark = f"{number}. " if node["ordered"] else "- "
        narrower = width and max(width - len(mark), 20)
        items.append(_hanging(_blocks(item["children"], narrower, node["tight"]), mark))
    return ("\n" if node["tight"] else "\n\n").join(items)


def _hanging(text: str, mark: str) -> str:
    return mark + textwrap.indent(text, " " * len(mark)).lstrip(" ")


def _filled(text: str, width: int) -> str:
    if not width:
        return text
    lines = (textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n"))
    return "\n".join(lines)


def _inlines(node: Node) -> str:
    return "".join(_inline(child) for child in node["children"])


def _inline(node: Node) -> str:
    match node["type"]:
        case "text" | "code":
            return str(node["text"])
        case "break":
            return "\n"
        case "emphasis" | "strong" | "strike":
            return _inlines(node)
        case "link":
            words, address = _inlines(node), node["href"]
            return words if words in {address, address.removeprefix("mailto:")} else f"{words} ({address})"
        case "footnote_ref":
            return f"[{node['number']}]"
    raise ValueError(f"no text for an inline of type {node['type']}")
