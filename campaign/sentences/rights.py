"""What is said where law and time meet personal data."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "needs_hold_reason": lazy("Write why the records of this letter must stay, such as the court and its number."),
    "hold_stands": lazy("A legal hold stands on this letter already. Lift it first to give another reason."),
    "no_hold": lazy("No legal hold stands on this letter any more. There is nothing to lift."),
}
