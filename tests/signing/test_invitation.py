"""An organization's page: reading needs the link, approving a code; no GET writes; an approval is a signature."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller
from werkzeug.test import TestResponse

from campaign.extensions import db
from campaign.letters.queries import words_may_change
from campaign.models import Campaign, Invitation, InvitationNote, Letter, Proof, Signature, Version
from campaign.signing.operations import recount_letter
from campaign.verification.email_link import make_token
from tests.factories import DAY, NOW, make_invitation, make_letter, make_organizer, make_signature, watch
from tests.signing.acts import code, confirm, errors, form_of, link, my_path, press, sign_organization
from tests.support.pages import Page, send_form
from tests.support.tables import everything

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
ENTERED = {"name": "Rosa Marín", "role": "Director", "to": "1", "may_speak": "y"}


def path_of(row: Invitation) -> str:
    """The address of an organization's page, as the mails have it."""
    return f"/invitations/{make_token('invitation', row.id, row.generation)}"


def invited(session: Session, state: str = "draft", letter: dict[str, Any] | None = None, **changes: Any) -> str:
    """The page of Open Rights, invited to a letter in a state."""
    row = make_invitation(make_letter(state=state, **(letter or {})), **changes)
    session.commit()
    return path_of(row)


def ask(client: FlaskClient, path: str, **changes: str) -> TestResponse:
    """Fills the form of the approval, and asks for the code."""
    forms = [form for form in Page(client.get(path).text).forms if "words" in form.fields]
    return client.post(path, data={**forms[0].fields, **ENTERED, **changes, "action": "ask_code"})


def approve(client: FlaskClient, mails: Mails, path: str, to: str = "rosa@open-rights.org") -> TestResponse:
    """Asks for the code, reads it, and types it."""
    answer = ask(client, path)
    assert answer.status_code == 303, errors(answer)
    return send_form(client, path, {"code": code(mails(to)[0])}, "action=approve")


def row_of(session: Session) -> Invitation:
    """The one invitation as it stands."""
    session.rollback()
    return session.scalars(select(Invitation).execution_options(populate_existing=True)).one()


def signatures(session: Session) -> list[Signature]:
    """Every signature there is."""
    session.rollback()
    return list(session.scalars(select(Signature).execution_options(populate_existing=True)))


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


def test_approval_is_a_signature(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-S10, p-V1: a verified, shown endorsement of the version shown, with its proofs; thanks with the line."""
    path = invited(session)
    letter = session.scalars(select(Letter)).one()
    make_organizer("owner@example.org", session.get_one(Campaign, letter.campaign_id))
    assert ask(client, path, line="Open Rights Network").status_code == 303
    mail = mails("rosa@open-rights.org")[0]
    for words in ("Open Rights Network", letter.title, "version 1"):
        assert words in mail["text"]
    assert signatures(session) == []
    assert send_form(client, path, {"code": f" {code(mail)[:3]} {code(mail)[3:]}"}, "action=approve").status_code == 303
    (signature,) = signatures(session)
    row = row_of(session)
    assert (row.answer, row.signature_id, row.version_id) == ("approved", signature.id, letter.version_id)
    assert (signature.name, signature.source, signature.verification, signature.moderation) == (
        "Open Rights Network",
        "invitation",
        "verified",
        "approved",
    )
    assert signature.version_id == letter.version_id
    proofs = session.execute(select(Proof.method, Proof.seen).order_by(Proof.id)).all()
    assert [tuple(proof) for proof in proofs] == [
        ("invitation", "open-rights.org"),
        ("mailbox", "open-rights.org"),
        ("work_domain", "open-rights.org = https://open-rights.org"),
    ]
    assert "Open Rights has approved" in Page(client.get(path).text).text
    thanks = mails("rosa@open-rights.org")[0]
    assert "The line as it prints: Open Rights Network" in thanks["text"]
    assert client.get(link(thanks, "my")).status_code == 200
    assert not words_may_change(letter)


def test_organizers_are_told_in_one_mail(
    session: Session, client: FlaskClient, mails: Mails, frozen: Traveller
) -> None:
    """What came in within ten minutes; viewers get none."""
    path = invited(session)
    campaign = session.scalars(select(Campaign)).one()
    make_organizer("owner@example.org", campaign)
    make_organizer("viewer@example.org", campaign, role="viewer")
    assert send_form(client, path, {"text": "Who else is on?", "author": "Rosa"}, "action=question").status_code == 303
    assert send_form(client, path, {"board_on": "2026-06-20"}, "action=consider").status_code == 303
    assert mails() == []
    frozen.shift(600)
    (told,) = mails()
    assert told["to"] == "owner@example.org"
    assert told["subject"] == "Open Rights: Stop selling face recognition"
    for words in ("Open Rights: Considering (board on 20 June 2026)", "Who else is on? (Rosa)"):
        assert words in told["text"]


def test_nothing_leaks_before_opening(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-L2: approved on a draft, and on no public page, feed or count."""
    path = invited(session)
    approve(client, mails, path)
    letter = session.scalars(select(Letter)).one()
    recount_letter(letter.id, NOW)
    session.commit()
    for address in ("/letters/stop", "/letters/stop.json", "/letters/stop/names", "/letters/stop/names.csv"):
        assert client.get(address).status_code == 404
    for address in ("/", f"/campaigns/{session.scalars(select(Campaign.slug)).one()}", "/companies/acme"):
        assert "Open Rights" not in client.get(address).text
    letter.state, letter.opened_at, letter.changed_at = "open", NOW, NOW
    session.commit()
    assert "Open Rights" in client.get("/letters/stop").text


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
    ("website", "address", "is_sent"),
    [
        ("https://open-rights.org", "lin@open-rights.org", True),
        ("https://open-rights.org", "lin@mail.open-rights.org", True),
        ("https://open-rights.org", "lin@gmail.com", False),
        ("https://open-rights.org", "lin@open-rights.org.evil.com", False),
    ],
)
def test_code_goes_to_addresses_that_speak_for_it(
    session: Session, client: FlaskClient, mails: Mails, website: str, address: str, is_sent: bool
) -> None:
    """p-S10, T4: the forwarded link alone approves nothing."""
    path = invited(session, website=website)
    answer = ask(client, path, to="own", address=address)
    assert answer.status_code == (303 if is_sent else 422)
    assert [mail["to"] for mail in mails()] == ([address] if is_sent else [])


