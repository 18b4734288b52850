"""The formats a list can be had in: one file each, listed in `FORMATS`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from campaign.exports.formats import csv, docx, html, json, kit, pdf, txt, xlsx
from campaign.exports.report import Report
from campaign.exports.source import Source

# Writes the source into the folder and answers the names of the files, the first being the one asked for.
Encoder = Callable[[Source, Path, Report], list[str]]

FORMATS: Mapping[str, Encoder] = {
    "docx": docx.write,
    "xlsx": xlsx.write,
    "csv": csv.write,
    "json": json.write,
    "html": html.write,
    "txt": txt.write,
    "pdf": pdf.write,
}

# Made of the files of several formats; offered at the desk.
BUNDLES: Mapping[str, Encoder] = {"kit": kit.write}
