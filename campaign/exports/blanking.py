"""A list that is kept, and taking the words of somebody who was erased out of it.

The number of its lines, its counts and its digest stay what they were when it was frozen.
"""

import json
from pathlib import Path

from campaign.exports import snapshot
from campaign.exports.files import part
from campaign.exports.snapshot import Record, Run

OUTLINE = "outline.json"
FILES = (snapshot.FILE_NAME, snapshot.IDS, OUTLINE)


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


def named_ids(folder: Path) -> set[int]:
    """The ids of the signatures that the list names."""
    with (folder / snapshot.IDS).open(encoding="ascii") as ids:
        return {int(line) for line in ids}


def blank(folder: Path, signature_id: int) -> None:
    """Blanks the line of a signature, if the list names it; safe to call again after a crash in its middle."""
    with (folder / snapshot.IDS).open(encoding="ascii") as ids:
        number = next((number for number, line in enumerate(ids, 1) if int(line) == signature_id), None)
    if number is None:
        return
    path = folder / snapshot.FILE_NAME
    before = named = 0
    with part(path) as unfinished, unfinished.open("wb") as file:
        for record in snapshot.records(path):
            kept: Record = {"seq": number} if record["seq"] == number else record
            file.write(snapshot.line(kept))
            named += "name" in kept
            before += "name" in kept and record["seq"] < number
    runs = read_runs(folder)
    if sum(run.size for run in runs) > named:
        write_runs(folder, _without(runs, before))


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