@pytest.mark.parametrize("website", ["", "https://group.wordpress.com", "https://gmail.com"])
def test_free_mail_and_shared_hosts_are_nobodys_domain(
    session: Session, client: FlaskClient, mails: Mails, website: str
) -> None:
    """p-S10: without a domain of its own only the contacts approve, also for a posted choice that was not offered."""
    path = invited(session, website=website, email="rosa@gmail.com")
    assert "Another address" not in client.get(path).text
    assert ask(client, path, to="own", address="other@gmail.com").status_code == 422
    assert mails() == []
    assert approve(client, mails, path, "rosa@gmail.com").status_code == 303
    (signature,) = signatures(session)
    assert [proof.method for proof in session.scalars(select(Proof).order_by(Proof.id))] == ["invitation", "mailbox"]
    assert signature.moderation == "approved"


def test_wrong_codes_end_it(session: Session, client: FlaskClient, mails: Mails, frozen: Traveller) -> None:
    """T11: five tries, counted though refused; a new mail brings a new code; asking again at once sends none."""
    path = invited(session)
    ask(client, path)
    right = code(mails()[0])
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _time in range(5):
        answer = send_form(client, path, {"code": wrong}, "action=approve")
        assert (answer.status_code, [place for place, _ in errors(answer)]) == (422, ["code"])
    assert row_of(session).code_tries == 5
    dead = send_form(client, path, {"code": right}, "action=approve")
    assert (dead.status_code, signatures(session)) == (422, [])
    assert "mistyped too often" in dead.text
    ask(client, path)
    assert len(mails()) == 1
    frozen.shift(601)
    ask(client, path)
    new = code(mails()[0])
    assert (len(mails()), new != right) == (2, True)
    assert send_form(client, path, {"code": new}, "action=approve").status_code == 303
    assert len(signatures(session)) == 1


def test_code_ends_after_a_day(session: Session, client: FlaskClient, mails: Mails, frozen: Traveller) -> None:
    """It works for 24 hours; then the page asks anew."""
    path = invited(session)
    ask(client, path)
    fields = form_of(client.get(path), path).fields
    sent = {**fields, "code": code(mails()[0]), "action": "approve"}
    frozen.shift(24 * 3600 + 1)
    fresh = form_of(client.get(path)).fields["csrf_token"]
    assert client.post(path, data={**sent, "csrf_token": fresh}).status_code == 422
    assert signatures(session) == []
    assert "Mail me the code" in client.get(path).text


