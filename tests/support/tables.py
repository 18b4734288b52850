"""The database as a whole: everything in it, where a word stands, and how often it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, inspect, text

from campaign.extensions import db


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as committed so far."""
    db.session.commit()
    found = {}
    for table in sorted(inspect(db.engine).get_table_names()):
        rows = db.session.execute(text(f'SELECT * FROM "{table}"')).all()
        found[table] = sorted((tuple(row) for row in rows), key=repr)
    db.session.commit()
    return found


def places_of(*markers: str) -> dict[str, list[str]]:
    """The tables in which each word stands, in any column and case; words that stand nowhere are left out."""
    tables = {table: [_text(cell) for row in rows for cell in row] for table, rows in everything().items()}
    found = {
        marker: [table for table, cells in tables.items() if any(marker.casefold() in cell for cell in cells)]
        for marker in markers
    }
    return {marker: places for marker, places in found.items() if places}


def _text(cell: Any) -> str:
    if isinstance(cell, (bytes, memoryview)):
        return bytes(cell).decode("utf-8", "replace").casefold()
    return str(cell).casefold()


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements sent to the database while the block runs, in order; transaction control is left out."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
