"""Constraints that several models share: a CHECK from an enum, a time that belongs to a state."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """The column holds one of the enum's values; the constraint is named after the column."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def has_time(column: str, state: str, moment: str) -> CheckConstraint:
    """A row whose `column` is `state` has its `moment`."""
    return CheckConstraint(f"{column} <> '{state}' OR {moment} IS NOT NULL", name=f"{state}_has_time")
