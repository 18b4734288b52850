"""Signing is tested at one moment: the clock stands still unless a test moves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from campaign.mailboxes import read_rules


@pytest.fixture(autouse=True)
def _at_one_moment(frozen: time_machine.Traveller) -> None:
    """Every test of this folder begins at `now`."""


@pytest.fixture
def new_rules(app: Flask, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """Called, the operator wrote an edition, `RULES` of the test's file, and the site was started again."""
    before = app.extensions["mailboxes"]
    (tmp_path / "mailbox-rules.toml").write_text(request.module.RULES, encoding="utf-8")

    def restart() -> None:
        app.extensions["mailboxes"] = read_rules(tmp_path)

    yield restart
    app.extensions["mailboxes"] = before
