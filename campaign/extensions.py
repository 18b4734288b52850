"""Database, mail, form protection and migrations: made once, bound to the app in `create_app`.

The dialect differences of SQLite and PostgreSQL live here (connect, begin, insert_or_skip), in
`jobs/outbox.py` and in the migrations, nowhere else.
"""

from __future__ import annotations

import functools
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import has_request_context, request
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Dialect, MetaData, Table, bindparam, event, text
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# True while a block is marked read-only: SQLite then opens a plain BEGIN, also in a POST or a job.
_reading: ContextVar[bool] = ContextVar("reading", default=False)

# SQLite takes one writer at a time, and by itself lets the others sleep up to 0.1 s between two looks, while nobody
# writes. So the threads of a process queue up here, and the first of them looks often.
_turn = threading.Lock()
_HAS_TURN = "undersigned_has_turn"
PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.0005
# A signature has two dozen search words at the most; larger lists go row by row.
MOST_AT_ONCE = 24
_PATIENT = f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000:.0f}"


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, without zone in SQLite. Refuses naive values."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Parent of every model; constructors take keywords only."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime()}  # read by SQLAlchemy as it stands


db = SQLAlchemy(metadata=Base.metadata)
mail = Mail()
csrf = CSRFProtect()
migrate = Migrate()


@contextmanager
def read_only() -> Iterator[None]:
    """Reads and lets go: a plain BEGIN on SQLite, rolled back at the end; no transaction on PostgreSQL.

    There each statement sees its own moment anyway, so that opening and ending one is two trips for nothing.
    Starts afresh, so call it before anything was written, and not within itself. What was loaded inside is detached
    afterwards and keeps the columns it has.
    """
    if db.session().in_transaction():
        db.session.rollback()
    token = _reading.set(True)
    try:
        if db.engine.dialect.name == "postgresql":
            db.session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        yield
    finally:
        db.session.expunge_all()
        db.session.rollback()
        _reading.reset(token)


@contextmanager
def read_ahead() -> Iterator[None]:
    """Reads what a write will need: on SQLite let go of first, since there a writer locks out all others.

    On PostgreSQL, which locks rows, it is read as part of the write's transaction, and stays attached.
    """
    if db.engine.dialect.name == "sqlite":
        with read_only():
            yield
    else:
        yield


@contextmanager
def read_only_connection() -> Iterator[Connection]:
    """A connection of its own for one long read (exports, downloads): one snapshot, always closed.

    PostgreSQL reads it under REPEATABLE READ; on SQLite a WAL read is a snapshot by itself.
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    token = _reading.set(True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        _reading.reset(token)


def insert_or_skip(table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows into `table`; a row that breaks a unique constraint is left out silently."""
    dialect = db.engine.dialect.name
    if dialect == "postgresql" and 1 < len(rows) <= MOST_AT_ONCE:
        # One trip for all of them; a statement for each row takes several.
        values = {f"{name}_{number}": value for number, row in enumerate(rows) for name, value in row.items()}
        db.session.execute(_skipping_insert_of(table, tuple(rows[0]), len(rows)), values)
    elif rows:
        db.session.execute(_skipping_insert(table, dialect), list(rows))


def insert_if_new(table: Table, row: Mapping[str, Any]) -> bool:
    """Inserts a row; False when its key was there, also when two do it at once."""
    statement = _skipping_insert(table, db.engine.dialect.name).returning(*table.primary_key)
    return db.session.execute(statement, dict(row)).first() is not None


@functools.cache
def _skipping_insert(table: Table, dialect: str) -> Any:
    """The statement of `insert_or_skip`, put together once for each table."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


@functools.cache
def _skipping_insert_of(table: Table, names: tuple[str, ...], count: int) -> Any:
    """The same for so many rows; as text, because SQLAlchemy would put such a statement together anew each time."""
    rows = ", ".join("(" + ", ".join(f":{name}_{number}" for name in names) + ")" for number in range(count))
    types = [bindparam(f"{name}_{n}", type_=table.c[name].type) for n in range(count) for name in names]
    columns = ", ".join(names)  # of our own tables, which need no quotes
    return text(f"INSERT INTO {table.name} ({columns}) VALUES {rows} ON CONFLICT DO NOTHING").bindparams(*types)  # noqa: S608


def upsert(table: Table, row: Mapping[str, Any], key: Sequence[str], changes: Sequence[str]) -> None:
    """Inserts `row`, or overwrites the columns `changes` of the row with the same `key`."""
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row)
    updates = {name: statement.excluded[name] for name in changes}
    db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=updates))


def increment(table: Table, row: Mapping[str, Any], key: Sequence[str], counter: str, plus: Any = 0) -> int:
    """Inserts `row`, or raises the column `counter` of the row with the same `key` by one.

    Returns the counter's new value and `plus`, which may be a subquery over other rows. One statement, so
    parallel callers never lose a count.
    """
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row)
    statement = statement.on_conflict_do_update(index_elements=list(key), set_={counter: table.c[counter] + 1})
    return int(db.session.execute(statement.returning(table.c[counter] + plus)).scalar_one())


def empty_log() -> bool:
    """Moves SQLite's write-ahead log, where what was erased still lies, into the database file, and cuts it to nothing.

    False while somebody reads it. PostgreSQL recycles its log by itself.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    connection = db.engine.raw_connection()
    raw: Any = connection.driver_connection
    try:
        raw.execute("PRAGMA busy_timeout=500")
        row = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.execute(_PATIENT)
        connection.close()
    return row is not None and row[0] == 0


def rewrite_in_order(table: Table) -> None:
    """Writes a table of PostgreSQL anew in the order of its key, so that neither place nor age of a row tells anything.

    What was deleted from it goes with its old file. SQLite keeps such tables in that order by itself.
    """
    if db.engine.dialect.name != "postgresql":
        return
    db.session.execute(text("SET LOCAL lock_timeout = '5s'"))
    db.session.execute(text(f"LOCK TABLE {table.name} IN ACCESS EXCLUSIVE MODE"))
    rows = [dict(row) for row in db.session.execute(table.select().order_by(*table.primary_key)).mappings()]
    db.session.execute(text(f"TRUNCATE {table.name}"))
    if rows:
        db.session.execute(table.insert(), rows)


def _writes() -> bool:
    """Whether the transaction being opened may write: everything but GET, HEAD and OPTIONS."""
    if _reading.get():
        return False
    return not (has_request_context() and request.method in ("GET", "HEAD", "OPTIONS"))


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    """WAL, full durability, deleted bytes overwritten, waiting instead of failing, foreign keys; BEGIN is ours."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_PATIENT)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A deferred transaction that turns writer fails at once under load, so writers say it first."""
    if connection.dialect.name != "sqlite":
        return
    if _writes():
        _begin_writing(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Waits until nobody else writes, and begins. OperationalError when patience ends."""
    end = time.monotonic() + PATIENCE_SECONDS
    if not connection.info.get(_HAS_TURN):
        connection.info[_HAS_TURN] = _turn.acquire(timeout=PATIENCE_SECONDS)
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not _begins(raw):
            if time.monotonic() > end:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails with the error that pages know to answer
            time.sleep(PAUSE_SECONDS)
    finally:
        raw.execute(_PATIENT)


def _begins(raw: Any) -> bool:
    """Whether a writing transaction could begin; False while another process writes."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


@event.listens_for(Pool, "checkin")
def _pass_the_turn(_connection: Any, record: ConnectionPoolEntry) -> None:
    """A connection comes back after each commit and rollback; then the next in the queue may write."""
    if record.info.pop(_HAS_TURN, False):
        _turn.release()