def test_codes_have_a_budget(session: Session, client: FlaskClient, mails: Mails) -> None:
    """T6: ten codes a day for an invitation, whoever asks and however often the entry changes."""
    path = invited(session)
    for number in range(10):
        assert (
            ask(client, path, line=f"Open Rights {number}", to="own", address=f"a{number}@open-rights.org").status_code
            == 303
        )
    answer = ask(client, path, line="Open Rights once more")
    assert (answer.status_code, row_of(session).codes_asked) == (422, 10)
    assert "Too many codes" in answer.text


@pytest.mark.parametrize("when", ["before asking", "before typing", "line"])
def test_changed_text_is_shown_again(session: Session, client: FlaskClient, mails: Mails, when: str) -> None:
    """p-S10, R3: what was not seen is not approved, neither by an open page nor by a code mailed before."""
    path = invited(session)
    page = form_of(client.get(path)).fields

    def change() -> None:
        if when == "line":
            session.scalars(select(Invitation)).one().line = "Somebody Else"
        else:
            session.scalars(select(Version)).one().body = "Something else."
            session.scalars(select(Letter)).one().changed_at = NOW + DAY
        session.commit()

    if when == "before asking":
        change()
        answer = client.post(path, data={**page, **ENTERED, "action": "ask_code"})
        assert mails() == []
    else:
        ask(client, path)
        digits = code(mails()[0])
        fields = form_of(client.get(path)).fields
        change()
        answer = client.post(path, data={**fields, "code": digits, "action": "approve"})
        # Looked at again, the code mailed for the other words is none.
        again = send_form(client, path, {"code": digits}, "action=approve")
        assert (again.status_code, [place for place, _ in errors(again)]) == (422, ["code"])
    assert answer.status_code == 422
    assert "changed since you opened this page" in answer.text
    assert signatures(session) == []


