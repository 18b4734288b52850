"""Migrations are numbered, stand alone, go both ways, and end where the models are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect

from campaign.cli.db import applied_revisions
from campaign.extensions import db
from tests.support.runs import run
from tests.support.tree import files, imported, text

VERSIONS = files("migrations/versions/")


def declared(path: str, name: str) -> str | None:
    """The text assigned to a name at the top of a migration, None for None."""
    found = re.search(rf'^{name}\b[^=]*= (?:"(\w+)"|None)$', text(path), re.MULTILINE)
    assert found, f"{path} does not set {name}"
    return found.group(1)


def test_migrations_are_numbered() -> None:
    """NNNN_what.py, one after the other, each naming the one before it."""
    assert VERSIONS
    numbers = [Path(path).name[:4] for path in VERSIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
    assert [declared(path, "revision") for path in VERSIONS] == numbers
    assert [declared(path, "down_revision") for path in VERSIONS] == [None, *numbers[:-1]]
    assert [path for path in VERSIONS if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", Path(path).name)] == []


def test_migrations_stand_alone() -> None:
    """A migration never imports the product, which goes on changing after it was written."""
    assert [path for path in VERSIONS for target, _ in imported(path) if target.startswith("campaign")] == []


@pytest.fixture
def emptied(app: Flask) -> Any:
    """The app, whose schema the test may tear down; it is put back afterwards."""
    yield app
    assert run(app, "db", "upgrade").exit_code == 0


def test_migrations_go_both_ways(emptied: Flask) -> None:
    """P20: all the way down leaves nothing, and up again gives the schema of the models."""
    with emptied.app_context():
        before = sorted(inspect(db.engine).get_table_names())
        assert len(applied_revisions()) == len(VERSIONS)
    assert run(emptied, "db", "downgrade", "base").exit_code == 0
    with emptied.app_context():
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        assert applied_revisions() == []
    assert run(emptied, "db", "check").exit_code == 1
    assert run(emptied, "db", "upgrade").exit_code == 0
    with emptied.app_context():
        assert sorted(inspect(db.engine).get_table_names()) == before


def test_models_and_migrations_agree(app: Flask) -> None:
    """P20: `undersigned db check` finds nothing."""
    answer = run(app, "db", "check")
    assert (answer.exit_code, answer.stderr) == (0, "")


def test_one_step_down_is_listed_first(app: Flask) -> None:
    """--dry-run names the migrations and changes nothing."""
    last = Path(VERSIONS[-1]).name[:4]
    assert run(app, "db", "downgrade", "--dry-run").stdout == f"1 migrations would be undone: {last}\n"
    assert run(app, "db", "upgrade", "--dry-run").stdout == "0 migrations would be applied\n"


def test_foreign_keys_have_the_names_of_the_models(app: Flask) -> None:
    """A later step drops a key by its name, which is the one the convention of the models gives."""
    with app.app_context():
        seen = inspect(db.engine)
        tables = db.metadata.sorted_tables
        found = {str(key["name"]) for table in tables for key in seen.get_foreign_keys(table.name)}
        wanted = {str(rule.name) for table in tables for rule in table.foreign_key_constraints}
    assert sorted(found ^ wanted) == []
