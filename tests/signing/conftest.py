"""Signing is tested at one moment: the clock stands still unless a test moves it."""

from __future__ import annotations

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _at_one_moment(frozen: time_machine.Traveller) -> None:
    """Every test of this folder begins at `now`."""
