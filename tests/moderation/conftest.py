"""A desk with work on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Letter, Signature
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, signed_in

Press = Callable[..., tuple[int, str, str]]
QUEUE = ("Ada Lovelace", "Grace Hopper", "Joan Clarke")


@pytest.fixture
def desk(app: Flask, cast: Cast) -> dict[str, int]:
    """Three held people, a held organization, one approved and one unconfirmed person; ids by name."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for name in QUEUE:
            make_signature(
                letter, name, f"{name.split()[0].lower()}@example.org", moderation="held", reasons="watched_name"
            )
        make_signature(
            letter,
            "Bay Tenants",
            "bay@gmail.com",
            website="https://bay.example",
            moderation="held",
            reasons="free_mail",
        )
        make_signature(letter, "Shown Person", "shown@example.org")
        make_signature(letter, "Pending Person", "pending@example.org", verification="pending")
        db.session.commit()
        return {row.name: row.id for row in db.session.scalars(select(Signature))}


@pytest.fixture
def owner(app: Flask, cast: Cast, desk: dict[str, int]) -> FlaskClient:
    """The owner's browser."""
    return signed_in(app, cast.owner)


@pytest.fixture
def press(cast: Cast, owner: FlaskClient) -> Press:
    """`press(action, *rows, page="queue", ...)` sends a decision and returns status, target and page."""
    token = desk_token(owner)

    def send(
        action: str, *rows: str, page: str = "queue", by: FlaskClient = owner, **more: str
    ) -> tuple[int, str, str]:
        data = {"csrf_token": token if by is owner else desk_token(by), "row": list(rows), "action": action, **more}
        answer = by.post(f"/desk/letters/{cast.letter}/{page}", data=data)
        return answer.status_code, answer.location or "", answer.text

    return send


def state_of(app: Flask, number: int) -> tuple[str, str]:
    """Verification and moderation of a signature now."""
    with app.app_context():
        row = db.session.get_one(Signature, number)
        return row.verification, row.moderation


def asking_of(app: Flask, number: int) -> tuple[str, str]:
    """Moderation and asking of a signature now."""
    with app.app_context():
        row = db.session.get_one(Signature, number)
        return row.moderation, row.asking
