"""The code of an approval: where it goes, how often, and what it is good for."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from campaign.models import Invitation, Letter, Proof, Version
from tests.factories import DAY, NOW
from tests.signing.acts import code, errors, form_of
from tests.signing.inviting import ENTERED, Mails, Session, approve, ask, invited, row_of, signatures
from tests.support.pages import Page, send_form


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
    assert errors(dead) == [("code", "This code is too old, or was mistyped too often. Ask for a new one.")]
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
    dead = client.post(path, data={**sent, "csrf_token": fresh})
    assert (dead.status_code, signatures(session)) == (422, [])
    assert errors(dead) == [("code", "This code is too old, or was mistyped too often. Ask for a new one.")]
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
