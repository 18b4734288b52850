"""An employer searches everything for one of its employees: the bytes, the log of its mail server, the public pages."""

from __future__ import annotations

import base64
import contextvars
import hashlib
import hmac
import itertools
import logging
import quopri
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import scoped_session

from campaign import employeekeys
from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.lib import tokens
from campaign.lib.emails import canonical, mailbox_key, parse_address
from campaign.links import key_of
from campaign.mail.sender import recipient_mark
from campaign.models import Letter
from campaign.signing import operations
from campaign.verification import leaving, work_mail
from tests.factories import NOW
from tests.signing.employing import DOMAIN, PAGE, answer, ask, digits, employed_letter, stored, words_of
from tests.support.runs import run
from tests.support.smtp import Sink

Session = scoped_session[Any]
VERA = f"Vera.Moss+lists@{DOMAIN}"
HOUR = timedelta(hours=1)


def work(app: Flask) -> None:
    """A worker does what is due."""
    if db.session.registry.has():
        db.session.commit()
    contextvars.Context().run(Worker(app).run_once)


def spellings() -> list[str]:
    """An address as it was typed, as it was mailed to, and as its mailbox is known."""
    address = parse_address(VERA)
    return list(dict.fromkeys([VERA, VERA.lower(), address.normalized, canonical(address), address.local.lower()]))


def told_by(plain: str, app: Flask) -> Iterator[bytes]:
    """Everything that can be computed of a text without the letter's key."""
    raw = plain.encode()
    yield from (raw, plain.encode("utf-16-le"), plain.encode("utf-16-be"), plain.upper().encode())
    yield from (base64.b64encode(raw).rstrip(b"=")[:-1], raw.hex().encode(), quote(plain).encode())
    yield quopri.encodestring(raw.replace(b"@", b"=40"))
    digests = [hashlib.new(name, raw).digest() for name in ("md5", "sha1", "sha256", "sha512")]
    keys = [app.config[name].encode() for name in ("SECRET_KEY", "MAILBOX_KEY")]
    keys += [key_of(purpose) for purpose in ("link", "code", "sealed", "form", "network", "suppression")]
    for key in keys:
        digests += [hmac.digest(key, raw, "sha256"), tokens.mac(key, plain), tokens.mac(key, "mailbox", plain)]
    for digest in digests:
        yield from (digest, digest.hex().encode(), base64.b64encode(digest).rstrip(b"=")[:-1])


def without_key(app: Flask) -> dict[str, bytes]:
    """What must lie nowhere, ever, once the address was checked."""
    found = {f"{plain!r} {n}": told for plain in spellings() for n, told in enumerate(told_by(plain, app))}
    address = parse_address(VERA)
    key = mailbox_key(app.config["MAILBOX_KEY"].encode(), address)
    found |= {"mailbox key": key.encode(), "mailbox key, raw": bytes.fromhex(key)}
    found |= {f"mark {plain}": recipient_mark(plain).encode() for plain in spellings()}
    return found


def under_key(key: bytes, words: str) -> dict[str, bytes]:
    """What is kept while the key is, and must lead nowhere without it."""
    fingerprint = work_mail.fingerprint(key, parse_address(VERA))
    left = leaving.leaving_hash(key, words.split())
    return {
        "fingerprint": fingerprint.encode(),
        "leaving hash": left.encode(),
        "key": key,
        "key, hex": key.hex().encode(),
    }


def places(app: Flask, session: Session, tmp_path: Path, *, with_log: bool) -> list[Path]:
    """Every file the site and its database keep; `with_log`: PostgreSQL's write-ahead log too, which it recycles."""
    folder = Path(app.config["DATA_DIR"])
    found = [path for path in folder.rglob("*") if path.is_file() and employeekeys.FOLDER not in path.parts]
    found += [path for path in tmp_path.rglob("*") if path.is_file()]
    if db.engine.dialect.name == "sqlite":
        live = Path(db.engine.url.database or "")
        return found + sorted(live.parent.glob(f"{live.name}*"))
    session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        cluster = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar_one()
    found += [path for path in (cluster / "base" / str(number)).rglob("*") if path.is_file()]
    found += [path for path in (cluster / "pg_wal").glob("0*") if with_log]
    return found


