"""An organization's page: reading needs the link, and writes nothing; every answer but the approval."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from time_machine import Traveller

from campaign.links import make_token
from campaign.models import Campaign, Invitation, InvitationNote, Letter, Membership, Version
from tests.factories import DAY, NOW, make_campaign, make_invitation, make_letter, make_organizer, make_signature
from tests.signing.acts import errors, form_of
from tests.signing.inviting import ENTERED, Mails, Session, invited, path_of, row_of
from tests.support.pages import Page, send_form
from tests.support.tables import everything


def test_page_shows_what_a_board_needs(session: Session, client: FlaskClient) -> None:
    """p-S10: the embargo, the text, its PDF, the deadline with hour and zone, who is on, the line, the answers."""
    due = {"timezone": "Europe/Berlin", "answers_due_at": NOW + DAY}
    path = invited(session, letter=due)
    letter = session.scalars(select(Letter)).one()
    make_signature(letter, "Courts Watch", website="https://courts.example")
    make_signature(letter, "Held Group", website="https://held.example", moderation="held")
    session.commit()
    answer = client.get(path)
    words = Page(answer.text).text
    for expected in (
        "Not public yet.",
        "Dear Mr. Bezos,",
        "Stop selling face recognition to the police.",
        "Publish which agencies have bought it.",
        "19 June 2026, 19:00 CEST",
        "1 organization is on so far",
        "Courts Watch",
        "r…@open-rights.org",
        "Another address at open-rights.org",
        "We are considering it",
        "We decline",
        "Ask a question",
    ):
        assert expected in words
    assert form_of(answer).fields["line"] == "Open Rights"
    assert [hidden for hidden in ("Held Group", "rosa@open-rights.org") if hidden in answer.text] == []
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert (answer.headers["Referrer-Policy"], answer.headers.get("Set-Cookie")) == ("no-referrer", None)


def test_names_are_shown_where_the_letter_says_so(session: Session, client: FlaskClient) -> None:
    """The switch hides who is on, and how many."""
    path = invited(session, letter={"board_shows_names": False})
    make_signature(session.scalars(select(Letter)).one(), "Courts Watch", website="https://courts.example")
    session.commit()
    words = Page(client.get(path).text).text
    assert [shown for shown in ("Courts Watch", "on so far") if shown in words] == []


def test_reading_writes_nothing(session: Session, client: FlaskClient, mails: Mails) -> None:
    """R1, p-S10: HEAD, GET, prefetch, again and again, page and PDF: no row, no mail, no "seen"."""
    path = invited(session)
    before = everything()
    for _time in range(3):
        for address in (path, f"{path}/letter.pdf"):
            assert client.head(address).status_code == 200
            assert client.get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert client.get(f"{path}?action=decline").status_code == 200
    assert everything() == before
    assert mails() == []


def test_pdf_is_the_letter_without_names(session: Session, client: FlaskClient) -> None:
    """The same link; a changed letter is printed anew."""
    path = invited(session)
    make_signature(session.scalars(select(Letter)).one(), "Courts Watch", website="https://courts.example")
    session.commit()
    first = client.get(f"{path}/letter.pdf")
    assert (first.mimetype, first.data[:5]) == ("application/pdf", b"%PDF-")
    assert (first.headers["Cache-Control"], first.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert client.get(f"{path}/letter.pdf").data == first.data
    session.scalars(select(Version)).one().closing = "Another closing."
    session.scalars(select(Letter)).one().changed_at = NOW
    session.commit()
    assert client.get(f"{path}/letter.pdf").data != first.data


def test_organizers_are_told_in_one_mail(
    session: Session, client: FlaskClient, mails: Mails, frozen: Traveller
) -> None:
    """What came in within ten minutes; viewers get none, nor who became one in the meantime, nor another campaign."""
    path = invited(session)
    campaign = session.scalars(select(Campaign)).one()
    make_organizer("owner@example.org", campaign)
    make_organizer("viewer@example.org", campaign, role="viewer")
    make_organizer("stranger@example.org", make_campaign("other"))
    left = make_organizer("left@example.org", campaign)
    assert send_form(client, path, {"text": "Who else is on?", "author": "Rosa"}, "action=question").status_code == 303
    assert send_form(client, path, {"board_on": "2026-06-20"}, "action=consider").status_code == 303
    assert mails() == []
    session.execute(update(Membership).where(Membership.organizer_id == left.id).values(role="viewer"))
    session.commit()
    frozen.shift(600)
    (told,) = mails()
    assert told["to"] == "owner@example.org"
    assert told["subject"] == "Open Rights: Stop selling face recognition"
    for words in ("Open Rights: Considering (board on 20 June 2026)", "Who else is on? (Rosa)"):
        assert words in told["text"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"line": ""}, "line"),
        ({"line": "<b>Open Rights</b>"}, "line"),
        ({"name": ""}, "name"),
        ({"role": ""}, "role"),
        ({"to": "own", "address": "lin"}, "address"),
        ({"to": "own", "address": ""}, "address"),
        ({"to": "3"}, "to-0"),
        ({"may_speak": ""}, "may_speak"),
        ({"csrf_token": "forged"}, ""),
    ],
)
def test_bad_input_is_told_and_kept(
    session: Session, client: FlaskClient, mails: Mails, changes: dict[str, str], field: str
) -> None:
    """x-S6: 422 at its field, nothing typed lost, no row, no mail."""
    path = invited(session)
    before = everything()
    fields = {**form_of(client.get(path)).fields, **ENTERED, **changes, "action": "ask_code"}
    answer = client.post(path, data={name: value for name, value in fields.items() if value or name != "may_speak"})
    assert answer.status_code == 422
    assert [place for place, _sentence in errors(answer)] == [field]
    assert "<title>Error: " in answer.text
    kept = form_of(answer).fields
    assert {name: kept.get(name) for name in ("name", "role") if name not in changes} == {
        name: ENTERED[name] for name in ("name", "role") if name not in changes
    }
    assert everything() == before
    assert mails() == []


@pytest.mark.parametrize(
    ("button", "data", "expected"),
    [
        ("consider", {"board_on": "2026-06-25"}, "Your board decides on 25 June 2026."),
        ("consider", {}, "You are considering it."),
        ("decline", {"reason": "Not our field."}, "You declined."),
        ("question", {"text": "Which agencies?", "author": "Rosa"}, "You asked a question."),
    ],
)
def test_other_answers(session: Session, client: FlaskClient, button: str, data: dict[str, str], expected: str) -> None:
    """p-S10: an answer can be changed until it is an approval."""
    path = invited(session)
    assert send_form(client, path, data, f"action={button}").status_code == 303
    assert expected in Page(client.get(path).text).text
    assert row_of(session).answer == {"consider": "considering", "decline": "declined"}.get(button, button)
    assert send_form(client, path, {"board_on": ""}, "action=consider").status_code == 303
    assert row_of(session).answer == "considering"


def test_comment_is_no_answer(session: Session, client: FlaskClient) -> None:
    """A comment on the draft stands on the page, escaped, and leaves the answer as it is; an empty one is told."""
    path = invited(session)
    text = "Demand 2 is <b>too weak</b>."
    assert send_form(client, path, {"text": text, "author": "Rosa"}, "action=comment").status_code == 303
    assert row_of(session).answer == "none"
    assert "Demand 2 is &lt;b&gt;too weak&lt;/b&gt;." in client.get(path).text
    empty = send_form(client, path, {"text": "", "author": "Rosa"}, "action=comment")
    assert (empty.status_code, errors(empty)[0][0]) == (422, "text")


def test_notes_have_a_budget(session: Session, client: FlaskClient) -> None:
    """T17: thirty a day from one page; what was typed over that is kept in the form."""
    path = invited(session)
    fields = {**form_of(client.get(path)).fields, "author": "Rosa", "text": "More.", "action": "comment"}
    statuses = [client.post(path, data=fields).status_code for _number in range(31)]
    assert statuses == [303] * 30 + [422]
    assert session.scalar(select(func.count()).select_from(InvitationNote)) == 30


def test_bad_day_is_told(session: Session, client: FlaskClient) -> None:
    """A day that is none."""
    answer = send_form(client, invited(session), {"board_on": "soon"}, "action=consider")
    assert (answer.status_code, errors(answer)[0][0]) == (422, "board_on")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", 303),
        ("scheduled", 303),
        ("open", 303),
        ("paused", 422),
        ("closed", 422),
        ("archived", 422),
    ],
)
def test_answers_by_state(session: Session, client: FlaskClient, state: str, status: int) -> None:
    """Draft, scheduled and open take answers; later the page says that none are taken."""
    path = invited(session)
    fields = form_of(client.get(path)).fields
    letter = session.scalars(select(Letter)).one()
    session.delete(session.scalars(select(Invitation)).one())
    session.commit()
    other = make_letter("other", state=state)
    row = make_invitation(other)
    session.commit()
    path = path_of(row)
    page = client.get(path)
    assert page.status_code == 200
    token = page.text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0] or fields["csrf_token"]
    answer = client.post(path, data={"csrf_token": token, "action": "decline", "reason": ""})
    assert answer.status_code == status, letter.id
    assert ("takes no answers to invitations now" in page.text) == (status == 422)


@pytest.mark.parametrize("state", ["withdrawn", "removed"])
def test_letter_that_was_taken_down_is_gone(session: Session, client: FlaskClient, state: str) -> None:
    """p-L2: 410 for page, answer and PDF, and not a word of a text that may never have been public."""
    path = invited(session)
    fields = form_of(client.get(path)).fields
    letter = session.scalars(select(Letter)).one()
    letter.state, letter.state_before, letter.reason = state, "draft", "It was wrong."
    session.commit()
    decline = {**fields, "action": "decline"}
    answers = [client.get(path), client.get(f"{path}/letter.pdf"), client.post(path, data=decline)]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert [answer for answer in answers if "Publish which agencies" in answer.text] == []
    assert row_of(session).answer == "none"


def test_link_opens_no_other_door(session: Session, client: FlaskClient) -> None:
    """T11: the token of an invitation is good for nothing else, and no other token opens an invitation."""
    path = invited(session)
    signature = make_signature(session.scalars(select(Letter)).one())
    session.commit()
    token = path.rpartition("/")[2]
    assert [client.get(f"/{door}/{token}").status_code for door in ("confirm", "my", "not-me")] == [404, 404, 404]
    other = make_token("my", signature.id, 0)
    for bad in (other, token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "%00"):
        for address in (f"/invitations/{bad}", f"/invitations/{bad}/letter.pdf"):
            assert client.get(address).status_code == 404
    assert client.post(path, data={"action": "steal"}).status_code == 422
    assert client.put(path).status_code == 405


def test_organization_that_is_on_is_told(session: Session, client: FlaskClient, mails: Mails) -> None:
    """R4: one public endorsement; the page says so, and a post that was ready before is refused."""
    path = invited(session)
    fields = form_of(client.get(path)).fields
    make_signature(session.scalars(select(Letter)).one(), "O.R.", website="https://www.open-rights.org/about")
    session.commit()
    assert "Open Rights is on the letter already." in Page(client.get(path).text).text
    answer = client.post(path, data={**fields, **ENTERED, "action": "ask_code"})
    assert answer.status_code == 422
    assert mails() == []
