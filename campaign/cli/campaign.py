"""`undersigned campaign`: what concerns several letters of a campaign at once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from campaign import storage
from campaign.choices import DeliveryMethod
from campaign.cli import fail, with_app
from campaign.exports.queries import edition_numbered
from campaign.extensions import db
from campaign.letters import queries as letter_queries
from campaign.letters.rules import local_time, moment_in, zones
from campaign.lib import clock
from campaign.lib.names import BadText, clean_text
from campaign.links import external
from campaign.models import Campaign, Edition, Letter

DAY = click.DateTime(formats=["%Y-%m-%d"])
LIMITS = {"place": 200, "proof": 200, "reference": 200, "note": 4000, "source_url": 500, "method": 20}
MOMENT = click.DateTime(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def campaign() -> None:
    """Hand over what the letters of a campaign collected."""


@campaign.command()
@click.argument("slug")
@click.option("--edition", "wanted", multiple=True, required=True, metavar="LETTER:N", help="A frozen edition; repeat.")
@click.option("--target", help="Slug of the company, where the letters ask several.")
@click.option("--on", "on", type=MOMENT, help="When it was handed over, such as 2018-06-18T10:00; now if left out.")
@click.option("--timezone", help="Whose clocks --on is told by; that of the first letter if left out.")
@click.option(
    "--method", type=click.Choice([method.value for method in DeliveryMethod]), default=DeliveryMethod.IN_PERSON.value
)
@click.option("--place", default="", help="Where.")
@click.option("--by", "handed_by", default="", help="Who handed it over.")
@click.option("--received-by", default="", help="Who took it.")
@click.option("--reference", default="", help="A tracking or receipt number.")
@click.option("--note", default="", help="A note for the cover page.")
@click.option("--answer-due", type=DAY, help="By when an answer is expected.")
@click.option("--source", default="", help="Who reported it, for a delivery of the past.")
@click.option("--source-url", default="", help="The address of that report.")
@click.option("--proof", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A PDF, PNG or JPEG.")
@with_app
def deliver(
    slug: str,
    wanted: tuple[str, ...],
    target: str | None,
    on: datetime | None,
    timezone: str | None,
    answer_due: datetime | None,
    proof: Path | None,
    **said: str,
) -> None:
    """Hand over editions of letters of the campaign SLUG together, and print the address of the delivery.

    Example: undersigned campaign deliver rekognition-2018 --edition rekognition-2018-coalition:1 --on 2018-06-18T10:00
    """
    from campaign.delivery import operations  # noqa: PLC0415  brings the encoders

    found = letter_queries.campaign_by_slug(slug)
    if found is None:
        fail(f'There is no campaign "{slug}".')
    chosen = [edition_or_fail(found, name) for name in wanted]
    now, zone = clock.now(), timezone or chosen[0][0].timezone
    if zone not in zones():
        fail(f'"{zone}" is no time zone we know; write it like America/Los_Angeles.')
    handover = operations.Handover(
        target_id=target_or_fail([letter for letter, _edition in chosen], target),
        delivered_at=moment_in(on or local_time(now, zone), zone),
        timezone=zone,
        answer_due_on=day_of(answer_due),
        **{name: cleaned(name, text) for name, text in said.items()},
    )
    row = operations.prepare_delivery(found, handover, [edition.id for _letter, edition in chosen], by_id=None, now=now)
    if proof is not None:
        upload = storage.keep_upload(proof.read_bytes())
        operations.keep_proof(row, upload, cleaned("proof", proof.name), by_id=None, now=now)
    operations.hand_over(found, row, by_id=None, now=now)
    number = row.number
    db.session.commit()
    click.echo(external("public.delivery", slug=slug, number=number))


def cleaned(name: str, text: str) -> str:
    """What an option says, as it is kept."""
    try:
        return clean_text(text, LIMITS.get(name, 300), allow_breaks=name == "note") if text else ""
    except BadText:
        fail(f"--{name.replace('_', '-')} is too long, or holds nothing that can be seen.")


def edition_or_fail(found: Campaign, name: str) -> tuple[Letter, Edition]:
    """The letter and the edition that LETTER:N names."""
    slug, _colon, number = name.rpartition(":")
    letter = letter_queries.letter_by_slug(slug)
    if letter is None or letter.campaign_id != found.id:
        fail(f'The campaign "{found.slug}" has no letter "{slug}"; write --edition LETTER:N.')
    edition = edition_numbered(letter.id, int(number)) if number.isdecimal() else None
    if edition is None:
        fail(f'The letter "{slug}" has no edition "{number}"; freeze one with: undersigned letter freeze {slug}')
    return letter, edition


def target_or_fail(letters: list[Letter], slug: str | None) -> int:
    """The target all letters ask, or the one of that slug among them."""
    asked = [{row.slug: row.id for row in letter_queries.targets_of(letter.id)} for letter in letters]
    shared = {name: target_id for name, target_id in asked[0].items() if all(name in others for others in asked)}
    if slug is not None and slug in shared:
        return shared[slug]
    if slug is not None or len(shared) != 1:
        fail(f"Name the company with --target, one of: {', '.join(sorted(shared)) or 'none that all letters ask'}.")
    return next(iter(shared.values()))


def day_of(moment: datetime | None) -> date | None:
    """The day that was typed, or None."""
    return moment.date() if moment is not None else None
