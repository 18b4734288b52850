"""The board: who is written to, how often, and what an invitation that was taken back is worth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.letters.operations import close_letter, pause_letter
from campaign.lib.emails import parse_address
from campaign.links import make_token
from campaign.models import Invitation, InvitationNote, Job, Letter
from campaign.organizations import operations
from campaign.organizations.jobs import forget_contacts, last_call
from campaign.organizations.lists import read_list
from campaign.organizations.rules import own_domain, speaks_for
from campaign.states import Refused
from tests.factories import DAY, NOW, make_invitation, make_letter, make_organizer, make_signature
from tests.signing.acts import link
from tests.support.tables import places_of

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at_one_moment(frozen: Traveller) -> None:
    """Every test begins at `now`."""


@pytest.mark.parametrize(
    ("email", "website", "speaks"),
    [
        ("rosa@gmail.com", "", True),
        ("ROSA@gmail.com", "", True),
        ("second@gmx.de", "", True),
        ("other@gmail.com", "https://gmail.com", False),
        ("other@open-rights.org", "https://www.open-rights.org/about", True),
        ("other@mail.open-rights.org", "https://open-rights.org", True),
        ("other@city.gov.uk", "https://town.gov.uk", False),
        ("other@group.github.io", "https://group.github.io", False),
        ("other@wordpress.com", "https://group.wordpress.com", False),
        ("other@open-rights.org.evil.com", "https://open-rights.org", False),
        ("other@open-rights.org", "", False),
    ],
)
def test_who_speaks_for_an_organization(email: str, website: str, speaks: bool) -> None:
    """p-S10, p-V2: a contact's own address, or the registrable domain; never free mail or shared hosts."""
    contacts = ["rosa@gmail.com", "second@gmx.de", None]
    assert speaks_for(parse_address(email), contacts, website) is speaks


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.open-rights.org", "open-rights.org"),
        ("https://group.github.io", ""),
        ("https://gmail.com", ""),
        ("", ""),
    ],
)
def test_own_domain(website: str, domain: str) -> None:
    """The choice "another address at ..." is offered only where every address there is the organization's own."""
    assert own_domain(website) == domain


def test_list_is_added_once(session: Session, now: datetime) -> None:
    """The same list twice adds nothing, and mails nobody."""
    letter = make_letter(state="draft")
    text = "Open Rights; Rosa; rosa@open-rights.org; open-rights.org\nNo Address; Lin\nFree Group; free@gmail.com"
    lines = read_list(text, {})
    assert operations.add_to_board(letter, lines, by_id=None, now=now) == 2
    assert operations.add_to_board(letter, lines, by_id=None, now=now) == 0
    rows = session.scalars(select(Invitation).order_by(Invitation.id)).all()
    assert [(row.name, row.email, row.answer, row.invited_at) for row in rows] == [
        ("Open Rights", "rosa@open-rights.org", "none", None),
        ("Free Group", "free@gmail.com", "none", None),
    ]
    assert session.scalars(select(Job)).all() == []


def test_invitation_goes_to_both_contacts_once(session: Session, mails: Mails, now: datetime) -> None:
    """p-S10: a personal mail with the embargo, the deadline with hour and zone, and the link; never twice."""
    letter = make_letter(state="draft", timezone="Europe/Berlin", answers_due_at=NOW + 5 * DAY)
    make_invitation(letter, invited_at=None, second_contact="Lin Wei", second_email="lin@open-rights.org")
    make_invitation(letter, "Gone", website="", email="gone@gmail.com", invited_at=None, cancelled_at=now)
    assert operations.invite(letter, by_id=None, now=now) == 1
    with pytest.raises(Refused, match="nobody_to_invite"):
        operations.invite(letter, by_id=None, now=now)
    sent = mails()
    assert sorted(mail["to"] for mail in sent) == ["lin@open-rights.org", "rosa@open-rights.org"]
    text = mails("rosa@open-rights.org")[0]["text"]
    assert text.startswith("Dear Rosa Marín,")
    for words in (
        "Open Courts asks Open Rights to sign",
        "by 23 June 2026, 19:00 CEST",
        "not public yet",
        letter.title,
    ):
        assert words in text
    assert link(sent[0], "invitations") == link(sent[1], "invitations")


@pytest.mark.parametrize("state", ["paused", "closed", "withdrawn"])
def test_nobody_is_invited_to_a_letter_that_takes_no_answers(session: Session, now: datetime, state: str) -> None:
    """A link that leads nowhere is not mailed."""
    letter = make_letter(state=state)
    make_invitation(letter, invited_at=None)
    with pytest.raises(Refused, match="invitation_closed"):
        operations.invite(letter, by_id=None, now=now)


