"""What becomes of a complaint: filed by anybody, answered and decided by organizers, told in public by its number.

A removal because "I did not sign this" is that of "it was not me": the entry is erased, and its mailbox is not written
to again. Any other removal is a rejection, which can be undone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete

from campaign import limits
from campaign.accounts.queries import who_may
from campaign.choices import ComplaintKind, ComplaintOutcome
from campaign.decisions import lock_chain, record_act, record_decision
from campaign.extensions import db
from campaign.jobs import outbox
from campaign.jobs.notices import write_to
from campaign.lib.emails import BadAddress, parse_address
from campaign.mailboxes import mailbox_of
from campaign.models import Complaint, ComplaintNote, Decision, Letter, Signature
from campaign.moderation import cases, queries
from campaign.moderation.cases import ANSWERED_WITHIN, SIGNS, Filing
from campaign.moderation.operations.correcting import correct_entry
from campaign.moderation.operations.decide import decide
from campaign.moderation.operations.recording import COMPLAINT
from campaign.moderation.operations.reopening import locked_case, log_case
from campaign.moderation.rules import Ruling
from campaign.signing.operations import mark_dirty
from campaign.signing.operations.manage import remove_signature
from campaign.states import CASE, CaseState, Moderation, Refused, advance

# What one mailbox may file in a day over the whole site, and what a letter takes in an hour; above the second number
# nobody is mailed a receipt, so that the form sends no mails to strangers in numbers.
A_DAY, AN_HOUR, RECEIPTS_AN_HOUR = 5, 1000, 60
# Stands for the operator of the site where a mail goes to owners.
OPERATOR = 0


def file_complaint(letter: Letter, filing: Filing, now: datetime) -> Complaint:
    """Opens a case, mails its number, and tells owners and operator; the same once more is the same case.

    Raises `Refused` too_many_complaints.
    """
    key = mailbox_of(parse_address(filing.email)).key
    today = limits.add(f"complaint:{key}", timedelta(days=1), now, most=None)
    known = cases.same_case(letter.id, key, filing, now)
    if known is not None:
        return known
    hour = limits.add(f"complaints:{letter.id}", timedelta(hours=1), now, most=None)
    if limits.is_on() and (today > A_DAY or hour > AN_HOUR):
        raise Refused("too_many_complaints")
    case = Complaint(
        letter_id=letter.id,
        number=_new_number(),
        kind=filing.kind,
        concerned=filing.concerned,
        name=filing.name,
        email=parse_address(filing.email).normalized,
        mailbox_key=key,
        text=filing.text,
        language=filing.language,
        is_trapped=filing.is_trapped,
        filed_at=now,
        due_at=now + ANSWERED_WITHIN,
    )
    db.session.add(case)
    db.session.flush()
    record_act("complaint_filed", now=now, letter_id=letter.id, detail={"case": case.number})
    mark_dirty(letter.id)
    if not case.is_trapped:
        _tell(letter, now)
        if hour <= RECEIPTS_AN_HOUR:
            _mail(case, "received", now)
    return case


def add_note(letter_id: int, case_id: int, text: str, *, by_id: int | None, now: datetime) -> None:
    """Keeps a note for the team. Raises `Refused` not_found, needs_text."""
    _write(locked_case(letter_id, case_id), text, by_id, now)


def answer(letter_id: int, case_id: int, text: str, *, by_id: int | None, now: datetime) -> None:
    """Mails the complainant an answer that decides nothing yet; the deadline begins anew.

    Raises `Refused` not_found, case_is_closed, needs_text, case_without_address.
    """
    case = locked_case(letter_id, case_id)
    if case.state not in cases.UNDECIDED:
        raise Refused("case_is_closed")
    if case.email is None:
        raise Refused("case_without_address")
    note = _write(case, text, by_id, now, is_answer=True)
    if case.state == CaseState.OPEN:
        case.state = advance(CASE, case.state, "answer")
    case.answered_at, case.due_at, case.overdue_told_at = now, now + ANSWERED_WITHIN, None
    log_case(case, "complaint_answered", by_id, now)
    _mail(case, "answered", now, note=note.id)


def remove(
    letter_id: int, case_id: int, signature_id: int, seen: str, *, tell: bool = False, by_id: int | None, now: datetime
) -> Decision | None:
    """Upholds a complaint and takes the signature off the letter; of "I did not sign this" that cannot be undone.

    Returns None where it is off after a complaint by now. Raises `Refused`: not_found, case_is_closed;
    already_withdrawn; as `decide` unless it is "I did not sign this".
    """
    case, decision = _open_case(letter_id, case_id), None
    if case.kind == ComplaintKind.NOT_ME:
        decision = _remove_for_good(case, _signature(letter_id, signature_id), by_id, now)
    elif not _is_off_after_complaint(_signature(letter_id, signature_id), seen):
        ruling = Ruling("reject", COMPLAINT, case.number, tell)
        decision = decide(letter_id, signature_id, seen, ruling, by_id=by_id, now=now)
    _close(case, "uphold", ComplaintOutcome.REMOVED, signature_id, by_id, now)
    return decision


def correct(
    letter_id: int, case_id: int, signature_id: int, entry: Mapping[str, str], *, by_id: int | None, now: datetime
) -> Decision:
    """Upholds a complaint and changes name, title or affiliation; what was typed stays in the record.

    Raises `Refused` not_found, case_is_closed, already_withdrawn, nothing_corrected.
    """
    case = _open_case(letter_id, case_id)
    decision = correct_entry(_signature(letter_id, signature_id), entry, case.number, by_id=by_id, now=now)
    _close(case, "uphold", ComplaintOutcome.CORRECTED, signature_id, by_id, now)
    return decision


def dismiss(letter_id: int, case_id: int, outcome: str, words: str, *, by_id: int | None, now: datetime) -> None:
    """Ends a complaint without a change, with the sentence that everybody reads; `words` where none of ours fits.

    Raises `Refused` not_found, case_is_closed, needs_outcome, outcome_names_somebody.
    """
    case = _open_case(letter_id, case_id)
    ours = (ComplaintOutcome.CONFIRMED, ComplaintOutcome.NOT_FOUND, ComplaintOutcome.NO_GROUND)
    own = words.strip() if outcome == ComplaintOutcome.OTHER else ""
    if outcome not in ours and not own:
        raise Refused("needs_outcome")
    if cases.names_somebody(own, case.name, case.concerned):
        raise Refused("outcome_names_somebody")
    case.outcome_text = own
    _close(case, "dismiss", ComplaintOutcome(outcome), None, by_id, now)


def tell_overdue(letter_id: int, case_id: int, now: datetime) -> None:
    """Tells the owners, once, that a complaint waits longer than was promised."""
    case = locked_case(letter_id, case_id)
    if case.state not in cases.UNDECIDED or case.overdue_told_at is not None or case.due_at > now:
        return
    case.overdue_told_at = now
    letter = db.session.get_one(Letter, letter_id)
    key = f"complaint-overdue:{case_id}:{int(case.due_at.timestamp())}"
    readers, payload = who_may(letter.campaign_id, "moderate"), {"complaint": case_id}
    write_to(readers, "moderation.complaint_overdue", key, payload, now=now, letter_id=letter_id)


def blank_case(letter_id: int, case_id: int, now: datetime) -> None:
    """Takes names, addresses and words from a complaint that ended long ago; number, dates and outcome stay."""
    case = locked_case(letter_id, case_id)
    case.concerned = case.name = case.text = ""
    case.email = case.mailbox_key = None
    case.blanked_at = now
    db.session.execute(delete(ComplaintNote).where(ComplaintNote.complaint_id == case_id))


def operator_mailbox() -> str | None:
    """The mail address in the operator's address, where there is one."""
    for part in re.split(r"[;,\s]+", str(current_app.config["OPERATOR_ADDRESS"] or "")):
        if "@" not in part:
            continue
        try:
            return parse_address(part).normalized
        except BadAddress:
            continue
    return None


