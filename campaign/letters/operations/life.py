"""The life of a letter: every move goes through the table of `campaign.states`, once, and is logged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from campaign.choices import LetterKind
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.letters import queries, rules
from campaign.letters.employees import end_employees
from campaign.letters.operations.drafting import lock
from campaign.models import Letter
from campaign.states import LETTER, LetterState, Refused, advance

# With these steps of a letter it is over for its employees: their key goes (T10).
_ENDS = frozenset({"close", "archive", "withdraw", "remove"})


def schedule_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Lets the letter open by itself at its opening time.

    Raises `Refused`: illegal_move, employees_not_on, letter_incomplete, needs_opening_time, opens_in_past,
    closes_before_opening.
    """
    lock(letter)
    state = advance(LETTER, letter.state, "schedule")
    _check_complete(letter)
    if letter.opens_at is None:
        raise Refused("needs_opening_time")
    if letter.opens_at <= now:
        raise Refused("opens_in_past")
    if letter.closes_at is not None and letter.closes_at <= letter.opens_at:
        raise Refused("closes_before_opening")
    _move(letter, "schedule", state, by_id, now)


def unschedule_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Makes a scheduled letter a draft again. Raises `Refused("illegal_move")`."""
    lock(letter)
    _move(letter, "unschedule", advance(LETTER, letter.state, "unschedule"), by_id, now)


def open_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Publishes the letter and takes signatures.

    Raises `Refused`: illegal_move, employees_not_on, letter_incomplete, closes_in_past.
    """
    lock(letter)
    state = advance(LETTER, letter.state, "open")
    _check_complete(letter)
    _check_closing(letter.closes_at, now)
    _move(letter, "open", state, by_id, now, opened_at=now)


def pause_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Takes no signatures for a while; what was signed stands. Raises `Refused("illegal_move")`."""
    lock(letter)
    _move(letter, "pause", advance(LETTER, letter.state, "pause"), by_id, now, paused_at=now)


def resume_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Takes signatures again; the closing time moves by as long as the pause took. Raises `Refused("illegal_move")`."""
    lock(letter)
    state = advance(LETTER, letter.state, "resume")
    # A clock that was set back must not take time away from people.
    pause = max(now, letter.paused_at or now) - (letter.paused_at or now)
    closes_at = letter.closes_at + pause if letter.closes_at is not None else None
    _move(letter, "resume", state, by_id, now, paused_at=None, closes_at=closes_at)


def close_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Takes no more signatures; pending ones may be confirmed for 24 h. Raises `Refused("illegal_move")`."""
    lock(letter)
    _move(letter, "close", advance(LETTER, letter.state, "close"), by_id, now, closed_at=now, paused_at=None)


def reopen_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Takes signatures again after closing. Raises `Refused`: illegal_move, closes_in_past."""
    lock(letter)
    state = advance(LETTER, letter.state, "reopen")
    _check_closing(letter.closes_at, now)
    _move(letter, "reopen", state, by_id, now, closed_at=None)


def archive_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Sets a closed letter aside for good; it stays readable. Raises `Refused("illegal_move")`."""
    lock(letter)
    _move(letter, "archive", advance(LETTER, letter.state, "archive"), by_id, now)


def withdraw_letter(letter: Letter, reason: str, *, by_id: int | None, now: datetime) -> None:
    """Takes the letter back; its address shows the reason. Raises `Refused`: illegal_move, needs_reason."""
    _take_down(letter, "withdraw", reason, by_id, now)


def remove_letter(letter: Letter, reason: str, *, by_id: int | None, now: datetime) -> None:
    """Takes the letter off the site; its address answers 410. Raises `Refused`: illegal_move, needs_reason."""
    _take_down(letter, "remove", reason, by_id, now)


def restore_letter(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Brings a withdrawn or removed letter back into the state it had.

    Raises `Refused`: illegal_move; opens_in_past for a scheduled one that would open by itself at once.
    """
    lock(letter)
    state = advance(LETTER, letter.state, f"restore_{letter.state_before}")
    if state == LetterState.SCHEDULED and letter.opens_at is not None and letter.opens_at <= now:
        raise Refused("opens_in_past")
    _move(letter, "restore", state, by_id, now, state_before=None, reason="")


def keep_time(letter: Letter, now: datetime) -> None:
    """Opens a scheduled letter, or closes an open one, when its time has come; else nothing. Safe to call twice.

    It closed at the moment that was announced, however late the worker comes. Raises `Refused`:
    employees_not_on, letter_incomplete.
    """
    lock(letter)
    if letter.state == LetterState.SCHEDULED and letter.opens_at is not None and letter.opens_at <= now:
        _check_complete(letter)
        _move(letter, "open", advance(LETTER, letter.state, "open"), None, now, opened_at=now)
    elif letter.state == LetterState.OPEN and letter.closes_at is not None and letter.closes_at <= now:
        _move(letter, "close", advance(LETTER, letter.state, "close"), None, now, closed_at=letter.closes_at)


def _take_down(letter: Letter, event: str, reason: str, by_id: int | None, now: datetime) -> None:
    lock(letter)
    state = advance(LETTER, letter.state, event)
    if not reason.strip():
        raise Refused("needs_reason")
    # A withdrawn letter that is removed goes back to what it was before both.
    before = letter.state_before or letter.state
    _move(letter, event, state, by_id, now, state_before=before, reason=reason.strip())


def _check_complete(letter: Letter) -> None:
    """A letter that can be read, signed and answered: title, text, somebody it asks, and a way for its signatories."""
    if letter.kind == LetterKind.EMPLOYEES and not letter.accepts_employees:
        raise Refused("employees_not_on")
    version = queries.version_of(letter)
    if not (letter.title.strip() and version.body.strip() and queries.targets_of(letter.id)):
        raise Refused("letter_incomplete")


def _check_closing(closes_at: datetime | None, now: datetime) -> None:
    if problem := rules.opening_problem(closes_at, now):
        raise Refused(problem)


def _move(letter: Letter, event: str, state: str, by_id: int | None, now: datetime, **changes: Any) -> None:
    """Writes the new state, if the letter is still in the old one, and logs the move."""
    before = letter.state
    moved = db.session.execute(
        update(Letter)
        .where(Letter.id == letter.id, Letter.state == before)
        .values(state=state, changed_at=now, **changes)
        .execution_options(synchronize_session=False)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise Refused("illegal_move", state=before, event=event)
    if event in _ENDS:
        end_employees(letter, now)
    db.session.refresh(letter)
    detail = {"before": before, "after": state}
    record_act(
        f"letter_{event}", now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail
    )
    db.session.flush()
