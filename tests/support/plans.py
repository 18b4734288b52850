"""How the database would run the statements of an act: by an index, or through whole tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text

from campaign.extensions import db


def statements_of(act: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements of an act with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return seen


def plan_of(statement: str, parameters: Any) -> str:
    """How the database would run a statement on tables with many rows."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    if not is_sqlite:
        # With the few rows of a test it would read them all.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    word = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    rows = db.session.connection().exec_driver_sql(word + statement, parameters)
    # Of a row that is only written, SQLite has nothing to say.
    return "\n".join(str(row) for row in rows) if rows.returns_rows else ""
