"""`undersigned anonymize`: takes what is kept too long, or says where an address still stands."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from campaign import limits
from campaign.cli import fail, print_json, with_app
from campaign.exports import jobs as exports
from campaign.exports.expiring import count_expired
from campaign.extensions import db, read_only
from campaign.finding import Place, find_everywhere
from campaign.jobs import outbox
from campaign.lib import clock
from campaign.lib.emails import BadAddress, parse_address
from campaign.lib.periods import PERIODS
from campaign.mailboxes import mailbox_of
from campaign.moderation import jobs as moderation
from campaign.moderation.cases import cases_to_blank, count_cases_over
from campaign.organizations import jobs as organizations
from campaign.organizations.queries import contacts_over, count_contacts_over
from campaign.signing import queries
from campaign.signing.jobs import upkeep

# Letter, class, number, and whether a legal hold keeps it. Letter "" is the whole site.
Row = tuple[str, str, int, bool]
WORDS = {
    "expired": "signatures that were never confirmed",
    "withdrawn": "signatures that were withdrawn",
    "names": "names on no list, with their addresses",
    "addresses": "addresses",
    "consents": "boxes that were taken back",
    "contacts": "contacts of invited organizations",
    "complaints": "words of complaints",
    "exports": "files of exports",
    "jobs": "finished jobs and jobs given up",
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count, by letter, also what a legal hold keeps.")
@click.option("--find", "address", metavar="ADDRESS", help="Say where an address stands; - reads it from stdin.")
@click.option(
    "--logs",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="With --find: also look into this file or folder. May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def anonymize(dry_run: bool, address: str | None, logs: tuple[Path, ...], as_json: bool) -> None:
    """Take addresses, hidden names and records whose time is over. Nothing of a letter on legal hold is touched.

    Example: undersigned anonymize --dry-run
    """
    if address is not None:
        find(address, logs, as_json)
        return
    now = clock.now()
    with read_only():
        due = what_is_due(now)
    if not dry_run:
        take_everything(now)
    if as_json:
        print_json([dict(zip(("letter", "class", "number", "on_hold"), row, strict=True)) for row in due])
        return
    print_table(due, "would go" if dry_run else "gone")


def what_is_due(now: datetime) -> list[Row]:
    """What has been kept too long, by letter and class."""
    found: list[Row] = list(queries.count_due(now))
    found += [(slug, "contacts", number, held) for slug, number, held in count_contacts_over(now)]
    found += [(slug, "complaints", number, held) for slug, number, held in count_cases_over(now)]
    found += [(slug, "exports", number, held) for slug, number, held in count_expired(now - PERIODS["exports"])]
    jobs_over = outbox.count_over(now)
    if jobs_over:
        found.append(("", "jobs", jobs_over, False))
    return sorted(found)


def take_everything(now: datetime) -> None:
    """Does what the worker does by the clock, at once."""
    upkeep.anonymize_all(now)
    while contacts_wait(now):
        organizations.forget_contacts(now)
    while complaints_wait(now):
        moderation.blank_complaints(now)
    exports.expire(now)
    outbox.prune(now)
    limits.prune(now)
    db.session.commit()


def contacts_wait(now: datetime) -> bool:
    """Whether a contact is left whose time is over."""
    with read_only():
        return bool(contacts_over(now, 1))


def complaints_wait(now: datetime) -> bool:
    """Whether a complaint is left whose words are over."""
    with read_only():
        return bool(cases_to_blank(now, 1))


def print_table(due: list[Row], done: str) -> None:
    """One line for each letter and class, in columns."""
    if not due:
        click.echo("Nothing is kept longer than it may be.")
        return
    width = max(len(letter or "(the site)") for letter, *_rest in due)
    for letter, kind, number, held in due:
        state = "kept by legal hold" if held else done
        click.echo(f"{letter or '(the site)':{width}}  {number:>9}  {state:<18}  {WORDS[kind]}")


def find(address: str, logs: tuple[Path, ...], as_json: bool) -> None:
    """Prints every place where an address, or the key of its mailbox, stands."""
    typed = sys.stdin.readline() if address == "-" else address
    try:
        parsed = parse_address(typed.strip())
    except BadAddress:
        fail("That is no mail address; give one like ada@example.org, or - to read it from stdin.")
    words = {"address": typed.strip(), "as kept": parsed.normalized}
    words |= {f"key {number}": key for number, key in enumerate(mailbox_of(parsed).keys, 1)}
    folders = (Path(current_app.config["DATA_DIR"]), *logs)
    places = list(find_everywhere(words, folders))
    if as_json:
        print_json([place._asdict() for place in places])
        return
    for place in places:
        click.echo(told(place))
    click.echo(f"{len(places)} places" if places else "The address stands nowhere.", err=bool(places))


def told(place: Place) -> str:
    """One line of the answer."""
    what = "key of the mailbox" if place.what.startswith("key") else "address"
    return f"{place.where}: {what}, {place.times} times"
