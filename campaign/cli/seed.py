"""`undersigned seed`: a believable, invented world to look at, to try things on, and to measure.

The one place that inserts signatures in bulk; its test proves that rules and derived rows hold all the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

import click
from flask import current_app
from sqlalchemy import func, insert, select

from campaign import mailboxes
from campaign.accounts.operations import add_organizer
from campaign.choices import LetterKind
from campaign.cli import fail, print_json, with_app
from campaign.cli.seed_bodies import Body, BodyRows, invented_bodies
from campaign.cli.seed_cases import make_cases
from campaign.cli.seed_claims import add_claims
from campaign.cli.seed_employees import make_employees
from campaign.cli.seed_holds import show_holds
from campaign.cli.seed_institutions import load_directory
from campaign.cli.seed_letters import (
    Plan,
    free_prefix,
    lead_through_life,
    make_campaign,
    make_letter,
    plan_letters,
)
from campaign.cli.seed_people import PeopleRows
from campaign.cli.seed_rows import Made
from campaign.cli.seed_waves import make_wave
from campaign.cli.seed_words import CONSENTS
from campaign.cli.serve import prepare_database
from campaign.extensions import db, read_only
from campaign.lib import clock
from campaign.models import Campaign, Consent, DirtyLetter, Endorsement, Letter, Proof, RuleHit, SearchWord, Signature
from campaign.moderation.operations import decide, renew_figures
from campaign.moderation.rules import Ruling
from campaign.organizations.operations import find_or_add_organization
from campaign.signing.holds import EVERY
from campaign.signing.operations import recount_marked

# The demo's organizer owns the campaign, so that its desk can be looked at.
ORGANIZER = "owner@example.org"
BATCH = 5000
LARGEST = 2_000_000


@click.command()
@click.option(
    "--size",
    type=click.IntRange(1, LARGEST),
    default=1000,
    show_default=True,
    help="Public signatures of the largest letter.",
)
@click.option(
    "--letters",
    type=click.IntRange(1, 500),
    default=11,
    show_default=True,
    help="How many letters, of all kinds and in all states.",
)
@click.option("--seed", "number", type=int, default=1, show_default=True, help="The same number makes the same people.")
@click.option("--dry-run", is_flag=True, help="Only print which letters would be made.")
@click.option("--json", "as_json", is_flag=True, help="Print the letters as JSON.")
@with_app
def seed(size: int, letters: int, number: int, dry_run: bool, as_json: bool) -> None:
    """Make an invented company, letters to it and people who sign them; print the slug of the largest letter.

    Beside the SIZE public signatures of the largest letter others wait, are held, rejected, withdrawn or expired.

    Example: undersigned seed --size 1000
    """
    prepare_database(current_app._get_current_object())  # type: ignore[attr-defined]
    refuse_beside_real_letters()
    plans = plan_letters(free_prefix(), size, letters)
    if not dry_run:
        make_world(plans, random.Random(number), clock.now())  # noqa: S311  invented people need no secrecy
    if as_json:
        print_json([{"slug": plan.slug, "kind": plan.kind, "state": plan.state} for plan in plans])
    else:
        click.echo(plans[0].slug)


def refuse_beside_real_letters() -> None:
    """Leaves with a sentence on a site in production that has letters: invented people would stand beside real ones."""
    with read_only():
        count = db.session.scalar(select(func.count()).select_from(Letter))
    if count and current_app.config["ENV"] == "production":
        fail("This site has letters of its own; seed an empty database, or one with UNDERSIGNED_ENV=development")


def make_world(plans: list[Plan], source: random.Random, now: datetime) -> None:
    """Makes every letter with its signatures; commits after each batch."""
    owner = add_organizer(ORGANIZER, now)
    campaign = make_campaign(plans[0].slug.rpartition("-")[0], owner.id, now)
    institutions = load_directory(campaign, owner.id, now)
    db.session.commit()
    bodies = {kind: find_bodies(plans, source, kind, now) for kind in ("investors", "public")}
    for plan in plans:
        invited = bodies["investors" if plan.kind == "investors" else "public"]
        make_signed_letter(campaign, plan, invited, institutions, source, now)


def find_bodies(plans: list[Plan], source: random.Random, kind: str, now: datetime) -> list[Body]:
    """As many organizations as the largest of these letters needs, in the directory of the site."""
    wanted = max(
        (plan.organizations for plan in plans if (plan.kind == "investors") == (kind == "investors")), default=0
    )
    found = []
    for name, website, type_ in islice(invented_bodies(source, kind), wanted):
        organization = find_or_add_organization(name, website, now)
        found.append(Body(organization.id, organization.name, website, type_))
    db.session.commit()
    return found


def make_signed_letter(
    campaign: Campaign,
    plan: Plan,
    bodies: list[Body],
    institutions: Mapping[str, int],
    source: random.Random,
    now: datetime,
) -> None:
    """Makes one letter, leads it into its state, and gives it its signatures."""
    owner = add_organizer(ORGANIZER, now)
    letter = make_letter(campaign, plan, owner.id, now)
    db.session.commit()
    given = (plan, letter, mailboxes.secret(), source, now)
    done = 0
    endorsements = sorted(BodyRows(*given).endorsements(bodies), key=signing_moment)
    people = PeopleRows(*given)
    people.institutions = institutions
    for batch in batches(merge(endorsements, people.people(), key=signing_moment)):
        ids = insert_batch(letter.id, batch)
        for signature_id, made in zip(ids, batch, strict=True):
            if made.is_rejected:
                reject(letter.id, signature_id, owner.id, made)
        db.session.commit()
        done += len(batch)
        click.echo(f"{plan.slug}: {done} signatures", err=True)
    add_claims(plan, letter, mailboxes.secret(), now)
    db.session.commit()
    if plan.kind == LetterKind.EMPLOYEES:
        make_employees(letter, owner.id, now)
    # Last: until here nobody else could sign it, and nobody saw half of it.
    lead_through_life(letter, plan, owner.id, now)
    make_cases(letter, owner.id, now)
    if plan.is_largest:
        make_wave(letter, owner.id, now)
        show_holds(letter, owner.id, now)
    # Counted for itself, as a worker counts, which may be at it already: each would wait for rows the other one holds.
    db.session.commit()
    count_marked(letter.id, now)


def count_marked(letter_id: int, now: datetime) -> None:
    """Counts what was marked of a letter, and its figures of holds; commits."""
    last_mark = db.session.scalar(select(func.max(DirtyLetter.id)).where(DirtyLetter.letter_id == letter_id)) or 0
    recount_marked(letter_id, last_mark, now)
    renew_figures(letter_id, now)
    db.session.commit()


def signing_moment(made: Made) -> datetime:
    """When a made row was signed; ids follow it, as those of real signatures do."""
    moment: datetime = made.row["signed_at"]
    return moment


def batches(source: Iterable[Made]) -> Iterator[list[Made]]:
    """Everything from a source in lists of at most BATCH."""
    rows = iter(source)
    while batch := list(islice(rows, BATCH)):
        yield batch


def insert_batch(letter_id: int, batch: list[Made]) -> list[int]:
    """Inserts signatures with everything that belongs to them; returns their ids in order."""
    before = db.session.scalar(select(func.max(Signature.id)).where(Signature.letter_id == letter_id)) or 0
    insert_rows(Signature, [made.row for made in batch])
    ids = list(
        db.session.scalars(
            select(Signature.id).where(Signature.letter_id == letter_id, Signature.id > before).order_by(Signature.id)
        )
    )
    pairs = list(zip(ids, batch, strict=True))
    insert_rows(
        Endorsement,
        [{"signature_id": id_, **made.endorsement} for id_, made in pairs if made.endorsement],
    )
    insert_rows(
        Proof,
        [
            {"signature_id": id_, "method": method, "seen": seen, "by_id": None, "proved_at": made.row["verified_at"]}
            for id_, made in pairs
            for method, seen in made.proofs
        ],
    )
    insert_rows(RuleHit, [hit for id_, made in pairs for hit in hits(id_, made.row)])
    insert_rows(Consent, [consent(id_, kind, made.row) for id_, made in pairs for kind in made.consents])
    # In the order of the index they go into.
    found = sorted((word, id_) for id_, made in pairs for word in made.words)
    insert_rows(SearchWord, [{"letter_id": letter_id, "word": word, "signature_id": id_} for word, id_ in found])
    return ids


def insert_rows(model: type[Any], rows: list[dict[str, Any]]) -> None:
    """Inserts rows of a table, if there are any."""
    if rows:
        db.session.execute(insert(model.__table__), rows)


def hits(signature_id: int, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the rules that held a signature leave of it."""
    if row["verified_at"] is not None:
        for rule in EVERY.intersection(row["reasons"].split(";")):
            yield {
                "signature_id": signature_id,
                "rule": rule,
                "letter_id": row["letter_id"],
                "day": row["verified_at"].date(),
                "is_held": True,
            }


def consent(signature_id: int, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """A box that was ticked on signing; withdrawing unticked it."""
    return {
        "signature_id": signature_id,
        "kind": kind,
        "sentence": CONSENTS[kind],
        "source": "web",
        "given_at": row["signed_at"],
        "ended_at": row["withdrawn_at"],
    }


def reject(letter_id: int, signature_id: int, by_id: int, made: Made) -> None:
    """The organizer rejects a held signature, with the chained decision this leaves."""
    ruling = Ruling(act="reject", reason="impersonation")
    decide(letter_id, signature_id, "held", ruling, by_id=by_id, now=made.row["verified_at"])
