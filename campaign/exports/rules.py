"""Who may have which list, and what it is called."""

from __future__ import annotations

from datetime import datetime

from campaign.exports.source import Purpose
from campaign.states import ExportState, Refused

# The permission of each purpose: a full list is an export of its own.
PERMISSIONS = {
    Purpose.DELIVERY.value: "deliver",
    Purpose.PRESS.value: "export",
    Purpose.INTERNAL.value: "internal_export",
}
KEPT_DAYS = 7
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


def filter_of(purpose: Purpose) -> str:
    """Which signatures a list of this purpose is of, as its files and the log say it."""
    return "all signatures" if purpose is Purpose.INTERNAL else "public signatures"


def download_name(slug: str, edition: int | None, time: datetime, name: str) -> str:
    """A file's name for a person, e.g. `face-recognition-e2-2026-06-18-letter.pdf`; ASCII only."""
    number = f"e{edition}-" if edition is not None else ""
    return f"{slug}-{number}{time:%Y-%m-%d}-{name}"
