"""What people type about themselves: cleaned, compared, cut into words, and put in order.

Every living script passes and case never changes; only what cannot be seen, or would lie about what is
seen, is dropped. Character classes are those of the Unicode Character Database.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

import pyuca

from campaign.lib.emails import registrable_domain

MARKS_IN_A_STACK = 8  # more than any orthography stacks on one letter
WORD_LENGTH = 40
WORDS_PER_TEXT = 12
SORT_KEY_BYTES = 255

_BREAKS = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
# A lone ideographic space belongs to East Asian names and stays.
_SPACES = re.compile(r"\s{2,}|[^\S\u3000]")
_SPACES_IN_LINE = re.compile(r"[^\S\n]{2,}|[^\S\n\u3000]")
_JOINERS = "\u200c\u200d"
# Format characters that are seen: Arabic, Syriac and Kaithi signs that enclose a number.
_SEEN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Letters, marks and symbols that show nothing: fillers, the blank of Braille, the stand-in of an object.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc")
_VARIATION_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Ticks that would look like our own mark of verification.
_TICKS = dict.fromkeys(map(ord, "\u221a\u2611\u2705\u2713\u2714\u237b\U0001f5f8\U0001f5f9\U0001fbb1"))

_LINK = re.compile(r"://|\bwww\.|\b(?:mailto|javascript|tel):\S|[^\s@]@[^\s@]+\.\w")
_MARKUP = re.compile(r"<[a-z/!?]|&#|&[a-z]{2,8};|\]\(|\[/?(?:url|img|link|b|i|u)\b")
_WRAPPING = "\"'()[]<>,;:!?«»“”„"

# Scripts one word may mix: UTS 39, "highly restrictive", taken together.
_EAST_ASIAN = frozenset(("LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"))

# Letters whose plain form Unicode does not give, and signs typed in several ways.
_PLAIN_FORMS = {
    **dict(zip("łøđðħıŧŋəىیکة", "loddhitneييكه", strict=True)),
    **dict(zip(("þ", "æ", "œ", "ـ"), ("th", "ae", "oe", ""), strict=True)),
    **dict.fromkeys("‘’ʼʻ`´′＇", "'"),
    **dict.fromkeys("‐‑‒–—−", "-"),
}
# Per-letter weights are right only where no letter combines with its neighbour: plain and accented Latin.
_LATIN_ONLY = re.compile("[ -~À-ɏḀ-ỿ]*")
_ARTICLE = re.compile(r"the\s+(?=\w)", re.IGNORECASE)
_BEFORE_FIRST_LETTER = re.compile(r"[\W_]+")


class BadText(Exception):
    """The text cannot stand. `reason`: too_long, nothing_visible, links or markup."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def clean_text(text: str, max_length: int, allow_breaks: bool = False, refuse_links: bool = False) -> str:
    """The text as it is kept: trimmed, NFC, without what cannot be seen. BadText when it cannot stand.

    Breaks become a space unless allowed. `refuse_links` is for names: refuses addresses and markup, drops ticks.
    Nothing but spaces gives "".
    """
    if len(text) > 8 * max_length + 1000:
        raise BadText("too_long")  # before any work is spent on it
    cleaned = text.translate(_TICKS) if refuse_links else text
    if not (cleaned.isascii() and cleaned.isprintable()):
        cleaned = _in_place(unicodedata.normalize("NFC", _without_unseen(cleaned)))
    cleaned = _spaced(cleaned, allow_breaks)
    if len(cleaned) > max_length:
        raise BadText("too_long")
    if text.strip() and not any(unicodedata.category(sign)[0] in "LNPS" for sign in cleaned):
        raise BadText("nothing_visible")
    if refuse_links:
        _refuse_links(unicodedata.normalize("NFKC", cleaned).lower())
    return cleaned


