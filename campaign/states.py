"""Every state machine of the product: the states, who may move where, and one door, `advance`.

Letter::

    draft -> scheduled -> open <-> paused
      |          |          |        |
      +----------+--> open  +-> closed -> archived
    any but removed -> withdrawn;  any -> removed;  withdrawn, removed -> the state before (restore)

Signature, two independent questions::

    verification:  pending -> verified      moderation:  waiting -> approved | held | rejected
                   pending -> expired                    approved <-> held <-> rejected
                   expired -> pending                    any decided -> waiting (undo)

Job::

    ready -> sending -> done | ready (again later) | dead (gave up) | parked (crashed, at most once)

Edition: building -> frozen -> delivered.   Export: waiting -> running -> done | failed | cancelled.
Delivery: prepared -> delivered.   Response: waiting -> published | set_aside;  set_aside -> published.

Bulk decision: counting -> counted -> running -> done;  counting, counted, running -> cancelled;
done, cancelled -> undoing -> undone.

Invitation::

    none -> considering | question | approved | declined, and from any of these but approved to any other;
    approved -> none only when its signature is withdrawn

Update::

    draft -> scheduled -> sending <-> paused;  draft -> sending;  scheduled -> draft
    sending -> sent;  scheduled, sending, paused -> cancelled

Complaint (`CASE`): open -> answered;  open, answered -> upheld | dismissed;  dismissed -> open (looked at again);
upheld -> open (what was done about it was taken back)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Refused(Exception):
    """The product says no, with a short reason that `campaign.sentences` turns into a sentence."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


class LetterState(StrEnum):
    """The life of a letter."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class Verification(StrEnum):
    """Whether the signatory proved to be who signed."""

    PENDING = "pending"
    VERIFIED = "verified"
    EXPIRED = "expired"


class Moderation(StrEnum):
    """What an organizer, or a rule, decided about showing a signature."""

    WAITING = "waiting"
    APPROVED = "approved"
    HELD = "held"
    REJECTED = "rejected"


class JobState(StrEnum):
    """Where a piece of later work stands."""

    READY = "ready"
    SENDING = "sending"
    DONE = "done"
    DEAD = "dead"
    PARKED = "parked"


class EditionState(StrEnum):
    """A frozen list: being written, frozen for ever, handed over."""

    BUILDING = "building"
    FROZEN = "frozen"
    DELIVERED = "delivered"


class ExportState(StrEnum):
    """A file being made."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class InvitationAnswer(StrEnum):
    """What an organization on the coalition board answered."""

    NONE = "none"
    CONSIDERING = "considering"
    QUESTION = "question"
    APPROVED = "approved"
    DECLINED = "declined"


class DeliveryState(StrEnum):
    """A handing-over: being prepared, done."""

    PREPARED = "prepared"
    DELIVERED = "delivered"


class ResponseState(StrEnum):
    """Whether a response is shown; one set aside shows the reason."""

    WAITING = "waiting"
    PUBLISHED = "published"
    SET_ASIDE = "set_aside"


class UpdateState(StrEnum):
    """Where the mailing of an update stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


class CaseState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


Table = Mapping[tuple[str, str], str]

_D, _S, _O, _P, _C, _A, _W, _R = (state.value for state in LetterState)

LETTER: Table = {
    (_D, "schedule"): _S,
    (_S, "unschedule"): _D,
    (_D, "open"): _O,
    (_S, "open"): _O,
    (_O, "pause"): _P,
    (_P, "resume"): _O,
    (_O, "close"): _C,
    (_P, "close"): _C,
    (_C, "reopen"): _O,
    (_C, "archive"): _A,
    **{(state, "withdraw"): _W for state in (_D, _S, _O, _P, _C, _A)},
    **{(state, "remove"): _R for state in (_D, _S, _O, _P, _C, _A, _W)},
    # Taking a letter down is reversible: it keeps the state it had, and goes back to just that.
    **{(taken, f"restore_{was}"): was for taken in (_W, _R) for was in (_D, _S, _O, _P, _C, _A)},
}

VERIFICATION: Table = {
    ("pending", "verify"): "verified",
    ("pending", "expire"): "expired",
    ("expired", "renew"): "pending",
    ("verified", "reprove"): "pending",
}

MODERATION: Table = {
    **{(state, "approve"): "approved" for state in ("waiting", "held", "rejected")},
    **{(state, "hold"): "held" for state in ("waiting", "approved", "rejected")},
    **{(state, "reject"): "rejected" for state in ("waiting", "approved", "held")},
    **{(state, "reset"): "waiting" for state in ("approved", "held", "rejected")},
}

JOB: Table = {
    ("ready", "claim"): "sending",
    ("sending", "finish"): "done",
    ("sending", "retry"): "ready",
    ("sending", "give_up"): "dead",
    ("sending", "park"): "parked",
    ("dead", "again"): "ready",
    ("parked", "again"): "ready",
}

EDITION: Table = {("building", "freeze"): "frozen", ("frozen", "deliver"): "delivered"}

EXPORT: Table = {
    ("waiting", "start"): "running",
    ("running", "start"): "running",
    ("running", "finish"): "done",
    ("running", "fail"): "failed",
    ("waiting", "fail"): "failed",
    ("waiting", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
}

BULK: Table = {
    ("counting", "counted"): "counted",
    ("counted", "start"): "running",
    ("running", "finish"): "done",
    **{(state, "cancel"): "cancelled" for state in ("counting", "counted", "running")},
    **{(state, "undo"): "undoing" for state in ("done", "cancelled")},
    ("undoing", "finish"): "undone",
}

DELIVERY: Table = {("prepared", "deliver"): "delivered"}

RESPONSE: Table = {
    ("waiting", "publish"): "published",
    ("waiting", "set_aside"): "set_aside",
    ("set_aside", "publish"): "published",
}

_ANSWERS = ("none", "considering", "question", "approved", "declined")

INVITATION: Table = {
    **{(state, answer): answer for state in _ANSWERS for answer in _ANSWERS[1:] if state != "approved"},
    ("approved", "leave"): "none",
}

UPDATE: Table = {
    ("draft", "schedule"): "scheduled",
    ("scheduled", "unschedule"): "draft",
    ("draft", "send"): "sending",
    ("scheduled", "send"): "sending",
    ("sending", "pause"): "paused",
    ("paused", "resume"): "sending",
    ("sending", "finish"): "sent",
    ("scheduled", "cancel"): "cancelled",
    ("sending", "cancel"): "cancelled",
    ("paused", "cancel"): "cancelled",
}

CASE: Table = {
    ("open", "answer"): "answered",
    **{(state, "uphold"): "upheld" for state in ("open", "answered")},
    **{(state, "dismiss"): "dismissed" for state in ("open", "answered")},
    ("dismissed", "reopen"): "open",
    ("upheld", "take_back"): "open",
}


def advance(table: Table, state: str, event: str) -> str:
    """The state after `event`, by `table`. Raises `Refused("illegal_move")` for any other move."""
    try:
        return table[state, event]
    except KeyError:
        raise Refused("illegal_move", state=state, event=event) from None
