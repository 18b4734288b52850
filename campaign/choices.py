"""Words of which a column holds one, where no table says who may move where: those are in `states`."""

from __future__ import annotations

from enum import StrEnum


class Asking(StrEnum):
    """Whether a held signatory was asked something. In the order of the queue: who answered comes first."""

    ANSWERED = "answered"
    ASKED = "asked"
    NONE = "none"


class PairState(StrEnum):
    """What is thought of two signatures that may be one: nothing yet, that they are, or that they are not."""

    SUGGESTED = "suggested"
    MERGED = "merged"
    NOT_THE_SAME = "not_the_same"


class ComplaintKind(StrEnum):
    """What somebody complains about."""

    NOT_ME = "not_me"
    NAMED_FALSELY = "named_falsely"
    OTHER = "other"


class ComplaintOutcome(StrEnum):
    """How a complaint ended, in public; the last four dismiss it."""

    NONE = ""
    REMOVED = "removed"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    NOT_FOUND = "not_found"
    NO_GROUND = "no_ground"
    OTHER = "other"


class AskedWay(StrEnum):
    """Whom a representative's right to sign is asked of; the method that an approval proves."""

    PUBLISHED_CONTACT = "published_contact"
    SECOND_PERSON = "second_person"


class EmployeeMethod(StrEnum):
    """How an employee of the target was checked, the safest first; names of `verification.METHODS`."""

    CODE = "employee_code"
    PERSON = "personal_proof"
    WORK_MAIL = "work_mail"


class GuardList(StrEnum):
    """What an entry of a letter's lists says of whom it names."""

    TRUSTED = "trusted"
    BLOCKED = "blocked"


class GuardKind(StrEnum):
    """What an entry names, the most exact last."""

    NETWORK = "network"
    DOMAIN = "domain"
    ADDRESS = "address"


class AlarmKind(StrEnum):
    """What was unusual: one network, one mail domain, one pattern of names, the hour as such, our own mail."""

    NETWORK = "network"
    DOMAIN = "domain"
    NAME = "name"
    HOUR = "hour"
    MAIL = "mail"


class AlarmState(StrEnum):
    """Whether somebody has looked at an alarm, and whether it is over."""

    NEW = "new"
    SEEN = "seen"
    OVER = "over"


class BulkState(StrEnum):
    """A decision by condition: counted before anybody presses, carried out, taken back; `states.BULK` says how."""

    COUNTING = "counting"
    COUNTED = "counted"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"
