"""Who may have which list, and what it is called."""

from __future__ import annotations

from datetime import datetime

from campaign.exports.source import EVERYTHING, Choice, Order, Purpose
from campaign.lib.periods import PERIODS
from campaign.states import ExportState, Refused

# The permission of each purpose: a full list is an export of its own.
PERMISSIONS = {
    Purpose.DELIVERY.value: "deliver",
    Purpose.PRESS.value: "export",
    Purpose.INTERNAL.value: "internal_export",
}
KEPT_DAYS = PERIODS["exports"].days
# An export in one of these is not made any more.
ENDED = (ExportState.DONE.value, ExportState.FAILED.value, ExportState.CANCELLED.value)


def checked_purpose(purpose: str, edition: int | None) -> Purpose:
    """The purpose by name. Raises `Refused` unknown_purpose, internal_is_live (with an edition)."""
    try:
        wanted = Purpose(purpose)
    except ValueError:
        raise Refused("unknown_purpose") from None
    if wanted is Purpose.INTERNAL and edition is not None:
        raise Refused("internal_is_live")
    return wanted


# How the files say in which order their lines stand.
ORDERS = {
    Order.AGREED: "organizations, then people, A to Z",
    Order.COUNTRY: "organizations, then people, by country and A to Z",
    Order.AFFILIATION: "organizations, then people by affiliation, A to Z",
    Order.FOUNDERS: "organizations, then people; those who signed first or were put first, then A to Z",
    Order.RANDOM: "organizations, then people, each in a random order fixed by the digest of the list",
}


def filter_of(purpose: Purpose, choice: Choice = EVERYTHING, earlier: int = 0) -> str:
    """Which signatures a list of this purpose is of, as its files and the log say it.

    `earlier` is how many accepted an earlier text and are left out.
    """
    if purpose is Purpose.INTERNAL:
        chosen = ", ".join(f"{name} {value}" for name, value in choice.filters.items())
        return f"signatures with {chosen}" if chosen else "all signatures"
    if choice.current_only:
        return f"public signatures of this text; left out: {earlier:,} who accepted an earlier one"
    return "public signatures"


def filter_problem(choice: Choice, is_everything: bool) -> str | None:
    """The reason an internal list cannot be made as chosen, or None: to take everything has to be said aloud."""
    return None if choice.filters or is_everything else "filter_is_empty"


def download_name(slug: str, edition: int | None, time: datetime, name: str) -> str:
    """A file's name for a person, e.g. `face-recognition-e2-2026-06-18.pdf`; ASCII only.

    What is not the letter itself keeps a word of what it is: `...-signatories.csv`, `...-about.json`.
    """
    number = f"e{edition}-" if edition is not None else ""
    stem, dot, suffix = name.rpartition(".")
    rest = f".{suffix}" if stem == "letter" else f"-{name}" if dot else f"-{name}.txt"
    return f"{slug}-{number}{time:%Y-%m-%d}{rest}"
