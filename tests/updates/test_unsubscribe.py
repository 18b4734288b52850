"""The link that ends mails: shown by GET, done by POST, by a person or a mail provider (RFC 8058, T20)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import Consent, Letter, Signature, Suppression
from campaign.signing.messages import my_url
from campaign.signing.operations import erase_signature
from campaign.updates.messages import unsubscribe_url
from tests.factories import NOW, make_consent, make_letter, make_signature
from tests.support.pages import Page

Session = scoped_session[Any]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ada(session: Session) -> Signature:
    """Ada ticked both boxes."""
    letter = make_letter()
    signature = make_signature(letter, "Ada Lovelace", "ada@example.org")
    make_consent(signature, "wants_updates")
    make_consent(signature, "wants_results")
    db.session.commit()
    return signature


def path(app: Flask, signature: Signature, kind: str = "news") -> str:
    """The link in a mail of that kind."""
    return unsubscribe_url(kind, signature.id, signature.generation).removeprefix(app.config["BASE_URL"])


def standing() -> list[str]:
    """The boxes still ticked."""
    db.session.rollback()
    return sorted(db.session.scalars(select(Consent.kind).where(Consent.ended_at.is_(None))))


def test_looking_changes_nothing(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """R1, T5: GET and HEAD, however often, leave both boxes ticked; the page is private and sets no cookie."""
    link = path(app, ada)
    for _time in range(3):
        answer = client.get(link)
        assert client.head(link).status_code == 200
    assert standing() == ["wants_results", "wants_updates"]
    assert "No more of these mails?" in answer.text
    assert "You still get news from Open Courts." in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "Set-Cookie" not in answer.headers
    assert "ada@example.org" not in answer.text
    assert "Ada Lovelace" not in answer.text


def test_button_ends_one_kind_and_offers_the_other(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """A person presses: that kind ends, the page says so, and the other is one more press."""
    link = path(app, ada)
    (form,) = [form for form in Page(client.get(link).text).forms if form.method == "post"]
    answer = client.post(form.action, data={"kind": "news"})
    assert (answer.status_code, answer.location) == (303, link)
    page = client.get(link)
    assert "You get no more news from Open Courts about this letter." in page.text
    assert "You still get mails about what comes of this letter, at most four." in page.text
    assert standing() == ["wants_results"]
    client.post(link, data={"kind": "result"})
    assert standing() == []
    assert "You still get" not in client.get(link).text


@pytest.mark.parametrize("kind", ["news", "result"])
def test_one_click(app: Flask, client: FlaskClient, ada: Signature, kind: str) -> None:
    """RFC 8058: a provider's POST, without cookie, token or redirect, ends that kind; again and again is fine."""
    link = path(app, ada, kind)
    for _time in range(3):
        answer = client.post(link, data=ONE_CLICK)
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)
    assert standing() == [{"news": "wants_results", "result": "wants_updates"}[kind]]


def test_one_click_as_multipart(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """RFC 8058 3.1: the body may come as multipart/form-data."""
    answer = client.post(path(app, ada), data=ONE_CLICK, content_type="multipart/form-data")
    assert (answer.status_code, standing()) == (200, ["wants_results"])


def test_ended_at_is_the_first_time(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """The proof of when consent ended does not move with a second press."""
    link = path(app, ada)
    client.post(link, data=ONE_CLICK)
    first = db.session.scalars(select(Consent.ended_at).where(Consent.kind == "wants_updates")).one()
    db.session.rollback()
    client.post(link, data=ONE_CLICK)
    assert db.session.scalars(select(Consent.ended_at).where(Consent.kind == "wants_updates")).one() == first


def test_it_ends_for_the_mailbox(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """Whoever signed for an organization too is not written to by the other signature."""
    letter = db.session.get_one(Letter, ada.letter_id)
    make_consent(make_signature(letter, "Open Rights", "ada@example.org", website="https://example.org"))
    make_consent(make_signature(letter, "Grace", "grace@example.org"))
    client.post(path(app, ada), data=ONE_CLICK)
    assert standing() == ["wants_results", "wants_updates"]
    left = db.session.scalars(
        select(Signature.name)
        .join(Consent, Consent.signature_id == Signature.id)
        .where(Consent.kind == "wants_updates", Consent.ended_at.is_(None))
    ).all()
    assert left == ["Grace"]


def test_no_more_final_copies(app: Flask, client: FlaskClient, session: Session) -> None:
    """A final copy stands on no box, so that a keyed hash remembers it; confirming elsewhere is not touched."""
    signature = make_signature(make_letter(), "Open Rights", "rosa@example.org", website="https://example.org")
    link = path(app, signature, "final_copy")
    assert "You still get final copies for your organization." in client.get(link).text
    for _time in range(2):
        client.post(link, data=ONE_CLICK)
    rows = [(row.reason, row.mailbox_key, row.letter_id) for row in session.query(Suppression)]
    assert rows == [("final_copy", signature.mailbox_key, signature.letter_id)]
    assert "You get no more final copies of this letter." in client.get(link).text


def test_erased_signature_has_nothing_to_end(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """The link of an old mail is friendly after erasing, and changes nothing."""
    link = path(app, ada)
    erase_signature(ada, NOW)
    db.session.commit()
    assert client.post(link, data=ONE_CLICK).status_code == 200
    assert "You get no more news" in client.get(link).text


def test_wrong_links_and_acts(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """T11: no other door's token, no forged one, no unknown kind; nothing changes."""
    my = my_url(ada).rpartition("/")[2]
    for token in (my, "x", path(app, ada).rpartition("/")[2][:-1] + "A" * 2):
        assert client.get(f"/unsubscribe/{token}").status_code == 404
        assert client.post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 404
    token = path(app, ada).rpartition("/")[2]
    assert client.get(f"/my/{token}").status_code == 404
    assert client.post(path(app, ada), data={"kind": "everything"}).status_code == 422
    assert client.put(path(app, ada)).status_code in (400, 405)
    assert standing() == ["wants_results", "wants_updates"]


def test_link_of_a_test_mail(app: Flask, client: FlaskClient, ada: Signature) -> None:
    """It says that it was a test, whatever is done to it."""
    link = unsubscribe_url("news", 0, 0).removeprefix(app.config["BASE_URL"])
    assert "This was a test mail" in client.get(link).text
    assert client.post(link, data=ONE_CLICK).status_code == 200
    assert client.post(link).status_code == 303
    assert standing() == ["wants_results", "wants_updates"]
