"""The same work for every address: a door sends as many statements for a mailbox nobody knows as for one that is known.

Each statement is a trip to the database, which a stopwatch could tell; what a short way saves is sent as trips for
nothing (T8). A door says how many its longest way takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from campaign.extensions import db

# How many statements were sent in the block of this context; None outside of one.
_sent: ContextVar[list[int] | None] = ContextVar("sent", default=None)


@contextmanager
def even_work(statements: int) -> Iterator[None]:
    """Writes what the block left to write, and fills up to so many statements; a refusal is not filled up."""
    sent = [0]
    token = _sent.set(sent)
    try:
        yield
        db.session.flush()
        connection = db.session.connection()
        while sent[0] < statements:
            connection.exec_driver_sql("SELECT 1")
    finally:
        _sent.reset(token)


@event.listens_for(Engine, "before_cursor_execute")
def _count(connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
    sent = _sent.get()
    if sent is not None:
        sent[0] += 1
