"""Mails keep to the letter as it is when they leave: closed early, removed, or no longer wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.letters.operations import close_letter, remove_letter, withdraw_letter
from campaign.mailboxes import Mailbox
from campaign.models import Letter, Signature
from campaign.signing import operations
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import link, press, sign

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
DAY = timedelta(days=1)


def the_letter(session: Session) -> Letter:
    """The letter as it is stored."""
    session.expire_all()
    return session.scalars(select(Letter)).one()


def test_mail_after_early_closing_says_when_its_link_ends(client: FlaskClient, session: Session, mails: Mails) -> None:
    """D6: a letter closed before its time takes confirmations for 24 hours more, and the mail states that moment."""
    make_letter(closes_at=NOW + 9 * DAY)
    sign(client)
    close_letter(the_letter(session), by_id=None, now=NOW)
    session.commit()
    assert "19 June 2026, 17:00" in mails()[0]["text"]
    assert session.scalars(select(Signature.expires_at)).one() == NOW + DAY


@pytest.mark.parametrize("end", [withdraw_letter, remove_letter])
def test_letter_taken_down_asks_nobody(
    client: FlaskClient, session: Session, mails: Mails, end: Callable[..., None]
) -> None:
    """T24: a mail that waited does not carry the words of a letter that was taken down."""
    make_letter()
    sign(client)
    end(the_letter(session), "It was wrong.", by_id=None, now=NOW)
    session.commit()
    assert mails() == []


def test_resending_after_the_last_day_mails_nothing(
    client: FlaskClient, session: Session, mails: Mails, frozen: Traveller
) -> None:
    """P13: once nothing can be confirmed any more, nobody is asked to."""
    make_letter(closes_at=NOW + DAY)
    sign(client)
    mails()
    frozen.shift(2 * DAY)
    row = session.scalars(select(Signature)).one()
    operations.resend(row.letter_id, Mailbox(row.mailbox_key or "", 1), NOW + 2 * DAY)
    session.commit()
    assert len(mails()) == 1


def test_not_me_takes_everything_of_the_mailbox(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S9: who says "it was not me" is rid of the imported row under the same address, too."""
    letter = make_letter()
    make_signature(letter, "Ada Paper", email="ada@example.org", kind="imported")
    sign(client)
    path = link(mails()[0], "not-me")
    press(client, path, "")
    session.expire_all()
    assert [(row.name, row.withdrawn_at) for row in session.scalars(select(Signature))] == [("", NOW), ("", NOW)]
