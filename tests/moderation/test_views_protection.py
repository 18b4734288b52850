"""The page of protection: alarms with one press to their signatures, switches, lists."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign import networks
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Alarm, GuardEntry, Letter, LogEntry, SigningHint
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page
from tests.support.tables import places_of

MARK = "ab" * 16


def act(client: FlaskClient, cast: Cast, path: str = "", **data: Any) -> Any:
    """A form of the page is sent."""
    address = f"/desk/letters/{cast.letter}/protection{path}"
    return client.post(address, data={"csrf_token": desk_token(client), **data})


def letter_of(cast: Cast) -> Letter:
    """The letter of the cast."""
    return db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()


@pytest.fixture
def alarm(app: Flask, cast: Cast) -> int:
    """46 attempts from one network, two of them of people on the desk."""
    with app.app_context():
        letter, now = letter_of(cast), clock.now()
        for name in ("Wave One", "Wave Two"):
            row = make_signature(letter, name)
            db.session.add(SigningHint(letter_id=letter.id, signature_id=row.id, network=MARK, signed_at=now))
        row = Alarm(letter_id=letter.id, kind="network", subject=MARK, number=46, usual=6, raised_at=now, last_at=now)
        db.session.add(row)
        db.session.commit()
        return row.id


def test_alarm_leads_to_its_signatures(owner: FlaskClient, cast: Cast, desk: dict[str, int], alarm: int) -> None:
    """p-V6: what is unusual in words, and one press to whom it is about."""
    assert "Something is unusual" in owner.get(f"/desk/letters/{cast.letter}").text
    page = owner.get(f"/desk/letters/{cast.letter}/protection").text
    assert (
        "46 signatures came from one network in one hour. Usual on this letter: at most 6 in an hour."
        in Page(page).text
    )
    target = re.search(r'href="([^"]*matching[^"]*network=[^"]*)"', page)
    assert target is not None
    found = owner.get(target[1].replace("&amp;", "&")).text
    assert ["Wave One" in found, "Wave Two" in found, "Ada Lovelace" in found] == [True, True, False]


def test_panel_says_how_many_came_from_one_network(
    app: Flask, owner: FlaskClient, cast: Cast, desk: dict[str, int], alarm: int
) -> None:
    """K4: moderators see "n from one network", and never which."""
    with app.app_context():
        letter = letter_of(cast)
        row = SigningHint(letter_id=letter.id, signature_id=desk["Ada Lovelace"], network=MARK, signed_at=clock.now())
        db.session.add(row)
        db.session.commit()
    assert "3 from one network that day" in owner.get(f"/desk/letters/{cast.letter}/queue").text


def test_alarm_is_looked_at_and_over(app: Flask, owner: FlaskClient, cast: Cast, alarm: int) -> None:
    """p-V6: who looked is kept."""
    assert act(owner, cast, f"/alarms/{alarm}", action="seen").status_code == 303
    assert "Something is unusual" not in owner.get(f"/desk/letters/{cast.letter}").text
    with app.app_context():
        row = db.session.get_one(Alarm, alarm)
        assert (row.state, row.seen_by_id is not None) == ("seen", True)
    assert act(owner, cast, f"/alarms/{alarm}", action="over").status_code == 303
    assert act(owner, cast, f"/alarms/{alarm}", action="dance").status_code == 422
    assert act(owner, cast, "/alarms/999", action="seen").status_code == 404


def test_holding_everybody_needs_a_reason(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    """p-V5: the switch, its reason, its line in the log, and its end."""
    assert act(owner, cast, action="hold").status_code == 422
    assert act(owner, cast, action="hold", reason="A script since noon").status_code == 303
    page = owner.get(f"/desk/letters/{cast.letter}/protection").text
    assert "A script since noon" in page
    assert "Every signature is held for now." in owner.get(f"/desk/letters/{cast.letter}").text
    assert act(owner, cast, action="release").status_code == 303
    with app.app_context():
        assert letter_of(cast).hold_all == ""
        acts = db.session.scalars(select(LogEntry.act).order_by(LogEntry.id)).all()
        assert acts == ["holds_all", "holds_none"]


def test_asking_for_proofs(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    """p-V5: by hand until it is switched off; an alarm's time ends with it."""
    with app.app_context():
        letter_of(cast).proof_until = clock.now() + timedelta(hours=1)
        before = letter_of(cast).changed_at
        db.session.commit()
    assert "by the alarm, until" in owner.get(f"/desk/letters/{cast.letter}/protection").text
    assert act(owner, cast, action="ask").status_code == 303
    with app.app_context():
        assert (letter_of(cast).asks_proof, letter_of(cast).proof_until) == (True, None)
        assert letter_of(cast).changed_at > before
    assert act(owner, cast, action="stop").status_code == 303
    assert act(owner, cast, action="dance").status_code == 422
    with app.app_context():
        assert letter_of(cast).asks_proof is False


