"""The letter as PDF for whoever is asked to sign it: the words alone, without anybody's name."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from campaign import storage
from campaign.exports import snapshot
from campaign.exports.formats import FORMATS
from campaign.exports.operations import Taken, source_of
from campaign.exports.report import Report
from campaign.exports.source import Counts, Purpose
from campaign.extensions import read_only
from campaign.languages import _, longdate
from campaign.models import Letter
from campaign.states import LetterState

FOLDER = "reading"
KEPT = timedelta(hours=1)


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
            _make(letter, Path(scratch), now).replace(path)
        # Of a text that is none any more; one that was made just now may still be on its way to somebody.
        for older in storage.abandoned(FOLDER, now - KEPT):
            if older.startswith(f"{letter.id}-") and older != name:
                storage.remove(FOLDER, older)
    return path


def _make(letter: Letter, scratch: Path, now: datetime) -> Path:
    listed = scratch / snapshot.FILE_NAME
    written = snapshot.write(listed, iter(()))
    taken = Taken(listed, written.digest, 0, 0, 0, Counts(), [], now)
    with read_only():
        source = source_of(letter.id, Purpose.DELIVERY, taken, None)
    # There is nobody to be cited yet: every page says what it is instead.
    statement = replace(source.statement, citation=_said(letter, source.statement.version, now))
    source = replace(source, statement=statement)
    return scratch / FORMATS["pdf"](source, scratch, Report())[0]


def _said(letter: Letter, version: int, now: datetime) -> str:
    day = longdate(now, letter.timezone)
    if letter.state in (LetterState.DRAFT, LetterState.SCHEDULED):
        return str(_("Not public yet: version %(number)s of the text, %(day)s", number=version, day=day))
    return str(_("Version %(number)s of the text, %(day)s", number=version, day=day))
