"""`undersigned init`: writes the settings file with fresh keys."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click
from flask import Flask

from campaign.cli import call, current_flask, fail
from campaign.cli.work_checks import sent_mail
from config import Settings, SettingsError, data_folder, read_setting, settings_file, variable

# What production cannot guess: the setting, and the question init asks at a terminal.
QUESTIONS = {
    "base_url": "Public address of the site, with https",
    "mail_url": "Mail relay, as smtps://user:password@host:465",
    "mail_from": "Sender of every mail",
    "operator_name": "Who runs this site",
    "operator_address": "Address of the operator",
}


@click.command()
@click.option(
    "--env", type=click.Choice(["production", "development"]), help="Default: UNDERSIGNED_ENV, or production."
)
@click.option("--base-url", help="Public address of the site, with https.")
@click.option("--mail-url", help="smtp[s]://user:password@host:port, or file:///folder.")
@click.option("--mail-from", help="Sender of every mail.")
@click.option("--operator-name", help="Who runs this site, shown on /contact.")
@click.option("--operator-address", help="Where the operator can be reached.")
@click.option("--organizer", metavar="EMAIL", help="Make this organizer's account and print a sign-in link.")
@click.option("--mail", metavar="EMAIL", help="Send a test mail there.")
def init(env: str | None, organizer: str | None, mail: str | None, **given: str | None) -> None:
    """Write the settings file of DATA_DIR, with new keys, and make the database.

    An existing file is never touched. At a terminal it asks for what production needs and no option gave.

    Example: undersigned init --base-url https://letters.example.org --mail-from letters@example.org
    """
    path = settings_file(data_folder(os.environ))
    if path.exists():
        fail(f"{path} exists already and is left as it is; edit it, or move it away first.")
    chosen = env or os.environ.get(variable("env")) or "production"
    answers = {name: checked(name, value) for name, value in given.items() if value}
    if chosen == "production" and sys.stdin.isatty():
        for name in [name for name in QUESTIONS if name not in answers]:
            answers[name] = checked(name, click.prompt(QUESTIONS[name], default="", show_default=False))
    write_settings(path, {"env": chosen, **answers})
    click.echo(f"Wrote {path}")
    if can_start():
        set_up(current_flask(click.get_current_context()), organizer, mail)


def can_start() -> bool:
    """Whether the site would start now; if not, one sentence says what is missing."""
    try:
        Settings.load()
    except SettingsError as problem:
        click.echo(f"Not ready to start: {problem}", err=True)
        return False
    return True


def set_up(app: Flask, organizer: str | None, mail: str | None) -> None:
    """Make the database, then what was asked for: the first organizer, a test mail."""
    click.echo(call(app, "db", "upgrade"), nl=False)
    if organizer:
        click.echo(call(app, "organizer", "add", organizer), nl=False)
        click.echo(call(app, "organizer", "link", organizer), nl=False)
    if mail:
        with app.app_context():
            finding = sent_mail(app, mail)
        click.echo(f"{finding.level}: {finding.seen} {finding.cure}".rstrip())


def checked(name: str, value: str) -> str:
    """The same text, if the site would take it for that setting. SettingsError."""
    if value:
        read_setting(Settings.__dataclass_fields__[name], value, {})
    return value


def write_settings(path: Path, values: dict[str, str]) -> None:
    """Write a settings file readable by its owner only; FileExistsError rather than overwriting one."""
    keys = {name: secrets.token_hex(32) for name in ("secret_key", "mailbox_key")}
    rows = [f"{variable(name)}={value}" for name, value in {**values, **keys}.items() if value]
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("# Settings of this site; keep it private. Every setting: undersigned doctor --settings\n")
        file.write("\n".join(rows) + "\n")
