"""Other orders than the agreed one: a list on disk is sorted anew without the database.

A list is read once for the place of each line, group by group, and once more line by line in the new order. For a
million lines that keeps 8 bytes of each in memory (random order: 24), never their words; the file on disk stands
twice until the encoder is done.
"""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from campaign.exports.snapshot import Record, Run
from campaign.exports.source import Order, Section
from campaign.exports.wording import country_name
from campaign.lib.names import fold, sort_key

# A place is the offset of a line and, in its last bits, the length; no line of a list is longer than a megabyte.
LENGTH_BITS = 20
LENGTH = (1 << LENGTH_BITS) - 1
# The first of these groups are those that signed first or were pinned; the second is everybody else.
FIRST, OTHERS = "0", "1"


@dataclass(frozen=True)
class Headings:
    """The words that stand over groups which have no name of their own."""

    language: str
    no_country: str
    no_affiliation: str
    founders: str
    others: str


@dataclass
class Groups:
    """The places of the lines of one run, by group, and what each group is called."""

    places: dict[str, array[int]]
    titles: dict[str, str]


def arrange(
    listed: Path, into: Path, runs: Sequence[Run], order: Order, *, seed: str, founders: Sequence[int], words: Headings
) -> list[Section]:
    """Writes the list in this order to `into`; its sections, one for each run, with groups where the order has such.

    `seed` fixes a random order: lines stand by SHA-256 of seed and number. `founders` are numbers of lines, counted
    from 1. Lines without a name keep their place after all others.
    """
    sections: list[Section] = []
    nameless: array[int] = array("Q")
    with listed.open("rb") as source, into.open("wb") as target:
        lines = _named(source, nameless)
        for run in runs:
            groups = _groups(lines, run, order, seed, founders)
            in_order = _in_order(groups, order, words)
            sections.append(_section(run, in_order, order))
            for _, places in in_order:
                _copy(source, target, places)
        deque(lines, maxlen=0)  # what follows the last name is read, too
        _copy(source, target, nameless)
    return sections


def _named(source: BinaryIO, nameless: array[int]) -> Iterator[tuple[int, int, Record]]:
    """Number, place and record of each named line; the places of the others are noted. Numbers count from 1."""
    offset = 0
    for number, text in enumerate(source, 1):
        sealed = json.loads(text)
        record = sealed.get("public", sealed)
        place = offset << LENGTH_BITS | len(text)
        offset += len(text)
        if "name" in record:
            yield number, place, record
        else:
            nameless.append(place)


def _groups(
    lines: Iterator[tuple[int, int, Record]], run: Run, order: Order, seed: str, founders: Sequence[int]
) -> Groups:
    """Reads as many lines as the run has, and notes each in its group."""
    groups = Groups({}, {})
    ranks = {number: rank for rank, number in enumerate(founders)} if order is Order.FOUNDERS else {}
    first = Draw()
    for _ in range(run.size):
        number, place, record = next(lines)
        if order is Order.RANDOM:
            first.add(_drawn(seed, number), place)
        elif number in ranks:
            first.add(ranks[number], place)
        else:
            name, title = _GROUP[order](record)
            groups.titles.setdefault(name, title)
            groups.places.setdefault(name, array("Q")).append(place)
    if places := array("Q", first.in_order()):
        groups.places[FIRST] = places
        groups.titles[FIRST] = ""
    return groups


class Draw:
    """Places, each with a number of 64 bits, to be had by number: two arrays, and one of 256 parts sorted at a time."""

    def __init__(self) -> None:
        self.parts = [(array("Q"), array("Q")) for _ in range(256)]

    def add(self, number: int, place: int) -> None:
        """Notes a place."""
        numbers, places = self.parts[number >> 56]
        numbers.append(number)
        places.append(place)

    def in_order(self) -> Iterator[int]:
        """The places, the one with the lowest number first."""
        for numbers, places in self.parts:
            yield from (place for _, place in sorted(zip(numbers, places, strict=True)))


def _drawn(seed: str, number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:8])


# The group of a line, by which lines are told apart, and its name as it was typed first.
_GROUP: Mapping[Order, Callable[[Record], tuple[str, str]]] = {
    Order.COUNTRY: lambda record: (record["country"], record["country"]),
    Order.AFFILIATION: lambda record: (fold(record["affiliation"]), record["affiliation"]),
    Order.FOUNDERS: lambda _record: (OTHERS, ""),
    Order.AGREED: lambda _record: (OTHERS, ""),
}


def _in_order(groups: Groups, order: Order, words: Headings) -> list[tuple[str, array[int]]]:
    """The groups as they are printed, each with its heading; "" where the run is all one group without a name."""
    titled = {name: _title(name, groups.titles[name], order, words) for name in groups.places}
    if set(titled) <= {""} or (len(titled) == 1 and order in (Order.FOUNDERS, Order.RANDOM, Order.AGREED)):
        return [("", places) for places in groups.places.values()]
    if order is Order.FOUNDERS:
        names: Iterable[str] = (FIRST, OTHERS)
    else:
        # Who gave none comes last.
        names = sorted(titled, key=lambda name: (not name, sort_key(titled[name], ignore_article=True)))
    return [(titled[name], groups.places[name]) for name in names]


def _title(name: str, typed: str, order: Order, words: Headings) -> str:
    match order:
        case Order.COUNTRY:
            return country_name(name, words.language) if name else words.no_country
        case Order.AFFILIATION:
            return typed or words.no_affiliation
        case Order.FOUNDERS:
            return words.founders if name == FIRST else words.others
    return ""


def _section(run: Run, in_order: list[tuple[str, array[int]]], order: Order) -> Section:
    has_groups = any(title for title, _ in in_order)
    letters = tuple((title, len(places)) for title, places in in_order)
    if not has_groups and order is not Order.RANDOM:
        letters = run.letters
    countries = frozenset[str]() if has_groups and order is Order.COUNTRY else run.countries
    return Section(kind=run.kind, letters=letters, countries=countries, group=order.value if has_groups else "")


def _copy(source: BinaryIO, target: BinaryIO, places: Iterable[int]) -> None:
    """Writes the lines at these places, read past the file's own position."""
    for place in places:
        target.write(os.pread(source.fileno(), place & LENGTH, place >> LENGTH_BITS))