def test_reminders_go_to_who_is_late_and_end(session: Session, mails: Mails, now: datetime) -> None:
    """p-S10: no answer, or considering past the day of the board; 20 hours between, three at most."""
    letter = make_letter(state="draft")
    make_invitation(letter)
    answers: list[dict[str, Any]] = [
        {"answer": "considering"},
        {"answer": "considering", "board_on": (NOW + DAY).date()},
        {"answer": "question"},
        {"answer": "declined"},
        {"cancelled_at": NOW},
        {"invited_at": None},
        {"invited_at": NOW - HOUR},
        {"email": None},
    ]
    for number, changes in enumerate(answers):
        given = {"answered_at": NOW - DAY} if "answer" in changes else {}
        make_invitation(
            letter, f"Organization {number}", website="", **{"email": f"o{number}@gmail.com", **given, **changes}
        )
    assert operations.remind(letter, by_id=None, now=now) == 2
    assert sorted(mail["to"] for mail in mails()) == ["o0@gmail.com", "rosa@open-rights.org"]
    assert "has no answer yet" in mails("rosa@open-rights.org")[0]["text"]
    assert "Is there a decision?" in mails("o0@gmail.com")[0]["text"]
    with pytest.raises(Refused, match="nobody_to_remind"):
        operations.remind(letter, by_id=None, now=now + 18 * HOUR)
    counts = [operations.remind(letter, by_id=None, now=now + 20 * HOUR * times) for times in (1, 2)]
    assert counts == [3, 4]
    row = session.scalars(select(Invitation).where(Invitation.name == "Open Rights")).one()
    assert row.reminder_count == 3
    assert operations.remind(letter, by_id=None, now=now + 3 * DAY) == 2


def test_last_call_leaves_once_by_itself(session: Session, mails: Mails, frozen: Traveller) -> None:
    """A day before the deadline, to who was not written to since, however often reminded before."""
    letter = make_letter(state="scheduled", answers_due_at=NOW + 2 * DAY)
    make_invitation(letter, reminder_count=3, reminded_at=NOW - DAY)
    make_invitation(letter, "Fresh", website="", email="fresh@gmail.com", invited_at=NOW + 1.5 * DAY)
    session.commit()
    last_call(NOW + 0.9 * DAY)
    assert mails() == []
    frozen.move_to(NOW + 1.6 * DAY)
    for _time in range(3):
        last_call(NOW + 1.6 * DAY)
    assert [mail["to"] for mail in mails()] == ["rosa@open-rights.org"]


def test_cancelled_link_is_dead(session: Session, client: FlaskClient, mails: Mails, now: datetime) -> None:
    """p-S10: taking back kills the link, also of a mail that had not left."""
    letter = make_letter(state="draft")
    first, second = (
        make_invitation(letter, invited_at=None),
        make_invitation(letter, "Late", website="", invited_at=None),
    )
    operations.invite(letter, only=first.id, by_id=None, now=now)
    path = link(mails()[0], "invitations")
    assert client.get(path).status_code == 200
    operations.invite(letter, only=second.id, by_id=None, now=now)
    for row in (first, second):
        operations.cancel_invitation(letter, row, by_id=None, now=now)
    assert len(mails()) == 1
    for address in (path, f"{path}/letter.pdf"):
        assert client.get(address).status_code == 404


def test_approval_is_not_taken_back_by_organizers(session: Session, now: datetime) -> None:
    """What somebody approved is withdrawn by themselves, or rejected with a reason."""
    letter = make_letter()
    signature = make_signature(letter, "Open Rights", website="https://open-rights.org")
    row = make_invitation(
        letter, answer="approved", answered_at=now, version_id=letter.version_id, signature_id=signature.id
    )
    with pytest.raises(Refused, match="already_approved"):
        operations.cancel_invitation(letter, row, by_id=None, now=now)


def test_changed_contacts_get_their_link(session: Session, client: FlaskClient, mails: Mails, now: datetime) -> None:
    """A second contact gets the link; who is taken off loses it, and who stays gets the new one."""
    letter = make_letter(state="draft")
    row = make_invitation(letter)
    rosa, lin = parse_address("rosa@open-rights.org"), parse_address("lin@open-rights.org")
    values: dict[str, Any] = {"needs_second": False, "by_id": None}
    operations.save_contacts(letter, row, contact=("Rosa", rosa), second=("Lin", lin), now=now, **values)
    assert [mail["to"] for mail in mails()] == ["lin@open-rights.org"]
    before = link(mails()[0], "invitations")
    assert client.get(before).status_code == 200
    row = session.get_one(Invitation, row.id)
    letter = session.get_one(Letter, letter.id)
    operations.save_contacts(letter, row, contact=("Lin", lin), second=("", None), now=now + HOUR, **values)
    assert [mail["to"] for mail in mails()] == ["lin@open-rights.org"]
    session.commit()
    assert client.get(before).status_code == 404


