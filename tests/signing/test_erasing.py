"""Erasing: in every state of a signature, everything of it, and whatever the mailbox left before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import scoped_session

from campaign.decisions import broken_links, record_decision
from campaign.links import make_token
from campaign.models import Consent, LogEntry, Signature, Suppression
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import form_of, link, my_path, press, sign
from tests.support.tables import places_of

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


STATES: dict[str, dict[str, Any]] = {
    "pending": {"verification": "pending"},
    "approved": {},
    "private": {"is_private": True},
    "waiting": {"moderation": "waiting"},
    "held": {"moderation": "held", "reasons": "watched_name"},
    "rejected": {"moderation": "rejected", "reasons": "other"},
    "expired": {"verification": "expired"},
    "withdrawn": {"withdrawn_at": NOW, "withdraw_reason": "Markerreason"},
    "endorsement": {"website": "https://markersite.org"},
}


MARKERS = (
    *("Markername", "Markertitle", "Markeraffil", "Markerplace", "Markercomment", "Markerreason", "Markersentence"),
    *("markeraddress", "markermail.example", "markersite"),
)


@pytest.mark.parametrize("state", STATES)
def test_erasing_leaves_no_trace_in_any_state(client: FlaskClient, session: Session, state: str) -> None:
    """R6, T23: erase in every state, then search every table; a keyed hash and the chain are all that stays."""
    letter = make_letter()
    words = {"title": "Markertitle", "affiliation": "Markeraffil", "place": "Markerplace", "comment": "Markercomment"}
    row = make_signature(letter, "Markername", email="markeraddress@markermail.example", **words, **STATES[state])
    session.add(Consent(signature_id=row.id, kind="wants_results", sentence="Markersentence", given_at=NOW))
    record_decision(
        letter.id, row.id, "hold", by_id=None, now=NOW, reason="Markerreason", before={"name": "Markername"}
    )
    sign(client, email="markeraddress@markermail.example", name="Markername")
    key = row.mailbox_key
    assert len(places_of(*MARKERS)) >= 4
    fields = form_of(client.get("/letters/stop/sign")).fields
    answer = client.post(my_path(row), data={"csrf_token": fields["csrf_token"], "action": "erase"})
    assert answer.status_code == 303
    assert "Everything is erased" in client.get(answer.location).text
    if state in ("expired", "withdrawn", "endorsement"):
        # The address signed anew above, as a person: a live signature of its own, with a link of its own.
        other = session.scalars(select(Signature).where(Signature.erased_at.is_(None))).one()
        client.post(my_path(other), data={"csrf_token": fields["csrf_token"], "action": "erase"})
    assert places_of(*MARKERS) == {}
    assert session.scalars(select(Suppression.mailbox_key)).all() == [key]
    assert broken_links(letter.id) == []
    assert client.get(my_path(row)).status_code == 404
    assert session.scalars(select(LogEntry.act)).all()[-1] == "signature_erased"


def test_erasing_takes_what_was_left_before(client: FlaskClient, session: Session) -> None:
    """R6: rows withdrawn, expired, imported or merged before go with the live one; other mailboxes and letters stay."""
    letter, other = make_letter(), make_letter("other")
    mine = {"email": "markeraddress@markermail.example"}
    make_signature(letter, "Markername", withdrawn_at=NOW, **mine)
    make_signature(letter, "Markername", verification="expired", **mine)
    row = make_signature(letter, "Markername", **mine)
    make_signature(letter, "Markername", kind="imported", merged_into_id=row.id, **mine)
    make_signature(other, "Elsewhere", **mine)
    make_signature(letter, "Grace Hopper", email="grace@example.org")
    press(client, my_path(row), "erase")
    assert places_of("Markername") == {}
    names = session.scalars(select(Signature.name).where(Signature.name != "").order_by(Signature.id)).all()
    assert names == ["Elsewhere", "Grace Hopper"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_link_dies_with_erasing(client: FlaskClient, session: Session) -> None:
    """T11: what is erased cannot be opened, confirmed or changed by any older link."""
    row = make_signature(make_letter(), email="ada@example.org", verification="pending")
    links = [
        f"/{door}/{make_token(purpose, row.id, 0)}"
        for door, purpose in (("my", "my"), ("confirm", "confirm"), ("not-me", "not_me"))
    ]
    press(client, links[0], "erase")
    assert [client.get(address).status_code for address in links] == [404, 404, 404]
    session.execute(delete(Suppression))


@pytest.mark.parametrize("button", ["my", "not-me"])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_kept_mails_go_with_it(app: Flask, client: FlaskClient, session: Session, mails: Mails, button: str) -> None:
    """R6: the copies that development keeps of mails, and those written into a folder, go; those to others stay."""
    make_letter()
    sign(client, email="ada@example.org")
    sign(client, email="bob@example.org", name="Bob")
    mail = mails("ada@example.org")[0]
    base = Path(app.config["DATA_DIR"]) / "mail"
    assert {path.suffix for path in base.iterdir()} == {".json", ".eml"}
    press(client, link(mail, button), "erase")
    assert [path for path in base.iterdir() if b"ada@example.org" in path.read_bytes()] == []
    assert len(mails("bob@example.org")) == 1
