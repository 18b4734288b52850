"""What all commands share: help without settings, exit codes, sentences instead of traces."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from campaign.cli import main
from tests.support.runs import run


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
