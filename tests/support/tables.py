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


def places_of(marker: str) -> list[str]:
    """The tables in which a word stands, whatever the column and the case; JSON and bytes are searched as well."""
    low = marker.casefold()
    return [
        table
        for table, rows in everything().items()
        if any(low in (cell.hex() if isinstance(cell, bytes) else str(cell)).casefold() for row in rows for cell in row)
        or any(low.encode() in cell for row in rows for cell in row if isinstance(cell, bytes))
    ]


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
