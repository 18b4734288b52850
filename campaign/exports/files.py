"""Files that are whole or not there, the statement beside them, and their checksums."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from campaign.exports.report import Report
from campaign.exports.source import Statement
from campaign.lib.clock import rfc3339
from campaign.storage import part

ABOUT = "about.json"
SUMS = "SHA256SUMS"
REPORT = "report.json"
ALL = "all.zip"
# No older date can stand in a zip.
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001  zips know no zone


def about(statement: Statement, slug: str) -> dict[str, Any]:
    """The statement of an export as data: `about.json`, and the head of `signatories.json`."""
    return {
        "letter": slug,
        "version": statement.version,
        "edition": statement.edition or "not frozen",
        "time": rfc3339(statement.time),
        "citation": statement.citation,
        "counts": statement.counts.as_data(),
        "named": statement.named,
        "withheld": statement.withheld,
        "order": statement.order,
        "filter": statement.filter,
        "purpose": str(statement.purpose),
        "list_digest": statement.list_digest,
        "tools": dict(sorted(statement.tools.items())),
        "csv": "A cell that a spreadsheet would run as a formula begins with an apostrophe. To have the text as it was"
        " signed, take one apostrophe off each cell where only apostrophes and spaces stand before = + - @, a tab, a"
        " line break or a full-width form of these signs.",
    }


def tools() -> dict[str, str]:
    """The versions that decide the bytes of the files."""
    return {name: version(name) for name in ("undersigned", "typst", "pikepdf", "python-docx", "XlsxWriter")}


def as_json(data: dict[str, Any]) -> str:
    """Data as JSON for people: two spaces, text unescaped, LF at the end."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write data as JSON for people."""
    with part(path) as unfinished:
        unfinished.write_text(as_json(data), encoding="utf-8", newline="\n")


def finish(folder: Path, names: list[str], statement: Statement, slug: str, report: Report) -> None:
    """Put `about.json`, `SHA256SUMS` and the organizers' `report.json` beside the files named."""
    write_json(folder / ABOUT, about(statement, slug))
    sums = []
    for name in sorted([*names, ABOUT]):
        sha256 = digest(folder / name)
        sums.append(f"{sha256}  {name}\n")
        report.file(name, (folder / name).stat().st_size, sha256)
    with part(folder / SUMS) as unfinished:
        unfinished.write_text("".join(sums), encoding="ascii")
    write_json(folder / REPORT, report.as_data())


def pack(folder: Path, names: list[str], time: datetime) -> None:
    """Puts these files, the statement and the sums into `all.zip`, with one date: twice gives the same bytes."""
    with part(folder / ALL) as unfinished, ZipFile(unfinished, "w", ZIP_DEFLATED) as packed:
        for name in sorted([*names, ABOUT, SUMS]):
            add_file(packed, folder / name, time)


def zip_entry(name: str, time: datetime) -> ZipInfo:
    """A member of an archive that looks the same wherever and whenever it is packed; `time` is that of the list."""
    entry = ZipInfo(name, max(time.astimezone(UTC).replace(tzinfo=None), _EPOCH).timetuple()[:6])
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
    return entry


def add_file(archive: ZipFile, path: Path, time: datetime) -> None:
    """Packs a file under its own name."""
    with path.open("rb") as file, archive.open(zip_entry(path.name, time), "w", force_zip64=True) as member:
        shutil.copyfileobj(file, member, 2**20)


def digest(path: Path) -> str:
    """The SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
