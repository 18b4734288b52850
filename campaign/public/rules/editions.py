"""An edition in the words of its public page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from campaign.languages import _, ngettext
from campaign.languages import number as number_in_words

# What the files of an edition are, in the order of the page; others follow by name.
_ORDER = ("package.zip", "letter.pdf", "letter.docx", "letter.html", "letter.txt")


class File(NamedTuple):
    """A public file: its name, its size in words, its SHA-256."""

    name: str
    size: str
    sha256: str


def shown_files(files: Sequence[Mapping[str, Any]]) -> list[File]:
    """The files in the order people look for them."""
    places = {name: place for place, name in enumerate(_ORDER)}
    ordered = sorted(files, key=lambda file: (places.get(file["name"], len(places)), file["name"]))
    return [File(file["name"], size_in_words(file["size"]), file["sha256"]) for file in ordered]


def size_in_words(size: int) -> str:
    """A size as people read it: 812 bytes, 34 kB, 9.3 MB."""
    if size < 1000:
        return str(ngettext("%(num)s byte", "%(num)s bytes", size))
    if size < 1_000_000:
        return str(_("%(n)s kB", n=number_in_words(round(size / 1000))))
    return str(_("%(n)s MB", n=number_in_words(round(size / 1_000_000, 1))))


def count_lines(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The exact counts of an edition; a kind nobody signed as is left out."""
    lines = [
        (_("Organizations"), counts["organizations"]),
        (_("People"), counts["people"]),
        (_("of these, people who keep their name private"), counts["private"]),
        (_("Employees of the company, one number without names"), counts["employees"]),
        (_("Total"), counts["total"]),
        (_("Collected elsewhere and imported, in no total"), counts["imported"]),
    ]
    return [(words, number_in_words(number)) for words, number in lines if number]


def version_lines(counts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Organizations and people for each text they accepted; nothing where all accepted one."""
    versions = counts.get("versions", [])
    if len(versions) < 2:
        return []
    return [
        (
            _("Version %(number)s", number=row["version"]),
            number_in_words(row["organizations"]),
            number_in_words(row["people"]),
        )
        for row in versions
    ]


def errata_lines(errata: Mapping[str, int]) -> list[str]:
    """Who left an edition since it was frozen: numbers by how, never names."""
    gone, erased, off, hidden = (errata.get(way, 0) for way in ("withdrawn", "erased", "removed", "hidden"))
    lines = [
        (gone, ngettext("%(n)s withdrew their signature.", "%(n)s withdrew their signatures.", gone, n=gone)),
        (erased, ngettext("%(n)s erased everything.", "%(n)s erased everything.", erased, n=erased)),
        (off, ngettext("%(n)s was taken off by an organizer.", "%(n)s were taken off by organizers.", off, n=off)),
        (
            hidden,
            ngettext("%(n)s keeps the name private now.", "%(n)s keep their names private now.", hidden, n=hidden),
        ),
    ]
    return [str(words) for number, words in lines if number]
