"""`undersigned organizer`: accounts of organizers, and links that sign them in."""

from __future__ import annotations

import click
from flask import current_app
from sqlalchemy import select

from campaign.accounts import operations, queries
from campaign.accounts.rules import LINK_LIFE, LINK_LIFE_IN_DEVELOPMENT
from campaign.choices import Role
from campaign.cli import fail, print_json, with_app
from campaign.extensions import db
from campaign.lib import clock
from campaign.links import external
from campaign.models import Campaign


@click.group()
def organizer() -> None:
    """Add organizers to campaigns, and make links that sign them in."""


@organizer.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="owner", show_default=True)
@click.option("--campaign", "slug", metavar="SLUG", help="The campaign; without it the account alone is made.")
@click.option("--name", default="", help="The organizer's name.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_app
def add(email: str, role: str, slug: str | None, name: str, as_json: bool) -> None:
    """Give EMAIL an account, and a role in a campaign. Doing it twice changes nothing.

    Example: undersigned organizer add ada@example.org --role owner --campaign rekognition-2018
    """
    now = clock.now()
    account = operations.add_organizer(email, now, name)
    if slug:
        operations.add_member(campaign_of(slug), account, Role(role), by_id=None, now=now)
    answer = {"email": account.email, "role": role if slug else None, "campaign": slug}
    db.session.commit()
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{email} is {role} of {slug}" if slug else f"{email} has an account, and no campaign yet")


@organizer.command()
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@with_app
def link(email: str, as_json: bool) -> None:
    """Print a link that signs EMAIL in once: within 24 hours in development, 15 minutes otherwise.

    Example: undersigned organizer link ada@example.org
    """
    account = queries.organizer_by_key(operations.email_key(email))
    if account is None:
        fail(f"{email} has no account; make one: undersigned organizer add {email}")
    life = LINK_LIFE_IN_DEVELOPMENT if current_app.config["ENV"] == "development" else LINK_LIFE
    token = operations.make_sign_in_link(account, life, clock.now())
    db.session.commit()
    url = external("accounts.use_link", token=token)
    minutes = int(life.total_seconds() // 60)
    if as_json:
        print_json({"url": url, "minutes": minutes})
    else:
        click.echo(url)
        period = f"{minutes // 60} hours" if minutes > 60 else f"{minutes} minutes"
        click.echo(f"Works once, within {period}.", err=True)


def campaign_of(slug: str) -> Campaign:
    """The campaign of that slug; leaves with exit code 1 and a sentence when there is none."""
    found = db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()
    if found is None:
        fail(f"There is no campaign {slug}; load a letter first, or start one at the desk")
    return found
