"""Who erased a signature or said "not me", kept beside the database: an older backup brings nobody back.

One line of JSON each in `<DATA_DIR>/suppressions.log`: the keyed hash of the mailbox and the number of the rule that
made it, the letter, the reason, the time. A line is on the disk before its erasure is committed, so that no crash
loses it; one whose erasure was rolled back is what somebody asked for all the same.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from campaign.storage import keep_names

FILE_NAME = "suppressions.log"
REASONS = ("erased", "not_me", "complaint")

log = logging.getLogger("campaign.suppressions")


@dataclass(frozen=True)
class Line:
    """A mailbox that stays off a letter; `at` is when its owner said so."""

    mailbox_key: str
    mailbox_rule: int
    letter_id: int
    reason: str
    at: datetime

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes two lines the same."""
        return (self.mailbox_key, self.letter_id, self.reason)


def file_path() -> Path:
    """Where the lines lie."""
    return Path(current_app.config["DATA_DIR"]) / FILE_NAME


def note(lines: Iterable[Line]) -> None:
    """Appends lines; they are on the disk afterwards."""
    texts = [json.dumps({**asdict(line), "at": line.at.isoformat()}, separators=(",", ":")) for line in lines]
    if not texts:
        return
    path = file_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        # A crash may have left half a line, which nobody can read, nor anything that is glued to it.
        size = file.seek(0, os.SEEK_END)
        is_torn = bool(size) and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write(("\n" * is_torn + "\n".join(texts) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        keep_names(path.parent)


def noted() -> list[Line]:
    """Every line that can be read, in order; none where there is no file."""
    try:
        texts = file_path().read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = [_read(text) for text in texts if text]
    lost = found.count(None)
    if lost:
        log.warning("%s lines of %s cannot be read", lost, FILE_NAME)
    return [line for line in found if line is not None]


def _read(text: str) -> Line | None:
    try:
        values = json.loads(text)
        line = Line(**{**values, "at": datetime.fromisoformat(values["at"])})
        return line if line.at.tzinfo and line.reason in REASONS else None
    except (ValueError, TypeError, KeyError):
        return None
