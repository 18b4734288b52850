"""What the desk says about the steps in a letter's life: one table, read by the pages that offer and confirm them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaign.languages import lazy
from campaign.states import LETTER, LetterState


@dataclass(frozen=True)
class Step:
    """A step: its name; the button that names the letter; what follows from it; what is said afterwards."""

    name: Any
    button: Any
    consequence: Any
    done: Any
    tone: str = ""
    asks_reason: bool = False


STEPS: dict[str, Step] = {
    "open": Step(
        lazy("Publish now"),
        lazy("Publish “%(title)s” now"),
        lazy("Everybody can read the letter and sign it. From then on a change of its words is a new version."),
        lazy("The letter is open."),
    ),
    "schedule": Step(
        lazy("Let it open by itself"),
        lazy("Let “%(title)s” open by itself"),
        lazy("Nobody can see the letter before its opening time. Then it opens without anybody at the desk."),
        lazy("The letter is scheduled."),
        "quiet",
    ),
    "unschedule": Step(
        lazy("Make it a draft again"),
        lazy("Make “%(title)s” a draft again"),
        lazy("The letter does not open by itself any more."),
        lazy("The letter is a draft again."),
        "quiet",
    ),
    "pause": Step(
        lazy("Pause"),
        lazy("Pause “%(title)s”"),
        lazy(
            "The letter stays readable and takes no signatures. Its closing time moves by as long as the pause takes."
        ),
        lazy("The letter is paused."),
        "quiet",
    ),
    "resume": Step(
        lazy("Take signatures again"),
        lazy("Take signatures for “%(title)s” again"),
        lazy("The closing time moves by as long as the pause took."),
        lazy("The letter is open again."),
    ),
    "close": Step(
        lazy("Close"),
        lazy("Close “%(title)s”"),
        lazy("The letter takes no more signatures. Who signed before can still confirm for 24 hours."),
        lazy("The letter is closed."),
        "quiet",
    ),
    "reopen": Step(
        lazy("Open again"),
        lazy("Open “%(title)s” again"),
        lazy("The letter takes signatures again. A closing time in the past has to be changed first."),
        lazy("The letter is open again."),
        "quiet",
    ),
    "archive": Step(
        lazy("Archive"),
        lazy("Archive “%(title)s”"),
        lazy("The letter stays readable with its names, and can never be opened again."),
        lazy("The letter is archived."),
        "quiet",
    ),
    "withdraw": Step(
        lazy("Withdraw"),
        lazy("Withdraw “%(title)s”"),
        lazy("The letter's address shows only your reason. Its signatures are kept, and you can bring it back."),
        lazy("The letter is withdrawn."),
        "danger",
        asks_reason=True,
    ),
    "remove": Step(
        lazy("Remove from the site"),
        lazy("Remove “%(title)s” from the site"),
        lazy("The letter's address says that it was taken down. Its signatures are kept, and you can bring it back."),
        lazy("The letter is removed from the site."),
        "danger",
        asks_reason=True,
    ),
    "restore": Step(
        lazy("Bring back"),
        lazy("Bring “%(title)s” back"),
        lazy("The letter goes back to what it was before it was taken down."),
        lazy("The letter is back."),
        "quiet",
    ),
}

# How urgently the state of a letter speaks; never by colour alone, each has its word.
LETTER_TONES = {"open": "ok", "paused": "warn", "withdrawn": "bad", "removed": "bad"}

# What a letter in each state can be seen by and takes, in a sentence.
STANDING: dict[str, Any] = {
    "draft": lazy("Only the team can see it."),
    "scheduled": lazy("Only the team can see it, until it opens by itself."),
    "open": lazy("Everybody can read and sign it."),
    "paused": lazy("Everybody can read it; it takes no signatures for the moment."),
    "closed": lazy("Everybody can read it; it takes no more signatures."),
    "archived": lazy("Everybody can read it; it is finished."),
    "withdrawn": lazy("Its address shows only the reason why it was withdrawn."),
    "removed": lazy("Its address says that it was taken down."),
}


def steps_from(state: str, state_before: str | None) -> list[str]:
    """The steps a letter in this state can take, in the order of the table."""
    events = {event for (start, event) in LETTER if start == state}
    possible = {event for event in events if not event.startswith("restore_")}
    if f"restore_{state_before}" in events:
        possible.add("restore")
    return [step for step in STEPS if step in possible]


# The order of letters at the desk: what takes signatures first, what is over last.
_DESK_ORDER = ("open", "paused", "scheduled", "draft", "closed", "archived", "withdrawn", "removed")


def desk_place(state: str, waiting: int) -> tuple[int, int]:
    """Where a letter stands in the desk's list, the smallest first: open ones on which somebody waits lead it."""
    leads = state == LetterState.OPEN and waiting > 0
    return (0 if leads else 1), _DESK_ORDER.index(state)


def asks_for_decisions(state: str) -> bool:
    """Whether signatures that wait on a letter in this state are worth a reminder; not once it is over."""
    return state not in (LetterState.ARCHIVED, LetterState.WITHDRAWN, LetterState.REMOVED)
