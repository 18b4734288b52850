"""Domains that can be taken for one another: how they are compared, and the keys a database finds near ones by.

A domain's label is what somebody registered, without its ending: "open-rights" of "open-rights.org". Two labels
are compared by their skeletons, after UTS 39: as the eye reads them, without hyphens, accents, case and script.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache

import idna

from campaign.lib.emails import is_one_slip

# Shorter skeletons are near everything: they are compared as a whole only.
SHORTEST_EDITED = 5
# A known label within another one: as words between hyphens, or run together.
SHORTEST_WORDS = 5
SHORTEST_PART = 8

# Letters that are drawn as Latin ones: the common part of Unicode's confusables.txt, for the scripts of domain names.
_ALIKE = {
    "a": "аαɑ",
    "b": "ьъƅв",
    "c": "сϲᴄ",
    "d": "ԁɗđ",
    "e": "еєҽεёэ",
    "f": "ƒϝ",
    "g": "ɡցģ",
    "h": "һհнħ",
    "i": "іıɩɪιїӏļłʟլǀ",
    "j": "јʝ",
    "k": "кκқ",
    "m": "м",
    "n": "ոηпղńŋи",
    "o": "оοօσøөჿ๐",
    "p": "рρþ",
    "q": "ԛգզ",
    "r": "гɾᴦ",
    "s": "ѕꜱʂ",
    "t": "тτŧ",
    "u": "υսʋ",
    "v": "ѵνⱱ",
    "w": "ԝωѡшщա",
    "x": "хχ",
    "y": "уγүʏყ",
    "z": "ʐᴢζ",
}
_DRAWN_AS = {sign: letter for letter, signs in _ALIKE.items() for sign in signs} | {"ß": "ss", "æ": "ae", "œ": "oe"}
# What is read as one letter, however it is written.
_READ_AS = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "3": "e", "5": "s", "6": "b"})
_PAIRS = (("rn", "m"), ("vv", "w"))


class Likeness(StrEnum):
    """In what way a domain is near another one."""

    OTHER_ENDING = "other_ending"
    HYPHEN = "hyphen"
    CONFUSABLE = "confusable"
    ONE_EDIT = "one_edit"
    SIBLING = "sibling"
    SUBDOMAIN = "subdomain"


def label_of(domain: str) -> str:
    """The registered label of a registrable domain, in Unicode."""
    return _readable(domain.partition(".")[0])


@lru_cache(maxsize=4096)
def skeleton(label: str) -> str:
    """How the eye reads a label: of two with the same skeleton, one can be taken for the other."""
    plain = unicodedata.normalize("NFKD", _readable(label).casefold())
    read = "".join(_DRAWN_AS.get(sign, sign) for sign in plain if not unicodedata.combining(sign)).replace("-", "")
    if any(sign.isalpha() for sign in read):
        # A number alone is a name, and no letters.
        read = read.translate(_READ_AS)
    for pair, letter in _PAIRS:
        read = read.replace(pair, letter)
    return read[:63]


def known_keys(domain: str) -> set[str]:
    """The keys a known domain is kept under."""
    return _with_one_less(skeleton(label_of(domain)))


def asked_keys(domain: str, before: str = "") -> set[str]:
    """The keys under which whatever is near a claimed website would be kept.

    `domain` is its registrable domain, "" for none of its own; `before` the labels of its host in front of that.
    """
    asked = _with_one_less(skeleton(label_of(domain))) if domain else set()
    return asked | _parts(label_of(domain)) | _before(before)


def likeness(domain: str, before: str, known: str) -> Likeness | None:
    """In what way a claimed website, given as in `asked_keys`, is near a known domain; None where it is not."""
    if domain == known:
        return None
    label, other = label_of(domain), label_of(known)
    read, known_read = skeleton(label), skeleton(other)
    checks = {
        Likeness.OTHER_ENDING: label == other,
        Likeness.HYPHEN: label.replace("-", "") == other.replace("-", ""),
        Likeness.CONFUSABLE: read == known_read,
        Likeness.ONE_EDIT: min(len(read), len(known_read)) >= SHORTEST_EDITED and is_one_slip(read, known_read),
        Likeness.SIBLING: known_read in _parts(label),
        Likeness.SUBDOMAIN: known_read in _before(before),
    }
    return next((kind for kind, is_so in checks.items() if is_so), None)


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


def _with_one_less(read: str) -> set[str]:
    """The skeleton, and what is left when one letter is taken out: labels one edit apart have one of them in common."""
    if len(read) < SHORTEST_EDITED:
        return {read} if read else set()
    return {read, *(read[:place] + read[place + 1 :] for place in range(len(read)))}


def _parts(label: str) -> set[str]:
    """The skeletons of a label's beginnings and ends that could be somebody's own label."""
    words, read = label.split("-"), skeleton(label)
    runs = [part for place in range(1, len(words)) for part in (words[:place], words[place:])]
    bounded = {skeleton("".join(run)) for run in runs}
    lengths = range(SHORTEST_PART, len(read))
    ends = {part for length in lengths for part in (read[:length], read[-length:])}
    return {part for part in bounded if len(part) >= SHORTEST_WORDS} | ends


def _before(labels: str) -> set[str]:
    """The skeletons of labels that could be somebody's own."""
    found = (skeleton(label) for label in labels.split("."))
    return {read for read in found if len(read) >= SHORTEST_WORDS}
