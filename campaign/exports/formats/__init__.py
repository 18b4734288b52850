"""The formats a list can be had in: one file each, listed in `FORMATS`.

A file is imported when its format is made for the first time: the libraries of paper and sheets cost every process
12 MB and a part of its start, and most of them make none.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from campaign.exports.report import Report
from campaign.exports.source import Source

# Writes the source into the folder and answers the names of the files, the first being the one asked for.
Encoder = Callable[[Source, Path, Report], list[str]]


def encoder(name: str) -> Encoder:
    """The function `write` of the file of that name in this folder."""

    def write(source: Source, folder: Path, report: Report) -> list[str]:
        names: list[str] = import_module(f"{__name__}.{name}").write(source, folder, report)
        return names

    return write


FORMATS: Mapping[str, Encoder] = {name: encoder(name) for name in ("docx", "xlsx", "csv", "json", "html", "txt", "pdf")}

# Made of the files of several formats; offered at the desk.
BUNDLES: Mapping[str, Encoder] = {"kit": encoder("kit")}
