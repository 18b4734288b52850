"""A letter that is still a draft, for the tests of the editor."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign.extensions import db
from campaign.letters import queries
from tests.factories import make_letter
from tests.support.cast import Cast


@pytest.fixture
def draft(app: Flask, cast: Cast) -> Flask:
    """The cast with a draft in the campaign, slug `draft`."""
    with app.app_context():
        campaign = queries.campaign_by_slug(cast.campaign)
        make_letter("draft", "draft", campaign)
        db.session.commit()
    return app
