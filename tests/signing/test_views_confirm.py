"""Mailed links: a look changes nothing, the button acts, twice is friendly, and each link opens one door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.letters.operations import close_letter, pause_letter, remove_letter, withdraw_letter
from campaign.links import make_token
from campaign.models import Job, Letter, Signature, Suppression
from tests.factories import NOW, make_letter
from tests.signing.acts import code, confirm, form_of, link, press, sign, sign_organization
from tests.support.pages import Page
from tests.support.tables import everything

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


def test_confirming_shows_the_signature(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S7: the link shows the entry and a button; the button confirms, and the name stands on the letter."""
    make_letter()
    sign(client, affiliation="Analytical Society")
    mail = mails("ada@example.org")[0]
    page = client.get(link(mail, "confirm"))
    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert "Analytical Society" in page.text
    answer = confirm(client, mail)
    assert answer.status_code == 303
    signed = client.get(answer.location)
    assert "You have signed." in signed.text
    assert 'signature number <strong class="numbers">1</strong>' in signed.text
    stored = session.scalars(select(Signature)).one()
    assert (stored.verification, stored.moderation, stored.verified_at) == ("verified", "approved", NOW)
    mails()
    letter = client.get("/letters/stop").text
    assert "Ada Lovelace" in letter
    assert "ada@example.org" not in letter


@pytest.mark.parametrize("kind", ["person", "organization"])
def test_looking_at_links_changes_nothing(client: FlaskClient, session: Session, mails: Mails, kind: str) -> None:
    """R1, T5: GET thrice, HEAD, prefetch and a stripped or longer query on every link of every mail: nothing moves."""
    make_letter()
    sign(client) if kind == "person" else sign_organization(client)
    mail = mails()[0]
    before = everything()
    for address in mail["links"]:
        path = address.partition("://")[2].partition("/")[2]
        for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}):
            assert client.get(f"/{path}", headers=headers).status_code == 200
        assert client.head(f"/{path}", data={"action": "erase"}).status_code == 200
        assert client.get(f"/{path}?utm_source=x&signed=1").status_code == 200
        assert client.options(f"/{path}").status_code == 200
    assert everything() == before
    assert len(mails()) == 1


def test_pressing_twice_is_friendly(client: FlaskClient, session: Session, mails: Mails) -> None:
    """x-S10, P5: the second press says "already signed", not an error, and counts nothing."""
    make_letter()
    sign(client)
    mail = mails()[0]
    page = form_of(client.get(link(mail, "confirm")))
    first = client.post(page.action, data={**page.fields, "action": "confirm"})
    second = client.post(page.action, data={**page.fields, "action": "confirm"})
    assert (first.status_code, second.status_code) == (303, 303)
    assert "You have signed already" in client.get(second.location).text
    mails()
    assert client.get("/letters/stop.json").json["counts"]["people"] == 1


def test_page_kept_for_all_shows_each_their_own(client: FlaskClient, session: Session, mails: Mails) -> None:
    """T9: what is kept of the page behind the link is nobody's; entry, digest and tokens are each one's."""
    make_letter(asks_affiliation=True)
    sign(client, name="Ada & Sons", email="ada@example.org", affiliation="First Works")
    sign(client, name="Bé Secret", email="be@example.org", affiliation="Second Works", is_private="y")
    first, second = (link(mails(to)[0], "confirm") for to in ("ada@example.org", "be@example.org"))
    pages = [client.get(path).text for path in (first, second, first)]
    assert pages[0] == pages[2]
    assert [page.count("Ada &amp; Sons") for page in pages] == [1, 0, 1]
    assert [page.count("Second Works") for page in pages] == [0, 1, 0]
    assert [(page.count(first), page.count(second)) for page in pages] == [(1, 0), (0, 1), (1, 0)]
    assert "Only the organizers will see your name." in pages[1]
    fields = [form_of(client.get(path)).fields for path in (first, second)]
    assert fields[0].keys() == fields[1].keys() == {"csrf_token", "digest"}
    assert all(fields[0][name] != fields[1][name] for name in fields[0])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_expired_link_is_renewed_in_one_press(
    client: FlaskClient, session: Session, mails: Mails, frozen: Traveller
) -> None:
    """x-S10: after seven days the page offers a new link; the same link then works again."""
    make_letter()
    sign(client)
    mail = mails()[0]
    path = link(mail, "confirm")
    frozen.shift(timedelta(days=7))
    page = client.get(path)
    assert "This link has expired" in page.text
    mails()
    assert session.scalars(select(Signature.verification)).all() == ["expired"]
    answer = press(client, path, "renew")
    assert answer.status_code == 303
    assert "ada@example.org" in client.get(answer.location).text
    assert session.scalars(select(Signature.verification)).all() == ["pending"]
    newest = mails("ada@example.org")[0]
    assert link(newest, "confirm") == path
    assert code(newest) != code(mail)
    assert client.get(confirm(client, newest).location).text.count("You have signed.") == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_confirming_an_expired_link_is_refused(
    client: FlaskClient, session: Session, mails: Mails, frozen: Traveller
) -> None:
    """A page opened in time and sent too late says so, keeps the signature, and offers a new link."""
    make_letter()
    sign(client)
    mail = mails()[0]
    page = form_of(client.get(link(mail, "confirm")))
    frozen.shift(timedelta(days=7))
    page.fields["csrf_token"] = form_of(client.get(link(mail, "confirm"))).fields["csrf_token"]
    answer = client.post(page.action, data={**page.fields, "action": "confirm"})
    assert answer.status_code == 422
    assert "Send me a new link" in answer.text
    assert session.scalars(select(Signature.verification)).all() == ["pending"]


