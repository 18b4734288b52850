"""The bench runs before a release only; that it would run is known all the time."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from bench import checks
from campaign.models import Signature
from tests.factories import make_letter
from tests.support.tree import files


@pytest.mark.parametrize("path", files("bench/"))
def test_module_of_the_bench_is_imported(path: str) -> None:
    """A name that moved in the product is noticed here."""
    name = ".".join(Path(path).with_suffix("").parts)
    assert importlib.import_module(name).__doc__


def test_checks_of_the_bench_are_those_of_the_product() -> None:
    """What the bench leaves out is there to be left out."""
    left_out = [(module, name) for module, names in checks.CHECKS.items() for name in names]
    assert [(path, name) for path, name in left_out if not hasattr(importlib.import_module(path), name)] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_bench_signs_a_small_letter(session: scoped_session[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of a signing that is measured ends with a confirmed signature, with the checks and without."""
    monkeypatch.setattr(checks, "SIGNINGS", 2)
    letter = make_letter()
    session.commit()
    with checks.without_checks():
        assert checks.milliseconds(letter.id) > 0
    assert checks.milliseconds(letter.id) > 0
    assert session.scalars(select(Signature.verification)).all() == ["verified"] * 4
