"""Who gets which update and when: plain values in, an answer out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.choices import UpdateKind
from campaign.states import LetterState, Moderation, UpdateState, Verification

# The consent each kind of mail stands on. A final copy belongs to the endorsement itself, so it stands on none.
CONSENTS = {UpdateKind.NEWS.value: "wants_updates", UpdateKind.RESULT.value: "wants_results"}
# The reason under which a mailbox that wants no final copy of a letter is remembered.
NO_FINAL_COPY = "final_copy"
# "At most four mails": what the box of results promises (p-S6).
RESULT_MAILS = 4
# How many mails one step hands to the job table, and with how many waiting there it hands over none: a pause then
# finds few, and the write lock is never held for a whole list.
CHUNK = 1000
ENOUGH_WAITING = 500
# A throttled mail is handed over so long before its turn.
AHEAD = timedelta(minutes=1)
# How long a mail that comes up while its update is paused is put off.
HOLD = timedelta(minutes=5)
FASTEST = 100_000
# Bytes that body and frame of a mail may take, text and HTML together, in UTF-8; a mail stays below 30 kB with them.
LARGEST_BODY = 21_000
# A letter in one of these has signatories to write to, or readers.
TAKES_MAILS = frozenset(
    (
        LetterState.OPEN.value,
        LetterState.PAUSED.value,
        LetterState.CLOSED.value,
        LetterState.ARCHIVED.value,
        LetterState.WITHDRAWN.value,
    )
)
# The moves an organizer makes on the page of an update, by its state, in the order of the buttons.
MOVES = {
    UpdateState.SCHEDULED.value: ("unschedule", "cancel"),
    UpdateState.SENDING.value: ("pause", "cancel"),
    UpdateState.PAUSED.value: ("resume", "cancel"),
}
# Its words and its circle may change as long as no mail was prepared.
CHANGEABLE = frozenset((UpdateState.DRAFT.value,))


@dataclass(frozen=True)
class Words:
    """What an organizer wrote and chose."""

    kind: str
    title: str
    body: str
    edition: int | None = None
    version: int | None = None
    country: str = ""
    per_hour: int | None = None
    is_public: bool = True

    def segment(self) -> dict[str, object]:
        """Whom it is narrowed to; nothing for everybody who asked."""
        chosen = {"version": self.version, "country": self.country}
        return {name: value for name, value in chosen.items() if value}


@dataclass(frozen=True)
class Standing:
    """What decides whether a mail may still go to a signatory, read right before it is sent."""

    verification: str
    moderation: str
    is_withdrawn: bool
    is_merged: bool
    has_address: bool
    consents: bool
    is_suppressed: bool


def skip_reason(standing: Standing | None) -> str | None:
    """Why a signatory gets no mail: withdrawn, suppressed or unsubscribed; None when they do."""
    if standing is None or standing.is_withdrawn or standing.is_merged or not standing.has_address:
        return "withdrawn"
    if standing.verification != Verification.VERIFIED or standing.moderation == Moderation.REJECTED:
        return "withdrawn"
    if standing.is_suppressed:
        return "suppressed"
    return None if standing.consents else "unsubscribed"


def free_slot(taken: Iterable[int]) -> int | None:
    """The first of the four result mails that a signatory has left; None when all are used."""
    used = set(taken)
    return next((slot for slot in range(1, RESULT_MAILS + 1) if slot not in used), None)


def turns(last: datetime | None, per_hour: int | None, now: datetime, most: int) -> list[datetime]:
    """When the next mails may leave, `most` at the most; with a throttle evenly spread, a minute ahead.

    `last` is the turn of the last mail that was handed over. An hour without a worker is not made up for.
    """
    if per_hour is None:
        return [now] * most
    gap = timedelta(hours=1) / per_hour
    first = now if last is None else max(now, last + gap)
    number = min(most, int((now + AHEAD - first) / gap) + 1) if first <= now + AHEAD else 0
    return [first + gap * place for place in range(number)]


def takes_mails(letter_state: str) -> bool:
    """Whether updates of a letter in this state may be posted and mailed."""
    return letter_state in TAKES_MAILS
