"""`undersigned import`: a list of signatures from a CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import click

from campaign.cli import fail, print_json, with_app
from campaign.extensions import db, read_only
from campaign.letters.queries import letter_by_slug
from campaign.lib import clock
from campaign.moderation import operations
from campaign.moderation.imports import BadRow, ImportedEntry, read_entry
from campaign.moderation.operations import Tallied
from campaign.moderation.sheets import FILE_LIMIT, BadSheet, Sheet, read_mapping, read_sheet
from campaign.sentences import IMPORTS

BATCH = 500
SHOWN = 20


@dataclass
class Reading:
    """The rows of a file as they go by: how many, which were bad and why, and the first good ones."""

    sheet: Sheet
    rows: int = 0
    bad: list[dict[str, Any]] = field(default_factory=list)
    first: list[ImportedEntry] = field(default_factory=list)

    def entries(self) -> Iterator[ImportedEntry]:
        """The good rows; bad ones are noted with line and reason. Raises `BadSheet`."""
        now = clock.now()
        for row in self.sheet.rows():
            self.rows += 1
            try:
                entry = read_entry(row, now)
            except BadRow as bad:
                self.bad.append({"line": row.line, "column": bad.column, "reason": bad.reason})
            else:
                if len(self.first) < SHOWN:
                    self.first.append(entry)
                yield entry


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--letter", "slug", required=True, help="The letter's slug.")
@click.option("--basis", default="", help="How these people consented; needed unless --dry-run.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML: which column is what.",
)
@click.option("--dry-run", is_flag=True, help="Only count, and show the first rows.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@with_app
def import_file(file: Path, slug: str, basis: str, map_file: Path | None, dry_run: bool, as_json: bool) -> None:
    """Bring the signatures of a CSV file onto a letter, counted apart. The same file twice changes nothing.

    Exit 1 when the file is refused as a whole; bad rows are told one by one and the others come in.

    Example: undersigned import paper.csv --letter my-letter --basis "Signed on paper at the rally of 2 June"
    """
    if not dry_run and not basis.strip():
        raise click.UsageError("--basis is missing: say how these people consented, or use --dry-run.")
    try:
        data = read_bytes(file)
        mapping = read_mapping(map_file.read_text(encoding="utf-8")) if map_file else None
        reading = Reading(read_sheet(data, mapping))
        # The whole file is read once before the first write: a broken end refuses all of it.
        for _row in reading.sheet.rows():
            pass
        if dry_run:
            tallied = count_only(slug, reading)
        else:
            tallied = bring_in(slug, reading, operations.digest_of(data), file.name, basis)
    except BadSheet as bad:
        fail(str(IMPORTS[bad.reason] % bad.values))
    except UnicodeDecodeError:
        fail(f"{map_file} is not text in UTF-8")
    tell(reading, tallied, dry_run, as_json)


def read_bytes(file: Path) -> bytes:
    """The file, no further than one byte over the limit."""
    with file.open("rb") as source:
        return source.read(FILE_LIMIT + 1)


def batches(entries: Iterable[ImportedEntry]) -> Iterator[list[ImportedEntry]]:
    """The entries in lists of 500."""
    source = iter(entries)
    while batch := list(islice(source, BATCH)):
        yield batch


def count_only(slug: str, reading: Reading) -> Tallied:
    """What an import would do; nothing is written."""
    tallied = Tallied()
    with read_only():
        letter = letter_by_slug(slug)
        if letter is None:
            fail(f'There is no letter "{slug}".')
        for entries in batches(reading.entries()):
            operations.sort_out(letter.id, entries, tallied)
    return tallied


def bring_in(slug: str, reading: Reading, digest: str, file_name: str, basis: str) -> Tallied:
    """Imports in commits of 500 rows; what was interrupted goes on where it stopped when run again."""
    tallied, now = Tallied(), clock.now()
    letter = letter_by_slug(slug)
    if letter is None:
        fail(f'There is no letter "{slug}".')
    batch = operations.start_batch(letter, digest=digest, file_name=file_name, basis=basis, now=now)
    db.session.commit()
    for entries in batches(reading.entries()):
        operations.import_entries(letter, batch, entries, tallied, now)
        db.session.commit()
        click.echo(f"{reading.rows} rows read", err=True)
    if tallied.imported:
        operations.log_import(letter, batch, tallied.imported, now)
        db.session.commit()
    return tallied


def tell(reading: Reading, tallied: Tallied, dry_run: bool, as_json: bool) -> None:
    """The counts on stdout; bad rows, each with its line and reason, on stderr."""
    for row in reading.bad:
        where = f", {row['column']}" if row["column"] else ""
        row["message"] = str(IMPORTS[row["reason"]])
        click.echo(f"line {row['line']}{where}: {row['message']}", err=True)
    counts = {
        "rows": reading.rows,
        "imported": tallied.imported,
        "duplicates": tallied.duplicates,
        "suppressed": tallied.suppressed,
        "bad": len(reading.bad),
    }
    first = [shown(entry) for entry in reading.first] if dry_run else []
    if as_json:
        print_json({**counts, "dry_run": dry_run, "bad_rows": reading.bad, "first_rows": first})
        return
    for entry in first:
        click.echo(" | ".join(str(value) for value in entry.values()))
    for name, number in counts.items():
        click.echo(f"{name}: {number}")


def shown(entry: ImportedEntry) -> dict[str, Any]:
    """A row as it would appear."""
    return {
        "name": entry.name,
        "title": entry.title,
        "affiliation": entry.affiliation,
        "country": entry.country,
        "email": entry.address.normalized,
        "signed_on": entry.signed_at.date().isoformat(),
    }