def test_changed_entry_is_shown_again(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """T5, house 4: an entry that changed since the page was opened is shown once more, 422, before it counts."""
    make_letter()
    sign(client)
    mail = mails()[0]
    page = form_of(client.get(link(mail, "confirm")))
    sign(client, name="Augusta Ada King")
    answer = client.post(page.action, data={**page.fields, "action": "confirm"})
    assert answer.status_code == 422
    assert "The entry changed since you opened this page." in answer.text
    assert "Augusta Ada King" in answer.text
    assert session.scalars(select(Signature.verification)).all() == ["pending"]
    again = form_of(answer)
    assert client.post(again.action, data={**again.fields, "action": "confirm"}).status_code == 303
    stored = session.scalars(select(Signature)).one()
    assert (stored.name, stored.verification) == ("Augusta Ada King", "verified")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("token", [None, "forged", "0.AAAAAAAAAAAAAAAAAAAAAA"])
def test_confirming_without_token_shows_the_page_again(
    client: FlaskClient, session: Session, mails: Mails, token: str | None
) -> None:
    """T19: no token, no change; the page comes back with a fresh one."""
    make_letter()
    sign(client)
    path = link(mails()[0], "confirm")
    page = form_of(client.get(path))
    data = {**page.fields, "csrf_token": token} if token else {"digest": page.fields["digest"]}
    answer = client.post(path, data={**data, "action": "confirm"})
    assert answer.status_code == 422
    assert session.scalars(select(Signature.verification)).all() == ["pending"]
    assert client.post(path, data={**form_of(answer).fields, "action": "confirm"}).status_code == 303


DOORS = {"confirm": "/confirm/{}", "not_me": "/not-me/{}", "my": "/my/{}", "sign_in": "/sign-in/{}"}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("purpose", ["confirm", "not_me", "my"])
def test_each_link_opens_one_door(client: FlaskClient, session: Session, mails: Mails, purpose: str) -> None:
    """T11: a token is bound to its purpose; at every other door it is unknown."""
    make_letter()
    sign(client)
    token = link(mails()[0], purpose.replace("_", "-")).rpartition("/")[2]
    before = everything()
    for door, address in DOORS.items():
        if door == purpose:
            assert client.get(address.format(token)).status_code == 200
        elif door != "sign_in":
            assert client.get(address.format(token)).status_code == 404
            assert client.post(address.format(token), data={"action": "erase"}).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("door", ["/confirm/", "/not-me/", "/my/"])
def test_garbage_is_no_link(app: Any, client: FlaskClient, session: Session, door: str) -> None:
    """T11: a changed letter, another row's number, another generation, and noise are all 404, never 500."""
    letter = make_letter()
    sign(client)
    row = session.scalars(select(Signature)).one()
    purpose = door.strip("/").replace("-", "_")
    with app.test_request_context():
        good = make_token(purpose, row.id, 0)
        others = [make_token(purpose, row.id + 1, 0), make_token(purpose, row.id, 1)]
    changed = [good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :] for place in (0, 12, 20, 37)]
    for token in [*others, *changed, good[:-1], good + "A", "x", "%00", "é" * 40, "A" * 3000]:
        assert client.get(door + token).status_code == 404, token
        assert client.post(door + token, data={"action": "withdraw"}).status_code == 404, token
    assert client.get(door + good).status_code == 200
    assert letter.state == "open"