def test_two_people_approve(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-S10: the second code goes to another mailbox, tags and case included; the first one is no second approval."""
    path = invited(session, needs_second=True, second_email="lin@gmail.com")
    assert approve(client, mails, path).status_code == 303
    first = code(mails("rosa@open-rights.org")[0])
    assert (row_of(session).answer, signatures(session)) == ("none", [])
    page = Page(client.get(path).text).text
    assert "Rosa Marín has approved." in page
    second = {"name": "Lin Wei", "may_speak": "y"}
    same = send_form(client, path, {**second, "to": "own", "address": "Rosa+x@open-rights.org"}, "action=ask_code")
    assert same.status_code == 422
    assert "another address than the first" in same.text
    assert send_form(client, path, {**second, "to": "2"}, "action=ask_code").status_code == 303
    assert "Rosa Marín has approved this letter for Open Rights" in mails("lin@gmail.com")[0]["text"]
    assert send_form(client, path, {"code": first}, "action=approve").status_code == 422
    assert send_form(client, path, {"code": code(mails("lin@gmail.com")[0])}, "action=approve").status_code == 303
    row, (signature,) = row_of(session), signatures(session)
    assert (row.answer, row.second_approver, row.second_approved_at) == ("approved", "Lin Wei", NOW)
    assert signature.email == "rosa@open-rights.org"
    assert session.scalars(select(Proof.seen).where(Proof.method == "invitation")).one() == (
        "open-rights.org, gmail.com"
    )


def test_half_an_approval_ends_with_the_words(session: Session, client: FlaskClient, mails: Mails) -> None:
    """A second person never completes what the first did not see."""
    path = invited(session, needs_second=True, second_email="lin@gmail.com")
    approve(client, mails, path)
    session.scalars(select(Version)).one().body = "Something else."
    session.commit()
    page = client.get(path)
    assert "Rosa Marín has approved." not in page.text
    assert "line" in form_of(page).fields


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


def test_bad_day_is_told(session: Session, client: FlaskClient) -> None:
    """A day that is none."""
    answer = send_form(client, invited(session), {"board_on": "soon"}, "action=consider")
    assert (answer.status_code, errors(answer)[0][0]) == (422, "board_on")


def test_link_alone_does_not_undo_an_approval(session: Session, client: FlaskClient, mails: Mails) -> None:
    """Whoever the link was handed to cannot decline for who approved."""
    path = invited(session)
    fields = form_of(client.get(path)).fields
    approve(client, mails, path)
    for button in ("decline", "consider", "ask_code"):
        assert client.post(path, data={**fields, **ENTERED, "action": button}).status_code == 422
    assert row_of(session).answer == "approved"


def test_withdrawal_is_seen_on_the_board(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-S8: the approver's own link takes it back; the organization may approve again."""
    path = invited(session)
    approve(client, mails, path)
    (signature,) = signatures(session)
    assert press(client, my_path(signature), "withdraw").status_code == 303
    row = row_of(session)
    assert (row.answer, row.signature_id, row.email) == ("none", signature.id, "rosa@open-rights.org")


def test_erasing_takes_everything_personal(session: Session, client: FlaskClient, mails: Mails) -> None:
    """T23, R6: people, addresses, reason and notes leave the board, and the link is dead; the organization stays."""
    path = invited(session, second_contact="Markersen Second", second_email="markersen@gmail.com", note="Markersen")
    send_form(client, path, {"text": "Markersen asks.", "author": "Markersen"}, "action=comment")
    assert ask(client, path, name="Markersen", line="Markersen Rights").status_code == 303
    digits = code(mails("rosa@open-rights.org")[0])
    assert send_form(client, path, {"code": digits}, "action=approve").status_code == 303
    (signature,) = signatures(session)
    assert press(client, my_path(signature), "erase").status_code == 303
    row = row_of(session)
    assert (row.name, row.answer, row.email, row.approver_email) == ("Open Rights", "none", None, None)
    assert session.scalar(select(func.count()).select_from(InvitationNote)) == 0
    assert client.get(path).status_code == 404
    stored = str(everything()).lower()
    assert [word for word in ("markersen", "rosa@", "rosa marín") if word in stored] == []


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", 303),
        ("scheduled", 303),
        ("open", 303),
        ("paused", 422),
        ("closed", 422),
        ("archived", 422),
        ("withdrawn", 422),
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


def test_removed_letter_is_gone(session: Session, client: FlaskClient) -> None:
    """410 for page and PDF."""
    path = invited(session, state="removed")
    assert [client.get(address).status_code for address in (path, f"{path}/letter.pdf")] == [410, 410]


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


def test_earlier_entry_of_the_same_mailbox_is_taken_over(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-V4: held on the letter's page for its free mail, then approved by invitation: one live signature."""
    path = invited(session, state="open", website="", email="rosa@gmail.com")
    sign_organization(client, organization="Open Rights", website="open-rights.org", email="rosa@gmail.com")
    confirm(client, mails("rosa@gmail.com")[0])
    assert [row.moderation for row in signatures(session)] == ["held"]
    assert approve(client, mails, path, "rosa@gmail.com").status_code == 303
    held, approved = signatures(session)
    assert (held.merged_into_id, approved.moderation, approved.mailbox_key) == (
        approved.id,
        "approved",
        held.mailbox_key,
    )


def test_mailbox_approves_for_one_organization(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-V4: the database has one live endorsement for a mailbox; the page says what to do."""
    path = invited(session)
    letter = session.scalars(select(Letter)).one()
    make_signature(letter, "Other Group", "rosa@open-rights.org", website="https://other-group.example")
    session.commit()
    answer = approve(client, mails, path)
    assert (answer.status_code, len(signatures(session))) == (422, 1)
    assert "for another organization already" in answer.text


@pytest.mark.parametrize("line", ["Jeffrey P. Bezos", "Famous Person"])
def test_line_is_judged(session: Session, client: FlaskClient, mails: Mails, line: str) -> None:
    """T1: an invitation is no leave to sign as the addressee, or as somebody on the watch list."""
    path = invited(session)
    watch(session.scalars(select(Letter)).one(), "Famous Person")
    session.commit()
    ask(client, path, line=line)
    assert send_form(client, path, {"code": code(mails()[0])}, "action=approve").status_code == 303
    assert [row.moderation for row in signatures(session)] == ["held"]


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_parallel_approvals_give_one_signature(app: Flask, session: Session, client: FlaskClient, mails: Mails) -> None:
    """R4, p-V4: the same code pressed eight times at once."""
    path = invited(session)
    ask(client, path)
    digits = code(mails()[0])
    data = {**form_of(client.get(path)).fields, "code": digits, "action": "approve"}
    session.rollback()
    statuses: list[int] = []

    def press_it() -> None:
        statuses.append(app.test_client().post(path, data=data).status_code)
        with app.app_context():
            db.session.remove()

    threads = [threading.Thread(target=press_it) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 8
    assert len(signatures(session)) == 1
