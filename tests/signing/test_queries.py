"""Reads of signing: what is public, in which order, who is found, and how often the database is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import scoped_session

from campaign.models import Suppression
from campaign.signing import queries
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import PERSON, form_of, link, sign
from tests.support.tables import counted

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]

# Statements a request sends, whatever the number of signatures.
LETTER_COLD = 16
SIGN_FORM = 1
# As many as of a mailbox that is known (T8); of these the key of the day and the lists of the trusted and blocked are
# asked once a second.
SIGN_POST = 17
CONFIRM_PAGE = 2
CONFIRM_POST = 5

EVERY_STATE: list[dict[str, Any]] = [
    {"verification": "pending"},
    {"verification": "expired"},
    {"moderation": "waiting"},
    {"moderation": "held"},
    {"moderation": "rejected"},
    {"withdrawn_at": NOW},
]


def test_public_signatures_are_verified_approved_and_not_withdrawn(session: Session) -> None:
    """House 5: one query; private ones are in it, and merged, imported-elsewhere and other letters' rows are not."""
    letter, other = make_letter(), make_letter("other")
    public = make_signature(letter, "Public")
    private = make_signature(letter, "Private", is_private=True)
    make_signature(letter, "Merged", kind="imported", merged_into_id=public.id)
    make_signature(other, "Elsewhere")
    for number, state in enumerate(EVERY_STATE):
        make_signature(letter, f"State {number}", **state)
    rows = session.execute(queries.public_signatures(letter.id)).all()
    assert sorted(row.id for row in rows) == [public.id, private.id]
    assert queries.count_public(letter.id) == {
        "people": 2,
        "private": 1,
        "organizations": 0,
        "employees": 0,
        "imported": 0,
    }
    assert [row.name for row in session.execute(queries.listed_signatures(letter.id, "person"))] == ["Public"]


def test_lists_are_in_their_order(session: Session) -> None:
    """W2, W5: organizations A to Z without article, people A to Z or the latest first, pinned as organizers said."""
    letter = make_letter()
    for name in ("Zoë Ángel", "anna Berg", "Émile Zola", "Ada Lovelace"):
        make_signature(letter, name)
    for place, name in ((2, "Pinned Second"), (1, "Pinned First")):
        make_signature(letter, name, pinned_position=place)
    for name, site in (("The Zebra Society", "https://example.org"), ("Access Now", "https://example.net")):
        make_signature(letter, name, website=site)
    make_signature(letter, "Hidden", is_private=True, pinned_position=0)
    names = [face.name for face in queries.people_in_order(letter.id, 10)]
    assert names == ["Ada Lovelace", "anna Berg", "Émile Zola", "Pinned First", "Pinned Second", "Zoë Ángel"]
    assert [face.name for face in queries.people_in_order(letter.id, 2)] == names[:2]
    assert [face.name for face in queries.latest_people(letter.id, 3)] == [
        "Pinned First",
        "Pinned Second",
        "Ada Lovelace",
    ]
    assert [face.name for face in queries.pinned_people(letter.id, 10)] == ["Pinned First", "Pinned Second"]
    assert [face.name for face in queries.organizations_in_order(letter.id, 10)] == ["Access Now", "The Zebra Society"]


def test_live_signature_is_the_one_that_counts(session: Session) -> None:
    """House 5: not withdrawn, not expired, not merged; by letter, kind and mailbox."""
    letter = make_letter()
    rows = [make_signature(letter, email="ada@example.org", **state) for state in EVERY_STATE[1:2] + EVERY_STATE[5:]]
    key = rows[0].mailbox_key
    assert queries.live_signature(letter.id, "person", key) is None
    live = make_signature(letter, email="ada@example.org", moderation="rejected")
    assert queries.live_signature(letter.id, "person", key).id == live.id
    assert queries.live_signature(letter.id, "organization", key) is None
    assert queries.live_signature(make_letter("other").id, "person", key) is None


