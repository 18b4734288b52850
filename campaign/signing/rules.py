"""The rules of signing, as pure functions: who may sign and confirm, what is held, what is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from campaign.choices import PublicationMode, SignatureKind
from campaign.lib.periods import PERIODS
from campaign.states import LetterState, Moderation, Verification

LINK_LIFE = timedelta(days=7)
GRACE_AFTER_CLOSING = timedelta(hours=24)
NEVER_MAILED_LIFE = PERIODS["never_mailed"]
SAME_MAIL_PAUSE = timedelta(minutes=10)
# How long the code that approves an invitation can be typed.
CODE_LIFE = timedelta(hours=24)
REMINDERS = (timedelta(days=2), timedelta(days=5))
# Attempts from one network (D3), each counted over the time before it. An office or a campus has one address: above
# these a letter holds, a good deal further it asks for a proof of work, and only then anybody is sent away.
BURST_WINDOW, BURST_MOST = timedelta(minutes=5), 20
NETWORK_WINDOW, NETWORK_MOST = timedelta(hours=1), 40
PROOF_ABOVE, MOST_ON_LETTER, MOST_ON_SITE = 300, 3_000, 9_000
# Requests of one network at another door in an hour: for a mail once more, with a code, for one's links.
MOST_AT_DOOR = 3_000
# When a network that was refused may ask again, in seconds.
NETWORK_PAUSE = 600
# Seconds; nobody reads and types faster.
TOO_FAST = 3


@dataclass(frozen=True)
class Face:
    """What anybody may see of a public signature."""

    kind: str
    name: str
    title: str = ""
    affiliation: str = ""
    country: str = ""


@dataclass(frozen=True)
class OrganizationFace(Face):
    """A public organization as lists show it; `representative` only where they asked to be shown."""

    representative: str = ""


class Shown(Protocol):
    """The columns a face is made from: a model, or a row of a query."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def affiliation(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def is_private(self) -> bool: ...


def public_face(signature: Shown) -> Face | None:
    """The face of a public signature; None for one that is only counted (private, employees).

    The one rule for every page, file and feed; callers read from `public_signatures`.
    """
    if signature.is_private or signature.kind == SignatureKind.EMPLOYEE:
        return None
    return Face(signature.kind, signature.name, signature.title, signature.affiliation, signature.country)


class ShownEndorsement(Shown, Protocol):
    """A public organization with who signed for it, both empty unless they asked to be shown."""

    @property
    def representative(self) -> str: ...
    @property
    def role(self) -> str: ...


def organization_face(signature: ShownEndorsement) -> OrganizationFace | None:
    """The face of a public organization as lists show it, with its representative (x-S4)."""
    face = public_face(signature)
    if face is None:
        return None
    return OrganizationFace(**asdict(face), representative=signed_by(signature.representative, signature.role))


def signed_by(name: str, role: str) -> str:
    """Who signed for an organization: "Rosa Marín, Director"."""
    return ", ".join(filter(None, (name, role)))


def why_not_sign(state: str, closes_at: datetime | None, accepts: bool, now: datetime) -> str | None:
    """The reason a letter takes no signature of a kind now, or None.

    `letter_not_open` also between the closing instant and the moment the worker closes the letter.
    """
    if state != LetterState.OPEN or (closes_at is not None and now >= closes_at):
        return "letter_not_open"
    return None if accepts else "kind_not_accepted"


def is_burst(in_five_minutes: int, in_an_hour: int, _on_site: int) -> bool:
    """Whether one more attempt is more than a letter takes from one network without a look."""
    return in_five_minutes >= BURST_MOST or in_an_hour >= NETWORK_MOST


def is_network_full(_in_five_minutes: int, in_an_hour: int, on_site: int) -> bool:
    """Whether a network has made as many attempts as it may for now."""
    return in_an_hour >= MOST_ON_LETTER or on_site >= MOST_ON_SITE


