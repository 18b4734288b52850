"""The command `undersigned`: one table of commands, and what all of them share.

A command is imported only when it is called, and the app is made only when a command asks for it, so that
`--help` and `init` work before any setting is right. Exit codes: 0 done, 1 refused, 2 wrong usage or settings.
"""

from __future__ import annotations

import functools
import importlib
import io
import json
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from campaign.sentences import sentence
from campaign.states import Refused
from config import SettingsError

OLDER_SCHEMA = ("42P01", "42703")

P = ParamSpec("P")
T = TypeVar("T")

# Name of the command -> where it lies. A new command is a file and one line here.
COMMANDS = {
    "init": "campaign.cli.init:init",
    "serve": "campaign.cli.serve:serve",
    "web": "campaign.cli.serve:web",
    "worker": "campaign.cli.serve:worker",
    "doctor": "campaign.cli.doctor:doctor",
    "db": "campaign.cli.db:db_group",
    "letter": "campaign.cli.letter:letter",
    "campaign": "campaign.cli.campaign:campaign",
    "organizer": "campaign.cli.organizer:organizer",
    "import": "campaign.cli.import_file:import_file",
    "export": "campaign.cli.export:export",
    "verify": "campaign.cli.verify:verify",
    "expire": "campaign.cli.expire:expire",
    "recount": "campaign.cli.recount:recount",
    "anonymize": "campaign.cli.anonymize:anonymize",
    "seed": "campaign.cli.seed:seed",
}


class CommandTable(click.Group):
    """A group whose commands are imported on use; turns named failures into one sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None, which click reports as wrong usage."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a wrong setting leaves with 2, a refusal with 1, each with its sentence on stderr.

        What it writes, its own user alone can read: database, settings, lists, mails.
        """
        before = os.umask(0o077)
        try:
            return super().invoke(ctx)
        except SettingsError as problem:
            click.echo(str(problem), err=True)
            ctx.exit(2)
        except Refused as refusal:
            click.echo(refusal_sentence(ctx, refusal), err=True)
            ctx.exit(1)
        except DBAPIError as problem:
            click.echo(database_sentence(problem), err=True)
            ctx.exit(1)
        except OSError as problem:
            # Files alone: what else the system refuses, a pipe that was closed above all, click knows.
            if problem.filename is None:
                raise
            click.echo(f"{problem.filename2 or problem.filename}: {problem.strerror}", err=True)
            ctx.exit(1)
        finally:
            os.umask(before)


@click.group(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="undersigned", prog_name="undersigned")
def main() -> None:
    """Publish open letters, verify who signs them, and hand over a list that can be checked."""


def current_flask(ctx: click.Context) -> Flask:
    """The app of this call: the one a test handed in as `obj`, else made from the settings. SettingsError."""
    root = ctx.find_root()
    if not isinstance(root.obj, Flask):
        from campaign import create_app  # noqa: PLC0415  the package is not complete while it imports this one

        root.obj = create_app()
    return root.obj


def with_app(command: Callable[P, T]) -> Callable[P, T]:
    """Decorator of a command function, below `@click.command`: runs it in the app's context.

    `current_app` and `db.session` work inside; the session is closed afterwards, uncommitted work is undone.
    """

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        with current_flask(click.get_current_context()).app_context():
            return command(*args, **kwargs)

    return wrapper


def database_sentence(problem: DBAPIError) -> str:
    """What an operator can do when the database cannot be used, has no tables yet, or refuses what was asked."""
    said = str(problem.orig).partition("\n")[0]
    # SQLite has no codes for these; PostgreSQL: undefined_table, undefined_column.
    if said.startswith(("no such table", "no such column")) or getattr(problem.orig, "sqlstate", "") in OLDER_SCHEMA:
        return f"The database lacks tables or columns of this version ({said}); run: undersigned db upgrade"
    # A file that is no database is a plain DatabaseError.
    if not isinstance(problem, OperationalError) and type(problem) is not DatabaseError:
        return f"The database refused this ({said}); nothing of it was kept. Look with: undersigned doctor"
    return f"The database cannot be used ({said}); check UNDERSIGNED_DATABASE_URL and UNDERSIGNED_DATA_DIR"


def refusal_sentence(ctx: click.Context, refusal: Refused) -> str:
    """The sentence for a person of a refusal raised by an operation."""
    with current_flask(ctx).app_context():
        return sentence(refusal.reason, **refusal.values)


def call(app: Flask, *arguments: str) -> str:
    """Run another command of `undersigned` on this app and return what it printed; leaves with its exit code."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = main.main(list(arguments), prog_name="undersigned", standalone_mode=False, obj=app)
    if code:
        raise click.exceptions.Exit(code)
    return printed.getvalue()


def fail(sentence: str) -> NoReturn:
    """Leave with exit code 1 and one sentence on stderr."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(1)


def print_json(value: object) -> None:
    """Print one JSON document on stdout, for `--json`."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
