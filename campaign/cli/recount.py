"""`undersigned recount`: compares stored tallies with the signatures, says where they drifted, repairs them."""

from __future__ import annotations

from dataclasses import dataclass

import click
from sqlalchemy import func, select

from campaign.cli import fail, print_json, with_app
from campaign.extensions import db, read_only
from campaign.letters.queries import texts_of
from campaign.lib import clock
from campaign.models import DirtyLetter, Letter
from campaign.signing.operations import recount_letter
from campaign.signing.queries import added_up, count_by_version, tally_of

# Private ones are people.
KINDS = ("people", "organizations", "employees", "imported")


@dataclass(frozen=True)
class Comparison:
    """A letter's tally beside its signatures: each count that differs, as stored and as counted.

    `changes` were waiting for the worker's next count: a difference is no drift then, only not counted yet.
    """

    slug: str
    letter_id: int
    changes: int
    differences: dict[str, tuple[int, int]]

    @property
    def line(self) -> str:
        """The comparison in words."""
        told = ", ".join(f"{name} stored {stored}, counted {now}" for name, (stored, now) in self.differences.items())
        if not told:
            return f"{self.slug}: 0 drift"
        return f"{self.slug}: {f'{self.changes} changes not counted yet' if self.changes else 'drift'}: {told}"


@click.command()
@click.option("--letter", "slug", metavar="SLUG", help="Only this letter.")
@click.option("--dry-run", is_flag=True, help="Only say what drifted.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_app
def recount(slug: str | None, dry_run: bool, as_json: bool) -> None:
    """Count the signatures of every letter anew, print where the stored count was off, and repair it.

    Example: undersigned recount --letter rekognition-2018-coalition
    """
    with read_only():
        compared = [compare(*row) for row in letters(slug)]
    if slug and not compared:
        fail(f'There is no letter "{slug}".')
    for found in compared:
        if found.differences and not dry_run:
            recount_letter(found.letter_id, clock.now())
            db.session.commit()
    if as_json:
        print_json([{"slug": one.slug, "changes": one.changes, "differences": one.differences} for one in compared])
    else:
        for found in compared:
            click.echo(found.line)


def letters(slug: str | None) -> list[tuple[int, str]]:
    """Id and slug of every letter, or of one."""
    wanted = select(Letter.id, Letter.slug).order_by(Letter.id)
    if slug:
        wanted = wanted.where(Letter.slug == slug)
    return [(row.id, row.slug) for row in db.session.execute(wanted)]


def compare(letter_id: int, slug: str) -> Comparison:
    """The stored tally of a letter beside a fresh count, as a whole and for each version somebody accepted."""
    stored, versions = tally_of(letter_id, clock.now()), count_by_version(letter_id)
    both = {name: (int(getattr(stored, name)), now) for name, now in added_up(versions).items()}
    both |= by_version(letter_id, stored.versions, versions)
    differences = {name: pair for name, pair in both.items() if pair[0] != pair[1]}
    changes = db.session.scalar(select(func.count()).where(DirtyLetter.letter_id == letter_id)) or 0
    return Comparison(slug, letter_id, changes, differences)


def by_version(
    letter_id: int, stored: dict[str, dict[str, int]], counted: dict[int, dict[str, int]]
) -> dict[str, tuple[int, int]]:
    """How many stand under each version of a letter that has several, as stored and as counted."""
    texts = texts_of(letter_id)
    if len(texts) < 2:
        return {}
    return {
        f"version {text.number}": (
            sum(stored.get(str(text.id), {}).get(name, 0) for name in KINDS),
            sum(counted.get(text.id, {}).get(name, 0) for name in KINDS),
        )
        for text in texts
    }
