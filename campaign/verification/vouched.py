"""Method `vouched`: an organizer knows, and says why."""

from __future__ import annotations

from campaign.states import Refused

METHOD = "vouched"


def seen(reason: str) -> str:
    """The reason kept as evidence. Raises `Refused("needs_reason")` for an empty one."""
    reason = reason.strip()
    if not reason:
        raise Refused("needs_reason")
    return reason[:300]
