"""Nobody learns whether an address is known: every door answers, works and stores alike, whatever is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign import limits
from campaign.accounts.passwords import hash_password
from campaign.extensions import db
from campaign.lib.emails import parse_address
from campaign.mailboxes import mailbox_of
from campaign.models import Letter, Signature, Suppression
from tests.factories import NOW, make_campaign, make_consent, make_letter, make_organizer, make_signature
from tests.signing.acts import ORGANIZATION, PERSON, form_of
from tests.support.tables import counted

Session = scoped_session[Any]
Prepare = Callable[[Session, Letter, str], None]
EMAIL = "a.da@example.org"
# An edition under which the address has another key than before.
RULES = """
[[edition]]
number = 1001
on = 1

[[edition.provider]]
domains = ["example.org"]
ignores = "."
"""
PASSWORD = "a long enough password"


def kept_as_now(row: Signature) -> None:
    """Puts a signature under the key that its address has by the rules of now."""
    mailbox = mailbox_of(parse_address(EMAIL))
    row.mailbox_key, row.mailbox_rule = mailbox.key, mailbox.rule


def both_pending(session: Session, letter: Letter, door: str) -> None:
    """A signature as a person and one for an organization, both to be confirmed."""
    for body in ({}, {"website": "https://example.org"}):
        kept_as_now(make_signature(letter, email=EMAIL, verification="pending", **body))


def signature(kind: str = "", **changes: Any) -> Prepare:
    """A signature of the address in some state, as a person or, where the door asks for it, an organization."""

    def prepare(session: Session, letter: Letter, door: str) -> None:
        body = {"website": "https://example.org"} if "organization" in door else {}
        row = make_signature(letter, email=EMAIL, **({"kind": kind} if kind else {**body, **changes}))
        kept_as_now(row)
        if not kind:
            make_consent(row, "wants_results")

    return prepare


def suppressed(reason: str) -> Prepare:
    """An address that said "not me", or whose signature was erased."""

    def prepare(session: Session, letter: Letter, door: str) -> None:
        row = make_signature(letter, email=EMAIL)
        kept_as_now(row)
        key, row.mailbox_key, row.email = row.mailbox_key or "", None, None
        row.withdrawn_at = row.erased_at = NOW
        session.add(Suppression(mailbox_key=key, letter_id=letter.id, reason=reason, created_at=NOW))

    return prepare


def over_mail_budget(session: Session, letter: Letter, door: str) -> None:
    """A signature whose mailbox had all its mails of the day."""
    signature()(session, letter, door)
    key = session.query(Signature.mailbox_key).scalar()
    for _number in range(20):
        limits.book_mail(key, NOW)


def organizer(password: str | None) -> Prepare:
    """An account with this address."""

    def prepare(session: Session, letter: Letter, door: str) -> None:
        make_organizer(EMAIL).password_hash = hash_password(password) if password else None

    return prepare


STATES: dict[str, Prepare] = {
    "pending": signature(verification="pending"),
    "pending as both": both_pending,
    "asked just now": signature(verification="pending", mail_asked_at=NOW),
    "too many codes": signature(verification="pending", code_tries=5),
    "signed": signature(),
    "signed just now": signature(mail_asked_at=NOW),
    "held": signature(moderation="held", reasons="watched_name"),
    "rejected": signature(moderation="rejected", reasons="abusive"),
    "withdrawn": signature(withdrawn_at=NOW),
    "expired": signature(verification="expired"),
    "imported": signature("imported"),
    "not me": suppressed("not_me"),
    "erased": suppressed("erased"),
    "bounced": suppressed("bounce"),
    "over mail budget": over_mail_budget,
    "organizer with password": organizer(PASSWORD),
    "organizer without": organizer(None),
}
# The page with the form, what is typed, and the status of the answer.
DOORS: dict[str, tuple[str, dict[str, str], int]] = {
    "/letters/stop/sign": ("/letters/stop/sign", {**PERSON, "email": EMAIL, "wants_results": "y"}, 303),
    "/letters/stop/sign/organization": (
        "/letters/stop/sign/organization",
        {**ORGANIZATION, "email": EMAIL, "wants_results": "y"},
        303,
    ),
    "/letters/stop/sign/resend": ("/letters/stop/sign", {"email": EMAIL}, 303),
    "/letters/stop/sign/code": ("/letters/stop/sign", {"email": EMAIL, "code": "12345x"}, 422),
    "/my": ("/my", {"email": EMAIL}, 303),
    "/sign-in": ("/sign-in", {"email": EMAIL}, 200),
    "/sign-in with password": ("/sign-in", {"email": EMAIL, "password": "not the right one"}, 422),
}


def same(text: str) -> str:
    """A page without what differs between two of one kind: sealed answers, and tokens."""
    text = re.sub(r"s=[\w-]{60,}|value=\"[\w.-]{40,}\"", "SEALED", text)
    return re.sub(r"\d+\.[\w-]{22}", "TOKEN", text)


def at_the_door(app: Flask, door: str) -> tuple[Any, ...]:
    """What a stranger can see of an answer, and how much work it was: statements and commits that stored something."""
    client: FlaskClient = app.test_client()
    page, typed, _status = DOORS[door]
    fields = form_of(client.get(page)).fields
    commits: list[bool] = []
    with app.app_context():
        engine = db.engine

    def note(connection: Any) -> None:
        commits.append(True)

    event.listen(engine, "commit", note)
    try:
        with counted(app) as sent:
            answer = client.post(door.partition(" ")[0], data={**fields, **typed})
    finally:
        event.remove(engine, "commit", note)
    writes = any(statement.startswith(("INSERT", "UPDATE")) for statement in sent)
    hidden = ("X-Request-Id", "Location", "Content-Length", "Set-Cookie")
    headers = sorted((name, value) for name, value in answer.headers if name not in hidden)
    # Where it leads to is looked at, too.
    shown = answer.text + (client.get(answer.location).text if answer.status_code == 303 else "")
    where = re.sub(r"s=[\w-]+", "s", answer.headers.get("Location", ""))
    size = len(answer.headers.get("Location", ""))
    return (answer.status_code, where, size, same(shown), headers, len(sent), len(commits), writes)


@pytest.fixture(scope="module")
def unknown() -> dict[tuple[str, ...], tuple[Any, ...]]:
    """By database, door and rules: the answer that all others have to be; one process asks for all of a door."""
    return {}


def asked_at(app: Flask, unknown: dict[tuple[str, ...], tuple[Any, ...]], door: str, *place: str) -> None:
    """Asks twice at a door, the second time within the time in which nothing is sent; `place` is all but the state."""
    key = (db.engine.dialect.name, door, *place[1:])
    answer = at_the_door(app, door)
    if place[0] == "unknown":
        unknown[key] = answer
    assert answer[0] == DOORS[door][2]
    assert answer[-1], "the disk was asked to keep nothing"
    assert answer == unknown.setdefault(key, answer)
    assert at_the_door(app, door) == answer


DOOR = pytest.mark.parametrize(
    "door", [pytest.param(door, marks=pytest.mark.xdist_group(f"door {door}")) for door in DOORS]
)


@pytest.mark.parametrize(
    ("app", "state"),
    [
        *(("sqlite", state) for state in ("unknown", *STATES)),
        *(("postgresql", state) for state in ("unknown", "pending", "signed", "not me", "organizer without")),
    ],
    indirect=["app"],
)
@DOOR
def test_door_never_tells_what_is_known(
    app: Flask,
    session: Session,
    frozen: Traveller,
    unknown: dict[tuple[str, ...], tuple[Any, ...]],
    door: str,
    state: str,
) -> None:
    """T8, p-V7, x-S7: status, place, page, headers, number of statements and of durable writes are one and the same."""
    letter = make_letter(campaign=make_campaign("face"))
    if state != "unknown":
        STATES[state](session, letter, door)
    asked_at(app, unknown, door, state)


OF_MAILBOX = (
    "pending",
    "pending as both",
    "asked just now",
    "signed",
    "signed just now",
    "withdrawn",
    "expired",
    "not me",
)


@pytest.mark.parametrize(
    ("app", "state"),
    [
        *(("sqlite", state) for state in ("unknown", *OF_MAILBOX)),
        *(("postgresql", state) for state in ("unknown", "pending", "signed", "not me")),
    ],
    indirect=["app"],
)
@pytest.mark.parametrize("known_since", ["before", "after"])
@DOOR
def test_door_never_tells_after_the_rules_changed(
    app: Flask,
    session: Session,
    frozen: Traveller,
    unknown: dict[tuple[str, ...], tuple[Any, ...]],
    new_rules: Callable[[], None],
    door: str,
    state: str,
    known_since: str,
) -> None:
    """T3, T8: the same where an earlier edition of the mailbox rules gives the address another key."""
    letter = make_letter(campaign=make_campaign("face"))
    if known_since == "after":
        new_rules()
    if state != "unknown":
        STATES[state](session, letter, door)
    new_rules()
    asked_at(app, unknown, door, state, "two editions")
