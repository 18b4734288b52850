"""Runs migrations with the application's own engine and metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from alembic.operations import ops
from flask import current_app
from sqlalchemy import Connection

from campaign.extensions import db

config = context.config


def drop_empty(_context: object, _revision: object, directives: list[ops.MigrationScript]) -> None:
    """No file when nothing changed."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


@contextmanager
def links_unchecked(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table to change it; links checked meanwhile would delete the rows that point to it.

    They are checked as a whole at the end. The pragma counts only outside of a transaction.
    """
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows point to nothing after the migration: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Each revision in one transaction."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, links_unchecked(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            process_revision_directives=drop_empty,
            transaction_per_migration=True,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