def test_not_me_erases_and_stops_mail(client: FlaskClient, session: Session, mails: Mails, frozen: Traveller) -> None:
    """p-S9, K8: two steps; then nothing typed is left, and this letter never writes to the mailbox again."""
    make_letter()
    sign(client, affiliation="Analytical Society")
    mail = mails()[0]
    path = link(mail, "not-me")
    fields = form_of(client.get(path)).fields
    for _time in range(2):
        answer = client.post(path, data=fields)
        assert answer.status_code == 303
        assert "Erased" in client.get(answer.location).text
    kept = str([rows for table, rows in everything().items() if table != "job"])
    assert [word for word in ("Lovelace", "ada@example.org", "Analytical") if word in kept] == []
    assert session.scalars(select(Suppression.reason)).all() == ["not_me"]
    frozen.shift(timedelta(days=2))
    assert sign(client).status_code == 303
    assert mails("ada@example.org") == []
    assert session.scalars(select(Job.state).where(Job.state == "ready")).all() == []
    for purpose in ("confirm", "not-me", "my"):
        assert client.get(link(mail, purpose)).status_code == 404


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_not_me_needs_its_button(client: FlaskClient, session: Session, mails: Mails) -> None:
    """T19: a POST without the page's token erases nothing."""
    make_letter()
    sign(client)
    path = link(mails()[0], "not-me")
    assert client.post(path).status_code == 422
    assert session.scalars(select(Signature.name)).all() == ["Ada Lovelace"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("hours", [23, 24])
def test_confirming_after_closing(
    client: FlaskClient, session: Session, mails: Mails, frozen: Traveller, hours: int
) -> None:
    """P13: 24 hours more to confirm, and not a second longer; the letter's page says so."""
    make_letter(closes_at=NOW + timedelta(minutes=5))
    sign(client)
    mail = mails()[0]
    frozen.shift(timedelta(minutes=5))
    mails()
    assert session.scalars(select(Letter.state)).all() == ["closed"]
    said = "you can still confirm until 19 June 2026, 17:05 UTC."
    for path in ("/letters/stop", "/letters/stop/sign"):
        assert said in Page(client.get(path).text).text, path
    frozen.shift(timedelta(hours=hours) - timedelta(seconds=0 if hours == 24 else -3599))
    for path in ("/letters/stop", "/letters/stop/sign"):
        assert (said in Page(client.get(path).text).text) is (hours == 23), path
    answer = press(client, link(mail, "confirm"), "confirm")
    assert answer.status_code == (303 if hours == 23 else 422)
    assert session.scalars(select(Signature.verification)).one() == ("verified" if hours == 23 else "pending")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_links_by_letter_state(client: FlaskClient, session: Session, mails: Mails) -> None:
    """p-S8: paused still confirms; a withdrawn letter does not; removed is gone; one's own page works while it may."""
    letters = {slug: make_letter(slug) for slug in ("paused", "closed", "withdrawn", "removed")}
    found = {}
    for slug in letters:
        sign(client, slug, email=f"{slug}@example.org")
        found[slug] = mails(f"{slug}@example.org")[0]
    pause_letter(letters["paused"], by_id=None, now=NOW)
    close_letter(letters["closed"], by_id=None, now=NOW)
    withdraw_letter(letters["withdrawn"], "We were wrong.", by_id=None, now=NOW)
    remove_letter(letters["removed"], "A court said so.", by_id=None, now=NOW)
    session.commit()
    assert confirm(client, found["paused"]).status_code == 303
    assert confirm(client, found["closed"]).status_code == 303
    assert press(client, link(found["withdrawn"], "confirm"), "confirm").status_code == 422
    assert client.get(link(found["removed"], "confirm")).status_code == 410
    mine = [client.get(link(found[slug], "my")).status_code for slug in letters]
    assert mine == [200, 200, 200, 200]


def test_links_come_from_the_settings(client: FlaskClient, session: Session, mails: Mails) -> None:
    """T12: forged Host and forwarded headers change no link and no redirect."""
    make_letter()
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    form = form_of(client.get("/letters/stop/sign"))
    data = {**form.fields, "name": "Ada Lovelace", "email": "ada@example.org"}
    answer = client.post(form.action, data=data, headers=forged)
    assert (answer.status_code, answer.location[:19]) == (303, "/letters/stop/sign/")
    assert client.post(form.action, data=data, headers={"Host": "evil.example"}).status_code == 400
    mail = mails()[0]
    assert {
        address.partition("/confirm")[0].partition("/not-me")[0].partition("/my")[0] for address in mail["links"]
    } == {client.application.config["BASE_URL"]}
    assert "evil" not in mail["text"] + mail["html"] + mail["subject"]
