"""Nobody confirms what they have not seen: link and code count for the answers their owner was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.models import Consent, Signature
from tests.factories import make_letter
from tests.signing.acts import code, form_of, link, sign, sign_organization

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


def states(session: Session) -> list[str]:
    """How far the signatures are."""
    session.expire_all()
    return list(session.scalars(select(Signature.verification).order_by(Signature.id)))


def test_code_of_other_answers_shows_them_first(client: FlaskClient, session: Session, mails: Mails) -> None:
    """T1: a code whose mail showed other answers, whoever typed these, leads to the page that says what it signs."""
    make_letter(asks_affiliation=True)
    form = form_of(client.get(sign(client).location), "code")
    six = code(mails()[0])
    sign(client, name="Mallory", affiliation="Evil Corp", wants_results="y")
    answer = client.post(form.action, data={**form.fields, "code": six})
    assert (answer.status_code, "signed=" in answer.location) == (303, False)
    assert states(session) == ["pending"]
    page = client.get(answer.location)
    for shown in ("Confirm your signature", "Mallory", "Evil Corp", "in at most four mails"):
        assert shown in page.text
    form = form_of(page)
    assert client.post(form.action, data={**form.fields, "action": "confirm"}).status_code == 303
    assert states(session) == ["verified"]


def test_code_of_the_answers_shown_confirms_after_a_new_mail(
    client: FlaskClient, session: Session, mails: Mails, frozen: Any
) -> None:
    """x-S8: who signs again later gets a mail that shows the new answers, and its code confirms them at once."""
    make_letter()
    form = form_of(client.get(sign(client).location), "code")
    mails()
    frozen.shift(601)
    sign(client, name="Augusta Ada King", wants_results="y")
    assert "You also ticked:\n- Tell me what comes of this letter" in mails()[0]["text"].replace("\r", "")
    answer = client.post(form.action, data={**form.fields, "code": code(mails()[0])})
    assert (answer.status_code, "signed=1" in answer.location) == (303, True)
    assert states(session) == ["verified"]


@pytest.mark.parametrize(
    "changes", [{"role": "Chief"}, {"legal_name": "Open Rights Ltd"}, {"type": "union"}, {"wants_results": "y"}, {}]
)
def test_answers_given_again_are_shown_again(
    client: FlaskClient, session: Session, mails: Mails, changes: dict[str, str]
) -> None:
    """T1, p-S6: every new answer is shown before it counts, and with it the boxes that came with it."""
    make_letter()
    sign_organization(client)
    page = form_of(client.get(link(mails()[0], "confirm")))
    sign_organization(client, **changes)
    answer = client.post(page.action, data={**page.fields, "action": "confirm"})
    assert (answer.status_code, states(session)) == (422, ["pending"])
    sentences = session.scalars(select(Consent.sentence)).all()
    assert [sentence in answer.text for sentence in sentences] == [True] * len(sentences)


@pytest.mark.parametrize("digest", [None, "", "0" * 32])
def test_press_without_what_was_seen_confirms_nothing(
    client: FlaskClient, session: Session, mails: Mails, digest: str | None
) -> None:
    """T1: a post that does not say which entry was seen is shown the entry."""
    make_letter()
    sign(client)
    page = form_of(client.get(link(mails()[0], "confirm")))
    fields = {"csrf_token": page.fields["csrf_token"], "action": "confirm", "digest": digest}
    answer = client.post(page.action, data={name: value for name, value in fields.items() if value is not None})
    assert (answer.status_code, states(session)) == (422, ["pending"])
    assert "Ada Lovelace" in answer.text
