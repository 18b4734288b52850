"""Whole numbers as a page sends them back."""

from __future__ import annotations

# Digits of the largest id of a table: PostgreSQL takes no larger number for one.
ID_DIGITS = 18


def whole_number(text: str, digits: int = ID_DIGITS) -> int | None:
    """The number that these ASCII digits stand for, no more than `digits` of them; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
