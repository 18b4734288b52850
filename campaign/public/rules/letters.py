"""Letters as readers meet them in lists: which are shown, in what words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from campaign.choices import PublicationMode
from campaign.languages import _
from campaign.lib.citation import Counted
from campaign.sentences import LETTER_KINDS, LETTER_STATES
from campaign.states import LetterState

# What lists of letters show: also withdrawn ones, which say so.
SHOWN_STATES = (
    LetterState.OPEN.value,
    LetterState.PAUSED.value,
    LetterState.CLOSED.value,
    LetterState.ARCHIVED.value,
    LetterState.WITHDRAWN.value,
)
# Of these, what became of a letter is told: a withdrawn one says its reason alone.
TOLD_STATES = SHOWN_STATES[:-1]
# The names of the counts in JSON, in the order of the product page.
COUNTS = ("people", "private", "organizations", "employees", "imported", "total")
_TONES = {"paused": "warn", "withdrawn": "warn"}


class Numbers(Counted, Protocol):
    """The counts of a letter, as its tally has them."""

    private: int
    imported: int

    @property
    def total(self) -> int: ...


class LetterLike(Protocol):
    """The columns of a letter that its entries and events are made from."""

    slug: str
    title: str
    kind: str
    state: str
    mode: str
    timezone: str
    accepts_people: bool
    accepts_organizations: bool
    opened_at: datetime | None
    closed_at: datetime | None
    closes_at: datetime | None

    @property
    def sender(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A letter in a list of letters, as the macro `letter_list` takes it."""

    slug: str
    title: str
    ask: str
    kind_label: object
    targets: Sequence[str]
    sender: str
    state: str
    counts: Numbers
    closes_at: datetime | None
    timezone: str
    status: tuple[object, str] | None
    rules: str = ""


def why_not_read(state: str, opened_at: datetime | None) -> str | None:
    """The reason readers get no page of a letter in this state, or None; a withdrawn one says so itself.

    One that was taken down before it ever opened was never public.
    """
    if state in (LetterState.DRAFT, LetterState.SCHEDULED) or opened_at is None:
        return "not_found"
    return "gone" if state == LetterState.REMOVED else None


def is_told(state: str, opened_at: datetime | None) -> bool:
    """Whether what became of a letter is told to its readers; a withdrawn one says its reason alone."""
    return state != LetterState.WITHDRAWN and why_not_read(state, opened_at) is None


def state_order(state: str) -> int:
    """The place of a letter in a list of letters: open ones first, withdrawn ones last."""
    return SHOWN_STATES.index(state)


def letter_names(letters: Sequence[LetterLike]) -> list[str]:
    """What several letters are called where they stand together: their titles, with the kind where two are alike."""
    titles = Counter(letter.title for letter in letters)
    return [
        letter.title
        if titles[letter.title] == 1
        else _("%(title)s (%(kind)s)", title=letter.title, kind=LETTER_KINDS[letter.kind])
        for letter in letters
    ]


def letter_entry(letter: LetterLike, counts: Numbers, ask: str, targets: Sequence[str]) -> Entry:
    """A letter as it stands in a list."""
    is_open = letter.state == LetterState.OPEN
    return Entry(
        slug=letter.slug,
        title=letter.title,
        ask=ask,
        kind_label=LETTER_KINDS[letter.kind],
        targets=targets,
        sender=letter.sender,
        state=letter.state,
        counts=counts,
        closes_at=letter.closes_at,
        timezone=letter.timezone,
        status=None if is_open else (LETTER_STATES[letter.state], _TONES.get(letter.state, "info")),
    )


def with_rules(entry: Entry, letter: LetterLike) -> Entry:
    """The entry with a sentence on who may sign, and how a signature comes onto the list; none once that is over."""
    if letter.state not in (LetterState.OPEN, LetterState.PAUSED):
        return entry
    if letter.mode == PublicationMode.INVITATION_ONLY:
        who = _("Only organizations that were invited sign.")
    elif letter.accepts_people and letter.accepts_organizations:
        who = _("People and organizations may sign.")
    else:
        who = _("People may sign.") if letter.accepts_people else _("Organizations may sign.")
    if letter.mode == PublicationMode.REVIEW_FIRST:
        how = _("The organizers look at every signature before it is shown.")
    else:
        how = _("Signatures that carry a risk are looked at before they are shown.")
    return replace(entry, rules=f"{who} {how}")
