"""What `make demo` runs: the example campaign on this machine, from nothing to its links.

Not a command of `undersigned`: it writes development settings and a well-known organizer.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

import click
from flask import Flask
from sqlalchemy import func, select

from campaign import create_app
from campaign.cli import call
from campaign.cli.init import write_settings
from campaign.cli.processes import in_child, leave_code
from campaign.cli.serve import bind, prepare_database, run_site
from campaign.extensions import db, read_only
from campaign.models import Letter
from campaign.states import LetterState
from config import ROOT, SettingsError, data_folder, settings_file

ORGANIZER = "owner@example.org"
CAMPAIGN, LETTER = "rekognition-2018", "rekognition-2018-coalition"
EXAMPLE = ROOT / "examples" / "rekognition-2018"
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl


def demo() -> None:
    """Load the example campaign if the database is empty, serve it, and print where to look."""
    end_with_parent()
    path = settings_file(data_folder(os.environ))
    if not path.exists():
        write_settings(path, {"env": "development"})
    app = create_app()
    if app.config["ENV"] != "development":
        raise SettingsError(f"{path} is not for development; run `make serve`, or choose another UNDERSIGNED_DATA_DIR")
    listener = bind(app)
    sign_in = in_child(lambda: fill(app))
    run_site(app, listener, lambda: print_links(app, sign_in))


def end_with_parent() -> None:
    """Ask Linux to end this process with the `make` that started it, even when that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def fill(app: Flask) -> str:
    """Bring the database up, load and open the example once, and return a fresh sign-in link of its organizer."""
    prepare_database(app)
    with app.app_context(), read_only():
        letters = db.session.scalar(select(func.count()).select_from(Letter))
        state = db.session.scalar(select(Letter.state).where(Letter.slug == LETTER))
    if not letters:
        call(app, "letter", "load", str(EXAMPLE))
        state = LetterState.DRAFT
    # Asked apart from loading, so that a first run that was interrupted here is finished by the next one.
    if state == LetterState.DRAFT:
        call(app, "organizer", "add", ORGANIZER, "--role", "owner", "--campaign", CAMPAIGN)
        call(app, "letter", "open", LETTER)
    return next(word for word in call(app, "organizer", "link", ORGANIZER).split() if "://" in word)


def print_links(app: Flask, sign_in: str) -> None:
    """Tell the person at the terminal where to look."""
    site = app.config["BASE_URL"]
    click.echo(f"""
  The letter    {site}/letters/{LETTER}
  The desk      {sign_in}
                signs you in once as {ORGANIZER}; another: .venv/bin/undersigned organizer link {ORGANIZER}
  The mails     {site}/dev/mail

  Ctrl-C stops everything; `make demo` goes on where it stopped.
""")


if __name__ == "__main__":
    sys.exit(leave_code(demo))
