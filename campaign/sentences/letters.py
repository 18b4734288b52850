"""What is said of a letter and of who works on it."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

LETTER_STATES: dict[str, Any] = {
    "draft": lazy("Draft"),
    "scheduled": lazy("Scheduled"),
    "open": lazy("Open"),
    "paused": lazy("Paused"),
    "closed": lazy("Closed"),
    "archived": lazy("Archived"),
    "withdrawn": lazy("Withdrawn"),
    "removed": lazy("Removed"),
}

LETTER_KINDS: dict[str, Any] = {
    "coalition": lazy("Coalition letter"),
    "public": lazy("Open letter"),
    "academics": lazy("Letter by researchers"),
    "employees": lazy("Letter by employees"),
    "investors": lazy("Letter by investors"),
}

ROLES: dict[str, Any] = {"owner": lazy("Owner"), "viewer": lazy("Viewer")}

# What happens to a confirmed signature.
PUBLICATION_MODES: dict[str, Any] = {
    "hold_risky": lazy("Publish on confirmation, and hold what looks risky"),
    "review_first": lazy("Review every signature first"),
    "invitation_only": lazy("By invitation only: nobody signs on the page, invited organizations approve"),
}
