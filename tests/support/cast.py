"""The fixed cast: the people and the letter that page tests tell their stories with."""

from __future__ import annotations

import contextvars
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from campaign.accounts.operations import start_session
from campaign.accounts.permissions import COOKIE_FIELD
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Organizer
from tests.factories import make_campaign, make_letter, make_organizer


@dataclass(frozen=True)
class Cast:
    """Addresses and ids. `owner` runs the campaign, `moderator` is its second owner, `viewer` may only look.

    `stranger` owns another campaign; Ada signs as a person, Grace for an organization.
    """

    owner: str = "owner@example.org"
    moderator: str = "moderator@example.org"
    viewer: str = "viewer@example.org"
    stranger: str = "stranger@example.net"
    signatory: str = "ada@example.org"
    representative: str = "grace@open-courts.example"
    campaign: str = "face-recognition"
    letter: str = "stop"
    other_campaign: str = "elsewhere"
    other_letter: str = "elsewhere-letter"


def make_cast() -> Cast:
    """Write the cast: two campaigns, an open letter in each, and the organizers; committed."""
    cast = Cast()
    campaign, elsewhere = make_campaign(cast.campaign), make_campaign(cast.other_campaign)
    make_letter(cast.letter, campaign=campaign)
    make_letter(cast.other_letter, campaign=elsewhere)
    make_organizer(cast.owner, campaign)
    make_organizer(cast.moderator, campaign)
    make_organizer(cast.viewer, campaign, role="viewer")
    make_organizer(cast.stranger, elsewhere)
    db.session.commit()
    return cast


def signed_in(app: Flask, email: str) -> FlaskClient:
    """A browser in which the organizer with that address is signed in."""
    with app.app_context():
        organizer = db.session.scalars(db.select(Organizer).where(Organizer.email == email)).one()
        token = start_session(organizer.id, clock.now())
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[COOKIE_FIELD] = token
    return client


def desk_token(client: FlaskClient) -> str:
    """The token that every form of the desk needs from this browser, as its next page would have it."""
    with client.session_transaction() as cookie:
        # In a context of its own: within one of the test, the token of another browser may be at hand.
        return contextvars.Context().run(token_for, client.application, cookie)


def token_for(app: Flask, cookie: MutableMapping[str, Any]) -> str:
    """A token for the session with that cookie, whose secret is put into it if it has none."""
    with app.test_request_context():
        session.update(cookie)
        token = generate_csrf()
        cookie.update(session)
        return token
