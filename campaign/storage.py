"""The one door to files under DATA_DIR: exports, editions, uploads."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from campaign.states import Refused

LARGEST_UPLOAD = 10 * 2**20
UPLOADS = "uploads"
# How a file of each type begins: what somebody calls it is never believed.
SIGNS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
DOCUMENTS = ("application/pdf", "image/png", "image/jpeg")
PICTURES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Upload:
    """A file that was handed in, kept under its hash; `type` is what it is, whatever it was called."""

    sha256: str
    type: str
    size: int


@contextmanager
def part(path: Path, name: str = "") -> Iterator[Path]:
    """A path to write to; it gets the real name when all of it is on disk, and is removed when the writing failed.

    Where several may write the same file at once, each gives the unfinished one a `name` of its own.
    """
    unfinished = path.with_name(f"{name or path.name}.part")
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.chmod(0o600)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def keep_names(folder: Path) -> None:
    """Makes what happened to the names of files in a folder last over a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_upload(data: bytes, types: Collection[str] = DOCUMENTS, largest: int = LARGEST_UPLOAD) -> Upload:
    """Keeps a file that somebody handed in, once, under its SHA-256, and says what it is.

    Raises `Refused`: file_empty, file_too_large (limit in megabytes), file_type (types as words).
    """
    if not data:
        raise Refused("file_empty")
    if len(data) > largest:
        raise Refused("file_too_large", limit=largest // 2**20)
    found = next((name for name in types if data.startswith(SIGNS[name])), None)
    if found is None:
        raise Refused("file_type", types=", ".join(name.split("/")[1].upper() for name in types))
    sha256 = hashlib.sha256(data).hexdigest()
    path = upload_path(sha256)
    if not path.exists():
        # Two may hand in the same file at once.
        with part(path, f"{sha256}.{secrets.token_hex(4)}") as unfinished:
            unfinished.write_bytes(data)
    return Upload(sha256, found, len(data))


def upload_path(sha256: str) -> Path:
    """Where the upload with this hash lies; the hash comes from our own rows."""
    return folder(UPLOADS, sha256[:2]) / sha256


def folder(kind: str, name: str) -> Path:
    """The folder `<DATA_DIR>/<kind>/<name>`, made if missing and readable by us alone.

    `kind` and `name` come from our own ids, never from what somebody typed.
    """
    if "/" in name or name.startswith("."):
        raise ValueError("a folder's name is one plain part of a path")
    path = Path(current_app.config["DATA_DIR"]) / kind / name
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def alone(kind: str, name: str) -> Iterator[None]:
    """Waits until nobody else works in this folder, on any process of this machine; a crash lets go of it."""
    with (folder(kind, name) / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def abandoned(kind: str, before: datetime) -> list[str]:
    """The names of the folders of a kind that nothing was written to since `before`."""
    base = Path(current_app.config["DATA_DIR"]) / kind
    found = base.iterdir() if base.is_dir() else iter(())
    return sorted(path.name for path in found if path.stat().st_mtime < before.timestamp())


def remove(kind: str, name: str) -> None:
    """Removes the folder and everything in it; nothing happens when it is not there."""
    path = Path(current_app.config["DATA_DIR"]) / kind / name
    if path.is_dir():
        shutil.rmtree(path)
