"""Vouching beside the mail: neither eats what the other proved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.models import Letter, LogEntry, Proof, Signature
from campaign.moderation import operations
from campaign.moderation.rules import Ruling
from tests.factories import NOW, make_letter, make_organizer
from tests.signing.acts import form_of, link, my_path, press, sign_organization

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
# An address that its website does not bear out, so that somebody has to vouch.
CLAIM = {"email": "rosa@example.net", "website": "https://example.org"}


@pytest.fixture
def letter(session: Session) -> Letter:
    """An open letter of a campaign with an owner."""
    return make_letter()


def row_of(session: Session) -> Signature:
    """The one signature as it is stored now."""
    session.expire_all()
    return session.scalars(select(Signature)).one()


def methods(session: Session) -> list[str]:
    """What it is verified by."""
    return list(session.scalars(select(Proof.method).order_by(Proof.method)))


def vouch(session: Session, letter: Letter) -> int:
    """An organizer vouches for the one signature; the decision's id."""
    row, owner = row_of(session), make_organizer()
    decision = operations.vouch(letter.id, row.id, row.moderation, "Called.", by_id=owner.id, now=NOW)
    session.commit()
    return decision.id


def take_back(session: Session, letter: Letter, decision_id: int) -> Signature:
    """The vouching is undone."""
    operations.undo(letter.id, decision_id, by_id=None, now=NOW)
    session.commit()
    return row_of(session)


def test_taking_back_what_the_mailbox_proved_too_is_no_fall(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """p-M4: a signature that stays public leaves no line in the correction log; one that does not leaves one."""
    sign_organization(client, email="rosa@example.org", website="https://example.org")
    mail = mails()[0]
    page = form_of(client.get(link(mail, "confirm")))
    decision = vouch(session, letter)
    assert client.post(page.action, data={**page.fields, "action": "confirm"}).status_code == 303
    row = take_back(session, letter, decision)
    assert (row.verification, row.moderation) == ("verified", "approved")
    fell = select(LogEntry.detail).where(LogEntry.act == "count_fell")
    assert session.scalars(fell).all() == []
    operations.decide(letter.id, row.id, "approved", Ruling("hold"), by_id=None, now=NOW)
    session.commit()
    assert [detail["rule"] for detail in session.scalars(fell)] == ["hold"]


def test_link_pressed_while_vouched_outlives_the_vouching(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """D6, R4: the mailbox was proven meanwhile, so that the signature stays and the rules judge it."""
    sign_organization(client, **CLAIM)
    mail = mails()[0]
    page = form_of(client.get(link(mail, "confirm")))
    decision = vouch(session, letter)
    assert client.post(page.action, data={**page.fields, "action": "confirm"}).status_code == 303
    assert methods(session) == ["mailbox", "vouched"]
    row = take_back(session, letter, decision)
    assert (row.verification, row.moderation, row.reasons) == ("verified", "held", "address_not_exact")
    assert (methods(session), row.verified_at) == (["mailbox"], NOW)


def test_mail_dropped_while_vouched_leaves_once_that_is_undone(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """D1, P2: nothing was left to confirm when its turn came; once there is, the mail is asked for again."""
    sign_organization(client, **CLAIM)
    decision = vouch(session, letter)
    assert mails() == []
    row = take_back(session, letter, decision)
    assert (row.verification, row.moderation) == ("pending", "waiting")
    press(client, link(mails("rosa@example.net")[0], "confirm"), "confirm")
    assert (row_of(session).verification, methods(session)) == ("verified", ["mailbox"])


def test_correcting_a_vouched_claim_proves_the_mailbox(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """D6: nobody is verified by nothing; who came to their own page has the mailbox."""
    sign_organization(client, **CLAIM)
    vouch(session, letter)
    path = my_path(row_of(session))
    fields = {**form_of(client.get(path)).fields, "website": "https://example.com", "action": "save"}
    assert client.post(path, data=fields).status_code == 303
    row = row_of(session)
    assert (row.verification, row.moderation, methods(session)) == ("verified", "held", ["mailbox"])


def test_corrected_website_clashes_with_nobody(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """T4: a slip in the website, mended by its owner, does not stand in the way as another organization."""
    sign_organization(client, email="rosa@example.org", website="https://exampel.org")
    press(client, link(mails()[0], "confirm"), "confirm")
    assert row_of(session).reasons == "address_not_exact"
    path = my_path(row_of(session))
    fields = {**form_of(client.get(path)).fields, "website": "https://example.org", "action": "save"}
    assert client.post(path, data=fields).status_code == 303
    row = row_of(session)
    assert (row.moderation, row.reasons) == ("approved", "")


def test_organization_is_never_private(client: FlaskClient, session: Session, letter: Letter, mails: Mails) -> None:
    """p-S5: an organization is named or not on the list; nothing half of both."""
    sign_organization(client)
    press(client, link(mails()[0], "confirm"), "confirm")
    path = my_path(row_of(session))
    answer = client.post(path, data={**form_of(client.get(path)).fields, "action": "hide"})
    assert (answer.status_code, row_of(session).is_private) == (422, False)
    assert "An organization signs with its name." in answer.text


def test_link_that_holds_keeps_its_end(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails, frozen: Traveller
) -> None:
    """D6: asking for a new link moves the end of none before the new mail has left."""
    sign_organization(client)
    path = link(mails()[0], "confirm")
    end = row_of(session).expires_at
    page = form_of(client.get(path))
    assert client.post(page.action, data={**page.fields, "action": "renew"}).status_code == 303
    assert row_of(session).expires_at == end == NOW + timedelta(days=7)
    frozen.shift(timedelta(days=8))
    assert "Send me a new link" in client.get(path).text
