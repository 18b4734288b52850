"""`undersigned db`: the schema of the database, forward, back and compared with the code."""

from __future__ import annotations

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app

from campaign.cli import fail, with_app
from campaign.extensions import db, read_only


@click.group("db")
def db_group() -> None:
    """Move the database schema forward or back, or compare it with the code."""


@db_group.command()
@with_app
def upgrade() -> None:
    """Apply every waiting migration.

    Example: undersigned db upgrade
    """
    waiting = pending_revisions()
    upgrade_database()
    click.echo(f"{len(waiting)} migrations applied")


@db_group.command()
@click.argument("revision", default="-1")
@click.option("--dry-run", is_flag=True, help="Only print the SQL.")
@with_app
def downgrade(revision: str, dry_run: bool) -> None:
    """Undo migrations down to REVISION, by default the last one. Data in what they added is lost.

    Example: undersigned db downgrade 0003
    """
    try:
        command.downgrade(alembic_config(), f"head:{revision}" if dry_run else revision, sql=dry_run)
    except CommandError as problem:
        fail(f"There is no way down to {revision}: {problem}")


@db_group.command()
@with_app
def check() -> None:
    """Compare database, migrations and models; exit 1 when they disagree.

    Example: undersigned db check
    """
    waiting = pending_revisions()
    if waiting:
        fail(f"{len(waiting)} migrations wait: {', '.join(waiting)}; run: undersigned db upgrade")
    try:
        command.check(alembic_config())
    except CommandError as problem:
        fail(f"Models and migrations disagree: {problem}")


def alembic_config() -> Config:
    """Alembic's configuration for this app, the migrations folder of the checkout included."""
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    return config


def pending_revisions() -> list[str]:
    """The migrations this database has not seen, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    with read_only():
        applied = MigrationContext.configure(db.session.connection()).get_current_heads()
    known = {step.revision for head in applied for step in scripts.iterate_revisions(head, "base")}
    return [step.revision for step in reversed(list(scripts.walk_revisions())) if step.revision not in known]


def upgrade_database() -> None:
    """Apply every waiting migration, then let go of the connection."""
    command.upgrade(alembic_config(), "head")
