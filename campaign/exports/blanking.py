"""A list that is kept, and taking the words of somebody who was erased out of it.

The number of its lines, its counts and its digest stay what they were when it was frozen.
"""

import json
from collections.abc import Collection
from pathlib import Path

from campaign.exports import beside, snapshot
from campaign.exports.snapshot import Record, Run
from campaign.lib.merkle import leaf_hash
from campaign.storage import part

OUTLINE = "outline.json"
# What `beside` and `taking` note beside the list goes with it.
FILES = (snapshot.FILE_NAME, snapshot.IDS, OUTLINE, beside.FILE_NAME, "noted.json")


def write_runs(folder: Path, runs: list[Run]) -> None:
    """Writes the runs of the list's named lines beside it."""
    shape = [[run.kind, run.version, list(run.letters), sorted(run.countries)] for run in runs]
    with part(folder / OUTLINE) as unfinished:
        unfinished.write_text(json.dumps(shape), encoding="utf-8")


def read_runs(folder: Path) -> list[Run]:
    """The runs that `write_runs` wrote."""
    shape = json.loads((folder / OUTLINE).read_text(encoding="utf-8"))
    return [
        Run(kind, version, tuple((letter, count) for letter, count in letters), frozenset(countries))
        for kind, version, letters, countries in shape
    ]


def named_ids(folder: Path) -> list[int]:
    """The id of the signature on each line that named somebody when the list was taken; 0 where it was blanked."""
    with (folder / snapshot.IDS).open(encoding="ascii") as ids:
        return [int(line) for line in ids]


def blank(folder: Path, signatures: Collection[int]) -> int:
    """Blanks the lines of these signatures; answers how many the list named.

    Safe to call again after a crash in its middle: the ids, by which the lines are found, go last.
    """
    ids = named_ids(folder)
    gone = {number for number, signature_id in enumerate(ids, 1) if signature_id in signatures}
    if not gone:
        return 0
    path, places, named = folder / snapshot.FILE_NAME, [], 0
    with part(path) as unfinished, unfinished.open("wb") as file:
        for text, record in snapshot.lines(path):
            if record["seq"] in gone:
                text = _blanked(text, record)
                places.append(named)
            file.write(text + b"\n")
            named += "name" in record or record["seq"] in gone
    left = named - len(places)
    runs = read_runs(folder)
    if sum(run.size for run in runs) > left:
        for place in reversed(places):
            runs = _without(runs, place)
        write_runs(folder, runs)
    with part(folder / snapshot.IDS) as unfinished:
        unfinished.write_text("".join(f"{0 if number in gone else kept}\n" for number, kept in enumerate(ids, 1)))
    return len(gone)


def _blanked(text: bytes, record: Record) -> bytes:
    """What is left of a line: its number, and in a sealed list its leaf, so that the root still follows."""
    if "name" not in record:
        return text
    leaf = {"leaf": leaf_hash(text).hex()} if text.startswith(b'{"private_digest":') else {}
    return snapshot.line({**leaf, "seq": record["seq"]}).rstrip(b"\n")


def _without(runs: list[Run], place: int) -> list[Run]:
    """The runs without the named line at this place, counted from 0."""
    left: list[Run] = []
    for run in runs:
        letters = []
        for letter, count in run.letters:
            kept = count - (0 <= place < count)
            place -= count
            if kept:
                letters.append((letter, kept))
        if letters:
            left.append(run._replace(letters=tuple(letters)))
    return left
