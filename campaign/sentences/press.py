"""What is said of the press page, previews and copies."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "preview_ends_in_past": lazy("That moment lies in the past. Choose a later one."),
    "kit_is_public": lazy("A press kit holds public names only. Choose delivery or press."),
    "not_public": lazy("This letter is not public, so there is nothing to copy. Open it first."),
    "preview_ended": lazy("This preview has ended. Ask whoever gave you the link for a new one."),
}
