"""Editions: how long freezing, packing and checking take, and the tree alone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from bench.sites import Site
from bench.table import Row
from campaign.lib import merkle

T = TypeVar("T")


def editions(site: Site, size: int) -> list[Row]:
    """Freezes the list of a letter, builds its package and has it checked, each by the command."""
    slug, package = site.letters[size], str(site.folder / "package.zip")
    number, frozen = timed(partial(site.run, "letter", "freeze", slug))
    edition = number.split()[-1]
    wanted = ("--edition", edition, "--format", "package", "--purpose", "delivery", "-o", package)
    _, built = timed(partial(site.run, "export", "--letter", slug, *wanted))
    _, checked = timed(partial(site.run, "verify", package))
    told = {"frozen": frozen, "package built": built, "package verified": checked}
    return [
        Row(f"edition of {size:,}, {what}", site.name, f"{took:.1f} s", None, "", None) for what, took in told.items()
    ]


def tree(size: int) -> list[Row]:
    """The root of so many leaves, and the check of one receipt (RFC 9162)."""
    leaves = [hashlib.sha256(str(number).encode()).digest() for number in range(size)]
    row, rooted = timed(lambda: [node for level in merkle.levels(leaves) for node in level])
    last = size - 1
    path = [row[place] for place in merkle.siblings(last, size)]
    holds, checked = timed(lambda: merkle.holds(leaves[last], last, size, path, row[-1]))
    milliseconds = checked * 1000
    return [
        Row(f"Merkle root, {size:,}", "", f"{rooted:.2f} s", None, "5 s", rooted <= 5),
        Row(
            f"receipt checked, {size:,}", "", f"{milliseconds:.2f} ms", None, "5 ms", bool(holds) and milliseconds <= 5
        ),
    ]


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work answered, and the seconds it took."""
    started = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - started
