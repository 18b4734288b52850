"""The desk's pages of the coalition: works, bad input, colleague allowed, read-only refused, stranger 404."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.links import make_token
from campaign.models import Campaign, Invitation, InvitationNote, Letter
from campaign.organizations.operations import forget_contacts
from tests.factories import DAY, NOW, make_invitation, make_letter, make_signature, make_version
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form
from tests.support.tables import counted, everything

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
BOARD = "/desk/letters/draft/coalition"
LIST = "Organization;Contact;Email;Website\nOpen Rights;Rosa;rosa@open-rights.org;open-rights.org\nNo Address;Lin;;\n"


@pytest.fixture
def board(session: Session, cast: Cast, frozen: object) -> int:
    """A draft of the cast's campaign, with one organization on its board; the id of its invitation."""
    campaign = session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
    letter = make_letter("draft", state="draft", campaign=campaign, timezone="Europe/Berlin")
    row = make_invitation(letter, "Courts Watch", website="https://courts.org", email="ada@courts.org")
    row_id = row.id
    session.commit()
    return row_id


@pytest.fixture
def desk(app: Flask, cast: Cast, board: int) -> FlaskClient:
    """The owner's browser."""
    return signed_in(app, cast.owner)


def invitations(session: Session) -> list[Invitation]:
    """The board as it stands, in order."""
    session.rollback()
    return list(session.scalars(select(Invitation).order_by(Invitation.id).execution_options(populate_existing=True)))


def pressed(desk: FlaskClient, address: str, **data: str) -> str:
    """Presses a button, follows, and reads the words of the page."""
    answer = desk.post(address, data={"csrf_token": desk_token(desk), **data}, follow_redirects=True)
    assert answer.status_code == 200
    return Page(answer.text).text


def test_list_is_looked_at_and_added(session: Session, desk: FlaskClient, mails: Mails) -> None:
    """p-S10: preview first, bad rows with reasons; adding mails nobody, and the same list again adds nothing."""
    before = everything()
    preview = send_form(desk, f"{BOARD}/new", {"listed": LIST}, "action=preview")
    words = Page(preview.text).text
    for expected in (
        "1 line is not taken",
        "The email address of the contact is missing",
        "1 organization will be added",
    ):
        assert expected in words
    assert everything() == before
    form = next(form for form in Page(preview.text).forms if form.fields.get("listed"))
    assert desk.post(f"{BOARD}/new", data={**form.fields, "action": "add"}).status_code == 303
    assert desk.post(f"{BOARD}/new", data={**form.fields, "action": "add"}).status_code == 303
    assert [row.name for row in invitations(session)] == ["Courts Watch", "Open Rights"]
    assert mails() == []


def test_who_signed_is_not_asked(session: Session, desk: FlaskClient) -> None:
    """An organization that stands on the letter is said in the preview."""
    letter = session.scalars(select(Letter).where(Letter.slug == "draft")).one()
    make_signature(letter, "O.R.", website="https://www.open-rights.org")
    session.commit()
    preview = send_form(desk, f"{BOARD}/new", {"listed": LIST}, "action=preview")
    assert "This organization signed the letter already" in preview.text


def test_file_is_read(session: Session, desk: FlaskClient) -> None:
    """A CSV file in place of pasted lines; what cannot be read is said."""
    token = desk_token(desk)
    sent: dict[str, Any] = {"csrf_token": token, "file": (BytesIO(LIST.encode("utf-16")), "list.csv")}
    assert "Open Rights" in desk.post(f"{BOARD}/new", data=sent).text
    for data in (b"PK\x03\x04\0\0", b""):
        answer = desk.post(f"{BOARD}/new", data={"csrf_token": token, "file": (BytesIO(data), "list.xlsx")})
        assert answer.status_code == 422
    assert len(invitations(session)) == 1


def test_all_are_invited_and_reminded(session: Session, desk: FlaskClient, mails: Mails) -> None:
    """The buttons say how many, and nothing is sent twice."""
    send_form(desk, f"{BOARD}/new", {"listed": LIST}, "action=add")
    words = Page(desk.get(BOARD).text).text
    assert "Invite 1 organization by mail" in words
    assert "Remind 1 organization" in words
    assert "1 organization is being invited." in pressed(desk, f"{BOARD}/mail", action="invite")
    assert "Everybody on the board has been invited." in pressed(desk, f"{BOARD}/mail", action="invite")
    assert "1 organization is being reminded." in pressed(desk, f"{BOARD}/mail", action="remind")
    assert "Nobody is to be reminded now" in pressed(desk, f"{BOARD}/mail", action="remind")
    assert sorted(mail["to"] for mail in mails()) == ["ada@courts.org", "rosa@open-rights.org"]
    answer = desk.post(f"{BOARD}/mail", data={"csrf_token": desk_token(desk), "action": "shout"})
    assert answer.status_code == 422


