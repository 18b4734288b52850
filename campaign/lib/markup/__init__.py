"""Markdown of a letter: one tree, and what is made of it."""

from campaign.lib.markup.html import to_html, to_html_parts
from campaign.lib.markup.reading import MAX_CHARACTERS, BadMarkup, Node, mapped, parse, walk
from campaign.lib.markup.text import to_text, to_text_parts

__all__ = [
    "MAX_CHARACTERS",
    "BadMarkup",
    "Node",
    "mapped",
    "parse",
    "to_html",
    "to_html_parts",
    "to_text",
    "to_text_parts",
    "walk",
]
