"""What may be decided, and how a signature's state is told and looked for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Protocol

from campaign.choices import Asking, SignatureKind
from campaign.lib.names import fold, sort_key
from campaign.lib.numbers import whole_number
from campaign.sentences import HOLDS, QUESTIONS, REJECTIONS
from campaign.sentences.complaints import OUTCOMES
from campaign.states import MODERATION, Moderation, Refused, Verification

PAGE = 50
NOTE_LIMIT = 500
QUESTION_LIMIT = 1000
# Mails of a decision leave this much later, so that undoing is real.
MAIL_DELAY = timedelta(minutes=2)
ROW_LIMIT = 2**31
# From so many decisions on, what was measured is told.
FEWEST_WAITS = 5
# Consonants in a row that no name has.
RANDOM_RUN = 6
# A decision by condition: how many signatures one step takes, how many are shown before, how long it can be undone.
BULK_STEP, BULK_SAMPLE = 500, 20
BULK_UNDO = timedelta(days=30)
# The move that leads to a state, for undoing.
MOVE_TO = {
    Moderation.WAITING.value: "reset",
    Moderation.APPROVED.value: "approve",
    Moderation.HELD.value: "hold",
    Moderation.REJECTED.value: "reject",
}
# The decisions about two signatures.
OF_PAIRS = ("merge", "not_the_same")
# Those that can be taken back.
UNDOABLE = frozenset(("approve", "hold", "reject", "vouch", "release", "ask", "correct", *OF_PAIRS))
# How urgently a reason speaks; never by colour alone, each has its words.
TONES = {
    "addressee": "bad",
    "watched_name": "bad",
    "honeypot": "bad",
    "look_alike": "bad",
    "authority_declined": "bad",
    "impersonation": "bad",
    "abusive": "bad",
    "review_first": "info",
    "held_by_organizer": "info",
}
# What the desk's list of signatures can be narrowed to.
STATES = ("waiting", "held", "asked", "approved", "rejected", "pending", "expired", "withdrawn")
KINDS = tuple(kind.value for kind in SignatureKind)


@dataclass(frozen=True)
class Place:
    """A place of the queue: `asking` says whether among those who answered a question, who come first."""

    asking: str
    id: int

    def __str__(self) -> str:
        """As an address has it: 17, or a17 among those who answered."""
        return f"a{self.id}" if self.asking == Asking.ANSWERED else str(self.id)


@dataclass(frozen=True)
class Ruling:
    """What an organizer decided: `act` approve, hold or reject, with a key of REJECTIONS and own words.

    `act` may also be vouch or ask, which have operations of their own.
    """

    act: str
    reason: str = ""
    note: str = ""
    tell: bool = False


@dataclass(frozen=True)
class Question:
    """What a held signatory is asked: `ready` is a key of QUESTIONS, or `words` are the organizer's own."""

    ready: str = ""
    words: str = ""


