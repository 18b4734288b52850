"""Every id that code, tests and documents quote has a line in docs/promises.md."""

from __future__ import annotations

import re

from tests.support.tree import files, text

PREFIXED = re.compile(r"\b[pxe]-(?:[A-Z]\d{1,2}|\d{1,2})\b")
TRUST = re.compile(r"(?<![\w-])[PTKR]\d{1,2}(?![\w-])")
LINE = re.compile(r"^\| ((?!id )[\w-]+) \|", re.MULTILINE)


def test_every_quoted_id_has_its_line() -> None:
    """A reader of the repository alone understands each id."""
    known = set(LINE.findall(text("docs/promises.md")))
    quoted = {
        found
        for folder in ("campaign/", "tests/", "bench/")
        for path in files(folder)
        if path.endswith(".py")
        for pattern in (PREFIXED, TRUST)
        for found in pattern.findall(" ".join(re.findall(r'""".*?"""|#[^\n]*', text(path), re.DOTALL)))
    }
    assert sorted(quoted - known) == []


def test_ids_are_told_once() -> None:
    """No id has two meanings."""
    told = LINE.findall(text("docs/promises.md"))
    assert sorted(told) == sorted(set(told))
