"""`undersigned doctor` finds what is wrong and names the cure."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Heartbeat, Job
from config import settings_file
from tests.support.runs import run
from tests.support.smtp import Sink, send_through


def findings(app: Flask, *arguments: str) -> dict[str, dict[str, str]]:
    """The findings by name."""
    return {finding["name"]: finding for finding in json.loads(run(app, "doctor", "--json", *arguments).stdout)}


def test_doctor_misses_the_worker(app: Flask, session: Any) -> None:
    """P24: no sign of life for a minute is a failure, a fresh one is none."""
    Path(app.config["DATA_DIR"]).mkdir()
    assert findings(app)["worker"]["level"] == "fail"
    assert run(app, "doctor").exit_code == 1
    session.add(Heartbeat(worker="one", seen_at=clock.now() - timedelta(minutes=2)))
    assert findings(app)["worker"]["level"] == "fail"
    session.add(Heartbeat(worker="two", seen_at=clock.now()))
    assert findings(app)["worker"]["level"] == "ok"
    assert run(app, "doctor").exit_code == 0


def test_doctor_sees_data_that_others_can_read(app: Flask, session: Any) -> None:
    """C4: an older installation may lie open; the cure is one command."""
    folder = Path(app.config["DATA_DIR"])
    folder.mkdir(mode=0o700)
    files = [Path(db.engine.url.database or "")] if db.engine.dialect.name == "sqlite" else []
    for path in files:
        path.chmod(0o600)
    assert findings(app)["privacy"]["level"] == "ok"
    for path in (folder, *files):
        path.chmod(0o755)
    names = " ".join(map(str, (folder, *files)))
    found = findings(app)["privacy"]
    assert (found["level"], found["seen"], found["cure"]) == (
        "warn",
        f"others can read {names}",
        f"chmod go-rwx {names}",
    )


def test_doctor_sees_old_and_dead_work(app: Flask, session: Any) -> None:
    """P24: work that is due for five minutes is a failure, work that was given up a warning."""
    now = clock.now()
    job = Job(kind="recount", key="a", payload={}, run_at=now - timedelta(minutes=6), created_at=now)
    session.add(job)
    assert findings(app)["outbox"]["level"] == "fail"
    job.state = "dead"
    assert findings(app)["outbox"]["level"] == "warn"
    session.delete(job)
    assert findings(app)["outbox"]["level"] == "ok"


def test_doctor_sees_a_missing_index(app: Flask, session: Any) -> None:
    """Each index of the models is looked for by name."""
    assert findings(app)["indexes"]["level"] == "ok"
    definition = session.scalar(text(index_definition(db.engine.dialect.name)))
    session.execute(text("DROP INDEX ix_letter_state"))
    assert "ix_letter_state" in findings(app)["indexes"]["seen"]
    session.execute(text(definition))
    assert findings(app)["indexes"]["level"] == "ok"


def index_definition(dialect: str) -> str:
    """A statement that reads how the index was made."""
    if dialect == "sqlite":
        return "SELECT sql FROM sqlite_master WHERE name = 'ix_letter_state'"
    return "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_letter_state'"


def test_doctor_sends_a_mail(app: Flask, sink: Sink) -> None:
    """C2: `--to` proves the whole way to the relay; a relay that refuses is a failure."""
    send_through(app, sink)
    found = findings(app, "--to", "ada@example.org")
    assert (found["mail"]["level"], found["test mail"]["level"]) == ("ok", "ok")
    assert [message["Subject"] for message in sink.to("ada@example.org")] == ["Undersigned can send mail"]
    sink.mode = "refuse"
    assert findings(app, "--to", "ada@example.org")["test mail"]["level"] == "fail"


def test_doctor_sees_a_readable_settings_file(app: Flask) -> None:
    """The file holds keys: others must not read it."""
    path = settings_file(Path(app.config["DATA_DIR"]))
    path.parent.mkdir()
    path.touch(0o600)
    assert findings(app)["settings"]["level"] == "ok"
    path.chmod(0o644)
    assert findings(app)["settings"]["cure"] == f"chmod 600 {path}"


def test_doctor_sees_a_proxy_that_can_be_walked_around(app: Flask) -> None:
    """T12: forwarded headers are believed only where nobody else can set them."""
    app.config.update(TRUSTED_PROXIES=1, HOST="127.0.0.1")
    assert findings(app)["proxy"]["level"] == "ok"
    app.config.update(HOST="0.0.0.0")
    assert findings(app)["proxy"]["level"] == "warn"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_key_of_the_seal(app: Flask, tmp_path: Path) -> None:
    """p-D3: no key is said with its cure, a file that is none is a failure, and a good one shows its fingerprint."""
    path = tmp_path / "seal.key"
    app.config["SEAL_KEY_FILE"] = path
    assert findings(app)["seal"]["level"] == "warn"
    path.write_text("no key", encoding="ascii")
    assert findings(app)["seal"]["level"] == "fail"
    path.unlink()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    found = findings(app)["seal"]
    assert (found["level"], found["seen"][:7]) == ("ok", "SHA256:")
    path.chmod(0o644)
    assert (findings(app)["seal"]["level"], findings(app)["seal"]["cure"]) == ("fail", f"chmod 600 {path}")