class Askable(Protocol):
    """The columns that say whether somebody can be asked."""

    @property
    def kind(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def verification(self) -> str: ...
    @property
    def moderation(self) -> str: ...
    @property
    def asking(self) -> str: ...
    @property
    def withdrawn_at(self) -> object: ...
    @property
    def merged_into_id(self) -> int | None: ...


class Recorded(Protocol):
    """The columns the state of a signature is read from."""

    @property
    def verification(self) -> str: ...
    @property
    def moderation(self) -> str: ...
    @property
    def withdrawn_at(self) -> object: ...
    @property
    def merged_into_id(self) -> int | None: ...


def check_ruling(ruling: Ruling) -> None:
    """Rejecting needs a known reason, and "other" needs words. Raises `Refused` unknown_action, needs_reason."""
    if ruling.act not in ("approve", "hold", "reject"):
        raise Refused("unknown_action")
    if ruling.act != "reject":
        return
    if ruling.reason not in REJECTIONS or (ruling.reason == "other" and not ruling.note.strip()):
        raise Refused("needs_reason")


def check_question(question: Question) -> None:
    """A ready question that is known, or words. Raises `Refused("needs_question")`."""
    if question.ready not in QUESTIONS and not (question.words and not question.ready):
        raise Refused("needs_question")


def may_ask(signature: Askable) -> bool:
    """Whether somebody can be asked: proven, undecided, reachable, and not asked something already."""
    waits = standing(signature) in (Moderation.WAITING, Moderation.HELD)
    is_own = signature.kind in (SignatureKind.PERSON, SignatureKind.ORGANIZATION)
    return waits and is_own and bool(signature.email) and signature.asking != Asking.ASKED


def may_lapse(asked: Any, signature: Askable) -> bool:
    """Whether a question that nobody answered can come to its end: neither it nor its signature moved meanwhile."""
    is_open = asked.ended_at is None and asked.answered_at is None
    waits = standing(signature) in (Moderation.WAITING, Moderation.HELD)
    return is_open and waits and signature.asking == Asking.ASKED


def standing(signature: Recorded) -> str:
    """The one word for where a signature stands, a key of SIGNATURE_STATES."""
    if signature.withdrawn_at is not None:
        return "withdrawn"
    if signature.merged_into_id is not None:
        return "merged"
    if signature.verification != Verification.VERIFIED:
        return signature.verification
    return signature.moderation


def possible_acts(signature: Recorded) -> list[str]:
    """What an organizer can decide on a signature as it stands: approve, hold, reject, in this order."""
    if standing(signature) not in MOVE_TO:
        return []
    return [act for act in ("approve", "hold", "reject") if (signature.moderation, act) in MODERATION]


def hours_of(waits: Sequence[timedelta]) -> int | None:
    """In how many whole hours nine of ten waits ended, at least one; None where there are too few to say."""
    if len(waits) < FEWEST_WAITS:
        return None
    nine_of_ten = sorted(waits)[math.ceil(len(waits) * 0.9) - 1]
    return max(1, math.ceil(nine_of_ten / timedelta(hours=1)))


def reasons_of(text: str) -> list[str]:
    """The reasons kept on a signature, as keys."""
    return [reason for reason in text.split(";") if reason]


def reason_words(text: str, state: str) -> list[tuple[str, str]]:
    """Why a signature is where it is, as sentences with their tone; a waiting one without reasons is reviewed first."""
    keys = reasons_of(text) or (["review_first"] if state == Moderation.WAITING else [])
    return [(str(HOLDS.get(key) or REJECTIONS.get(key) or key), TONES.get(key, "warn")) for key in keys]


def outcome_words(outcome: str, own: str) -> str:
    """How a complaint ended, as everybody reads it; `own` are an organizer's words."""
    return str(OUTCOMES[outcome]) % {"words": own} if outcome == "other" else str(OUTCOMES[outcome])


def may_vouch(kind: str, verification: str, moderation: str) -> bool:
    """Whether an organizer's own knowledge can verify this: an organization that waits, is held or unconfirmed."""
    unproven = verification == Verification.PENDING
    undecided = verification == Verification.VERIFIED and moderation in (Moderation.WAITING, Moderation.HELD)
    return kind == SignatureKind.ORGANIZATION and (unproven or undecided)


def looks_random(name: str) -> bool:
    """Whether a word of the name is none that people speak: no vowels, many consonants in a row, digits within."""
    return any(_is_random(word) for word in name.split())


def _is_random(word: str) -> bool:
    if any(before.islower() and after.isupper() for before, after in pairwise(word[3:])):
        return True
    folded = fold(word)
    if not folded.isascii() or len(folded) < 6:
        return False
    if any(sign.isdigit() for sign in folded[1:-1]) and folded[0].isalpha() and folded[-1].isalpha():
        return True
    runs = re.split("[aeiouy'.-]", folded)
    return max(map(len, runs)) >= RANDOM_RUN


def row_id(text: str) -> int | None:
    """The number of a row from an address, or None for anything that cannot be one."""
    number = whole_number(text)
    return number if number is not None and 0 < number < ROW_LIMIT else None


def place_of(text: str) -> Place | None:
    """The place of the queue from an address, or None for anything that cannot be one."""
    number = row_id(text.removeprefix("a"))
    if number is None:
        return None
    return Place((Asking.ANSWERED if text.startswith("a") else Asking.NONE).value, number)


def name_range(prefix: str) -> tuple[bytes, bytes]:
    """The bounds of the sort keys of names that begin so: from the first, and below the second (UTS 10, level 1)."""
    start = sort_key(prefix).partition(b"\0\0")[0]
    # A weight has two bytes; one whose second byte is zero loses it at the partition.
    start += b"\0" * (len(start) % 2)
    return start, start + b"\xff\xff"
