"""The public correction log in words: what left the count, and what came of complaints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from campaign.languages import longdate
from campaign.languages import number as number_in_words
from campaign.moderation.rules import outcome_words
from campaign.sentences.complaints import COMPLAINT_KINDS
from campaign.sentences.corrections import rule_in_words


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
