"""What `undersigned doctor` looks at: one function per question, each answers with one finding."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, inspect, literal, select, text
from sqlalchemy.exc import SQLAlchemyError

from campaign import limits
from campaign.cli.db import pending_revisions
from campaign.cli.employee_checks import employee_keys, employee_relay
from campaign.cli.findings import Finding, fail, ok, warn
from campaign.cli.mailbox_checks import mailbox_rules
from campaign.decisions import broken_links
from campaign.delivery.seals import BadKey, load_key, public_key
from campaign.extensions import db, read_only
from campaign.lib import clock
from campaign.mail.render import Mail
from campaign.mail.sender import MailRefused, Sender, ServerAway
from campaign.models import Heartbeat, Job, Letter
from campaign.states import JobState
from config import LOOPBACK, PREFIX, ROOT, Settings, is_weak, settings_file

# trust P24: readers of this check are warned when the oldest due mail is older.
LATE = timedelta(minutes=5)
SILENT = timedelta(seconds=60)
NEW_KEY = 'ssh-keygen -t ed25519 -N "" -C "" -f'
NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph", "glusterfs"})


Check = Callable[[Flask], Finding]


def keys(app: Flask) -> Finding:
    """Both keys are random; production does not even start on weak ones."""
    weak = [name for name in ("SECRET_KEY", "MAILBOX_KEY") if is_weak(app.config[name])]
    if weak:
        return warn(
            "keys", f"{' and '.join(weak)} look like examples", f"{PREFIX}{weak[0]}: let `undersigned init` make one"
        )
    return ok("keys", "both are random")


def settings_are_private(app: Flask) -> Finding:
    """The settings file, which holds keys and passwords, is readable by its owner only."""
    path = settings_file(Path(app.config["DATA_DIR"]))
    if not path.exists():
        return ok("settings", "from the environment only")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return fail("settings", f"{path} can be read by others", f"chmod 600 {path}")
    return ok("settings", f"{path}, private")


def data_is_private(app: Flask) -> Finding:
    """DATA_DIR and a SQLite file, which hold addresses, are open to their owner only."""
    database = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    paths = [Path(path) for path in (app.config["DATA_DIR"], database) if path]
    names = " ".join(str(path) for path in paths if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077)
    fine = ok("privacy", "the data is its owner's alone")
    return warn("privacy", f"others can read {names}", f"chmod go-rwx {names}") if names else fine


def seal(app: Flask) -> Finding:
    """Editions get a seal, or it is known that they get none."""
    path = Path(app.config["SEAL_KEY_FILE"])
    try:
        key = load_key(path)
    except BadKey:
        return fail("seal", f"{path} holds no Ed25519 key", f"{PREFIX}SEAL_KEY_FILE, or a new key: {NEW_KEY} {path}")
    if key is None:
        return warn("seal", f"there is no {path}, editions get no seal", f"{NEW_KEY} {path}")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return fail("seal", f"{path} can be read by others", f"chmod 600 {path}")
    return ok("seal", public_key(key).fingerprint)


def unknown_variables(app: Flask) -> Finding:
    """No variable with our prefix is misspelt."""
    known = set(Settings.variables())
    strange = [name for name in os.environ if name.startswith(PREFIX) and name not in known]
    strange = [name for name in strange if not name.startswith(f"{PREFIX}TEST_")]
    if strange:
        return warn("variables", f"{', '.join(sorted(strange))} is no setting", "see undersigned doctor --settings")
    return ok("variables", "none is misspelt")


def public_address(app: Flask) -> Finding:
    """Links in mails lead to https."""
    address = app.config["BASE_URL"]
    if address.startswith("https://"):
        return ok("address", address)
    return warn("address", f"{address} is without https", f"{PREFIX}BASE_URL=https://letters.example.org for real use")


def proxy(app: Flask) -> Finding:
    """Forwarded headers are believed exactly where a proxy of ours sets them."""
    count, on_loopback = app.config["TRUSTED_PROXIES"], app.config["HOST"] in LOOPBACK
    if count and not on_loopback:
        seen = f"{count} trusted, and HOST {app.config['HOST']} may be reached around them"
        return warn("proxy", seen, f"{PREFIX}HOST=127.0.0.1, or a firewall that lets only the proxy in")
    if not count and on_loopback and app.config["ENV"] == "production":
        return warn("proxy", "none trusted, all readers look like one network", f"{PREFIX}TRUSTED_PROXIES=1")
    return ok("proxy", f"{count} trusted")


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


def worker(app: Flask) -> Finding:
    """A worker was heard of lately."""
    seen = db.session.scalar(select(func.max(Heartbeat.seen_at)))
    if seen is None or clock.now() - seen > SILENT:
        last = "never" if seen is None else f"last at {clock.rfc3339(seen)}"
        return fail("worker", f"no worker runs ({last})", "start one: undersigned serve, or undersigned worker")
    return ok("worker", f"seen {(clock.now() - seen).total_seconds():.0f} s ago")


def first_mails(app: Flask) -> Finding:
    """Mails to addresses that nobody has confirmed leave as fast as they can."""
    left, bounced = limits.first_mails(clock.now())
    seen = f"{left} in the last hour, {bounced} came back"
    if limits.is_site_slow(clock.now()):
        return warn(
            "first mails", f"{seen}: they leave slowly", "look at Protection on the desk: somebody types addresses"
        )
    return ok("first mails", seen)


def outbox(app: Flask) -> Finding:
    """Nothing that is due waits for long, and nothing was given up."""
    # Written into the SQL, because SQLite uses a partial index only for literals.
    ready = literal(JobState.READY.value, literal_execute=True)
    oldest = db.session.scalar(select(func.min(Job.run_at)).where(Job.state == ready))
    if oldest is not None and clock.now() - oldest > LATE:
        return fail(
            "outbox", f"work waits since {clock.rfc3339(oldest)}", f"look at worker and mail; {PREFIX}WORKER_PROCESSES"
        )
    dead = db.session.scalar(select(func.count()).where(Job.state.in_([JobState.DEAD.value, JobState.PARKED.value])))
    if dead:
        return warn("outbox", f"{dead} jobs were given up", "the desk lists them with their errors")
    return ok("outbox", "nothing waits")


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


def writable(app: Flask) -> Finding:
    """DATA_DIR takes files."""
    folder = Path(app.config["DATA_DIR"])
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return ok("data folder", str(folder))
    return fail("data folder", f"{folder} cannot be written", f"{PREFIX}DATA_DIR, or its owner and mode")


def checkout(app: Flask) -> Finding:
    """The files beside the package are there: pages, styles, migrations."""
    wanted = ("templates/base.html", "static/css/site.css", "migrations/env.py")
    gone = [name for name in wanted if not (ROOT / name).is_file()]
    if gone:
        return fail(
            "files", f"missing: {', '.join(gone)}", "run from a complete checkout, installed with pip install -e"
        )
    return ok("files", "pages, styles and migrations are there")


def decisions(app: Flask) -> Finding:
    """The record of decisions has no gap and no edit."""
    broken = {slug: broken_links(number) for number, slug in db.session.execute(select(Letter.id, Letter.slug))}
    first = next(((slug, links[0]) for slug, links in broken.items() if links), None)
    if first:
        return fail(
            "decisions", f"the chain of {first[0]} breaks at {first[1]}", "compare with a backup; somebody changed rows"
        )
    return ok("decisions", f"{len(broken)} chains hold")


def mail(app: Flask) -> Finding:
    """The relay takes a connection, or the folder takes files."""
    address = app.config["MAIL_URL"]
    if address.startswith("file:"):
        return warn(
            "mail", "goes into a folder, not out", f"{PREFIX}MAIL_URL=smtps://user:password@mail.example.org:465"
        )
    sender = Sender(app)
    try:
        sender.connected()
    except Exception as problem:  # noqa: BLE001  a relay can fail in as many ways as there are networks
        return fail("mail", f"no relay ({type(problem).__name__})", f"{PREFIX}MAIL_URL: host, port, user or password")
    finally:
        sender.close()
    return ok("mail", "the relay takes our connection")


def sent_mail(app: Flask, to: str) -> Finding:
    """A mail of our own to that address leaves."""
    words = f"This mail was sent by `undersigned doctor` of {app.config['BASE_URL']}.\n"
    message = Mail(to=to, subject="Undersigned can send mail", text=words, html=f"<p>{words}</p>")
    now = clock.now()
    sender = Sender(app)
    try:
        sender.send(message, key=f"doctor:{now.isoformat()}", now=now)
    except (MailRefused, ServerAway) as problem:
        return fail("test mail", str(problem), f"{PREFIX}MAIL_URL and {PREFIX}MAIL_FROM")
    finally:
        sender.close()
    return ok("test mail", f"handed over for {to}")


BEFORE_DATABASE: tuple[Check, ...] = (
    keys,
    settings_are_private,
    data_is_private,
    seal,
    unknown_variables,
    public_address,
    proxy,
    checkout,
    writable,
    database,
)
WITH_DATABASE: tuple[Check, ...] = (
    disk,
    indexes,
    worker,
    outbox,
    first_mails,
    time_of_day,
    decisions,
    mailbox_rules,
    employee_relay,
    employee_keys,
)


def examine(app: Flask, to: str | None) -> Iterator[Finding]:
    """Every finding, one after the other; without a usable database those about its contents are left out."""
    usable = True
    for check in BEFORE_DATABASE:
        finding = tried(check, app)
        usable = usable and not (finding.name == "database" and finding.level == "fail")
        yield finding
    for check in WITH_DATABASE if usable else ():
        yield tried(check, app)
    yield mail(app)
    if to:
        yield sent_mail(app, to)


def tried(check: Check, app: Flask) -> Finding:
    """The finding of one check; a database that does not answer is a finding too."""
    try:
        with read_only():
            return check(app)
    except SQLAlchemyError as problem:
        return fail(
            "database", f"does not answer ({type(problem).__name__})", f"{PREFIX}DATABASE_URL, or start the server"
        )
