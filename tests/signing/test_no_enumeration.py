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
from campaign.accounts.operations import hash_password
from campaign.extensions import db
from campaign.models import Letter, Signature, Suppression
from tests.factories import NOW, make_campaign, make_consent, make_letter, make_organizer, make_signature
from tests.signing.acts import ORGANIZATION, PERSON, form_of
from tests.support.tables import counted

Session = scoped_session[Any]
Prepare = Callable[[Session, Letter, str], None]
EMAIL = "ada@example.org"
PASSWORD = "a long enough password"


def signature(kind: str = "", **changes: Any) -> Prepare:
    """A signature of the address in some state, as a person or, where the door asks for it, an organization."""

    def prepare(session: Session, letter: Letter, door: str) -> None:
        body = {"website": "https://example.org"} if "organization" in door else {}
        if kind:
            make_signature(letter, email=EMAIL, kind=kind)
        else:
            make_consent(make_signature(letter, email=EMAIL, **body, **changes), "wants_results")

    return prepare


def suppressed(reason: str) -> Prepare:
    """An address that said "not me", or whose signature was erased."""

    def prepare(session: Session, letter: Letter, door: str) -> None:
        row = make_signature(letter, email=EMAIL)
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
    "/letters/stop/sign": ("/letters/stop/sign", {**PERSON, "wants_results": "y"}, 303),
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
def unknown() -> dict[tuple[str, str], tuple[Any, ...]]:
    """By database and door: the answer that all others have to be; one process asks for all of a door."""
    return {}


@pytest.mark.parametrize(
    ("app", "state"),
    [
        *(("sqlite", state) for state in ("unknown", *STATES)),
        *(("postgresql", state) for state in ("unknown", "pending", "signed", "not me", "organizer without")),
    ],
    indirect=["app"],
)
@pytest.mark.parametrize("door", [pytest.param(door, marks=pytest.mark.xdist_group(f"door {door}")) for door in DOORS])
def test_door_never_tells_what_is_known(
    app: Flask,
    session: Session,
    frozen: Traveller,
    unknown: dict[tuple[str, str], tuple[Any, ...]],
    door: str,
    state: str,
) -> None:
    """T8, p-V7, x-S7: status, place, page, headers, number of statements and of durable writes are one and the same.

    Also for who asks a second time, within the time in which nothing is sent.
    """
    letter = make_letter(campaign=make_campaign("face"))
    place = (db.engine.dialect.name, door)
    if state != "unknown":
        STATES[state](session, letter, door)
    answer = at_the_door(app, door)
    if state == "unknown":
        unknown[place] = answer
    assert answer[0] == DOORS[door][2]
    assert answer[-1], "the disk was asked to keep nothing"
    assert answer == unknown.setdefault(place, answer)
    assert at_the_door(app, door) == answer