def test_deadline_is_kept_on_the_letters_clocks(session: Session, desk: FlaskClient) -> None:
    """Hour and zone of the letter; a past one is refused, and what was typed stays."""
    assert send_form(desk, BOARD, {"due_at": "2026-06-20T18:00"}).status_code == 303
    letter = session.scalars(select(Letter).where(Letter.slug == "draft")).one()
    assert (letter.answers_due_at, letter.board_shows_names) == (NOW + 2 * DAY - (NOW - NOW.replace(hour=16)), True)
    for typed in ("2026-06-18T18:59", "soon"):
        answer = send_form(desk, BOARD, {"due_at": typed})
        assert answer.status_code == 422
        assert typed in answer.text


def test_one_organization_is_written_to(session: Session, desk: FlaskClient, mails: Mails, board: int) -> None:
    """Remind, add a second contact, ask for two approvals, take back."""
    page = f"{BOARD}/{board}"
    assert "is being reminded" in pressed(desk, f"{page}/mail", action="remind")
    assert len(mails("ada@courts.org")) == 1
    second = {"second_contact": "Lin", "second_email": "lin@gmail.com", "needs_second": "y"}
    fields = next(form.fields for form in Page(desk.get(page).text).forms if "second_email" in form.fields)
    assert desk.post(page, data={**fields, **second}).status_code == 303
    (row,) = invitations(session)
    assert (row.second_contact, row.second_email, row.needs_second) == ("Lin", "lin@gmail.com", True)
    bad = desk.post(page, data={**fields, **second, "email": "nobody"})
    assert (bad.status_code, "Lin" in bad.text) == (422, True)
    assert "its link is dead" in pressed(desk, f"{page}/mail", action="cancel")
    (row,) = invitations(session)
    assert (row.cancelled_at, row.generation) == (NOW, 1)


def test_question_is_answered_by_mail(session: Session, desk: FlaskClient, mails: Mails, board: int) -> None:
    """What the organization wrote is escaped; the answer goes to it, and stands on its page."""
    session.add(InvitationNote(invitation_id=board, text="<b>Why?</b>", author="Ada", written_at=NOW))
    session.commit()
    page = f"{BOARD}/{board}"
    assert "1 organization waits for your answer." in Page(desk.get(BOARD).text).text
    assert "&lt;b&gt;Why?&lt;/b&gt;" in desk.get(page).text
    assert desk.post(f"{page}/notes", data={"csrf_token": desk_token(desk), "text": ""}).status_code == 422
    assert "Your answer is on its way." in pressed(desk, f"{page}/notes", text="Because.")
    (mail,) = mails("ada@courts.org")
    assert "Because." in mail["text"]
    assert "waits for your answer" not in Page(desk.get(BOARD).text).text


def test_board_shows_answers(session: Session, desk: FlaskClient, board: int) -> None:
    """Counts by answer; withdrawn, held, half approved and taken back are told apart."""
    letter = session.scalars(select(Letter).where(Letter.slug == "draft")).one()
    gone = make_signature(letter, "Gone", website="https://gone.org", withdrawn_at=NOW)
    held = make_signature(letter, "Held", website="https://held.org", moderation="held")
    approved = {"answer": "approved", "answered_at": NOW, "version_id": letter.version_id}
    make_invitation(letter, "Gone", website="", signature_id=gone.id, answered_at=NOW)
    make_invitation(letter, "Held", website="", signature_id=held.id, line="Held & Partners", **approved)
    make_invitation(letter, "Half", website="", needs_second=True, first_approved_at=NOW)
    make_invitation(letter, "Cancelled", website="", cancelled_at=NOW)
    session.commit()
    words = Page(desk.get(BOARD).text).text
    for expected in (
        "Approved 1",
        "No answer 3",
        "Withdrew",
        "waits in the queue",
        "One of two approved",
        "Taken back",
    ):
        assert expected in words.replace("1 Approved", "Approved 1").replace("3 No answer", "No answer 3")
    assert "prints as Held & Partners" in words


