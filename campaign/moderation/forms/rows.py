"""What forms of the desk read: rows and ids; and a choice of all or one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types published for it

from campaign.formbase import options
from campaign.languages import lazy
from campaign.moderation.rules import row_id

# The parts of a row's value.
Row = tuple[int, str]


def any_or(names: Iterable[str], words: Mapping[str, Any]) -> list[SelectChoice]:
    """All, or one of some names, each with its words."""
    return options((("", lazy("All")), *((name, words[name]) for name in names)))


def read_row(text: str | None) -> Row:
    """`17:held` as (17, "held"). Raises ValueError."""
    number, _, state = (text or "").partition(":")
    row = row_id(number)
    if row is None or not state:
        raise ValueError("not a row")
    return row, state


def read_id(text: str | None) -> int:
    """The id of a decision. Raises ValueError."""
    return read_row(f"{text}:x")[0]