@pytest.mark.parametrize(
    ("reason", "here", "suppressed"),
    [
        ("not_me", True, True),
        ("not_me", False, False),
        ("bounce", None, True),
        ("complaint", None, True),
        ("erased", True, False),
    ],
)
def test_suppression_by_reason_and_letter(session: Session, reason: str, here: bool | None, suppressed: bool) -> None:
    """K8: "not me" stops one letter, a bounce every one; who erased may sign again."""
    letter, other = make_letter(), make_letter("other")
    letter_id = None if here is None else letter.id if here else other.id
    session.add(Suppression(mailbox_key="k" * 64, letter_id=letter_id, reason=reason, created_at=NOW))
    session.flush()
    assert queries.is_suppressed(letter.id, "k" * 64) is suppressed
    assert queries.is_suppressed(letter.id, "x" * 64) is False


def test_locked_rows_are_as_they_are_now(session: Session) -> None:
    """D4: what was read before the lock is read again, so that nobody's decision is overwritten."""
    letter = make_letter()
    row = make_signature(letter, email="ada@example.org", verification="pending")
    session.flush()
    session.execute(text("UPDATE signature SET name = 'Newer'"))
    assert queries.signature_for_change(row.id).name == "Newer"
    session.execute(text("UPDATE signature SET name = 'Newest'"))
    assert [found.name for found in queries.pending_of_mailbox(letter.id, row.mailbox_key)] == ["Newest"]


def ask(app: Flask, client: FlaskClient, path: str, data: dict[str, str] | None = None) -> int:
    """How many statements one request sends."""
    with counted(app) as sent:
        answer = client.get(path) if data is None else client.post(path, data=data)
    assert answer.status_code in (200, 303, 304), answer.status_code
    return len(sent)


@pytest.mark.parametrize("size", [0, 30, 260])
def test_letter_page_asks_exactly(app: Flask, client: FlaskClient, session: Session, mails: Mails, size: int) -> None:
    """R7, decision 4: the same few statements for any number of names; one when warm; none within the second."""
    app.config["PAGE_CHECK_SECONDS"] = 3600.0
    letter = make_letter()
    for number in range(size):
        make_signature(letter, f"Name {number}")
    mails()
    first = client.get("/letters/other")
    assert first.status_code == 404
    app.extensions.pop("undersigned_pages")
    assert ask(app, client, "/letters/stop") == LETTER_COLD
    assert ask(app, client, "/letters/stop") == 0
    app.extensions["undersigned_pages"].checks.clear()
    assert ask(app, client, "/letters/stop") == 1


@pytest.mark.parametrize("size", [1, 60])
def test_signing_asks_exactly(app: Flask, client: FlaskClient, session: Session, mails: Mails, size: int) -> None:
    """D5, R7: form, sign and confirm cost the same at any size; no count over the letter on the way."""
    letter = make_letter()
    for number in range(size):
        make_signature(letter, f"Name {number}")
    mails()
    fields = form_of(client.get("/letters/stop/sign")).fields
    assert ask(app, client, "/letters/stop/sign") == SIGN_FORM
    assert ask(app, client, "/letters/stop/sign", {**fields, **PERSON}) == SIGN_POST
    path = link(mails("ada@example.org")[0], "confirm")
    page = form_of(client.get(path)).fields
    assert ask(app, client, path) == CONFIRM_PAGE
    with counted(app) as sent:
        answer = client.post(path, data={**page, "action": "confirm"})
    assert answer.status_code == 303
    assert len(sent) == CONFIRM_POST
    assert [statement for statement in sent if "count(" in statement.lower()] == []


def test_signing_again_costs_no_more_reads_of_others(
    app: Flask, client: FlaskClient, session: Session, mails: Mails
) -> None:
    """T8: a known mailbox costs as many statements as one that nobody knows."""
    make_letter()
    sign(client)
    fields = form_of(client.get("/letters/stop/sign")).fields
    assert ask(app, client, "/letters/stop/sign", {**fields, **PERSON}) == SIGN_POST
