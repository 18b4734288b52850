"""T8: an answer takes as long for a mailbox nobody knows as for one that is known: each is one durable write."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from campaign.models import Suppression
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import PERSON, form_of
from tests.support.tables import counted

Session = scoped_session[Any]
KNOWN: dict[str, dict[str, Any]] = {
    "unknown": {"email": "nobody@example.net"},
    "pending": {"verification": "pending"},
    "asked just now": {"verification": "pending", "mail_asked_at": NOW},
    "five misses": {"verification": "pending", "code_tries": 5},
    "verified": {},
    "verified just now": {"mail_asked_at": NOW},
    "withdrawn": {"withdrawn_at": NOW},
    "suppressed": {},
}


@pytest.mark.parametrize("door", ["/letters/stop/sign", "/letters/stop/sign/resend", "/letters/stop/sign/code", "/my"])
@pytest.mark.parametrize("known", KNOWN)
def test_every_answer_stores_something(
    app: Flask, client: FlaskClient, session: Session, known: str, door: str
) -> None:
    """T8: the disk is asked to keep something whatever is known of the mailbox."""
    letter = make_letter()
    row = make_signature(letter, **{"email": PERSON["email"], **KNOWN[known]})
    if known == "suppressed":
        session.add(
            Suppression(mailbox_key=row.mailbox_key or "", letter_id=letter.id, reason="not_me", created_at=NOW)
        )
        session.delete(row)
    page = form_of(client.get("/my" if door == "/my" else "/letters/stop/sign"))
    data = {**page.fields, **PERSON, "code": "12345x"}
    with counted(app) as sent:
        answer = client.post(door, data=data)
    assert answer.status_code in (200, 303, 422)
    assert [statement for statement in sent if statement.startswith(("INSERT", "UPDATE"))]
