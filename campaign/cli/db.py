"""`undersigned db`: the schema of the database, forward, back and compared with the code."""

from __future__ import annotations

from itertools import takewhile

import click
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app

import campaign.models  # noqa: F401  the comparison sees only models that were imported
from campaign.cli import fail, with_app
from campaign.cli.erased import keep_erased
from campaign.extensions import db, read_only
from campaign.lib import clock

DRY_RUN = click.option("--dry-run", is_flag=True, help="Only print which migrations would run.")


@click.group("db")
def db_group() -> None:
    """Move the database schema forward or back, or compare it with the code."""


@db_group.command()
@DRY_RUN
@with_app
def upgrade(dry_run: bool) -> None:
    """Apply every waiting migration.

    Example: undersigned db upgrade
    """
    waiting = pending_revisions()
    if not dry_run:
        upgrade_database()
        again = keep_erased(clock.now())
        if again:
            click.echo(f"{again} signatures of an older backup were erased again", err=True)
    report("would be applied" if dry_run else "applied", waiting)


@db_group.command()
@click.argument("revision", default="")
@DRY_RUN
@with_app
def downgrade(revision: str, dry_run: bool) -> None:
    """Undo the last migration, or every one after REVISION ("base" for all). What they added is lost.

    A legal hold that stands keeps the migration that brought holds in.

    Example: undersigned db downgrade 0003
    """
    applied = applied_revisions()
    target = revision or next(iter(applied[1:]), "base")
    if target not in [*applied, "base"]:
        fail(f"{target} is not applied to this database; applied are: {', '.join(applied) or 'none'}")
    if not dry_run:
        try:
            command.downgrade(alembic_config(), target)
        except CommandError as problem:
            fail(str(problem))
    report("would be undone" if dry_run else "undone", list(takewhile(lambda one: one != target, applied)))


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
        fail(f"Models and migrations disagree: {str(problem)[:400]}")


def report(done: str, revisions: list[str]) -> None:
    """Say how many migrations, and which."""
    click.echo(f"{len(revisions)} migrations {done}" + (f": {', '.join(revisions)}" if revisions else ""))


def alembic_config() -> Config:
    """Alembic's configuration for this app, the migrations folder of the checkout included."""
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    return config


def applied_revisions() -> list[str]:
    """The migrations this database has seen, newest first."""
    with read_only():
        heads = MigrationContext.configure(db.session.connection()).get_current_heads()
    scripts = ScriptDirectory.from_config(alembic_config())
    return [step.revision for head in heads for step in scripts.iterate_revisions(head, "base")]


def pending_revisions() -> list[str]:
    """The migrations this database has not seen, oldest first."""
    applied = applied_revisions()
    scripts = ScriptDirectory.from_config(alembic_config())
    return [step.revision for step in reversed(list(scripts.walk_revisions())) if step.revision not in applied]


def upgrade_database() -> None:
    """Apply every waiting migration."""
    command.upgrade(alembic_config(), "head")