def flags(name: str) -> tuple[str, ...]:
    """What a moderator may want to know of a cleaned name; no flag is a reason to refuse it."""
    words_of_name = unicodedata.normalize("NFKC", name).split()
    categories = {unicodedata.category(sign) for sign in name}
    found = {
        "mixed_scripts": any(_mixes_scripts(word) for word in words_of_name),
        "digits": "Nd" in categories,
        "symbols": "So" in categories,
        "no_letters": not any(category.startswith("L") for category in categories),
        "looks_like_formula": unicodedata.normalize("NFKC", name.lstrip()[:1]) in set("=+-@|%"),
        "looks_like_link": any("." in word and registrable_domain(word.strip(_WRAPPING)) for word in words_of_name),
    }
    return tuple(flag for flag, is_found in found.items() if is_found)


def fold(text: str) -> str:
    """The text for comparing: without case, accents, width, and different ways to type the same sign."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_FOLDED)).split())


def words(text: str) -> list[str]:
    """The distinct folded words, in order: at most 12 of at most 40 characters. "O'Brien" is "obrien" and "brien"."""
    found: dict[str, None] = {}
    for token in unicodedata.normalize("NFC", text.translate(_FOLDED)).translate(_WORD_SIGNS).split():
        if "'" not in token:
            found[token[:WORD_LENGTH]] = None
            continue
        parts = [part for part in token.split("'") if part]
        for word in ["".join(parts), *(part for part in parts if len(part) > 1)]:
            found[word[:WORD_LENGTH]] = None
    found.pop("", None)
    return list(found)[:WORDS_PER_TEXT]


def plain_form(text: str) -> str:
    """The words of a name alone, folded, without signs between them and a leading "the": one form for one name."""
    tokens = unicodedata.normalize("NFC", text.translate(_FOLDED)).replace("'", "").translate(_WORD_SIGNS).split()
    return " ".join(tokens[1:] if tokens[:1] == ["the"] and len(tokens) > 1 else tokens) or fold(text)


def sort_key(text: str, ignore_article: bool = False) -> bytes:
    """The place of a name in the order of UTS 10 (root collation), at most 255 bytes; compare as bytes.

    Signs before the first letter do not count; `ignore_article` leaves out a leading "The".
    """
    text = _from_first_letter(text, ignore_article)
    if _LATIN_ONLY.fullmatch(text):
        weights: Iterable[tuple[bytes, bytes, bytes]] = map(_letter_weights, text)
    else:
        weights = [_weights(text)]
    levels = [b"".join(level) for level in zip(*weights, strict=True)] or [b"", b"", b""]
    return b"\0\0".join((levels[0], _shortened(levels[1]), levels[2].rstrip(b"\x02")))[:SORT_KEY_BYTES]


def index_letter(text: str, ignore_article: bool = False) -> str:
    """The letter "A" to "Z" a name stands under, or "*" for digits and other scripts."""
    first = fold(_from_first_letter(text, ignore_article)[:1])[:1]
    return first.upper() if "a" <= first <= "z" else "*"


def _without_unseen(text: str) -> str:
    """Breaks as line feeds; controls, surrogates, private use, formats and blanks dropped."""
    kept: list[str] = []
    stack = 0
    for sign in _BREAKS.sub("\n", text):
        if _is_seen(sign):
            stack = stack + 1 if unicodedata.combining(sign) else 0
            # Far above what is kept in the end; normalizing takes quadratic time on a tall stack.
            if stack <= 4 * MARKS_IN_A_STACK:
                kept.append(sign)
    return "".join(kept)


@lru_cache(maxsize=8192)
def _is_seen(sign: str) -> bool:
    if sign.isspace() or sign in _JOINERS or sign in _SEEN_FORMATS:
        return True
    if sign in _BLANKS or ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF:
        return False
    # Unassigned characters pass: a script may be newer than our tables.
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co")


def _in_place(text: str) -> str:
    """Joiners and variation selectors only where a script needs them; no taller stacks of marks than scripts have."""
    kept: list[str] = []
    stack = 0
    for index, sign in enumerate(text):
        before = kept[-1] if kept else " "
        if sign in _JOINERS:
            if _joins(before, text[index + 1 : index + 2] or " "):
                kept.append(sign)
            continue
        if _VARIATION_SELECTORS.match(sign) and unicodedata.category(before) not in ("Lo", "So"):
            continue
        stack = stack + 1 if unicodedata.category(sign).startswith("M") else 0
        if stack <= MARKS_IN_A_STACK:
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept))


def _joins(before: str, after: str) -> bool:
    """True where a joiner changes what is seen: after a virama, and inside words of scripts without case."""
    if unicodedata.combining(before) == 9:
        return True
    followed = unicodedata.category(after) in ("Lo", "Mn", "Mc", "So")
    return followed and unicodedata.category(before) in ("Lo", "Mn", "Mc", "So", "Sk")


def _spaced(text: str, allow_breaks: bool) -> str:
    if not allow_breaks:
        return _SPACES.sub(" ", text).strip()
    lines = (line.strip() for line in _SPACES_IN_LINE.sub(" ", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _refuse_links(plain: str) -> None:
    """BadText for addresses and markup in lower-case NFKC text; a bare domain may be the name of a company."""
    if _LINK.search(plain):
        raise BadText("links")
    if _MARKUP.search(plain):
        raise BadText("markup")
    for word in plain.split():
        host, slash, path = word.strip(_WRAPPING).partition("/")
        if slash and path and "." in host and registrable_domain(host):
            raise BadText("links")


def _mixes_scripts(word: str) -> bool:
    scripts = {_script(sign) for sign in word} - {""}
    return len(scripts) > 1 and not scripts <= _EAST_ASIAN


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    """The script by the first word of the letter's Unicode name; "" for signs that belong to no script."""
    if unicodedata.category(letter) not in ("Lu", "Ll", "Lt", "Lo"):
        return ""
    return unicodedata.name(letter, "").split(" ")[0]


