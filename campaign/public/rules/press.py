"""What reporters are told of a letter, in words: numbers by kind, certified totals, dates, whom to call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from campaign.languages import _, when
from campaign.languages import number as number_in_words
from campaign.public.rules.letters import Numbers
from campaign.states import LetterState

_OVER = (LetterState.CLOSED.value, LetterState.ARCHIVED.value)


class Dated(Protocol):
    """The columns of a letter that its dates are made from."""

    state: str
    timezone: str
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None


def count_lines(counts: Numbers) -> list[tuple[str, str]]:
    """The public numbers by kind and their total; what is in no total comes after it."""
    lines = [
        (_("Organizations"), counts.organizations),
        (_("People"), counts.people),
        (_("of these, people who keep their name private"), counts.private),
        (_("Employees of the company, checked and never named"), counts.employees),
        (_("Total"), counts.total),
        (_("Collected elsewhere and imported, in no total"), counts.imported),
    ]
    always = (_("Organizations"), _("People"), _("Total"))
    return [(words, number_in_words(number)) for words, number in lines if number or words in always]


def date_lines(letter: Dated, deliveries: Sequence[tuple[int, datetime]], now: datetime) -> list[tuple[str, str]]:
    """The dates of a letter, the earliest first; `deliveries` are its delivered editions with their moments."""
    lines = [(_("Opened for signing"), when(letter.opened_at, letter.timezone))]
    lines += [
        (_("Edition %(number)s delivered", number=number), when(moment, letter.timezone))
        for number, moment in deliveries
    ]
    if letter.state in _OVER:
        lines.append((_("Closed for signing"), when(letter.closed_at, letter.timezone)))
    elif letter.closes_at is not None and letter.closes_at > now:
        lines.append((_("Closes for signing"), when(letter.closes_at, letter.timezone)))
    return lines


def dialled(phone: str) -> str:
    """A telephone number as a link dials it (RFC 3966), e.g. "+351 21 000 00" as "+3512100000"; "" without a digit."""
    # What is dialled only inside the country: "+44 (0)20".
    international = phone.strip().startswith("+")
    digits = re.sub(r"\D", "", phone.replace("(0)", "") if international else phone)
    return f"{'+' if international else ''}{digits}" if digits else ""
