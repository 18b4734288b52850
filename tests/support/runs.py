"""Commands of `undersigned`, run in this process on the app of a test."""

from __future__ import annotations

import contextvars

from click.testing import CliRunner, Result
from flask import Flask, has_app_context

from campaign.cli import main
from campaign.extensions import db


def run(app: Flask, *arguments: str, stdin: str | None = None) -> Result:
    """Run `undersigned ARGUMENTS`: exit_code, stdout, stderr. What the test has written so far is committed first.

    An exception that no command should let through is raised here.
    """
    if has_app_context():
        db.session.commit()
    answer = contextvars.Context().run(
        CliRunner().invoke, main, list(arguments), obj=app, input=stdin, prog_name="undersigned"
    )
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer
