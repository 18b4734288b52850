"""A letter that is signed by invitation only: its forms are closed, invited organizations still approve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.lib import clock
from campaign.models import Signature
from campaign.signing import operations
from campaign.states import Refused
from tests.factories import NOW, entry, make_letter
from tests.signing.acts import ORGANIZATION, PERSON, confirm, form_of, sign
from tests.support.pages import Page

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
FORMS = ("/sign", "/sign/organization", "/sign/another-way")


@pytest.mark.parametrize("path", FORMS)
def test_forms_are_closed_with_a_page_that_says_so(client: FlaskClient, session: Session, path: str) -> None:
    """x-S13, p-V3: GET 200 with the page, POST 422 with the same, and nothing is stored."""
    make_letter(mode="invitation_only")
    answer = client.get(f"/letters/stop{path}")
    page = Page(answer.text)
    assert (answer.status_code, [form for form in page.forms if form.method == "post"]) == (200, [])
    assert "By invitation only." in page.text
    answer = client.post(f"/letters/stop{path}", data={**PERSON, **ORGANIZATION, "way": "person"})
    assert answer.status_code == 422
    assert "What you sent was not stored." in answer.text
    answer = client.post(f"/letters/stop{path}", data=PERSON, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.get_json()["error"]["code"] == "by_invitation"
    assert session.scalar(select(func.count()).select_from(Signature)) == 0


def test_letter_page_says_who_signs(client: FlaskClient, session: Session) -> None:
    """x-S13: no form and no button that leads to one."""
    make_letter(mode="invitation_only", closes_at=clock.now() + timedelta(days=3))
    page = client.get("/letters/stop").text
    assert "By invitation only." in page
    assert "/letters/stop/sign" not in page
    assert Page(client.get("/letters/stop/method").text).text.count("invited by name sign") <= 1


def test_operation_refuses_too(session: Session) -> None:
    """House 5: the page may be a second old; what is stored asks the letter."""
    letter = make_letter(mode="invitation_only")
    with pytest.raises(Refused, match="by_invitation"):
        operations.sign_letter(letter.id, entry(), NOW)


def test_who_signed_before_may_still_confirm(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S7: whoever signed while the letter took signatures keeps the link that was mailed."""
    letter = make_letter()
    assert form_of(client.get("/letters/stop/sign"))
    sign(client)
    mail = mails("ada@example.org")[0]
    letter.mode = "invitation_only"
    session.commit()
    assert confirm(client, mail).status_code == 303
    session.expire_all()
    assert session.scalars(select(Signature)).one().moderation == "approved"
