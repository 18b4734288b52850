"""A letter as a folder of files, read and checked without a database; the format is docs/letter-files.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from campaign.cli import letter_csv, letter_toml
from campaign.cli.letter_csv import OrganizationRow, ResponseRow
from campaign.cli.letter_toml import BadFile, CertifiedEntry, Table
from campaign.letters import rules

# Served as downloads, and of these types only.
EVIDENCE_SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg", ".txt", ".csv", ".docx", ".xlsx", ".odt")
EVIDENCE_BYTES = 50 * 2**20
FILE_BYTES = 4 * 2**20
PARTS = ("target", "addressee", "initial_signatory", "evidence", "watch", "certified")


@dataclass(frozen=True, kw_only=True)
class LetterFiles:
    """Everything a directory says about a letter. `lines` has the line of each top-level key of letter.toml."""

    slug: str
    campaign: dict[str, str]
    words: rules.Words
    settings: rules.Settings
    status_note: str
    targets: list[rules.TargetEntry]
    addressees: list[rules.AddresseeEntry]
    initial_signatories: list[rules.SignatoryEntry]
    evidence: list[rules.EvidenceEntry]
    watched: list[rules.WatchedName]
    organizations: list[OrganizationRow]
    timeline: list[rules.TimelineRow]
    responses: list[ResponseRow]
    certified: list[CertifiedEntry]
    lines: dict[str, int]


def read_letter(folder: Path) -> LetterFiles:
    """Everything in the folder, checked. Raises BadFile for the first thing that is wrong."""
    for translation in sorted(folder.glob("text.*.md")):
        raise BadFile(translation.name, 0, "translations are not part of this version; take this file out")
    top, headers = letter_toml.read_toml(read_file(folder, letter_toml.NAME))
    parts = {name: list(letter_toml.tables(top, headers, name)) for name in PARTS}
    zone = letter_toml.read_zone(top)
    told, answered = read_timeline(folder)
    files = LetterFiles(
        slug=letter_toml.read_slug(top, "slug"),
        campaign=letter_toml.read_campaign(top),
        words=letter_toml.read_words(top, read_file(folder, "text.md")),
        settings=letter_toml.read_settings(top, zone),
        status_note=top.text("status_note", 1000, allow_breaks=True),
        targets=[letter_toml.read_target(table) for table in parts["target"]],
        addressees=[letter_toml.read_addressee(table) for table in parts["addressee"]],
        initial_signatories=[letter_toml.read_signatory(table) for table in parts["initial_signatory"]],
        evidence=read_evidence(folder, parts["evidence"]),
        watched=[letter_toml.read_watched(table) for table in parts["watch"]],
        organizations=read_organizations(folder),
        timeline=told,
        responses=answered,
        certified=[letter_toml.read_certified(table) for table in parts["certified"]],
        lines={key: top.line(key) for key in top.values},
    )
    for table in (top, *(table for found in parts.values() for table in found)):
        table.refuse_unread()
    return files


def read_file(folder: Path, name: str) -> str:
    """The text of a file of the folder, with LF at the line ends. Raises BadFile."""
    path = folder / name
    if not path.is_file():
        raise BadFile(name, 0, f"there is no such file in {folder}")
    data = path.read_bytes()
    if len(data) > FILE_BYTES:
        raise BadFile(name, 0, f"the file is larger than {FILE_BYTES // 2**20} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(name, data[: error.start].count(b"\n") + 1, "this is not UTF-8; save the file as UTF-8") from None
    return text.replace("\r\n", "\n")


def read_organizations(folder: Path) -> list[OrganizationRow]:
    """The rows of organizations.csv, none without the file."""
    name = letter_csv.ORGANIZATIONS
    if not (folder / name).exists():
        return []
    rows = letter_csv.read_rows(name, read_file(folder, name), letter_csv.ORGANIZATION_COLUMNS)
    return [letter_csv.read_organization(row) for row in rows]


def read_timeline(folder: Path) -> tuple[list[rules.TimelineRow], list[ResponseRow]]:
    """The rows of timeline.csv: what happened, and what of it the target said or did; none without the file."""
    name = letter_csv.TIMELINE
    told: list[rules.TimelineRow] = []
    answered: list[ResponseRow] = []
    if (folder / name).exists():
        columns, optional = letter_csv.TIMELINE_COLUMNS, letter_csv.RESPONSE_COLUMNS
        for row in letter_csv.read_rows(name, read_file(folder, name), columns, optional):
            response = letter_csv.read_response(row)
            if response is None:
                told.append(letter_csv.read_event(row))
            else:
                answered.append(response)
    return told, answered


def read_evidence(folder: Path, parts: list[Table]) -> list[rules.EvidenceEntry]:
    """The documents of letter.toml; a file among them is fingerprinted, and every file is among them."""
    entries = [read_document(folder, table) for table in parts]
    named = {entry.file_name for entry in entries}
    if left := next((path for path in evidence_files(folder) if path.name not in named), None):
        raise BadFile(f"evidence/{left.name}", 0, "no [[evidence]] of letter.toml names this file")
    return entries


def evidence_files(folder: Path) -> Iterator[Path]:
    """Everything that lies in evidence/, by name, hidden files apart."""
    place = folder / "evidence"
    found = sorted(place.iterdir()) if place.is_dir() else []
    return (path for path in found if not path.name.startswith("."))


def read_document(folder: Path, table: Table) -> rules.EvidenceEntry:
    """One [[evidence]]."""
    name, sha256 = table.text("file", 200), table.text("sha256", 64)
    if sha256 and not rules.is_sha256(sha256):
        table.fail("sha256", "sha256 is made of 64 digits and small letters a to f")
    if name:
        computed = fingerprint(folder, name, table)
        if sha256 not in ("", computed):
            table.fail("sha256", f"sha256 is not that of evidence/{name}, which is {computed}")
        sha256 = computed
    return rules.EvidenceEntry(
        title=table.text("title", 300, None),
        source=table.text("source", 300),
        url=table.address("url"),
        obtained_on=table.take("obtained_on", date, "2018-05-22") if "obtained_on" in table.values else None,
        sha256=sha256,
        file_name=name,
        redaction_note=table.text("redaction_note", 1000),
    )


def fingerprint(folder: Path, name: str, table: Table) -> str:
    """The SHA-256 of a file of evidence/, which has to lie in it and be of a type we serve."""
    path = folder / "evidence" / name
    if Path(name).name != name or name.startswith(".") or not path.is_file() or path.is_symlink():
        table.fail("file", f"there is no file {name!r} in evidence/")
    if path.suffix.lower() not in EVIDENCE_SUFFIXES:
        table.fail("file", f"evidence is one of {', '.join(EVIDENCE_SUFFIXES)}, not {path.suffix!r}")
    if path.stat().st_size > EVIDENCE_BYTES:
        table.fail("file", f"evidence/{name} is larger than {EVIDENCE_BYTES // 2**20} MB")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
