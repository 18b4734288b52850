"""The letter as PDF for whoever is asked to sign it: the words alone, without anybody's name."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from campaign import storage
from campaign.exports import snapshot
from campaign.exports.formats import FORMATS
from campaign.exports.operations import Taken, source_of
from campaign.exports.report import Report
from campaign.exports.source import Counts, Purpose
from campaign.extensions import read_only
from campaign.models import Letter

FOLDER = "reading"


def reading_copy(letter: Letter, now: datetime) -> Path:
    """The file, made once for as long as the letter does not change. Writes to disk only.

    Raises `Refused("letter_incomplete")`.
    """
    name = f"{letter.id}-{letter.version_id}-{int(letter.changed_at.timestamp() * 1_000_000)}"
    folder = storage.folder(FOLDER, name)
    path = folder / "letter.pdf"
    if not path.exists():
        # Beside it, so that nobody ever gets half a file.
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            _make(letter.id, Path(scratch), now).replace(path)
        for older in folder.parent.glob(f"{letter.id}-*"):
            if older.name != name:
                storage.remove(FOLDER, older.name)
    return path


def _make(letter_id: int, scratch: Path, now: datetime) -> Path:
    listed = scratch / snapshot.FILE_NAME
    written = snapshot.write(listed, iter(()))
    taken = Taken(listed, written.digest, 0, 0, 0, Counts(), [], now)
    with read_only():
        source = source_of(letter_id, Purpose.DELIVERY, taken, None)
    return scratch / FORMATS["pdf"](source, scratch, Report())[0]
