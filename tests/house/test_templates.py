"""Templates: nothing inline that the content security policy forbids, and no text outside gettext."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

from jinja2 import Environment

from tests.support.tree import files, text

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
# A printed letter is one file that must look right alone; a mail has no content security policy.
PAGES = [path for path in files("templates/", suffix=".html") if "/mail/" not in path and "/exports/" not in path]
WORDS = [path for path in files("templates/", suffix="") if path.endswith((".html", ".txt", ".subject"))]
# What a person reads, apart from the text between tags.
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "summary"}
# Names and signs that are the same in every language.
SAME = {"Undersigned", "CSV", "JSON", "PDF", "HTML", "WhatsApp", "Mastodon", "Bluesky", "SHA", "UTC", "n"}
GAP = " "
# A block that fills the class attribute of a frame holds no words.
CLASS_BLOCK = re.compile(r"\{%-?\s*block \w*class\b.*?endblock[^%]*%\}", re.DOTALL)


@cache
def literal(path: str) -> str:
    """A template without its Jinja parts: expressions and tags leave a gap, comments and translated blocks nothing."""
    kept: list[str] = []
    inside = translated = 0
    for _line, kind, value in ENVIRONMENT.lex(CLASS_BLOCK.sub("", text(path))):
        if kind in ("block_begin", "variable_begin"):
            inside, kept = 1, [*kept, GAP]
        elif kind in ("block_end", "variable_end"):
            inside = 0
        elif inside and kind == "name" and value in ("trans", "endtrans"):
            translated = value == "trans"
        elif kind == "data" and not translated:
            kept.append(value)
    return "".join(kept)


class Reader(HTMLParser):
    """Collects the text and the spoken attributes of a literal."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are read to people, and elements nobody reads."""
        self.silent += tag in ("script", "style")
        self.said += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element nobody reads."""
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if not self.silent:
            self.said.append(data)


def bare_words(path: str) -> set[str]:
    """The words of a template that no translation reaches."""
    source = literal(path)
    if path.endswith(".html"):
        reader = Reader()
        reader.feed(source)
        source = " ".join(reader.said)
    return set(re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;|\S+@\S+|https?://\S*", " ", source))) - SAME


def test_pages_have_nothing_inline() -> None:
    """B11: no inline style, script or handler on any page."""
    inline = re.compile(r"<style\b|\sstyle\s*=|<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
    assert {path: found for path in PAGES if (found := inline.findall(literal(path)))} == {}


def test_pages_load_nothing_from_elsewhere() -> None:
    """T, section 4: no third-party host; plain links to other sites are no loading."""
    loading = re.compile(
        r"<(?:script|img|iframe|source|link)\b[^>]*(?:src|href)=[\"'](?:https?:)?//[^\"']+", re.IGNORECASE
    )
    assert {path: found for path in PAGES if (found := loading.findall(literal(path)))} == {}


def test_every_text_is_translated() -> None:
    """R5: no bare string in any page or mail."""
    assert len(WORDS) > 20
    assert {path: bare for path in WORDS if (bare := bare_words(path))} == {}


def test_markup_is_trusted_in_few_places() -> None:
    """T13: only text that `lib.markup` has made is put on a page unescaped."""
    trusted = [expression for path in PAGES for expression in re.findall(r"\{\{(.*?)\|\s*safe\b", text(path))]
    assert trusted
    assert [
        expression for expression in trusted if not re.search(r"\b(\w+\.(body|notes?)_html|body|notes)\b", expression)
    ] == []
