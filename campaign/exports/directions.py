"""Parts of one line where scripts of two directions meet."""

import re
from collections.abc import Sequence
from itertools import groupby

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")


def turns(text: str) -> bool:
    """Whether a script written from right to left is in it."""
    return _RIGHT_TO_LEFT.search(text) is not None


def neighbours(parts: Sequence[str]) -> list[str]:
    """The parts, those beside each other that are written in one direction joined by a comma: they turn together."""
    return [", ".join(run) for _, run in groupby(parts, key=turns)]
