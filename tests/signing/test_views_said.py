"""What the pages about one signature say, by where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.models import Signature
from campaign.verification.email_link import make_token
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import my_path, press
from tests.support.pages import Page, send_form

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "said", "ending"),
    [
        ({"verification": "pending"}, "Unless you confirm, nothing is signed.", "use the link in the mail."),
        ({"verification": "expired"}, "It was never confirmed, so nothing is signed.", "nothing changes."),
        ({}, "It was confirmed by a mail to this address, so the letter is signed.", "nothing changes."),
        ({"withdrawn_at": NOW}, "That signature was withdrawn.", "nothing changes."),
    ],
)
def test_not_me_says_what_is_true(
    client: FlaskClient, session: Session, changes: dict[str, Any], said: str, ending: str
) -> None:
    """p-S9: whoever did not sign reads where the signature stands before the button is pressed."""
    row = make_signature(make_letter(), email="ada@example.org", **changes)
    text = Page(client.get(f"/not-me/{make_token('not_me', row.id, row.generation)}").text).text
    told = ["Unless you confirm", "It was never confirmed", "It was confirmed", "That signature was withdrawn"]
    assert [words for words in told if words in text] == [words for words in told if said.startswith(words)]
    assert said in text
    assert ending in text
    assert ("take the signature off the letter" in text) is (changes == {})


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "Shown"),
        ({"is_private": True}, "Counted, name hidden"),
        ({"is_private": True, "moderation": "held"}, "Held"),
        ({"verification": "pending", "is_private": True}, "Not confirmed"),
    ],
)
def test_my_page_says_where_the_signature_stands(
    client: FlaskClient, session: Session, changes: dict[str, Any], state: str
) -> None:
    """x-S12: a hidden name is never called shown."""
    row = make_signature(make_letter(), email="ada@example.org", **changes)
    text = Page(client.get(my_path(row)).text).text
    assert f"State {state}" in text
    assert ("State Shown" in text) is (state == "Shown")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_withdrawing_takes_a_reason(client: FlaskClient, session: Session) -> None:
    """x-S12: the reason is optional, and kept; the page then says for how long, and how to sign again."""
    row = make_signature(make_letter(), email="ada@example.org")
    answer = send_form(client, my_path(row), {"reason": "I read it again."}, "action=withdraw")
    assert session.scalars(select(Signature.withdraw_reason)).all() == ["I read it again."]
    page = Page(client.get(answer.location).text)
    assert "stays with the organizers for 30 days after you withdrew" in page.text
    assert "/letters/stop#sign" in page.links
    other = make_signature(make_letter("other"), email="grace@example.org")
    assert press(client, my_path(other), "withdraw").status_code == 303
