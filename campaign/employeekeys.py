"""The key of the employees of one letter: a file outside the database and its backups.

Whatever the database keeps of an employee is hashed or sealed with it, so that destroying the file ends everything that
could be computed from a guessed address, in the database, its log, its dead rows and every backup at once.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import current_app

from campaign.storage import keep_names

FOLDER = "employee-keys"
_ENDING = ".key"
_BYTES = 32


def folder() -> Path:
    """Where the files lie; made if missing, for us alone."""
    path = Path(current_app.config["DATA_DIR"]) / FOLDER
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def make_key() -> str:
    """Makes a key and returns the random name of its file."""
    name = secrets.token_hex(16)
    path = folder() / f"{name}{_ENDING}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    keep_names(path.parent)
    return name


def read_key(name: str) -> bytes | None:
    """The key of that name; None once it is destroyed. Nobody keeps it longer than one request."""
    try:
        key = (folder() / f"{name}{_ENDING}").read_bytes() if name else b""
    except FileNotFoundError:
        return None
    return key if len(key) == _BYTES else None


def destroy_key(name: str) -> None:
    """Overwrites the key, then removes its file; nothing happens when it is gone already."""
    path = folder() / f"{name}{_ENDING}"
    if not name or not path.exists():
        return
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    keep_names(path.parent)


def key_files() -> list[Path]:
    """Every key file there is."""
    path = Path(current_app.config["DATA_DIR"]) / FOLDER
    return sorted(path.glob(f"*{_ENDING}")) if path.is_dir() else []
