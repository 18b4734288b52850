"""Complaints that are looked at once more: by a press, or because what was done about them was taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from campaign.choices import ComplaintOutcome
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.models import Complaint
from campaign.moderation import cases
from campaign.moderation.cases import ANSWERED_WITHIN
from campaign.signing.operations import mark_dirty
from campaign.states import CASE, Refused, advance


def reopen(letter_id: int, case_id: int, *, by_id: int | None, now: datetime) -> None:
    """Looks at a dismissed complaint once more; its public line goes, and the deadline begins anew.

    Raises `Refused` not_found, illegal_move.
    """
    _open_again(locked_case(letter_id, case_id), "reopen", by_id, now)


def reopen_upheld(
    letter_id: int, signature_ids: Collection[int], outcome: ComplaintOutcome, *, by_id: int | None, now: datetime
) -> None:
    """Opens the complaints again that were upheld by what is taken back now: their public outcome is true no more."""
    for case in cases.cases_upheld(letter_id, signature_ids, outcome):
        _open_again(case, "take_back", by_id, now)


def locked_case(letter_id: int, case_id: int) -> Complaint:
    """A complaint about a letter, locked. Raises `Refused("not_found")`."""
    case = cases.case_for_change(letter_id, case_id)
    if case is None:
        raise Refused("not_found")
    return case


def log_case(case: Complaint, act: str, by_id: int | None, now: datetime) -> None:
    """A line of the log, and the public page made anew."""
    db.session.flush()
    detail = {"case": case.number, "outcome": case.outcome}
    record_act(act, now=now, by_id=by_id, letter_id=case.letter_id, detail=detail)
    mark_dirty(case.letter_id)


def _open_again(case: Complaint, event: str, by_id: int | None, now: datetime) -> None:
    case.state = advance(CASE, case.state, event)
    case.outcome, case.outcome_text, case.closed_at, case.signature_id = "", "", None, None
    case.due_at, case.overdue_told_at = now + ANSWERED_WITHIN, None
    log_case(case, "complaint_reopened", by_id, now)
