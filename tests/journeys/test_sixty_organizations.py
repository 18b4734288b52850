"""Sixty organizations: from a pasted list over mails and answers to a frozen edition and a PDF of the 41 who said yes.

Five have free mail and no site. Everything goes through the pages, and through the mails that really left.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.exports.operations import make_export
from campaign.exports.report import Report
from campaign.exports.source import Purpose
from campaign.extensions import db
from campaign.models import Invitation, Letter, Signature
from tests.delivery.sealed import freeze
from tests.exports.reading import pdf_text, squeezed
from tests.factories import NOW
from tests.journeys.coalition import APPROVED, Mails, coalition_approves, name_of, opened
from tests.support.cast import Cast


@pytest.mark.usefixtures("frozen")
def test_sixty_organizations(app: Flask, cast: Cast, client: FlaskClient, mails: Mails, tmp_path: Path) -> None:
    """p-S10: from list to final PDF without a spreadsheet, and nothing of it is public before the letter opens."""
    desk = coalition_approves(app, cast, client, mails)
    expected = {name_of(number) for number in range(APPROVED)}
    with app.app_context():
        letter_id = db.session.scalars(select(Letter.id).where(Letter.slug == "sixty")).one()
        rows = db.session.scalars(select(Signature).where(Signature.letter_id == letter_id)).all()
        assert {(row.source, row.moderation) for row in rows} == {("invitation", "approved")}
        assert {row.name for row in rows} == expected
        approved = db.session.scalars(select(Invitation.name).where(Invitation.answer == "approved"))
        assert set(approved) == expected
        counts = freeze(db.session.get_one(Letter, letter_id), NOW).counts
        made = make_export(letter_id, Purpose.DELIVERY, "pdf", 1, folder=tmp_path, now=NOW, report=Report())
    assert (counts["organizations"], counts["total"]) == (APPROVED, APPROVED)
    printed = pdf_text(tmp_path / made[0])
    assert {name_of(number) for number in range(60) if squeezed(name_of(number)) in printed} == expected
    assert opened(desk, client, mails)["counts"]["organizations"] == APPROVED
