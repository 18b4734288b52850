"""What is said of waves of signatures, and of what is done about them."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

ALARM_STATES: dict[str, Any] = {
    "new": lazy("New"),
    "seen": lazy("Looked at"),
    "over": lazy("Over"),
}
BULK_STATES: dict[str, Any] = {
    "counting": lazy("Being counted"),
    "counted": lazy("Counted, nothing decided"),
    "running": lazy("Under way"),
    "done": lazy("Done"),
    "cancelled": lazy("Stopped"),
    "undoing": lazy("Being taken back"),
    "undone": lazy("Taken back"),
}
GUARD_LISTS: dict[str, Any] = {"trusted": lazy("Trusted"), "blocked": lazy("Blocked")}

REFUSALS: dict[str, Any] = {
    "guard_malformed": lazy("Write a domain like example.org or *.edu, a network like 192.0.2.0/24, or an address."),
    "guard_not_yours": lazy("Entries for the whole site belong to whoever owns every campaign on it."),
    "condition_empty": lazy(
        "This would be about nearly every signature. Say more exactly which: a domain, a name, a network, a time, or "
        "why they are held."
    ),
    "bulk_too_old": lazy("This was decided more than 30 days ago. Decide anew on the signatures it was about."),
    "network_full": lazy(
        "Too many signatures come from your network at this moment. Nothing you typed is lost: press the button again "
        "in ten minutes, or use another connection."
    ),
    "network_busy": lazy(
        "Too many requests come from your network at this moment. Press the button again in ten minutes, or use "
        "another connection."
    ),
}
