"""What changed between two wordings, word by word: for the page of changes, paper, and mails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Mark = Literal["same", "added", "removed"]
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


def compare(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of both wordings in the order they are read, with what was added and removed in each.

    A wording is a list of paragraphs, each plain text; together the "same" and "removed" runs give the old one, the
    "same" and "added" runs the new one.
    """
    found: list[Paragraph] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += [Paragraph((Run("same", text),)) for text in old[a:b]]
        else:
            found += [Paragraph(tuple(_runs(x, y))) for x, y in zip_longest(old[a:b], new[c:d], fillvalue="")]
    return found


def _runs(old: str, new: str) -> Iterator[Run]:
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    # Two paragraphs that share next to nothing read better one after the other.
    if not old or not new or matcher.ratio() < 0.3:
        yield from (Run(mark, text) for mark, text in _whole(old, new) if text)
        return
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            yield Run("same", "".join(a[i:j]))
            continue
        if j > i:
            yield Run("removed", "".join(a[i:j]))
        if m > k:
            yield Run("added", "".join(b[k:m]))


def _whole(old: str, new: str) -> tuple[tuple[Mark, str], tuple[Mark, str]]:
    return ("removed", old), ("added", new)
