"""What no mail may reach any more, and what erasing finds beside the live signature."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.models import Job, Letter, Signature, Suppression
from campaign.signing import operations
from campaign.signing.jobs.mails import build_confirmation, build_reminder
from tests.factories import NOW, entry, make_letter, make_signature

Session = scoped_session[Any]


def pending(letter: Letter, **changes: Any) -> Signature:
    """A signature that waits for its confirmation."""
    return make_signature(letter, email="ada@example.org", verification="pending", **changes)


def addressed(row: Signature) -> list[str | None]:
    """Whom the mails that wait for this signature would go to: the confirmation, then the reminder."""
    mails = (
        build_confirmation({"signature": row.id, "number": 1}, NOW),
        build_reminder({"signature": row.id}, NOW),
    )
    return [mail.to if mail else None for mail in mails]


def test_no_mail_without_an_address(session: Session) -> None:
    """P6: a job whose signature has no address any more is nothing to do, and no failure."""
    row = pending(make_letter())
    assert addressed(row) == ["ada@example.org"] * 2
    row.email = None
    session.commit()
    assert addressed(row) == [None, None]


@pytest.mark.parametrize("reason", ["not_me", "bounce", "complaint"])
@pytest.mark.parametrize("everywhere", [False, True])
def test_no_mail_to_who_must_not_be_written_to(session: Session, reason: str, everywhere: bool) -> None:
    """K8: what was queued before the mailbox said no does not leave after it; other letters are another matter."""
    letter, other = make_letter(), make_letter("other")
    row, elsewhere = pending(letter), pending(other)
    key = row.mailbox_key
    assert key is not None
    where = None if everywhere else letter.id
    session.add(Suppression(mailbox_key=key, letter_id=where, reason=reason, created_at=NOW))
    session.commit()
    assert addressed(row) == [None, None]
    assert addressed(elsewhere) == [None if everywhere else "ada@example.org"] * 2


@pytest.mark.parametrize("end", ["withdraw", "erase"])
def test_waiting_mail_of_a_second_try_goes_with_the_signature(session: Session, end: str) -> None:
    """K8, T23: "you have signed before" is not sent to who has left meanwhile."""
    letter = make_letter()
    row = make_signature(letter, email="ada@example.org")
    operations.sign_letter(letter.id, entry(), NOW)
    mails = select(Job.key).where(Job.kind.like("signing.%"), Job.state == "ready")
    assert session.scalars(mails).all() == [f"again:{row.id}:2"]
    if end == "withdraw":
        operations.withdraw_signature(row, "", NOW)
    else:
        operations.erase_signature(row, NOW)
    assert session.scalars(mails).all() == []


def test_erasing_takes_what_was_imported(session: Session) -> None:
    """R6: a row that was imported and never merged is no signature of its own to the person who erases theirs."""
    letter, other = make_letter(), make_letter("other")
    mine = {"email": "ada@example.org"}
    row = make_signature(letter, "Markername", **mine)
    make_signature(letter, "Markername", kind="imported", **mine)
    make_signature(other, "Elsewhere", kind="imported", **mine)
    make_signature(letter, "Grace Hopper", kind="imported", email="grace@example.org")
    operations.erase_signature(row, NOW)
    session.commit()
    rows = session.execute(select(Signature.name, Signature.email).order_by(Signature.id)).all()
    left = [("Elsewhere", "ada@example.org"), ("Grace Hopper", "grace@example.org")]
    assert [tuple(found) for found in rows] == [("", None), ("", None), *left]
