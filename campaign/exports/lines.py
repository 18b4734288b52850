"""The named lines of a snapshot as people read them, in the sections they are printed in."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from campaign.exports import snapshot
from campaign.exports.snapshot import Record
from campaign.exports.source import Order, Purpose, Section, Source
from campaign.exports.wording import country_name

# Rows between two looks at the progress, and at whether somebody pressed cancel.
BATCH = 1_000


class Piece(NamedTuple):
    """Neighbouring lines under one heading: the position of their section, index letter or group, and how many."""

    section: int
    letter: str
    size: int


def pieces(sections: tuple[Section, ...], start: int, stop: int) -> Iterator[Piece]:
    """The pieces that the named lines from `start` up to `stop` fall into; both count from 0."""
    line = 0
    for position, section in enumerate(sections):
        for letter, count in section.letters:
            inside = min(line + count, stop) - max(line, start)
            if inside > 0:
                yield Piece(position, letter, inside)
            line += count


def between(source: Source, start: int, stop: int) -> Iterator[tuple[Piece, Iterator[Record]]]:
    """The pieces from `start` up to `stop`, each with its records; read them before the next piece."""
    records = islice(snapshot.named(source.snapshot), start, None)
    for piece in pieces(source.sections, start, stop):
        yield piece, islice(records, piece.size)


def details(record: Record, section: Section, source: Source, countries: dict[str, str]) -> list[str]:
    """What stands under a name: title, affiliation and country, and for internal lists what only organizers see.

    The country stands there only where those of the section differ. `countries` remembers names between two calls.
    """
    code = record["country"] if len(section.countries) > 1 else ""
    if code and code not in countries:
        countries[code] = country_name(code, source.letter.language)
    # What stands in the heading of the group is not said again under each name.
    affiliation = "" if section.group == Order.AFFILIATION else record["affiliation"]
    parts = [record["title"], affiliation, countries.get(code, "")]
    if source.statement.purpose is Purpose.INTERNAL:
        parts += [record["email"], record["state"], record["moderation"], record["reasons"]]
    return [part for part in parts if part]