def hits(wanted: dict[str, bytes], files: list[Path]) -> list[str]:
    """Which of these values lie in which file."""
    assert len(files) > 2
    contents = {path: path.read_bytes() for path in files if path.exists()}
    return [
        f"{name} in {path.name}" for name, value in wanted.items() for path, data in contents.items() if value in data
    ]


def made_files(app: Flask, tmp_path: Path) -> None:
    """An edition, an internal export, a static copy: whatever a site writes of a letter."""
    for command in (
        ("letter", "freeze", "stop"),
        (
            "export",
            "--letter",
            "stop",
            "--purpose",
            "internal",
            "--format",
            "csv",
            "-o",
            str(tmp_path / "internal.csv"),
        ),
        ("letter", "copy", "stop", "-o", str(tmp_path / "copy")),
    ):
        made = run(app, *command)
        assert made.exit_code == 0, made.output
    work(app)


def signed_letter(app: Flask, session: Session, sink: Sink) -> tuple[Letter, str]:
    """Vera signs by work mail, others ask or sign by code; returns the letter and her words."""
    letter, client = employed_letter(app, sink), app.test_client()
    for name in ("ivo", "Anneke"):
        answer(client, ask(client, f"{name}@{DOMAIN}"), "000000")
    asked = ask(client, VERA)
    work(app)
    words = words_of(answer(client, asked, digits(sink, parse_address(VERA).normalized)))
    for code in operations.make_codes(letter, 14, "employee_code", by_id=None, now=NOW):
        operations.sign_by_code(letter.id, code, NOW)
    session.commit()
    return letter, words


