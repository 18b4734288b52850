"""What all commands share: help without settings, exit codes, sentences instead of traces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from campaign import create_app
from campaign.cli import database_sentence, main
from campaign.extensions import db
from config import Settings
from tests.support.postgres import fresh_database
from tests.support.runs import run
from tests.support.server import environment


def test_help_needs_no_settings(tmp_path: Path) -> None:
    """`--help` runs before any setting is read."""
    answer = CliRunner().invoke(main, ["--help"], env={"UNDERSIGNED_DATA_DIR": str(tmp_path)})
    assert answer.exit_code == 0
    assert "serve" in answer.stdout


def test_wrong_settings_leave_with_two(tmp_path: Path) -> None:
    """C3: one sentence on stderr, nothing on stdout."""
    answer = CliRunner().invoke(main, ["doctor"], env={"UNDERSIGNED_DATA_DIR": str(tmp_path)})
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith("UNDERSIGNED_SECRET_KEY is missing")
    assert answer.stderr.count("\n") == 1


def test_unknown_command_is_wrong_usage() -> None:
    """Exit code 2 of wrong usage."""
    assert CliRunner().invoke(main, ["sing"]).exit_code == 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_refusal_is_a_sentence(app: Flask) -> None:
    """An operation's `Refused` leaves with 1 and its sentence."""
    answer = run(app, "letter", "open", "no-such-letter")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.count("\n") == 1
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_flask_runs_the_same_commands(app: Flask) -> None:
    """`flask X` is `undersigned X`."""
    context = click.Context(click.Command("flask"))
    assert app.cli.list_commands(context) == main.list_commands(context)
    assert app.cli.get_command(context, "doctor") is main.get_command(context, "doctor")


def at(folder: Path, address: str, *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command on the database of that address."""
    app = create_app(Settings.load(environment(folder, database_url=address)))
    answer = run(app, *arguments)
    with app.app_context():
        db.engine.dispose()
    return answer.exit_code, answer.stdout, answer.stderr


@pytest.mark.parametrize("arguments", [["letter", "open", "stop"], ["db", "upgrade"], ["recount"], ["expire"]])
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:///{folder}/nowhere/site.db", "unable to open database file"),
        ("postgresql://nobody@127.0.0.1:1/site", "Connection refused"),
    ],
)
def test_database_that_is_away_is_a_sentence(tmp_path: Path, address: str, said: str, arguments: list[str]) -> None:
    """House rule of bad input: what is wrong, and which settings to look at, on one line."""
    code, printed, told = at(tmp_path, address.format(folder=tmp_path), *arguments)
    assert (code, printed, told.count("\n")) == (1, "", 1)
    assert said in told
    assert "UNDERSIGNED_DATABASE_URL" in told


def test_database_without_tables_is_a_sentence(tmp_path: Path, postgresql_server: str, worker_id: str) -> None:
    """Before the first migration a command names the one that makes the tables."""
    for address in (f"sqlite:///{tmp_path}/new.db", fresh_database(postgresql_server, f"undersigned_new_{worker_id}")):
        code, printed, told = at(tmp_path, address, "letter", "open", "stop")
        assert (code, printed, told.count("\n")) == (1, "", 1)
        assert told.endswith("; run: undersigned db upgrade\n")


def test_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    """A path that leads to another file is told as a setting to mend."""
    (tmp_path / "notes.db").write_text("These are my notes, and no database at all. " * 50, encoding="utf-8")
    told = (
        "The database cannot be used (file is not a database); check UNDERSIGNED_DATABASE_URL and UNDERSIGNED_DATA_DIR"
    )
    assert at(tmp_path, f"sqlite:///{tmp_path}/notes.db", "recount") == (1, "", f"{told}\n")


def test_what_the_database_refuses_is_a_sentence(session: Any) -> None:
    """No command ends with a trace, whatever the database says; what it says after the first line may name people."""
    with pytest.raises(DBAPIError) as caught:
        session.execute(text("INSERT INTO heartbeat (worker, seen_at) VALUES (NULL, '2026-06-18')"))
    told = database_sentence(caught.value)
    assert told.startswith("The database refused this (")
    assert told.endswith("); nothing of it was kept. Look with: undersigned doctor")
    assert "\n" not in told