def test_version_is_the_one_of_the_signature(session: Session, desk: FlaskClient, board: int) -> None:
    """p-L3: who approved version 1 and signed version 2 since stands under that; who withdrew and begins anew, not."""
    letter = session.scalars(select(Letter).where(Letter.slug == "draft")).one()
    first = letter.version_id
    signature = make_signature(letter, "Courts Watch", website="https://courts.org")
    signature.version_id = make_version(letter, 2).id
    row = session.get_one(Invitation, board)
    row.answer, row.answered_at, row.version_id, row.signature_id = "approved", NOW, first, signature.id
    session.commit()
    words = " ".join(Page(desk.get(f"{BOARD}/{board}").text).text.split())
    assert "Text approved version 2" in words
    assert "Approved by" not in words
    signature.withdrawn_at, row.answer, row.first_approved_at = NOW, "none", NOW
    session.commit()
    words = " ".join(Page(desk.get(f"{BOARD}/{board}").text).text.split())
    assert "Text approved version 1" in words


def test_desk_shows_no_link_that_is_dead(session: Session, desk: FlaskClient, board: int) -> None:
    """K2: once the contacts are blanked there is nobody to hand a link to; the answer counts as before."""
    assert "/invitations/" in desk.get(f"{BOARD}/{board}").text
    row = session.get_one(Invitation, board)
    row.answer, row.answered_at = "declined", NOW
    forget_contacts(row)
    session.commit()
    page = desk.get(f"{BOARD}/{board}").text
    assert [hidden for hidden in ("/invitations/", "Taken back") if hidden in page] == []
    words = " ".join(Page(desk.get(BOARD).text).text.split())
    assert "1 Declined" in words or "Declined 1" in words


def test_viewer_sees_no_address(app: Flask, cast: Cast, board: int) -> None:
    """K2, M5: the read-only role sees the answers, and nothing that can be pressed."""
    viewer = signed_in(app, cast.viewer)
    for address in (BOARD, f"{BOARD}/{board}"):
        page = viewer.get(address)
        assert page.status_code == 200
        assert "Courts Watch" in page.text
        assert [hidden for hidden in ("ada@courts.org", "/invitations/") if hidden in page.text] == []
    token = desk_token(viewer)
    for address in (
        BOARD,
        f"{BOARD}/new",
        f"{BOARD}/mail",
        f"{BOARD}/{board}",
        f"{BOARD}/{board}/mail",
        f"{BOARD}/{board}/notes",
    ):
        assert viewer.post(address, data={"csrf_token": token, "action": "cancel"}).status_code == 403


def test_invitation_of_another_letter_is_not_found(session: Session, desk: FlaskClient, cast: Cast, board: int) -> None:
    """T18: a posted id is scoped to the letter in the address, also within one campaign."""
    token = desk_token(desk)
    for part in ("", "/mail", "/notes"):
        address = f"/desk/letters/{cast.letter}/coalition/{board}{part}"
        assert desk.post(address, data={"csrf_token": token, "action": "cancel", "text": "x"}).status_code == 404
    assert desk.get(f"/desk/letters/{cast.letter}/coalition/{board}").status_code == 404
    assert invitations(session)[0].cancelled_at is None


def test_board_costs_the_same_at_any_size(app: Flask, session: Session, desk: FlaskClient) -> None:
    """R7: the board and an organization's page ask as often with forty organizations as with one."""
    letter = session.scalars(select(Letter).where(Letter.slug == "draft")).one()
    row = make_invitation(letter, "Open Rights")
    session.commit()
    addresses = (BOARD, f"/invitations/{make_token('invitation', row.id, row.generation)}")
    session.commit()

    def asked() -> list[int]:
        numbers = []
        for address in addresses:
            with counted(app) as sent:
                assert desk.get(address).status_code == 200
            numbers.append(len(sent))
        return numbers

    before = asked()
    for number in range(40):
        signature = make_signature(letter, f"Body {number}", website=f"https://body{number}.org")
        approved = {"answer": "approved", "answered_at": NOW, "version_id": letter.version_id}
        invited = make_invitation(letter, f"Body {number}", website="", signature_id=signature.id, **approved)
        session.add(InvitationNote(invitation_id=invited.id, text="Why?", author="Ada", written_at=NOW))
    session.commit()
    assert asked() == before
