"""Reading pages are tested at one moment, each with a world of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from campaign.extensions import db
from campaign.models import Letter
from campaign.pagecache import cache
from campaign.signing.operations.listing import recount_letter
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _at_one_moment(frozen: time_machine.Traveller) -> None:
    """Every test of this folder begins at `now`."""


@pytest.fixture(autouse=True)
def _no_page_is_kept(app: Flask) -> None:
    """Worlds of one moment share ids and times, which no two letters of a real site do."""
    with app.app_context():
        cache().pages.clear()
        cache().checks.clear()


@pytest.fixture
def published() -> Callable[..., None]:
    """`published(letter, ...)` counts the letters as the worker does, and commits."""

    def run(*letters: Letter) -> None:
        for letter in letters:
            recount_letter(letter.id, NOW)
        db.session.commit()

    return run
