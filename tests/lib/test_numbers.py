"""Whole numbers as pages send them back."""

from __future__ import annotations

import pytest

from campaign.lib.numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("17", 17),
        ("0017", 17),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1\n", None),
        ("1_0", None),
        ("1.0", None),
        ("²", None),
        ("\u0661", None),
    ],
)
def test_only_plain_digits_are_a_number(text: str, number: int | None) -> None:
    """T13: what is no number is none, and never an error, whatever was sent."""
    assert whole_number(text) == number
    assert whole_number(text, digits=1) == (number if len(text) <= 1 else None)