def test_bytes_of_an_employee_lie_nowhere(
    app: Flask,
    session: Session,
    sink: Sink,
    tmp_path: Path,
    frozen: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """T10, K3: database, its log, dead rows, logs, kept mails and files; once the key is gone, nothing of the person.

    What PostgreSQL's own log still holds then, until it is recycled, was computed with the key alone.
    """
    caplog.set_level(logging.DEBUG)
    letter, words = signed_letter(app, session, sink)
    frozen.shift(timedelta(days=1))
    work(app)
    work(app)
    made_files(app, tmp_path)
    key = employeekeys.read_key(stored(letter).key_name)
    assert key is not None
    session.rollback()
    assert hits(without_key(app), places(app, session, tmp_path, with_log=True)) == []

    assert run(app, "letter", "forget-employees", "stop").exit_code == 0
    assert employeekeys.key_files() == []
    session.rollback()
    everything = {**without_key(app), **under_key(key, words)}
    assert hits(everything, places(app, session, tmp_path, with_log=False)) == []
    # The mail server of the test, which is not ours, logs whom it gets mail for.
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    lines = [line for line in capfd.readouterr().err.splitlines() if '"mail.log"' not in line]
    printed = "\n".join([*ours, *lines]).encode()
    assert "POST signing.sign_employee 200" in printed.decode()
    assert [name for name, value in everything.items() if value in printed] == []


def test_search_would_find_what_lies_there(
    app: Flask, session: Session, sink: Sink, tmp_path: Path, frozen: time_machine.Traveller
) -> None:
    """The test above is worth something: while the key is there, the fingerprint is found, and a stray address too."""
    letter, client = employed_letter(app, sink), app.test_client()
    asked = ask(client, VERA)
    work(app)
    words = words_of(answer(client, asked, digits(sink, parse_address(VERA).normalized)))
    key = employeekeys.read_key(stored(letter).key_name) or b""
    session.rollback()
    found = hits(under_key(key, words), places(app, session, tmp_path, with_log=False))
    assert {hit.split(" in ")[0] for hit in found} == {"fingerprint", "leaving hash"}
    (tmp_path / "stray").write_text(f"To: {VERA}")
    stray = hits(without_key(app), places(app, session, tmp_path, with_log=False))
    assert {hit.rpartition(" in ")[2] for hit in stray} == {"stray"}


# Every public address of a letter that could tell of its employees, beside the JSON that tells their number.
PUBLIC = (
    "",
    "/names",
    "/names.json",
    "/names.csv",
    "/method",
    "/feed.atom",
    "/timeline",
    "/press",
    "/corrections",
)


def poll(app: Flask, hour: int) -> dict[str, str]:
    """What a stranger sees: the number each hour, everything when the number moves, else three addresses in turn."""
    client, moves = app.test_client(), (NOW + hour * HOUR).hour == 4
    paths = PUBLIC if moves else PUBLIC[hour % 3 :: 3]
    return {path: client.get(f"/letters/stop{path}").text for path in (".json", *paths)}


def employees_in(seen: dict[str, str]) -> int:
    """The number of employees that the JSON tells."""
    import json

    return int(json.loads(seen[".json"])["counts"]["employees"])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_poller_with_the_log_of_the_relay_names_nobody(
    app: Flask, session: Session, sink: Sink, frozen: time_machine.Traveller
) -> None:
    """T10: 25 employees sign by work mail in two days, all who asked; a poller comes each hour and has every envelope.

    For each address there is a course of events, in line with all that was seen, in which it did not sign.
    """
    employed_letter(app, sink)
    arrivals = {2 + n: f"e{n}@{DOMAIN}" for n in range(9)} | {15 + n: f"f{n}@{DOMAIN}" for n in range(16)}
    client, moves, seen_at, envelopes = app.test_client(), {}, {}, {}
    before = employees_in(poll(app, 0))
    for hour in range(60):
        frozen.move_to(NOW + hour * HOUR)
        work(app)
        if hour in arrivals:
            asked = ask(client, arrivals[hour])
            work(app)
            envelopes[arrivals[hour]] = hour
            assert answer(client, asked, digits(sink, arrivals[hour])).status_code == 200
        work(app)
        seen = poll(app, hour)
        seen_at[hour] = employees_in(seen)
        assert not any(address in page for page in seen.values() for address in arrivals.values())
        if seen_at[hour] != before:
            moves[NOW + hour * HOUR] = seen_at[hour] - before
            before = seen_at[hour]
    assert len(sink.recipients) == len(arrivals) == 25
    assert sorted(sink.recipients) == sorted(envelopes)
    # The number moved at the hour of the change alone, by ten at least.
    assert {moment.hour for moment in moves} == {4}
    assert all(rise >= 10 for rise in moves.values())
    assert sum(moves.values()) == 22
    for moment, before_it in itertools.pairwise([*sorted(moves, reverse=True), NOW - HOUR]):
        crowd = mailed_between(envelopes, before_it, moment)
        # Each of them may be one of those who did not sign: all others are enough for what was seen.
        assert len(crowd) - 1 >= moves[moment]
        assert len(crowd) >= 13


def mailed_between(envelopes: dict[str, int], start: datetime, end: datetime) -> list[str]:
    """The addresses the relay wrote to in that time."""
    return [address for address, hour in envelopes.items() if start <= NOW + hour * HOUR < end]


def test_page_of_employees_is_in_no_list_of_pages(app: Flask, session: Session, sink: Sink) -> None:
    """T10: nobody sees in a mail, a feed or a copy that somebody was sent there."""
    employed_letter(app, sink)
    client = app.test_client()
    for path in (".json", "/feed.atom", "/names.csv", "/press"):
        answer = client.get(f"/letters/stop{path}")
        assert (answer.status_code, PAGE in answer.text) == (200, False)
