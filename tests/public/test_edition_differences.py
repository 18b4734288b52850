"""What parts two editions (p-D1): names of who joined or was corrected, and only a number of who left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.delivery.operations import mark_delivered
from campaign.extensions import db
from campaign.models import Edition, Signature
from campaign.signing.operations import withdraw_signature
from tests.delivery.sealed import build, freeze, fresh, signed_letter
from tests.factories import make_signature

Session = scoped_session[Any]
PAGE = "/letters/stop/editions/2?since=1"
HOUR = timedelta(hours=1)


def two_editions(session: Session, now: datetime) -> None:
    """Two delivered editions: one name joined, one private one too, one was corrected, one left."""
    letter = signed_letter()
    build(freeze(letter, now), now)
    rows = {row.name: row for row in session.scalars(select(Signature))}
    withdraw_signature(rows["Zoë Abara"], "", now)
    rows["Ada Lovelace"].affiliation = "Analytical Engines, Ltd."
    make_signature(fresh(letter), "Grace Hopper", title="=Rear Admiral")
    make_signature(fresh(letter), "Private Newcomer", is_private=True)
    session.commit()
    build(freeze(letter, now + HOUR), now + HOUR)
    for edition in session.scalars(select(Edition)):
        mark_delivered(edition, now + HOUR)
    session.commit()


def test_difference_is_a_page_and_a_file(app: Flask, session: Session, now: datetime) -> None:
    """p-D1: joined, corrected and left, on a page and as a file with all names."""
    two_editions(session, now)
    client = app.test_client()
    page = client.get(PAGE).text
    assert "2 joined and 1 left between the two lists." in page
    for shown in ("Grace Hopper", "Ada Lovelace", "Analytical Engines, Ltd."):
        assert shown in page
    for hidden in ("Zoë", "Newcomer", "Private Marker", "The Open Rights Fund"):
        assert hidden not in page
    file = client.get("/letters/stop/editions/2/since-edition-1.csv")
    assert file.data.decode("utf-8-sig").split("\r\n") == [
        "change,kind,name,title,affiliation,country",
        'corrected,person,Ada Lovelace,,"Analytical Engines, Ltd.",',
        "joined,person,Grace Hopper,'=Rear Admiral,,",
        "",
    ]
    assert 'href="/letters/stop/editions/2?since=1"' in client.get("/letters/stop/editions/2").text
    assert client.get("/letters/stop/editions/1/since-edition-1.csv").status_code == 404


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("since", ["2", "3", "0", "-1", "x", ""])
def test_difference_from_nothing_is_not_found(app: Flask, session: Session, now: datetime, since: str) -> None:
    """Only earlier editions that were delivered can be compared with."""
    two_editions(session, now)
    assert app.test_client().get(f"/letters/stop/editions/2?since={since}").status_code == 404
    assert db.session.scalars(select(Edition.number)).all() == [1, 2]
