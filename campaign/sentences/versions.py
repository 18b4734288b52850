"""What is said of the versions of a text."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "text_stays": lazy("This letter is over, so its text stays as it is. Say what has to be said in the status note."),
    "text_unchanged": lazy("These words are the ones that stand already. Change the text first."),
    "note_unchanged": lazy("Write what readers should know, or choose another way."),
    "text_is_draft": lazy("Nobody has accepted these words yet. Save the text in the editor instead."),
    "text_moved": lazy(
        "The text of the letter changed while this page was open. Read it again, then press the button once more."
    ),
    "text_moved_again": lazy("The text of the letter changed again. Read what it says now, then decide."),
    "no_newer_text": lazy("Your signature stands under the current text. There is nothing to decide."),
}

# What made a version, for the page of changes.
CHANGES: dict[str, Any] = {
    "first": lazy("First text"),
    "correction": lazy("Correction"),
    "new_text": lazy("New text"),
}

# What signatories said to a new text, for the desk.
ANSWERS: dict[str, Any] = {
    "keep": lazy("Signed the new text"),
    "later": lazy("Decide later"),
    "withdraw": lazy("Withdrew"),
    "none": lazy("No answer so far"),
}
