"""`undersigned campaign deliver`: editions handed over together by one command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.models import Delivery, Target
from tests.factories import NOW, make_campaign, make_edition, make_letter
from tests.support.runs import run

Session = scoped_session[Any]


def test_deliver_prints_the_address(app: Flask, session: Session, tmp_path: Path) -> None:
    """p-D5: everything that was said, on the clocks of the zone, with its proof."""
    campaign = make_campaign("face")
    for slug in ("bodies", "people"):
        make_edition(make_letter(slug, campaign=campaign, timezone="America/Los_Angeles"))
    session.commit()
    proof = tmp_path / "receipt.png"
    proof.write_bytes(b"\x89PNG\r\n\x1a\nstamp")
    editions = ("--edition", "bodies:1", "--edition", "people:1")
    said = ("--on", "2018-06-18T10:00", "--place", "The Spheres", "--by", "Rosa", "--received-by", "Front desk")
    more = ("--reference", "R-17", "--answer-due", "2018-07-18", "--proof", str(proof), "--method", "post")
    answer = run(app, "campaign", "deliver", "face", *editions, *said, *more)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == f"{app.config['BASE_URL']}/campaigns/face/deliveries/1\n"
    row = session.scalars(select(Delivery)).one()
    assert row.delivered_at is not None
    assert (row.delivered_at.isoformat(), row.timezone) == ("2018-06-18T17:00:00+00:00", "America/Los_Angeles")
    assert (row.state, row.method, row.place, row.handed_by) == ("delivered", "post", "The Spheres", "Rosa")
    assert (row.received_by, row.reference, str(row.answer_due_on)) == ("Front desk", "R-17", "2018-07-18")
    assert (row.proof_name, row.proof_type) == ("receipt.png", "image/png")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere", "--edition", "bodies:1"), 'There is no campaign "nowhere".'),
        (("face", "--edition", "other:1"), 'The campaign "face" has no letter "other"'),
        (("face", "--edition", "bodies"), 'The campaign "face" has no letter ""'),
        (("face", "--edition", "bodies:7"), 'The letter "bodies" has no edition "7"'),
        (("face", "--edition", "bodies:1", "--timezone", "Mars"), '"Mars" is no time zone we know'),
        (("face", "--edition", "bodies:1", "--target", "globex"), "Name the company with --target, one of: acme."),
        (("face", "--edition", "bodies:1", "--on", "2999-01-01T10:00"), "This time has not come yet."),
        (("face", "--edition", "bodies:1", "--place", "x" * 201), "--place is too long"),
    ],
)
def test_deliver_refuses_with_a_sentence(
    app: Flask, session: Session, arguments: tuple[str, ...], sentence: str
) -> None:
    """Exit 1, one sentence, no row."""
    make_edition(make_letter("bodies", campaign=make_campaign("face")))
    session.commit()
    answer = run(app, "campaign", "deliver", *arguments)
    assert answer.exit_code == 1
    assert sentence in answer.stderr
    assert session.scalars(select(Delivery)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_target_is_the_one_all_letters_ask(app: Flask, session: Session) -> None:
    """With no company in common the command asks which."""
    campaign = make_campaign("face")
    make_edition(make_letter("bodies", campaign=campaign))
    make_edition(make_letter("people", campaign=campaign))
    session.add(Target(slug="globex", name="Globex", created_at=NOW))
    session.commit()
    editions = ("--edition", "bodies:1", "--edition", "people:1")
    assert run(app, "campaign", "deliver", "face", *editions).exit_code == 0
