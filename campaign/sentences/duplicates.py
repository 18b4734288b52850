"""What is said of signatures that may be one person's or one organization's."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# Why two signatures look like one.
PAIR_REASONS: dict[str, Any] = {
    "same_affiliation": lazy("The same name and the same affiliation"),
    "same_domain": lazy("The same name, and addresses on the same work domain"),
    "same_local_part": lazy("The same name, and the same address at two providers"),
    "same_place": lazy("The same name and the same place"),
    "same_organization": lazy("The same organization, by its website"),
    "same_name": lazy("The same name but for its legal form"),
    "acronym": lazy("One is the acronym of the other"),
    "by_hand": lazy("An organizer saw it"),
}

REFUSALS: dict[str, Any] = {
    "cannot_merge": lazy("Only two confirmed signatures of the same kind, neither of them rejected, can be merged."),
    "keep_the_shown": lazy("One of them is on the letter: keep that one."),
    "mailbox_signed_again": lazy(
        "This cannot be undone: somebody signed from the merged address again. Look at the newer signature."
    ),
}
