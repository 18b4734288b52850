"""The fonts at hand: their folders, the families in the order a language wants them, and what they can print."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from campaign.lib.printable import Printable

FOLDER = Path(__file__).parent / "fonts"
MONOSPACED = "Noto Sans Mono"
_TEXT = ("Source Serif 4", "Noto Serif", "Noto Naskh Arabic")
# Han characters are drawn differently in each language; without one, the first that has the character prints it.
_HAN = {
    "ja": ("Noto Serif JP", "Noto Serif SC", "Noto Serif KR"),
    "zh": ("Noto Serif SC", "Noto Serif JP", "Noto Serif KR"),
    "ko": ("Noto Serif KR", "Noto Serif JP", "Noto Serif SC"),
}


def folders(extra: Sequence[str] = ()) -> tuple[Path, ...]:
    """Our own folders of fonts, then those of the setting FONT_DIRS."""
    return (FOLDER / "core", FOLDER / "cjk", *map(Path, extra))


def families(font_folders: tuple[Path, ...], language: str) -> list[str]:
    """Every family in the order to look for a glyph in, for a letter in this language."""
    han = _HAN.get(language.split("-")[0], _HAN["ja"])
    known = list(_coverage_by_family(font_folders))
    first = [name for name in (*_TEXT, *han) if name in known]
    last = [name for name in (MONOSPACED, "Noto Emoji") if name in known]
    return first + sorted(set(known) - set(first) - set(last)) + last


@lru_cache(maxsize=4)
def printable(font_folders: tuple[Path, ...]) -> Printable:
    """The cleaning of text for what these fonts cover; reading them takes half a second, so it is remembered."""
    return Printable(frozenset().union(*_coverage_by_family(font_folders).values()))


@lru_cache(maxsize=4)
def _coverage_by_family(font_folders: tuple[Path, ...]) -> dict[str, frozenset[int]]:
    """The code points each family has in all of its files: the typesetter never looks into another weight."""
    coverage: dict[str, frozenset[int]] = {}
    for path in sorted(path for folder in font_folders for path in folder.rglob("*.[to]tf")):
        with TTFont(path, lazy=True) as font:
            family = font["name"].getBestFamilyName()
            points = frozenset(font.getBestCmap())
        coverage[family] = coverage.get(family, points) & points
    return coverage
