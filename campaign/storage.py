"""The one door to files under DATA_DIR: exports, editions, uploads."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from flask import current_app


def folder(kind: str, name: str) -> Path:
    """The folder `<DATA_DIR>/<kind>/<name>`, made if missing and readable by us alone.

    `kind` and `name` come from our own ids, never from what somebody typed.
    """
    if "/" in name or name.startswith("."):
        raise ValueError("a folder's name is one plain part of a path")
    path = Path(current_app.config["DATA_DIR"]) / kind / name
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


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
