"""The public correction log in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from campaign.languages import _, longdate
from campaign.languages import number as number_in_words
from campaign.sentences import HOLDS, REJECTIONS


def rule_in_words(rule: str) -> str:
    """Why signatures left the count: by their signatories, by organizers, by a rule."""
    told = {
        "withdrawn": _("Withdrawn by the signatory"),
        "erased": _("Erased by the signatory"),
        "not_me": _("Given in somebody else's name, and erased at their word"),
        "held_again": _("Held by a rule after the signatory changed the entry"),
        "merged": _("Counted with another signature of the same person or organization"),
        "hold": _("Held by an organizer until more is known"),
        "undo": _("Approved by an organizer, who took that back"),
    }
    if rule in told:
        return str(told[rule])
    if rule in REJECTIONS:
        return str(_("Taken off by an organizer: %(reason)s", reason=REJECTIONS[rule]))
    return str(HOLDS.get(rule, _("Taken off by an organizer")))


def fall_lines(falls: Iterable[tuple[date, str, int]]) -> list[tuple[str, str, str]]:
    """Each line of the log: the day, by which rule, how many."""
    return [(longdate(day), rule_in_words(rule), number_in_words(number)) for day, rule, number in falls]
