"""`undersigned expire`: what is over ends at once, and only that."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session

from campaign import storage
from campaign.jobs import outbox
from campaign.lib import clock
from campaign.models import Export, Job, Letter, Signature
from tests.support.runs import run

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
NOTHING = {"expired": 0, "blanked": 0, "jobs": 0, "exports": 0}
DAY = timedelta(days=1)


def states(session: scoped_session[Any]) -> Counter[tuple[str, bool]]:
    """How many signatures there are by verification, and whether they are blank."""
    session.rollback()
    rows = session.execute(select(Signature.verification, Signature.erased_at.is_not(None)))
    return Counter((row[0], bool(row[1])) for row in rows)


def test_expire_ends_links_and_blanks_people(app: Flask, session: scoped_session[Any]) -> None:
    """Ten days on every link is over; forty-five days on nobody who left or never came is known any more."""
    run(app, "seed", "--size", "200", "--letters", "1")
    before = states(session)
    waiting, never = before["pending", False], before["expired", False]
    assert waiting > 1
    assert json.loads(run(app, "expire", "--json").stdout) == NOTHING
    with time_machine.travel(clock.now() + 10 * DAY, tick=False):
        assert json.loads(run(app, "expire", "--json").stdout)["expired"] == waiting
    later = states(session)
    assert later["pending", False] == 0
    assert later["expired", False] + later["expired", True] == waiting + never
    with time_machine.travel(clock.now() + 45 * DAY, tick=False):
        run(app, "expire")
        assert states(session)["expired", True] == waiting + never
        assert json.loads(run(app, "expire", "--json").stdout) == NOTHING
    gone = select(Signature.name, Signature.email).where(Signature.withdrawn_at.is_not(None))
    assert {tuple(row) for row in session.execute(gone)} == {("", None)}


@SQLITE
def test_expire_dry_run_changes_nothing(app: Flask, session: scoped_session[Any]) -> None:
    """`--dry-run` counts, in words or as JSON."""
    run(app, "seed", "--size", "100", "--letters", "1")
    before = states(session)
    with time_machine.travel(clock.now() + 10 * DAY, tick=False):
        answer = run(app, "expire", "--dry-run")
        assert answer.exit_code == 0
        assert (
            answer.stdout.splitlines()[0]
            == f"would end: {before['pending', False]} signatures that were never confirmed"
        )
        assert json.loads(run(app, "expire", "--dry-run", "--json").stdout)["expired"] == before["pending", False]
    assert states(session) == before


@SQLITE
def test_expire_prunes_jobs_done_long_ago(app: Flask, session: scoped_session[Any]) -> None:
    """Only finished jobs go, and only after their thirty days."""
    then = clock.now() - 31 * DAY
    for key in ("old", "waiting"):
        outbox.enqueue("signing.my_links", key, {"signature": 1}, now=then)
    session.execute(update(Job).where(Job.key == "old").values(state="done", done_at=then))
    session.commit()
    assert json.loads(run(app, "expire", "--json").stdout) == {**NOTHING, "jobs": 1}
    assert session.scalars(select(Job.key)).all() == ["waiting"]


@SQLITE
def test_expire_removes_files_of_old_exports(app: Flask, session: scoped_session[Any]) -> None:
    """An export's files live seven days; its row stays, for the record of who exported what."""
    run(app, "seed", "--size", "20", "--letters", "1")
    letter = session.scalars(select(Letter)).one()
    for days in (1, 8):
        made = Export(letter_id=letter.id, format="csv", purpose="press", created_at=clock.now() - days * DAY)
        session.add(made)
        session.flush()
        made.folder = str(made.id)
        (storage.folder("exports", made.folder) / "list.csv").write_text("name", encoding="utf-8")
    session.commit()
    assert json.loads(run(app, "expire", "--json").stdout) == {**NOTHING, "exports": 1}
    session.rollback()
    kept = {row.id: row.folder for row in session.scalars(select(Export).execution_options(populate_existing=True))}
    folders = {path.name for path in (Path(app.config["DATA_DIR"]) / "exports").iterdir()}
    assert list(kept.values()) == [sorted(folders)[0], ""]
    assert len(folders) == 1
