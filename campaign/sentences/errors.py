"""Title and advice of the error pages."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# Title and advice of the error pages.
ERRORS: dict[int, tuple[Any, Any]] = {
    400: (lazy("We could not read that"), lazy("Go back and load the page again.")),
    403: (lazy("Not with your role"), lazy("Ask an owner of the campaign for the right role.")),
    404: (lazy("Nothing here"), lazy("Check the address, or start from the list of open letters.")),
    405: (lazy("That does not work here"), lazy("Go back to the page you came from.")),
    410: (lazy("This is gone"), lazy("Start from the list of open letters.")),
    413: (lazy("Too large"), lazy("Send less, then try again.")),
    422: (lazy("Please look at this again"), lazy("Go back, correct it, and send it once more.")),
    429: (lazy("Please wait a little"), lazy("Try again in a few minutes.")),
    500: (lazy("Something went wrong"), lazy("Try again in a minute. If it stays, tell the operator of this site.")),
    503: (lazy("One moment, please"), lazy("Try again in a few seconds.")),
}

# The same for refusals about one's own signature; their page leads to /my.
OWN_SIGNATURE: dict[str, tuple[Any, Any]] = {
    "link_unknown": (
        lazy("This link does not work"),
        lazy("We can mail you a new one, to the address you signed with."),
    ),
    "already_withdrawn": (
        lazy("This signature was withdrawn"),
        lazy("If you change your mind, sign the letter again and confirm with the new mail."),
    ),
    "gone": (lazy("This letter was taken down"), lazy("You can still change or remove your signature.")),
}
