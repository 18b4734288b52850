"""What of a text can be printed with the fonts at hand; stored text is never changed by it.

A character without a glyph makes a whole PDF fail its archival standard, so none may reach the typesetter.
"""

import re
import unicodedata
from collections.abc import Set

REPLACEMENT = "\ufffd"
_JOINERS = frozenset("\u200c\u200d")
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
# Default_Ignorable_Code_Point of Unicode 16, DerivedCoreProperties.txt.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BREAKS = re.compile("\r\n|[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")
# Cc without the breaks, Cs, and what turns the reading direction.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def one_line(text: str) -> str:
    """The text for one line of a file: breaks become a space; controls, surrogates and direction marks are dropped.

    Every entry cleans so; every writer does it once more.
    """
    return text if text.isprintable() else _UNSEEN.sub("", _BREAKS.sub(" ", text))


class Printable:
    """Cleans text for one set of fonts; remembers each character it has judged."""

    def __init__(self, coverage: Set[int]) -> None:
        """``coverage``: the code points for which a font has a glyph; controls and private use are not believed."""
        self._coverage = coverage
        self._answers: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text as it can be printed: NFC, one line, and U+FFFD for what no font and no plain form can show."""
        text = _BREAKS.sub(" ", unicodedata.normalize("NFC", text))
        answers = self._answers
        try:
            return "".join([answers[character] for character in text])
        except KeyError:
            return "".join(answers.setdefault(character, self._judged(character)) for character in text)

    def _judged(self, character: str) -> str:
        if character in _JOINERS:
            return character
        if character in _BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs", "Cn"}:
            return ""
        if self._covers(character):
            return character
        if _IGNORABLE.match(character):
            return ""
        plain = unicodedata.normalize("NFKC", character)
        return plain if all(map(self._covers, plain)) else REPLACEMENT

    def _covers(self, character: str) -> bool:
        return ord(character) in self._coverage and unicodedata.category(character) not in {"Cc", "Co"}
