"""`undersigned organizer`: accounts and links from the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from campaign.cli import main
from campaign.extensions import db
from campaign.models import Membership, Organizer
from tests.factories import make_campaign
from tests.support.pages import send_form


def run(app: Flask, *arguments: str) -> Result:
    """What a command prints and leaves with."""
    return CliRunner().invoke(main, ["organizer", *arguments], obj=app)


@pytest.fixture
def campaign(app: Flask) -> str:
    """The slug of a campaign without a team."""
    with app.app_context():
        make_campaign("faces")
        db.session.commit()
    return "faces"


def test_add_twice_is_once(app: Flask, campaign: str) -> None:
    """The second call changes nothing and is no error."""
    for _time in range(2):
        result = run(app, "add", "owner@example.org", "--role", "owner", "--campaign", campaign)
        assert (result.exit_code, result.stdout) == (0, "owner@example.org is owner of faces\n")
    with app.app_context():
        rows = db.session.execute(select(Organizer.email, Membership.role).join(Membership.organizer)).all()
    assert [tuple(row) for row in rows] == [("owner@example.org", "owner")]


def test_link_signs_in_once(app: Flask, campaign: str) -> None:
    """The printed link is the first word that has ://, and works in a browser."""
    run(app, "add", "owner@example.org", "--campaign", campaign)
    result = run(app, "link", "OWNER@example.org")
    assert "Works once, within 24 hours." in result.stderr
    assert result.exit_code == 0
    path = result.stdout.strip().removeprefix(app.config["BASE_URL"])
    client = app.test_client()
    assert send_form(client, path, {}).status_code == 303
    assert client.get("/desk/account").status_code == 200
    assert app.test_client().get(path).status_code == 410


def test_json_and_short_life_in_production(app: Flask, campaign: str) -> None:
    """24 hours on one's own machine, 15 minutes elsewhere."""
    run(app, "add", "owner@example.org")
    assert json.loads(run(app, "link", "owner@example.org", "--json").stdout)["minutes"] == 24 * 60
    app.config["ENV"] = "production"
    assert json.loads(run(app, "link", "owner@example.org", "--json").stdout)["minutes"] == 15


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("add", "nonsense"), 1, "Enter an email address"),
        (("add", "a@example.org", "--campaign", "nowhere"), 1, "There is no campaign nowhere"),
        (("add", "a@example.org", "--role", "king"), 2, "king"),
        (("link", "nobody@example.org"), 1, "nobody@example.org has no account"),
        (("link",), 2, "Missing argument"),
    ],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_refusals_say_what_to_do(app: Flask, campaign: str, arguments: tuple[str, ...], code: int, says: str) -> None:
    """Exit 1 for a refusal, 2 for wrong usage; nothing is written."""
    result = run(app, *arguments)
    assert result.exit_code == code
    assert says in result.stderr
    with app.app_context():
        assert db.session.scalars(select(Organizer)).all() == []
