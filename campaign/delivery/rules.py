"""When two presses make one edition, which of its files are public, and what a delivery should have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaign.languages import _, ngettext
from campaign.sentences.deliveries import CHECKLIST
from campaign.states import EditionState, Refused

# Files that name signatories are built anew at most so often after somebody left the list.
REBUILT_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Wanted:
    """What an edition prints: date and place, and whether it leaves out who accepted an earlier text."""

    dated_on: date | None
    place: str
    is_current_only: bool = False


@dataclass(frozen=True)
class Last:
    """The letter's newest edition as far as the next one needs to know it."""

    number: int
    state: str
    wanted: Wanted
    frozen_at: datetime | None


def is_same(last: Last | None, wanted: Wanted, now: datetime, number: int | None) -> bool:
    """Whether who asks now gets the newest edition rather than a next one.

    That is so while it is being frozen; when its list was read no earlier than they asked; and when their button
    spoke of its number, since a colleague pressed first. Raises `Refused` edition_differs where it prints another date
    or place, or other signatories, than they want.
    """
    if last is None:
        return False
    is_building = last.state == EditionState.BUILDING
    is_as_new = last.frozen_at is not None and last.frozen_at >= now
    was_meant = number is not None and number <= last.number
    if not (is_building or is_as_new or was_meant):
        return False
    if last.wanted == wanted:
        return True
    if is_as_new and not was_meant:
        return False
    raise Refused("edition_differs", number=last.number)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A line of the checklist: whether it is done, and the sentence for that."""

    is_done: bool
    text: str


def checklist(done: Mapping[str, bool]) -> list[Step]:
    """The steps of a delivery in their order (x-O15); what is missing warns, and forbids nothing."""
    return [
        Step(is_done=done[name], text=str(words[0] if done[name] else words[1])) for name, words in CHECKLIST.items()
    ]


def count_lines(counts: Mapping[str, int]) -> list[tuple[int, str]]:
    """The numbers of an edition, one a kind with its words, never added up; kinds nobody signed as are left out."""
    people, private = counts.get("people", 0), counts.get("private", 0)
    organizations, employees = counts.get("organizations", 0), counts.get("employees", 0)
    imported = counts.get("imported", 0)
    lines = [
        (organizations, ngettext("organization", "organizations", organizations)),
        (people, person_words(people, private)),
        (employees, ngettext("employee, checked and not named", "employees, each checked, none named", employees)),
        (imported, ngettext("signature from another list", "signatures from other lists", imported)),
    ]
    return [(number, words) for number, words in lines if number]


def person_words(people: int, private: int) -> str:
    """What stands behind the number of people: how many of them are counted and not named."""
    words = str(ngettext("person", "people", people))
    if not private:
        return words
    return str(_("%(people)s, %(private)s of them not named", people=words, private=f"{private:,}"))
