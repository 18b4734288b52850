"""What time does: reminders, expiry, blanking, and a tally that is true after every mix of events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.letters import queries as letter_queries
from campaign.letters.operations import pause_letter, remove_letter, restore_letter, resume_letter, withdraw_letter
from campaign.lib.periods import PERIODS
from campaign.models import DirtyLetter, Job, Signature, Tally
from campaign.moderation.operations import end_proofs, switch
from campaign.signing import operations, queries
from campaign.signing.queries import signature_to_confirm
from campaign.signing.queries.retention import signatures_due
from tests.factories import DAY, NOW, entry, make_letter, make_signature
from tests.signing.acts import as_seen, confirm, link, sign
from tests.support.tables import places_of

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
SECOND = timedelta(seconds=1)


def subjects(mails: Mails) -> list[str]:
    """The first words of every mail, oldest first."""
    return [mail["subject"].partition(":")[0] for mail in reversed(mails("ada@example.org"))]


def test_reminders_after_two_and_five_days(
    client: FlaskClient, session: Session, mails: Mails, frozen: Traveller
) -> None:
    """p-S7: to the second, twice, with the link of the first mail; the row expires after seven days."""
    make_letter()
    sign(client)
    first = mails()[0]
    frozen.move_to(NOW + 2 * DAY - SECOND)
    assert subjects(mails) == ["Confirm your signature"]
    frozen.move_to(NOW + 2 * DAY)
    assert subjects(mails) == ["Confirm your signature", "Still to confirm"]
    assert link(mails("ada@example.org")[0], "confirm") == link(first, "confirm")
    frozen.move_to(NOW + 5 * DAY)
    assert subjects(mails)[2:] == ["Still to confirm"]
    frozen.move_to(NOW + 7 * DAY - SECOND)
    assert len(subjects(mails)) == 3
    assert session.scalars(select(Signature.verification)).all() == ["pending"]
    frozen.move_to(NOW + 7 * DAY)
    mails()
    session.rollback()
    assert session.scalars(select(Signature.verification)).all() == ["expired"]
    frozen.move_to(NOW + 60 * DAY)
    assert len(subjects(mails)) == 3


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("stop", ["confirmed", "withdrawn", "not_me", "paused", "closed"])
def test_no_reminder_without_reason(
    client: FlaskClient, session: Session, mails: Mails, frozen: Traveller, stop: str
) -> None:
    """x-S9: who has confirmed, withdrawn or refused is left alone, and so is a letter that takes nothing now."""
    letter = make_letter(closes_at=NOW + 2 * DAY - SECOND if stop == "closed" else None)
    sign(client)
    mail = mails()[0]
    row = session.scalars(select(Signature)).one()
    if stop == "confirmed":
        confirm(client, mail)
    elif stop == "withdrawn":
        operations.withdraw_signature(row, "", NOW)
    elif stop == "not_me":
        operations.refuse_signature(row, NOW)
    elif stop == "paused":
        pause_letter(letter, by_id=None, now=NOW)
    session.commit()
    frozen.move_to(NOW + 2 * DAY)
    assert len(mails("ada@example.org")) == 1
    if stop == "paused":
        resume_letter(letter, by_id=None, now=NOW + 2 * DAY)
        session.commit()
        assert len(mails("ada@example.org")) == 2


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_reminder_and_withdrawal_at_once(session: Session, mails: Mails, frozen: Traveller) -> None:
    """A reminder that waits is not sent once the signature is withdrawn or confirmed."""
    letter = make_letter()
    rows = []
    for number in range(2):
        operations.sign_letter(letter.id, entry(email=f"ada{number}@example.org"), NOW)
    mails()
    rows = session.scalars(select(Signature).order_by(Signature.id)).all()
    frozen.move_to(NOW + 2 * DAY)
    for row in rows:
        operations.remind(row.id, letter.id, 0, NOW + 2 * DAY)
        operations.remind(row.id, letter.id, 0, NOW + 2 * DAY)
    assert session.scalar(select(func.count()).select_from(Job).where(Job.state == "ready")) == 2
    operations.withdraw_signature(rows[0], "", NOW + 2 * DAY)
    operations.confirm_signature(signature_to_confirm(rows[1].id), 0, as_seen(rows[1].id), NOW + 2 * DAY)
    assert len(mails()) == 2


def test_expiry_of_what_was_never_mailed(session: Session, mails: Mails, frozen: Traveller) -> None:
    """D6: a mail that never left ends after 30 days; one that left later gives its full seven days."""
    letter = make_letter()
    make_signature(letter, verification="pending", signed_at=NOW)
    late = make_signature(letter, verification="pending", signed_at=NOW, expires_at=NOW + 33 * DAY)
    frozen.move_to(NOW + 30 * DAY - SECOND)
    assert queries.count_over(NOW + 30 * DAY - SECOND) == 0
    frozen.move_to(NOW + 30 * DAY)
    mails()
    session.expire_all()
    assert session.scalars(select(Signature.verification).order_by(Signature.id)).all() == ["expired", "pending"]
    assert late.expired_at is None


@pytest.mark.parametrize("state", ["expired", "withdrawn"])
def test_blanked_thirty_days_later(session: Session, mails: Mails, frozen: Traveller, state: str) -> None:
    """K1: what was never confirmed or was taken back loses its words after 30 days; a confirmed one keeps them."""
    letter = make_letter()
    over = {"verification": "expired", "expired_at": NOW} if state == "expired" else {"withdrawn_at": NOW}
    make_signature(letter, "Markername", email="marker@markermail.example", comment="Markercomment", **over)
    make_signature(letter, "Grace Hopper", email="grace@example.org")
    frozen.move_to(NOW + 30 * DAY)
    mails()
    assert places_of("Markername") != {}
    frozen.move_to(NOW + 30 * DAY + SECOND)
    mails()
    assert places_of("Marker") == {}
    assert session.scalars(select(Signature.name).where(Signature.name != "")).all() == ["Grace Hopper"]


def test_what_is_counted_with_it_is_blanked_too(session: Session, mails: Mails, frozen: Traveller) -> None:
    """K1: an imported row merged into a held entry, and that into an approval: all three go; another mailbox stays."""
    letter, mine = make_letter(), {"email": "marker@markermail.example"}
    approved = make_signature(letter, "Markername", website="https://markersite.org", withdrawn_at=NOW, **mine)
    held = {"website": "https://markersite.org", "moderation": "held", "merged_into_id": approved.id}
    entered = make_signature(letter, "Markername", **mine, **held)
    make_signature(letter, "Markername", kind="imported", merged_into_id=entered.id, **mine)
    other = make_signature(letter, "Grace Hopper", email="grace@example.org")
    make_signature(letter, "G. Hopper", kind="imported", email="grace@example.org", merged_into_id=other.id)
    frozen.move_to(NOW + 30 * DAY + SECOND)
    mails()
    assert places_of("Marker") == {}
    names = session.scalars(select(Signature.name).where(Signature.name != "").order_by(Signature.id)).all()
    assert names == ["Grace Hopper", "G. Hopper"]


def test_done_jobs_are_pruned(session: Session, mails: Mails, frozen: Traveller) -> None:
    """K6: rows of finished work go after 30 days."""
    operations.sign_letter(make_letter().id, entry(), NOW)
    mails()
    assert session.scalars(select(Job.state)).all() == ["done"]
    frozen.move_to(NOW + 31 * DAY)
    mails()
    session.rollback()
    assert "signing.confirm" not in session.scalars(select(Job.kind)).all()


def test_clock_that_jumps_back(session: Session, mails: Mails, frozen: Traveller) -> None:
    """P12: two hours back: counting goes on, nothing is sent twice, nobody is locked out."""
    letter = make_letter()
    operations.sign_letter(letter.id, entry(), NOW)
    mails()
    frozen.move_to(NOW - timedelta(hours=2))
    row = session.scalars(select(Signature)).one()
    operations.confirm_signature(signature_to_confirm(row.id), 0, as_seen(row.id), NOW - timedelta(hours=2))
    assert len(mails()) == 1
    session.rollback()
    assert session.get_one(Tally, letter.id).people == 1
    assert session.scalars(select(DirtyLetter)).all() == []


@pytest.mark.parametrize("take_down", [withdraw_letter, remove_letter])
def test_switches_do_not_move_the_clock_of_what_is_kept(session: Session, take_down: Callable[..., None]) -> None:
    """K2: six months from the day a letter was taken down, whatever its switches did since; anew where it came back."""
    letter = make_letter(proof_until=NOW + 10 * DAY)
    row = make_signature(letter)
    take_down(letter, "It was wrong.", by_id=None, now=NOW)
    switch(letter, "ask", "", by_id=1, now=NOW + 5 * DAY)
    end_proofs(NOW + 10 * DAY)
    switch(letter, "stop", "", by_id=1, now=NOW + 15 * DAY)
    session.flush()
    assert letter.changed_at == NOW + 15 * DAY
    kept = PERIODS["addresses"]
    assert letter_queries.ended_at(letter) == NOW
    assert signatures_due("addresses", NOW + kept - SECOND, 9) == []
    assert signatures_due("addresses", NOW + kept, 9) == [row.id]
    restore_letter(letter, by_id=None, now=NOW + 20 * DAY)
    assert (letter_queries.ended_at(letter), signatures_due("addresses", NOW + 2 * kept, 9)) == (None, [])
    take_down(letter, "It was wrong.", by_id=None, now=NOW + 30 * DAY)
    assert letter_queries.ended_at(letter) == NOW + 30 * DAY
    assert signatures_due("addresses", NOW + kept + 29 * DAY, 9) == []