def is_too_fast(seconds: int | None) -> bool:
    """Whether a form was filled in faster than people do; without the script's word there is no verdict (x-E3)."""
    return seconds is not None and seconds < TOO_FAST


def is_proof_asked(asks_proof: bool, proof_until: datetime | None, now: datetime) -> bool:
    """Whether a letter asks for a proof of work: by an organizer's switch, or for a time by the alarm."""
    return asks_proof or (proof_until is not None and now < proof_until)


def link_expiry(mailed_at: datetime, closes_at: datetime | None) -> datetime:
    """When a confirmation link ends: 7 days after the mail left, at latest 24 h after closing."""
    expiry = mailed_at + LINK_LIFE
    return expiry if closes_at is None else min(expiry, closes_at + GRACE_AFTER_CLOSING)


def may_confirm(expires_at: datetime | None, state: str, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a pending signature may still be confirmed at `now` on a letter in `state`.

    `closed_at` is when the letter closed or will close: an open one may be past it until the worker comes by.
    """
    if expires_at is not None and now >= expires_at:
        return False
    if state == LetterState.PAUSED:
        # Pausing extends the time.
        return True
    if closed_at is None:
        return state == LetterState.OPEN
    is_known = state in (LetterState.OPEN, LetterState.CLOSED, LetterState.ARCHIVED)
    return is_known and now < closed_at + GRACE_AFTER_CLOSING


def may_mail_again(asked_at: datetime | None, now: datetime) -> bool:
    """Whether the same mail may be asked for again: once in ten minutes."""
    return asked_at is None or now - asked_at >= SAME_MAIL_PAUSE


def moderation_after(mode: str, reasons: Sequence[str]) -> Moderation:
    """Where a confirmed signature goes: held with reasons, waiting in review mode, else approved."""
    if reasons:
        return Moderation.HELD
    return Moderation.WAITING if mode == PublicationMode.REVIEW_FIRST else Moderation.APPROVED


def entry_digest(*shown: str) -> str:
    """A digest of an entry as it is shown before confirming; a changed entry has another one."""
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()[:32]


def words_digest(version: Any) -> str:
    """The digest of what an approval accepts: the words of a version and its demands, as a page shows them."""
    demands = [demand.text for demand in version.demands]
    dated = str(version.dated_on or "")
    words = (version.title, version.salutation, version.body, version.demands_intro, *demands, version.closing)
    return entry_digest(str(version.id), dated, version.place, *words)


def approval_digest(row: Any, version: Any) -> str:
    """The digest of what a code approves: these words, under this line of an invitation, by this person."""
    return entry_digest(words_digest(version), row.line, row.approver, row.approver_role)


def is_second_approval(row: Any, version: Any) -> bool:
    """Whether the first of two people has approved just these words and this line of an invitation."""
    has_first = row.needs_second and row.first_approved_at is not None
    return bool(has_first and row.approved_digest == approval_digest(row, version))


def code_address(row: Any) -> str:
    """Where the newest code of an invitation was mailed."""
    return (row.second_approver_email if row.first_approved_at else row.approver_email) or ""


def standing_of_question(asked: Any, signature: Any) -> str:
    """Where a question stands: open, answered, or why it needs no answer: withdrawn, shown, decided, over."""
    if signature.withdrawn_at is not None:
        return "withdrawn"
    if signature.verification != Verification.VERIFIED or signature.merged_into_id is not None:
        return "over"
    if signature.moderation == Moderation.APPROVED:
        return "shown"
    if signature.moderation == Moderation.REJECTED:
        return "decided"
    if asked.ended_at is not None:
        return "over"
    return "answered" if asked.answered_at is not None else "open"


def milestone(total: int) -> int:
    """The next round number to reach: 1, 2.5, 5 or 7.5 times a power of ten, steps of 25,000 above."""
    if total >= 100_000:
        return (total // 25_000 + 1) * 25_000
    steps = [int(factor * 10**power) for power in range(1, 6) for factor in (1, 2.5, 5, 7.5)]
    return next(step for step in steps if step > total)
