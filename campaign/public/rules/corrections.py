"""The public correction log in words: what left the count, and what came of complaints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from campaign.languages import _, longdate
from campaign.languages import number as number_in_words
from campaign.moderation.rules import outcome_words
from campaign.sentences import HOLDS, REJECTIONS
from campaign.sentences.complaints import COMPLAINT_KINDS


def rule_in_words(rule: str) -> str:
    """Why signatures left the count: by their signatories, by organizers, by a rule."""
    told = {
        "withdrawn": _("Withdrawn by the signatory"),
        "erased": _("Erased by the signatory"),
        "not_me": _("Given in somebody else's name, and erased at their word"),
        "held_again": _("Held by a rule after the signatory changed the entry"),
        "complaint": _("Removed after a complaint that it was not signed by whom it names"),
        "merged": _("Counted with another signature of the same person or organization"),
        "hold": _("Held by an organizer until more is known"),
        "employees_left": _("Employees who left; the number changes once a day"),
        "employees_below_ten": _("Employees left, and below ten no number of them is shown"),
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


class Case(Protocol):
    """The columns of a decided complaint that everybody reads."""

    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def outcome_text(self) -> str: ...
    @property
    def filed_at(self) -> datetime: ...
    @property
    def closed_at(self) -> datetime | None: ...


def case_lines(cases: Iterable[Case], timezone: str) -> list[tuple[str, str, str, str, str]]:
    """Each decided complaint: number, about what, filed, decided, outcome; nobody is named."""
    return [
        (
            case.number,
            str(COMPLAINT_KINDS[case.kind]),
            longdate(case.filed_at, timezone),
            longdate(case.closed_at, timezone) if case.closed_at else "",
            outcome_words(case.outcome, case.outcome_text),
        )
        for case in cases
    ]
