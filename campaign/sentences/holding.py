"""What is said of hold rules: why some cannot be switched, and why a change cannot be."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "unknown_rule": lazy("There is no such rule on this letter. Load the page again."),
    "rule_is_fixed": lazy("This rule cannot be switched off or muted."),
    "mute_ends_early": lazy("The end has to come after the beginning."),
    "mute_is_over": lazy("Write an end that is still to come, or at most a day ago."),
    "mute_too_long": lazy("Mute rules for 14 days at most; after that, switch them off."),
    "by_invitation": lazy(
        "This letter is signed by invitation only. An invited organization uses the link in its mail."
    ),
    "holds_everybody": lazy(
        "Every signature is held for now, so nobody is released by rules. Stop that under “Protection” first."
    ),
    "reviews_everything": lazy("This letter reviews every signature first, so nobody is released by rules."),
}

# Why a rule has no switch.
ALWAYS_ON: dict[str, Any] = {
    "blocked": lazy("Always on, for whom the lists under “Protection” block."),
    "no_proof": lazy("Always on, while the letter asks for a proof of work under “Protection”."),
    "addressee": lazy("Always on: nobody signs as somebody the letter is addressed to without a look."),
    "target_leader": lazy("Always on, for the names listed below under “Leaders of whom the letter asks”."),
    "watched_name": lazy("Always on, for the names listed in the settings under “Names to hold”."),
    "organization_already_signed": lazy("Always on: an organization stands on a letter once."),
}
ALWAYS_ON_ELSE = lazy("Always on: an organization is shown only when somebody proved to speak for it.")
