"""What is said of updates and the mails they send."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "update_is_fixed": lazy(
        "The mails of this update are due or have left, so its words are fixed. "
        "Make it a draft again, or write another one."
    ),
    "update_too_long": lazy("This is too long for a mail. Shorten it, and link to the rest."),
    "update_no_edition": lazy("Choose the frozen edition that the organizations get."),
    "update_letter_hidden": lazy("Readers cannot see this letter, so nothing is posted or mailed about it."),
    "update_nobody": lazy("Nobody would get this mail: no confirmed signatory who asked for it is in this circle."),
    "update_needs_time": lazy("Write the day and time at which the mails shall begin to leave."),
    "update_in_past": lazy("That time lies in the past. Choose a later one, or send the update now."),
}

UPDATE_KINDS: dict[str, Any] = {
    "news": lazy("News"),
    "result": lazy("Result"),
    "final_copy": lazy("Final copy"),
}

UPDATE_STATES: dict[str, Any] = {
    "draft": lazy("Draft"),
    "scheduled": lazy("Scheduled"),
    "sending": lazy("Being sent"),
    "paused": lazy("Paused"),
    "sent": lazy("Sent"),
    "cancelled": lazy("Cancelled"),
}

# How urgently the state of an update speaks; never by colour alone, each has its word.
UPDATE_TONES = {"scheduled": "warn", "sending": "warn", "paused": "warn", "sent": "ok", "cancelled": "bad"}

# Why a mail was not sent after all.
SKIPS: dict[str, Any] = {
    "withdrawn": lazy("withdrew, or are not on the letter any more"),
    "unsubscribed": lazy("unsubscribed meanwhile"),
    "suppressed": lazy("must not be written to"),
    "had_four": lazy("had their four result mails already"),
    "cancelled": lazy("were left when it was cancelled"),
}

# The steps of an update by their name in the address: the button, and what is said afterwards.
UPDATE_STEPS: dict[str, tuple[Any, Any]] = {
    "pause": (lazy("Pause"), lazy("The sending is paused. What was handed to the mail server already arrives.")),
    "resume": (lazy("Go on"), lazy("The sending goes on.")),
    "cancel": (lazy("Cancel the rest"), lazy("The sending is cancelled. Mails that left are not called back.")),
    "unschedule": (lazy("Make it a draft again"), lazy("The update is a draft again.")),
    "post": (lazy("Post it on the letter"), lazy("The update stands on the letter.")),
    "take-down": (lazy("Take it off the letter"), lazy("The update is off the letter.")),
    "trial": (lazy("Send a test mail to me"), lazy("A test mail is on its way to your address.")),
    "again": (lazy("Send these again"), ""),
}