def test_contacts_are_blanked_when_they_are_over(session: Session, now: datetime) -> None:
    """K2, p-O5: 30 days after an invitation was taken back or its letter closed, 180 after an approval."""
    letter, closed = make_letter("draft", state="draft"), make_letter("closed", state="closed")
    closed.closed_at = now
    signature = make_signature(closed, "Approved", website="https://approved.org")
    approved = {"answer": "approved", "answered_at": now, "version_id": closed.version_id, "signature_id": signature.id}
    make_invitation(letter, "Kept")
    make_invitation(letter, "Cancelled", website="", cancelled_at=now)
    asked = make_invitation(closed, "Asked", website="")
    make_invitation(closed, "Approved", website="", **approved)
    session.add(InvitationNote(invitation_id=asked.id, text="Why?", author="Rosa", written_at=now))
    session.commit()

    def kept(moment: datetime) -> list[str]:
        forget_contacts(moment)
        rows = session.execute(select(Invitation.name, Invitation.contact).where(Invitation.email.is_not(None)))
        names = sorted(row.name for row in rows if row.contact)
        session.rollback()
        return names

    assert kept(now + 29 * DAY) == ["Approved", "Asked", "Cancelled", "Kept"]
    assert kept(now + 30 * DAY) == ["Approved", "Kept"]
    assert session.scalars(select(InvitationNote)).all() == []
    session.rollback()
    assert kept(now + 180 * DAY) == ["Kept"]
    answers = session.scalars(select(Invitation.answer).where(Invitation.name == "Approved"))
    assert answers.all() == ["approved"]


@pytest.mark.parametrize("state", ["withdrawn", "removed"])
@pytest.mark.parametrize("closed", [None, NOW - 10 * DAY])
def test_contacts_of_a_letter_that_was_taken_down_are_blanked(
    session: Session, now: datetime, state: str, closed: datetime | None
) -> None:
    """K2: one that never closed ended when it was taken down; one that closed before ended then."""
    letter = make_letter(state=state, state_before="closed" if closed else "draft", reason="It was wrong.")
    letter.changed_at, letter.closed_at = now, closed
    make_invitation(letter)
    session.commit()
    ended_at = closed or now
    for days, email in ((29, "rosa@open-rights.org"), (30, None)):
        forget_contacts(ended_at + days * DAY)
        assert session.scalars(select(Invitation.email)).all() == [email]
        session.rollback()


def test_blanked_invitation_is_not_taken_back(session: Session, client: FlaskClient, now: datetime) -> None:
    """K2: the answer and its place in the numbers stay; nobody is named, and no link opens it, not even the newest."""
    letter = make_letter(state="closed")
    letter.closed_at = now
    people = {"approver": "Marker", "approver_role": "Marker", "second_approver": "Marker", "second_contact": "Marker"}
    row = make_invitation(letter, answer="declined", answered_at=now, reason="Marker", **people)
    session.commit()
    before = f"/invitations/{make_token('invitation', row.id, row.generation)}"
    assert client.get(before).status_code == 200
    forget_contacts(now + 30 * DAY)
    row = session.scalars(select(Invitation).execution_options(populate_existing=True)).one()
    assert (row.answer, row.cancelled_at, row.generation) == ("declined", None, 1)
    assert places_of("Marker") == {}
    newest = f"/invitations/{make_token('invitation', row.id, row.generation)}"
    for path in (before, newest, f"{newest}/letter.pdf"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_answer_is_mailed_whatever_the_letter_takes(session: Session, mails: Mails, now: datetime, state: str) -> None:
    """p-S10: who asked is answered, also when nothing can be approved now; nobody is asked anything then."""
    letter = make_letter(state="open")
    row = make_invitation(letter)
    operations.answer_note(row, "Because.", by_id=make_organizer().id, now=now)
    operations.remind(letter, by_id=None, now=now)
    move = pause_letter if state == "paused" else close_letter
    move(letter, by_id=None, now=now)
    session.commit()
    (mail,) = mails()
    assert (mail["to"], "Because." in mail["text"]) == ("rosa@open-rights.org", True)


def test_organizers_act_on_the_invitation_as_it_is(session: Session, now: datetime) -> None:
    """What was answered or changed since the page was read is seen: the row is read again as it is locked."""
    letter = make_letter()
    signature = make_signature(letter, "Open Rights", website="https://open-rights.org")
    row = make_invitation(letter)
    approved = {"answer": "approved", "answered_at": now, "version_id": letter.version_id, "signature_id": signature.id}
    change = update(Invitation).execution_options(synchronize_session=False)
    session.execute(change.values(**approved))
    with pytest.raises(Refused, match="already_approved"):
        operations.cancel_invitation(letter, row, by_id=None, now=now)
    session.execute(change.values(email="lin@open-rights.org", generation=4))
    rosa = parse_address("rosa@open-rights.org")
    operations.save_contacts(
        letter, row, contact=("Rosa", rosa), second=("", None), needs_second=False, by_id=None, now=now
    )
    assert (row.email, row.generation, row.cancelled_at) == ("rosa@open-rights.org", 5, None)