@pytest.mark.parametrize(
    ("entry", "kind", "value"),
    [
        ("*.EDU", "domain", "*.edu"),
        ("example.org", "domain", "example.org"),
        ("192.0.2.7/24", "network", "192.0.2.0/24"),
        ("2001:db8::/48", "network", "2001:db8::/48"),
    ],
)
def test_entries(app: Flask, owner: FlaskClient, cast: Cast, entry: str, kind: str, value: str) -> None:
    """p-V5: domains, globs and networks, with comment, who and when; removed with one press."""
    assert (
        act(owner, cast, "/lists", side="blocked", entry=entry, comment="Since noon", action="add").status_code == 303
    )
    page = Page(owner.get(f"/desk/letters/{cast.letter}/protection").text).text
    assert value in page
    assert "Since noon" in page
    assert cast.owner in page
    with app.app_context():
        row = db.session.scalars(select(GuardEntry)).one()
        assert (row.side, row.kind, row.value, row.letter_id) == ("blocked", kind, value, letter_of(cast).id)
    # Once more, and it is the same entry.
    assert act(owner, cast, "/lists", side="trusted", entry=entry, action="add").status_code == 303
    with app.app_context():
        assert [row.side for row in db.session.scalars(select(GuardEntry))] == ["trusted"]
    assert act(owner, cast, f"/lists/{row.id}").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(GuardEntry)).all() == []


def test_address_is_kept_as_a_key(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    """K8: of an address only the key of its mailbox is kept, and what is shown is masked."""
    assert act(owner, cast, "/lists", side="blocked", entry="prankster@mail.example", action="add").status_code == 303
    assert "pr…@mail.example" in owner.get(f"/desk/letters/{cast.letter}/protection").text
    with app.app_context():
        assert places_of("prankster") == {}
        assert len(db.session.scalars(select(GuardEntry.value)).one()) == 64


@pytest.mark.parametrize("entry", ["", "edu", "10.0.0.0/4", "1.2.3", "a b", "x@", "*", "http://example.org/"])
def test_malformed_entries(app: Flask, owner: FlaskClient, cast: Cast, entry: str) -> None:
    """422 with a sentence; what was typed stays."""
    answer = act(owner, cast, "/lists", side="blocked", entry=entry, comment="Kept", action="add")
    assert answer.status_code == 422
    assert 'value="Kept"' in answer.text
    with app.app_context():
        assert db.session.scalars(select(GuardEntry)).all() == []


def test_trying_out_changes_nothing(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    """p-V5: "would match n", of 30 days by domain and mailbox, of today by network."""
    with app.app_context():
        letter, now = letter_of(cast), clock.now()
        for number, email in enumerate(("a@x.mit.edu", "b@mit.edu", "c@example.org")):
            row = make_signature(letter, email=email)
            mark = networks.mark(f"198.51.100.{number}", now)
            db.session.add(SigningHint(letter_id=letter.id, signature_id=row.id, network=mark, signed_at=now))
        db.session.commit()
    expected = {
        "*.edu": "*.edu would match 2 signatures of the last 30 days.",
        "c@example.org": "c…@example.org would match 1 signature of the last 30 days.",
        "198.51.0.0/16": "198.51.0.0/16 would match 3 attempts of today.",
        "198.51.100.7": "198.51.100.7/32 would match 3 attempts of today.",
        "198.0.0.0/8": "198.0.0.0/8 is too wide to try out.",
    }
    for entry, words in expected.items():
        answer = act(owner, cast, "/lists", side="blocked", entry=entry, action="try")
        assert answer.status_code == 200
        assert words in Page(answer.text).text
    with app.app_context():
        assert db.session.scalars(select(GuardEntry)).all() == []


def test_whole_site_is_for_who_owns_it(app: Flask, owner: FlaskClient, cast: Cast) -> None:
    """p-V5: an owner of one campaign of several does not decide for the others."""
    answer = act(owner, cast, "/lists", side="blocked", entry="bots.example", everywhere="y", action="add")
    assert answer.status_code == 422
    with app.app_context():
        row = GuardEntry(side="blocked", kind="domain", value="x.example", shown="x.example", added_at=clock.now())
        db.session.add(row)
        db.session.commit()
        number = row.id
    assert "x.example" in owner.get(f"/desk/letters/{cast.letter}/protection").text
    assert act(owner, cast, f"/lists/{number}").status_code == 422
    assert act(owner, cast, "/lists/999").status_code == 404


def test_who_may(app: Flask, owner: FlaskClient, cast: Cast, alarm: int) -> None:
    """The six answers: a colleague may, a viewer looks, a stranger finds nothing, other methods are refused."""
    expected = {cast.moderator: (200, 303), cast.viewer: (200, 403), cast.stranger: (404, 404)}
    for who, (looks, writes) in expected.items():
        client = signed_in(app, who)
        assert client.get(f"/desk/letters/{cast.letter}/protection").status_code == looks
        assert act(client, cast, action="ask").status_code == writes
        assert act(client, cast, f"/alarms/{alarm}", action="seen").status_code == writes
        assert act(client, cast, "/lists", side="trusted", entry="*.edu", action="add").status_code == writes
    assert owner.put(f"/desk/letters/{cast.letter}/protection").status_code == 405
    viewer = signed_in(app, cast.viewer).get(f"/desk/letters/{cast.letter}/protection").text
    assert "Hold every signature from now on" not in viewer
