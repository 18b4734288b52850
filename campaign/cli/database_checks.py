"""What `undersigned doctor` looks at in the database: where it lies, its schema, its clock, the record of decisions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, inspect, select, text

from campaign.cli.db import pending_revisions
from campaign.cli.findings import Finding, fail, ok
from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Job, Letter
from config import PREFIX

NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "glusterfs"})


def database(app: Flask) -> Finding:
    """The database answers and has the schema of this version."""
    waiting = pending_revisions()
    if waiting:
        return fail("database", f"{len(waiting)} migrations wait", "run: undersigned db upgrade")
    return ok("database", f"{db.engine.dialect.name}, schema up to date")


def disk(app: Flask) -> Finding:
    """A SQLite file lies on a disk of this machine."""
    if db.engine.dialect.name != "sqlite":
        return ok("disk", "the database server's own")
    path = Path(db.engine.url.database or "")
    kind = disk_kind(path)
    if kind in NETWORK_DISKS:
        return fail("disk", f"{path} lies on {kind}", f"{PREFIX}DATA_DIR on a local disk, or PostgreSQL")
    return ok("disk", f"{path}, {path.stat().st_size:,} bytes")


def disk_kind(path: Path) -> str:
    """The kind of file system a path lies on, "" where the system does not tell."""
    mounts = Path("/proc/mounts")
    rows = [row.split() for row in mounts.read_text().splitlines()] if mounts.exists() else []
    over = [row for row in rows if path.resolve().is_relative_to(row[1])]
    return max(over, key=lambda row: len(row[1]))[2] if over else ""


def indexes(app: Flask) -> Finding:
    """Every index the code counts on is there."""
    inspector = inspect(db.session.connection())
    missing = [
        str(index.name)
        for table in db.metadata.sorted_tables
        for index in table.indexes
        if index.name not in {found["name"] for found in inspector.get_indexes(table.name)}
    ]
    if missing:
        return fail(
            "indexes", f"missing: {', '.join(missing)}", "run: undersigned db upgrade, then undersigned db check"
        )
    return ok("indexes", "all there")


def time_of_day(app: Flask) -> Finding:
    """The clock agrees with the database server's, or at least is not behind what was recorded."""
    now = clock.now()
    if db.engine.dialect.name == "postgresql":
        other = db.session.execute(text("SELECT now()")).scalar_one()
        apart = abs((now - other).total_seconds())
        return (
            ok("clock", "agrees with the database")
            if apart < 5
            else fail("clock", f"{apart:.0f} s from the database's", "let both machines follow a time server")
        )
    newest = db.session.scalar(select(func.max(Job.created_at)))
    if newest is not None and newest - now > timedelta(minutes=1):
        return fail("clock", f"behind what was recorded at {clock.rfc3339(newest)}", "set the clock of this machine")
    return ok("clock", clock.rfc3339(now))


def decisions(app: Flask) -> Finding:
    """The record of decisions has no gap and no edit."""
    broken = {slug: broken_links(number) for number, slug in db.session.execute(select(Letter.id, Letter.slug))}
    first = next(((slug, links[0]) for slug, links in broken.items() if links), None)
    if first:
        return fail(
            "decisions", f"the chain of {first[0]} breaks at {first[1]}", "compare with a backup; somebody changed rows"
        )
    return ok("decisions", f"{len(broken)} chains hold")
