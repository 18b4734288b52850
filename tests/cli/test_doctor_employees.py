"""`undersigned doctor` on work mail and on the keys of employees: each fault with its cure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from campaign import employeekeys
from campaign.cli.employee_checks import CURES
from campaign.extensions import db
from campaign.verification.work_mail import setting_problem
from tests.signing.employing import employed_letter
from tests.support.runs import run
from tests.support.smtp import Sink

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def finding(app: Flask, name: str) -> tuple[str, str, str]:
    """Level, what was seen and the cure of one finding."""
    found = {row["name"]: row for row in json.loads(run(app, "doctor", "--json").stdout)}[name]
    return found["level"], found["seen"], found["cure"]


@SQLITE
def test_doctor_looks_at_work_mail(app: Flask, session: Any, sink: Sink) -> None:
    """p-S3: not offered, half set, our own domain, our own relay, away, a folder, and as it should be."""
    assert finding(app, "work mail") == ("ok", "not offered", "")
    employed_letter(app, sink)
    assert finding(app, "work mail") == ("ok", "a relay and a sender of its own", "")
    app.config["EMPLOYEE_MAIL_URL"] = "smtp://127.0.0.1:1"
    level, seen, cure = finding(app, "work mail")
    assert (level, seen) == ("fail", "no relay (ConnectionRefusedError)")
    assert cure.startswith("UNDERSIGNED_EMPLOYEE_MAIL_URL: host, port, user or password")
    app.config["EMPLOYEE_MAIL_FROM"] = "codes@localhost"
    level, seen, cure = finding(app, "work mail")
    assert (level, seen) == (
        "fail",
        "the sender lies on the domain of this site or of its other mails; 1 letters offer it",
    )
    assert "UNDERSIGNED_EMPLOYEE_MAIL_FROM on a domain registered for nothing else" in cure
    app.config["EMPLOYEE_MAIL_FROM"] = None
    assert finding(app, "work mail")[0] == "fail"
    app.config.update(EMPLOYEE_MAIL_URL="file:///nowhere", EMPLOYEE_MAIL_FROM="codes@quiet-post.example")
    assert finding(app, "work mail")[:2] == ("warn", "shown at /dev/mail, not sent")


def test_every_problem_has_its_cure() -> None:
    """p-S3: whatever keeps work mail from being offered, `doctor` says what to change."""
    config: dict[str, Any] = {"ENV": "production", "MAIL_URL": "smtp://a.example", "MAIL_FROM": "a@a.example"}
    config["BASE_URL"] = "https://b.example"
    settings = [
        (None, None),
        ("file:///x", "c@c.example"),
        ("smtp://d.example", "c@b.example"),
        ("smtp://a.example", "c@c.example"),
    ]
    found = {
        setting_problem({**config, "EMPLOYEE_MAIL_URL": url, "EMPLOYEE_MAIL_FROM": sender}) for url, sender in settings
    }
    assert found == set(CURES)


@SQLITE
def test_doctor_looks_at_the_keys(app: Flask, session: Any) -> None:
    """K3: open to others, lost, left over, and as they should be."""
    employed_letter(app)
    key = employeekeys.key_files()[0]
    assert finding(app, "employee keys") == ("ok", f"1, private; leave {key.parent} out of every backup", "")
    key.chmod(0o644)
    level, seen, cure = finding(app, "employee keys")
    assert (level, seen, cure) == (
        "fail",
        f"{key} can be read by others",
        f"chmod go-rwx {key.parent} {key.parent}/*",
    )
    key.chmod(0o600)
    spare = employeekeys.make_key()
    assert finding(app, "employee keys")[:2] == ("warn", "1 belong to no letter")
    employeekeys.destroy_key(spare)
    key.unlink()
    level, seen, cure = finding(app, "employee keys")
    assert (level, seen) == ("fail", "1 letters have lost theirs: nobody can sign or leave there")
    assert "undersigned letter forget-employees SLUG" in cure
    db.session.rollback()


@SQLITE
def test_destroyed_key_is_overwritten_first(app: Flask, session: Any) -> None:
    """K3: another name of the file's bytes holds the key no more; twice is harmless."""
    name = employeekeys.make_key()
    path, other = employeekeys.key_files()[0], employeekeys.folder() / "linked"
    before = path.read_bytes()
    other.hardlink_to(path)
    employeekeys.destroy_key(name)
    employeekeys.destroy_key(name)
    assert (employeekeys.key_files(), employeekeys.read_key(name), employeekeys.read_key("")) == ([], None, None)
    assert len(other.read_bytes()) == len(before) == 32
    assert other.read_bytes() != before
