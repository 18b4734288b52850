"""Nobody learns from an answer whether an address has signed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.models import Suppression
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import form_of, sign

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


def same(text: str, address: str) -> str:
    """A page without what may differ: the address, sealed answers, tokens."""
    text = re.sub(r"s=[\w-]{60,}|value=\"[\w-]{60,}\"", "SEALED", text.replace(address, "ADDRESS"))
    return re.sub(r"\d+\.[\w-]{22}", "TOKEN", text)


@pytest.mark.parametrize("known", ["pending", "verified", "held", "withdrawn", "expired", "suppressed", "imported"])
def test_answer_never_tells_what_is_known(client: FlaskClient, session: Session, frozen: Traveller, known: str) -> None:
    """T8, x-S7, p-V7: new, pending, signed, withdrawn or suppressed: status, headers and pages are the same."""
    letter = make_letter()
    row = make_signature(letter, email="ann@example.org", **KNOWN[known])
    if known == "suppressed":
        key = row.mailbox_key
        session.delete(row)
        session.add(Suppression(mailbox_key=key, letter_id=letter.id, reason="not_me", created_at=letter.created_at))
    answers = []
    for address in ("ann@example.org", "bob@example.org"):
        first = sign(client, email=address)
        page = client.get(first.location)
        again = client.post("/letters/stop/sign/resend", data=form_of(page, "resend").fields)
        wrong = client.post("/letters/stop/sign/code", data={**form_of(page, "code").fields, "code": "12345x"})
        mine = client.post("/my", data={**form_of(client.get("/my")).fields, "email": address})
        everything = (first, page, again, client.get(again.location), wrong, mine, client.get(mine.location))
        answers.append(
            [
                (
                    one.status_code,
                    len(one.headers.get("Location", "")),
                    same(one.text, address),
                    sorted(
                        (name, value)
                        for name, value in one.headers
                        if name not in ("X-Request-Id", "Location", "Content-Length")
                    ),
                )
                for one in everything
            ]
        )
    assert answers[0] == answers[1]
    assert [answer[0] for answer in answers[0]] == [303, 200, 303, 200, 422, 303, 200]


KNOWN: dict[str, dict[str, Any]] = {
    "pending": {"verification": "pending"},
    "verified": {},
    "held": {"moderation": "held", "reasons": "watched_name"},
    "withdrawn": {"withdrawn_at": NOW},
    "expired": {"verification": "expired"},
    "suppressed": {},
    "imported": {"kind": "imported"},
}