class _Folded(dict[int, str]):
    """A table for `str.translate` that works out each character once."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code)).casefold()
        letters = unicodedata.normalize("NFKD", decomposed)
        self[code] = "".join(_PLAIN_FORMS.get(sign, sign) for sign in letters if not _is_accent(sign))
        return self[code]


class _WordSigns(dict[int, str]):
    """A table for `str.translate`: letters, marks, digits and apostrophes stay, all else parts words."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = sign if sign == "'" or unicodedata.category(sign)[0] in "LMN" else " "
        return self[code]


def _is_accent(sign: str) -> bool:
    """True for marks readers leave out when searching; a virama, nukta or voicing mark makes another letter."""
    return unicodedata.combining(sign) > 9 or unicodedata.category(sign) == "Cf"


_FOLDED = _Folded()
_WORD_SIGNS = _WordSigns()


def _from_first_letter(text: str, ignore_article: bool) -> str:
    text = unicodedata.normalize("NFC", text)
    rest = text[match.end() :] if (match := _BEFORE_FIRST_LETTER.match(text)) else text
    if ignore_article and (article := _ARTICLE.match(rest)):
        rest = rest[article.end() :]
    return rest or text


@cache
def _collator() -> pyuca.Collator:
    """Loaded on first use: its table takes a tenth of a second."""
    return pyuca.Collator()


def _weights(text: str) -> tuple[bytes, bytes, bytes]:
    """The weights of the three levels; the third fits one byte."""
    elements = _collator().collation_elements(unicodedata.normalize("NFD", text))
    primary = b"".join(element[0].to_bytes(2, "big") for element in elements if element[0])
    secondary = b"".join(element[1].to_bytes(2, "big") for element in elements if element[1])
    return primary, secondary, bytes(element[2] for element in elements if element[2])


_letter_weights = lru_cache(maxsize=2048)(_weights)


def _shortened(secondary: bytes) -> bytes:
    """Without the unaccented end, which is the least weight there is, so the order stays."""
    end = len(secondary)
    while end and secondary[end - 2 : end] == b"\0\x20":
        end -= 2
    return secondary[:end]
