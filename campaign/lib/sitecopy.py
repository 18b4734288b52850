"""A static copy of pages: which addresses belong to it, what each file is called, and pages with their links rewritten.

Addresses are paths of the site with their query, e.g. `/letters/stop/names?kind=person`; files are relative paths with
slashes. Nothing of a copied page loads anything but files of the copy.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

# Parts of a letter that are forms, personal, or made for programs that come again.
LEFT_OUT = frozenset(("sign", "share", "report", "embed", "preview", "names.json"))
NAMES_QUERY = ("kind", "group", "after")
LOADING = frozenset(("img", "source", "video", "audio", "iframe", "embed", "object", "track"))
_CSS_ADDRESS = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a copy of a letter holds: its pages, those of its campaign and of the companies it asks, and their styles.

    `site` is the public address of the site, without a slash at its end.
    """

    site: str
    letter: str
    campaign: str
    companies: Collection[str]

    def address_of(self, link: str, page: str) -> str | None:
        """The address, without its fragment, that a link on a page leads to; None for one outside of the copy."""
        parts = urlsplit(urljoin(f"{self.site}{page}", link))
        if f"{parts.scheme}://{parts.netloc}" != self.site:
            return None
        query = parse_qsl(parts.query)
        if not self._holds(unquote(parts.path).split("/")[1:], {name for name, _value in query}):
            return None
        ordered = sorted(query, key=lambda pair: NAMES_QUERY.index(pair[0]))
        return f"{parts.path}?{urlencode(ordered)}" if ordered else parts.path

    def _holds(self, parts: list[str], query: set[str]) -> bool:
        if len(parts) < 2 or (query and not (parts == ["letters", self.letter, "names"] and query <= set(NAMES_QUERY))):
            return False
        if parts[0] == "letters":
            own = parts[1] == self.letter and (len(parts) == 2 or parts[2] not in LEFT_OUT)
            return own or parts[1:] == [f"{self.letter}.json"]
        if parts[0] == "companies":
            return parts[1] in self.companies
        return parts[0] == "static" or parts[:2] == ["campaigns", self.campaign]


@dataclass
class Names:
    """The file of each address, once each; addresses of one list of names are numbered as they come."""

    scope: Scope
    taken: set[str] = field(default_factory=set)

    def file_of(self, address: str, is_page: bool, download: str) -> str:
        """What the answer of an address is kept as; `download` is the name the site gives a file, or ""."""
        path, _mark, query = address.partition("?")
        parts = unquote(path).split("/")[1:]
        if parts[:2] == ["letters", self.scope.letter]:
            plain = self._names_page(dict(parse_qsl(query))) if parts[2:] == ["names"] else "/".join(parts[2:])
        elif parts[0] == "letters":
            plain = "letter.json"
        elif parts[0] == "campaigns":
            plain = "/".join(parts[2:]) or "campaign"
        else:
            plain = "/".join(parts)
        if is_page:
            plain = f"{plain or 'index'}.html"
        elif download and "." not in posixpath.basename(plain) and not plain.startswith("editions/"):
            plain = f"{plain}-{re.sub(r'[^A-Za-z0-9._-]', '_', download)}"
        return self._fresh(plain)

    def _names_page(self, query: dict[str, str]) -> str:
        group = {"*": "other"}.get(query.get("group", ""), query.get("group", "").lower())
        return "/".join(("names", "-".join(part for part in (query.get("kind", ""), group) if part) or "index"))

    def _fresh(self, name: str) -> str:
        stem, dot, suffix = name.rpartition(".") if "." in posixpath.basename(name) else (name, "", "")
        found, number = name, 1
        while found in self.taken:
            number += 1
            found = f"{stem}-{number}{dot}{suffix}"
        self.taken.add(found)
        return found


class _Links(HTMLParser):
    """Collects what a page links to and loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "script":
            self.found += [value for name, value in attrs if name in ("href", "src") and value]


def links_of(page: str) -> list[str]:
    """The links of an HTML page as they are written, those of what it loads included."""
    reader = _Links()
    reader.feed(page)
    return reader.found


def style_links_of(style: str) -> Iterator[str]:
    """What a style sheet loads, as it is written."""
    yield from (found for found in _CSS_ADDRESS.findall(style) if not found.startswith("data:"))


class _Rewriter(HTMLParser):
    """Writes a page again as a file of the copy."""

    def __init__(self, link_to: Callable[[str], tuple[str, bool]], notice: str, instead_of_form: str) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._link_to, self._notice, self._instead = link_to, notice, instead_of_form
        self._skipped = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._skipped or self._is_left_out(tag, given):
            return
        written = self.get_starttag_text() or ""
        changed = self._changed(tag, given)
        if changed != given:
            attributes = "".join(f' {name}="{escape(value)}"' for name, value in changed.items())
            written = f"<{tag}{attributes}>"
        self._write(written)
        if tag == "main":
            self._write(f'\n<p class="copied fine">{escape(self._notice)}</p>')

    def _is_left_out(self, tag: str, given: dict[str, str]) -> bool:
        """Whether a tag and all in it are none of the copy: scripts, what is loaded early, forms."""
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._write(f'<p class="fine">{escape(self._instead)}</p>')
        if tag in ("script", "form"):
            self._skipped = tag
        return tag in ("script", "form") or (tag == "link" and given.get("rel") == "preload")

    def _changed(self, tag: str, given: dict[str, str]) -> dict[str, str]:
        """The attributes with their links led to files; what would be loaded from elsewhere is not loaded at all."""
        changed = {}
        for name, value in given.items():
            # Where a page comes from stays said.
            if name not in ("href", "src") or value.startswith("#") or given.get("rel") == "canonical":
                changed[name] = value
                continue
            address, is_file = self._link_to(value)
            is_loaded = tag in LOADING or (tag == "link" and given.get("rel") in ("stylesheet", "icon"))
            if is_file or not is_loaded:
                changed[name] = address
        return changed

    def handle_endtag(self, tag: str) -> None:
        if not self._skipped:
            self._write(f"</{tag}>")
        elif tag == self._skipped:
            self._skipped = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")

    def _write(self, text: str) -> None:
        if not self._skipped:
            self.written.append(text)


def rewritten(
    page: str, address: str, files: dict[str, str], scope: Scope, *, notice: str, instead_of_form: str
) -> str:
    """An HTML page as a file of the copy: `files` says where each address lies, `address` is its own.

    Links out of the copy lead to the living site. `notice` stands above the page, `instead_of_form` where a form was.
    """
    here = posixpath.dirname(files[address])

    def link_to(link: str) -> tuple[str, bool]:
        whole = urljoin(f"{scope.site}{address}", link)
        found = files.get(scope.address_of(link, address) or "")
        if found is None:
            return whole, False
        fragment = urlsplit(whole).fragment
        return quote(posixpath.relpath(found, here or ".")) + (f"#{fragment}" if fragment else ""), True

    writer = _Rewriter(link_to, notice, instead_of_form)
    writer.feed(page)
    writer.close()
    return "".join(writer.written)
