"""Why signatures left a public count, in words that everybody reads."""

from __future__ import annotations

from typing import Any

from campaign.languages import _, lazy
from campaign.sentences.signatures import HOLDS, REJECTIONS

# By signatories, by organizers, by a rule; reasons of rejections and rules of holds have their own words.
FALLS: dict[str, Any] = {
    "withdrawn": lazy("Withdrawn by the signatory"),
    "erased": lazy("Erased by the signatory"),
    "not_me": lazy("Given in somebody else's name, and erased at their word"),
    "complaint": lazy("Removed after a complaint"),
    "merged": lazy("Counted with another signature of the same person or organization"),
    "held_again": lazy("Held by a rule after the signatory changed the entry"),
    "hold": lazy("Held by an organizer until more is known"),
    "employees_left": lazy("Employees who left; the number changes once a day"),
    "employees_below_ten": lazy("Employees left, and below ten no number of them is shown"),
    "undo": lazy("Approved by an organizer, who took that back"),
}


def rule_in_words(rule: str) -> str:
    """Why signatures left the count: by their signatories, by organizers, by a rule."""
    if rule in FALLS:
        return str(FALLS[rule])
    if rule in REJECTIONS:
        return str(_("Taken off by an organizer: %(reason)s", reason=REJECTIONS[rule]))
    return str(HOLDS.get(rule, _("Taken off by an organizer")))
