"""Doors beside that of signing: how often one network may ask for a mail, type a code, or ask for its links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller
from werkzeug.test import TestResponse

from campaign import limits, networks
from campaign.models import LimitCount, Signature
from campaign.sentences import REASONS
from tests.factories import NOW, make_letter, make_signature
from tests.signing.acts import code, form_of, sign
from tests.support.tables import everything

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
CAMPUS, ELSEWHERE = "198.51.100.7", "203.0.113.9"
HOUR = timedelta(hours=1)
# The path of each door, the page with its form, the status of the usual answer to a code that matches nothing.
DOORS = {
    "resend": ("/letters/stop/sign/resend", "/letters/stop/sign", 303),
    "code": ("/letters/stop/sign/code", "/letters/stop/sign", 422),
    "my": ("/my", "/my", 303),
}


def knock(client: FlaskClient, door: str, address: str = CAMPUS, email: str = "ada@example.org") -> TestResponse:
    """Somebody asks at a door."""
    path, page, _status = DOORS[door]
    client.environ_base["REMOTE_ADDR"] = address
    return client.post(path, data={**form_of(client.get(page)).fields, "email": email, "code": "000000"})


def asked(session: Session, door: str, number: int) -> None:
    """A network asked so often at a door by now."""
    bucket = f"{door}:{networks.mark(CAMPUS, NOW)}"
    session.add(LimitCount(bucket=bucket, window_at=limits.slot_end(NOW, HOUR), count=number))
    session.commit()


@pytest.mark.parametrize("door", DOORS)
def test_network_that_asks_too_often_has_to_wait(
    client: FlaskClient, session: Session, frozen: Traveller, door: str
) -> None:
    """p-V5, T8: above 3,000 in an hour the same answer for every address, with what was typed; others go on."""
    row = make_signature(make_letter(), verification="pending", email="ada@example.org")
    row_id = row.id
    asked(session, door, 2_999)
    usual = DOORS[door][2]
    assert knock(client, door).status_code == usual
    answers = [knock(client, door, email=email) for email in ("ada@example.org", "eve@example.org")]
    for answer, email in zip(answers, ("ada@example.org", "eve@example.org"), strict=True):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
        assert str(REASONS["network_busy"]) in answer.text
        assert f'value="{email}"' in answer.text
    bodies = [answer.text.replace("eve@", "ada@") for answer in answers]
    assert len(bodies[0]) == len(bodies[1])
    session.expire_all()
    assert session.get_one(Signature, row_id).code_tries == (1 if door == "code" else 0)
    assert knock(client, door, ELSEWHERE).status_code == usual
    for other in set(DOORS) - {door}:
        assert knock(client, other).status_code == DOORS[other][2]
    frozen.shift(HOUR)
    assert knock(client, door).status_code == usual


def test_address_of_the_network_stands_nowhere(client: FlaskClient, session: Session, frozen: Traveller) -> None:
    """K4: the count is kept under the mark of the day."""
    make_letter()
    session.commit()
    for door in DOORS:
        knock(client, door)
    buckets = set(session.scalars(select(LimitCount.bucket)))
    assert {f"{door}:{networks.mark(CAMPUS, NOW)}" for door in DOORS} <= buckets
    assert "198.51.100" not in str(everything())


def test_six_words_of_an_employee_are_not_counted(client: FlaskClient, session: Session, frozen: Traveller) -> None:
    """T10: leaving is noted by no network."""
    assert knock(client, "my", email="zoo zoo zoo zoo zoo zoo").status_code == 303
    buckets = session.scalars(select(LimitCount.bucket)).all()
    assert [bucket for bucket in buckets if bucket.startswith("my:") or networks.mark(CAMPUS, NOW) in bucket] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_limits_that_are_off_count_and_let_pass(
    app: Flask, client: FlaskClient, session: Session, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Load tests pass, and a code still confirms."""
    make_letter()
    session.commit()
    sign(client)
    digits = code(mails()[0])
    asked(session, "code", 3_000)
    monkeypatch.setitem(app.config, "LIMITS", "off")
    client.environ_base["REMOTE_ADDR"] = CAMPUS
    fields = form_of(client.get("/letters/stop/sign")).fields
    sent = {**fields, "email": "ada@example.org", "code": digits}
    assert client.post("/letters/stop/sign/code", data=sent).status_code == 303