def _open_case(letter_id: int, case_id: int) -> Complaint:
    """An undecided case, locked after its letter's chain, which what follows may write to."""
    lock_chain(letter_id)
    case = locked_case(letter_id, case_id)
    if case.state not in cases.UNDECIDED:
        raise Refused("case_is_closed")
    return case


def _signature(letter_id: int, signature_id: int) -> Signature:
    signature = queries.locked_signature(letter_id, signature_id)
    if signature is None or signature.kind == "employee":
        raise Refused("not_found")
    if signature.withdrawn_at is not None:
        raise Refused("already_withdrawn")
    return signature


def _remove_for_good(case: Complaint, signature: Signature, by_id: int | None, now: datetime) -> Decision:
    """Erases an entry whose owner did not sign, and never writes to its mailbox again."""
    before = {"verification": signature.verification, "moderation": signature.moderation}
    remove_signature(signature, now)
    said: dict[str, Any] = {"before": before, "after": {"case": case.number}}
    return record_decision(case.letter_id, signature.id, "complaint", by_id=by_id, now=now, **said)


def _is_off_after_complaint(signature: Signature, seen: str) -> bool:
    """Whether there is nothing left to take off: of another complaint, or of this one before it was open again."""
    return seen == signature.moderation == Moderation.REJECTED and signature.reasons == COMPLAINT


def _close(
    case: Complaint, event: str, outcome: ComplaintOutcome, signature_id: int | None, by_id: int | None, now: datetime
) -> None:
    case.state = advance(CASE, case.state, event)
    case.outcome, case.closed_at, case.signature_id = outcome.value, now, signature_id
    log_case(case, "complaint_closed", by_id, now)
    _mail(case, "closed", now)


def _write(case: Complaint, text: str, by_id: int | None, now: datetime, *, is_answer: bool = False) -> ComplaintNote:
    if not text.strip():
        raise Refused("needs_text")
    note = ComplaintNote(
        complaint_id=case.id, organizer_id=by_id, text=text.strip(), is_answer=is_answer, written_at=now
    )
    db.session.add(note)
    db.session.flush()
    return note


def _mail(case: Complaint, what: str, now: datetime, note: int = 0) -> None:
    """A mail to the complainant, if there is an address."""
    if case.email is None:
        return
    payload = {"complaint": case.id, "note": note}
    key = f"complaint-{what}:{case.id}:{note or int(now.timestamp())}"
    outbox.enqueue(f"moderation.complaint_{what}", key, payload, now=now, letter_id=case.letter_id)


def _tell(letter: Letter, now: datetime) -> None:
    """Mails owners and operator what was filed, in one mail for ten minutes."""
    readers = [*who_may(letter.campaign_id, "moderate"), *([OPERATOR] if operator_mailbox() else [])]
    kind, key, payload = "moderation.complaints_filed", f"complaints:{letter.id}", {"letter": letter.id}
    write_to(readers, kind, key, payload, now=now, letter_id=letter.id, is_gathered=True)


def _new_number() -> str:
    """A number that no case has, and that says nothing of any other."""
    while True:
        number = cases.number_of([secrets.choice(SIGNS) for _place in range(6)])
        if db.session.query(Complaint.id).filter_by(number=number).first() is None:
            return number
