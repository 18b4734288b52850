"""What changed between two wordings, word by word: for the page of changes, paper, and mails."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Mark = Literal["same", "added", "removed"]
Step = tuple[str, int, int, int, int]
# A whole letter of other words has some 20,000, a page of Chinese some 50,000.
MOST_PAIRS = 400_000
# A word with the space after it; scripts without spaces are compared sign by sign.
_WORDS = re.compile(
    r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+\s*|\s+|.", re.S
)


@dataclass(frozen=True)
class Run:
    """Neighbouring words with one mark."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of either wording; its mark is "same" only where nothing in it changed."""

    runs: tuple[Run, ...]

    @property
    def is_same(self) -> bool:
        """Whether both wordings have this paragraph."""
        return all(run.mark == "same" for run in self.runs)


class _Patience:
    """How many pairs of equal parts may still be looked at: a text of one word over and over would take minutes."""

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs

    def lasts(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Whether the two may be compared; what that costs is taken off."""
        counts = Counter(new)
        cost = sum(counts[part] for part in old)
        if cost > self.pairs:
            return False
        self.pairs -= cost
        return True


def compare(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of both wordings in the order they are read, with what was added and removed in each.

    A wording is a list of paragraphs, each plain text; together the "same" and "removed" runs give the old one, the
    "same" and "added" runs the new one. Takes about a second at the most: what would take longer is marked as a whole.
    """
    patience, found = _Patience(MOST_PAIRS), []
    for what, a, b, c, d in _steps(old, new, patience):
        if what == "equal":
            found += [Paragraph((Run("same", text),)) for text in old[a:b]]
        else:
            pairs = zip_longest(old[a:b], new[c:d], fillvalue="")
            found += [Paragraph(tuple(_runs(x, y, patience))) for x, y in pairs]
    return found


def _steps(old: Sequence[str], new: Sequence[str], patience: _Patience) -> list[Step]:
    """How one list becomes the other, as `SequenceMatcher.get_opcodes` tells it; what both begin and end with is set
    aside first.
    """
    shorter, start, end = min(len(old), len(new)), 0, 0
    while start < shorter and old[start] == new[start]:
        start += 1
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    steps: list[Step] = [("equal", 0, start, 0, start)] if start else []
    if a and b and patience.lasts(a, b):
        inner = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        steps += [(what, i + start, j + start, k + start, m + start) for what, i, j, k, m in inner]
    elif a or b:
        steps.append(("replace", start, start + len(a), start, start + len(b)))
    if end:
        steps.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return steps


def _runs(old: str, new: str, patience: _Patience) -> Iterator[Run]:
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    steps = _steps(a, b, patience) if old and new else []
    kept = sum(j - i for what, i, j, _k, _m in steps if what == "equal")
    # Two paragraphs that share next to nothing read better one after the other.
    if 2 * kept < 0.3 * (len(a) + len(b)):
        yield from (Run(mark, text) for mark, text in _whole(old, new) if text)
        return
    for what, i, j, k, m in steps:
        if what == "equal":
            yield Run("same", "".join(a[i:j]))
            continue
        if j > i:
            yield Run("removed", "".join(a[i:j]))
        if m > k:
            yield Run("added", "".join(b[k:m]))


def _whole(old: str, new: str) -> tuple[tuple[Mark, str], tuple[Mark, str]]:
    return ("removed", old), ("added", new)
