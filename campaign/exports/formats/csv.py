"""CSV: RFC 4180 with a BOM, so that a spreadsheet reads it as UTF-8; every cell passes the formula guard."""

import csv
from pathlib import Path

from campaign.exports import snapshot
from campaign.exports.lines import BATCH
from campaign.exports.report import Report
from campaign.exports.source import Source, columns
from campaign.lib.csvcells import guarded
from campaign.storage import part

NAME = "signatories.csv"


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `signatories.csv`: a head line and one line per named signature."""
    names = columns(source.statement.purpose)
    with part(folder / NAME) as path, path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        for done, record in enumerate(snapshot.named(source.snapshot), 1):
            stored = [str(record[name]) for name in names]
            cells = [guarded(cell) for cell in stored]
            if cells != stored:
                report.guarded_cells += sum(a != b for a, b in zip(cells, stored, strict=True))
            writer.writerow(cells)
            if done % BATCH == 0:
                report.progress(done)
    return [NAME]
