"""Runs migrations with the application's own engine and metadata."""

from alembic import context
from alembic.operations import ops
from flask import current_app

from campaign.extensions import db

config = context.config


def drop_empty(_context: object, _revision: object, directives: list[ops.MigrationScript]) -> None:
    """No file when nothing changed."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run() -> None:
    """Each revision in one transaction, over the connection of the caller where there is one."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
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
