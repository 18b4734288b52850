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


class LetterKind(StrEnum):
    """Who a letter is signed by."""

    COALITION = "coalition"
    PUBLIC = "public"
    ACADEMICS = "academics"
    EMPLOYEES = "employees"
    INVESTORS = "investors"


class SignatureKind(StrEnum):
    """Who signed; `imported` rows are counted apart."""

    PERSON = "person"
    ORGANIZATION = "organization"
    EMPLOYEE = "employee"
    IMPORTED = "imported"


class OrganizationType(StrEnum):
    """What an organization is."""

    NGO = "ngo"
    UNION = "union"
    COMPANY = "company"
    PUBLIC_BODY = "public_body"
    ACADEMIC = "academic"
    FAITH = "faith"
    OTHER = "other"


class Role(StrEnum):
    """What an organizer may do in a campaign."""

    OWNER = "owner"
    VIEWER = "viewer"


class PublicationMode(StrEnum):
    """What happens to a confirmed signature: published unless risky, or reviewed first; or who may sign at all."""

    HOLD_RISKY = "hold_risky"
    REVIEW_FIRST = "review_first"
    INVITATION_ONLY = "invitation_only"


class VersionChange(StrEnum):
    """What made a version: the first text, a correction that asks nobody, a new text that asks everybody."""

    FIRST = "first"
    CORRECTION = "correction"
    NEW_TEXT = "new_text"


class VersionAnswer(StrEnum):
    """What a signatory said to a new version of the text."""

    NONE = "none"
    KEEP = "keep"
    WITHDRAW = "withdraw"
    LATER = "later"


class DeliveryMethod(StrEnum):
    """How a letter was handed over."""

    IN_PERSON = "in_person"
    POST = "post"
    EMAIL = "email"
    FORM = "form"
    OTHER = "other"


class ResponseKind(StrEnum):
    """What a target did. Acknowledging is no answer; `act` is something done rather than said."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    STATEMENT = "statement"
    ACT = "act"
    CORRECTION = "correction"


class Audience(StrEnum):
    """To whom a target spoke."""

    SIGNATORIES = "signatories"
    PRESS = "press"
    LAWMAKERS = "lawmakers"
    PUBLIC = "public"
    OTHERS = "others"


class DemandStatus(StrEnum):
    """Where one demand stands."""

    SILENT = "silent"
    ACKNOWLEDGED = "acknowledged"
    STATEMENT = "statement"
    PARTLY_MET = "partly_met"
    MET = "met"
    REFUSED = "refused"
    REVERSED = "reversed"


class CommitmentState(StrEnum):
    """Whether a promise was kept."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


class UpdateKind(StrEnum):
    """What an update is: news for `wants_updates`, a result for `wants_results`, the final copy for organizations."""

    NEWS = "news"
    RESULT = "result"
    FINAL_COPY = "final_copy"


class UpdateMailState(StrEnum):
    """One mail of an update; `parked` may or may not have left, and is not sent again by itself; `failed` did not."""

    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "skipped"
    PARKED = "parked"
    FAILED = "failed"
