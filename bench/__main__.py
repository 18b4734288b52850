"""`python -m bench`: seeds letters, starts real processes, measures, prints a table, and leaves nothing behind."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import attack, checks, files, pages, sealed, table
from bench.sites import Site, databases, served
from bench.table import Row

KINDS = ("site", "rendered", "recounted", "cold")


def main() -> int:
    """Exit code 0 when every target is met, 1 otherwise."""
    asked = arguments()
    started = datetime.now(UTC)
    names = ["sqlite"] if asked.quick or asked.files or asked.hour else ["sqlite", "postgresql"]
    sizes = [150_000] if asked.hour else [1000, 20_000] if asked.quick else [1000, 10_000, 150_000]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench") as folder, databases(Path(folder), names) as sites:
        for site in sites:
            rows += seed(site, sizes, asked.quick)
            if asked.hour:
                say(f"{site.name}: an hour of attack")
                rows += attack.flooded_site(site, site.letters[150_000], 3600)
            elif not asked.files:
                rows += measure(site, 1.0 if asked.quick else 2.5)
                rows += attacks(site, asked.quick)
        rows += [] if asked.hour else listed_files(sites[0], asked.quick)
    printed = table.markdown(rows, started)
    print(printed)
    if asked.write:
        table.write(asked.write, printed)
    return 1 if any(row.is_met is False for row in rows) else 0


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes: SQLite alone, 20,000 signatures")
    parser.add_argument("--files", action="store_true", help="files and editions alone, on SQLite")
    parser.add_argument("--hour", action="store_true", help="an attack of an hour alone, on SQLite and 150,000")
    parser.add_argument("--write", type=Path, metavar="DOCUMENT", help="put the table into this document, too")
    return parser.parse_args()


def say(what: str) -> None:
    """Tells how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def seed(site: Site, sizes: list[int], quick: bool) -> list[Row]:
    """Makes the letters; the time of the largest is a measure."""
    site.run("db", "upgrade")
    took = 0.0
    for size in sizes:
        say(f"{site.name}: seeding {size:,}")
        begun = time.perf_counter()
        site.letters[size] = site.run("seed", "--size", str(size), "--letters", "1").strip()
        took = time.perf_counter() - begun
    is_met = None if quick else took < 60
    return [Row(f"seed, {sizes[-1]:,}", site.name, f"{took:.0f} s", None, "under 60 s at 150,000", is_met)]


def measure(site: Site, seconds: float) -> list[Row]:
    """Everything that is measured over HTTP."""
    with ExitStack() as stack:
        rounds = pages.Rounds(stack.enter_context(served(site, "hello")), seconds)
        servers = {kind: stack.enter_context(served(site, kind)) for kind in KINDS}
        say(f"{site.name}: pages")
        rows = pages.measure_pages(rounds, site, servers)
        rows.append(pages.measure_conditional(rounds, site, servers["site"]))
        say(f"{site.name}: names.csv")
        rows += files.public_csv(site, servers["site"], max(site.letters))
        say(f"{site.name}: signing and confirming")
        rows += pages.measure_signing(rounds, site, servers["site"])
    say(f"{site.name}: the checks of a signing")
    return rows + checks.measure_checks(site)


def attacks(site: Site, quick: bool) -> list[Row]:
    """What an attack costs, and ending it."""
    say(f"{site.name}: an attack")
    return attack.attacked(site, max(site.letters), **({"wave": 5_000, "seconds": 5.0} if quick else {}))


def listed_files(site: Site, quick: bool) -> list[Row]:
    """Everything that is written by a command."""
    rows: list[Row] = []
    large = max(site.letters)
    wanted = [("pdf", 1000, 2.0, 600)] if quick else [("pdf", 10_000, 5.0, 600), ("pdf", large, 60.0, 600)]
    for form, size, seconds, megabytes in [("csv", large, 10.0, 600), *wanted]:
        say(f"{site.name}: export {form} of {size:,}")
        rows += files.exported(site, form, size, seconds, megabytes)
    say(f"{site.name}: files from a list of {large:,}")
    rows += files.encoded(site, large)
    say(f"{site.name}: an edition of {large:,}")
    return [*rows, *sealed.editions(site, large), *sealed.tree(large)]


if __name__ == "__main__":
    sys.exit(main())
