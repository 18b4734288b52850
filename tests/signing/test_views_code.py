"""The six digits of the mail, typed into "check your email"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.models import Signature
from tests.factories import make_letter
from tests.signing.acts import code, form_of, sign, sign_organization

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


def test_code_confirms(client: FlaskClient, session: Session, mails: Mails) -> None:
    """x-S8: six digits on "check your email", with a space between them too."""
    make_letter()
    page = client.get(sign(client).location)
    six = code(mails()[0])
    form = form_of(page, "code")
    answer = client.post(form.action, data={**form.fields, "code": f" {six[:3]} {six[3:]} "})
    assert answer.status_code == 303
    assert "You have signed." in client.get(answer.location).text
    assert session.scalars(select(Signature.verification)).all() == ["verified"]


def test_code_pressed_twice_is_friendly(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """p-S7: a second press leads to the same page; after ten minutes, or five wrong codes, a used code is dead."""
    make_letter()
    form = form_of(client.get(sign(client).location), "code")
    right = code(mails()[0])
    first, second = (client.post(form.action, data={**form.fields, "code": right}) for _press in range(2))
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert session.scalars(select(Signature.verification)).all() == ["verified"]
    for _try in range(5):
        wrong = f"{(int(right) + 1) % 1_000_000:06d}"
        assert client.post(form.action, data={**form.fields, "code": wrong}).status_code == 422
    assert client.post(form.action, data={**form.fields, "code": right}).status_code == 422
    sign(client, email="bob@example.org")
    form.fields["email"], right = "bob@example.org", code(mails("bob@example.org")[0])
    assert client.post(form.action, data={**form.fields, "code": right}).status_code == 303
    frozen.shift(timedelta(minutes=10, seconds=1))
    assert client.post(form.action, data={**form.fields, "code": right}).status_code == 422


def test_code_is_dead_after_five_tries(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """T11: five wrong codes kill it, and only a new mail brings a new one; the link goes on working."""
    make_letter()
    form = form_of(client.get(sign(client).location), "code")
    right = code(mails()[0])
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _try in range(5):
        answer = client.post(form.action, data={**form.fields, "code": wrong})
        assert answer.status_code == 422
        assert "That code does not match." in answer.text
        assert "After five tries a code stops working; then use the link in the mail." in answer.text
    assert client.post(form.action, data={**form.fields, "code": right}).status_code == 422
    assert session.scalars(select(Signature.verification)).all() == ["pending"]
    frozen.shift(timedelta(minutes=10))
    client.post("/letters/stop/sign/resend", data=form.fields)
    newest = mails("ada@example.org")[0]
    assert code(newest) != right
    assert client.post(form.action, data={**form.fields, "code": right}).status_code == 422
    assert client.post(form.action, data={**form.fields, "code": code(newest)}).status_code == 303


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_code_is_tried_on_both_signatures_of_a_mailbox(client: FlaskClient, session: Session, mails: Mails) -> None:
    """x-S8: a person and an endorsement of one mailbox both wait: each code confirms its own."""
    make_letter()
    form = form_of(client.get(sign(client, email="rosa@example.org").location), "code")
    sign_organization(client)
    codes = {mail["text"].count("Open Rights") > 0: code(mail) for mail in mails("rosa@example.org")}
    assert client.post(form.action, data={**form.fields, "code": codes[True]}).status_code == 303
    rows = session.execute(select(Signature.kind, Signature.verification).order_by(Signature.id)).all()
    assert [tuple(row) for row in rows] == [("person", "pending"), ("organization", "verified")]
    assert client.post(form.action, data={**form.fields, "code": codes[False]}).status_code == 303


def test_asking_again_buys_no_tries(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """T11: whoever guesses cannot go on by asking for mails that do not leave; the mail's own code is fresh."""
    make_letter()
    page = client.get(sign(client).location)
    form, again = form_of(page, "code"), form_of(page, "resend")
    mails()
    for _try in range(5):
        client.post(form.action, data={**form.fields, "code": "000000"})
    frozen.shift(timedelta(minutes=11))
    assert client.post(again.action, data=again.fields).status_code == 303
    session.expire_all()
    row = session.scalars(select(Signature)).one()
    assert (row.mails_asked, row.code_tries) == (2, 5)
    right = code(mails()[0])
    session.expire_all()
    assert row.code_tries == 0
    assert client.post(form.action, data={**form.fields, "code": right}).status_code == 303
