"""The life of a letter: every move of the table, every move that is not in it, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.letters import jobs, operations
from campaign.models import Letter, LetterTarget, LogEntry
from campaign.states import LetterState, Refused
from tests.factories import make_letter

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
Session = scoped_session[Any]

MOVES: dict[str, Callable[..., None]] = {
    "schedule": operations.schedule_letter,
    "unschedule": operations.unschedule_letter,
    "open": operations.open_letter,
    "pause": operations.pause_letter,
    "resume": operations.resume_letter,
    "close": operations.close_letter,
    "reopen": operations.reopen_letter,
    "archive": operations.archive_letter,
    "withdraw": lambda letter, **who: operations.withdraw_letter(letter, "The company agreed.", **who),
    "remove": lambda letter, **who: operations.remove_letter(letter, "A court said so.", **who),
    "restore": operations.restore_letter,
}
# The table of the product's contract (p-L2), written out once more: state -> move -> state after it.
LEGAL = {
    "draft": {"schedule": "scheduled", "open": "open", "withdraw": "withdrawn", "remove": "removed"},
    "scheduled": {"unschedule": "draft", "open": "open", "withdraw": "withdrawn", "remove": "removed"},
    "open": {"pause": "paused", "close": "closed", "withdraw": "withdrawn", "remove": "removed"},
    "paused": {"resume": "open", "close": "closed", "withdraw": "withdrawn", "remove": "removed"},
    "closed": {"reopen": "open", "archive": "archived", "withdraw": "withdrawn", "remove": "removed"},
    "archived": {"withdraw": "withdrawn", "remove": "removed"},
    "withdrawn": {"restore": "open", "remove": "removed"},
    "removed": {"restore": "open"},
}


@pytest.mark.parametrize("move", ["open", "schedule"])
def test_letter_by_employees_opens_only_where_they_may_sign(session: Session, move: str) -> None:
    """p-S3: an owner switches it on first."""
    letter = letter_in("draft", kind="employees")
    with pytest.raises(Refused) as caught:
        MOVES[move](letter, by_id=None, now=NOW)
    assert (caught.value.reason, letter.state) == ("employees_not_on", "draft")
    letter.accepts_employees = True
    session.flush()
    letter.opens_at = NOW + timedelta(days=1)
    MOVES[move](letter, by_id=None, now=NOW)
    assert letter.state == {"open": "open", "schedule": "scheduled"}[move]


def state_of(session: Session, slug: str) -> str:
    """The state of a letter as another process finds it."""
    session.rollback()
    return str(session.scalar(select(Letter.state).where(Letter.slug == slug)))


def letter_in(state: str, **changes: Any) -> Letter:
    """A letter in a state from which every legal move is possible."""
    opens_at = NOW + HOUR if state in ("draft", "scheduled") else None
    return make_letter("stop", state, **{"closes_at": None, "opens_at": opens_at, **changes})


@pytest.mark.parametrize("state", list(LetterState))
@pytest.mark.parametrize("move", MOVES)
def test_every_move(session: Session, state: str, move: str) -> None:
    """p-L2: each move of the table works and is logged once; every other is refused and changes nothing."""
    letter = letter_in(state)
    after = LEGAL[state].get(move)
    if after is None:
        with pytest.raises(Refused) as caught:
            MOVES[move](letter, by_id=None, now=NOW)
        assert (caught.value.reason, letter.state) == ("illegal_move", state)
        assert session.scalars(select(LogEntry)).all() == []
        return
    MOVES[move](letter, by_id=None, now=NOW)
    assert (letter.state, letter.changed_at) == (after, NOW)
    logged = session.scalars(select(LogEntry)).one()
    assert (logged.act, logged.detail, logged.letter_id) == (
        f"letter_{move}",
        {"before": state, "after": after},
        letter.id,
    )


@pytest.mark.parametrize("was", ["draft", "scheduled", "open", "paused", "closed", "archived"])
@pytest.mark.parametrize("moves", [("withdraw",), ("remove",), ("withdraw", "remove")])
def test_letter_comes_back_as_what_it_was(session: Session, was: str, moves: tuple[str, ...]) -> None:
    """T24: taking down is reversible, once or twice over; the reason goes with it."""
    letter = letter_in(was)
    for move in moves:
        MOVES[move](letter, by_id=None, now=NOW)
    assert letter.reason != ""
    operations.restore_letter(letter, by_id=None, now=NOW)
    assert (letter.state, letter.state_before, letter.reason) == (was, None, "")


def test_scheduled_letter_does_not_come_back_by_surprise(session: Session) -> None:
    """A letter whose opening time passed while it was withdrawn would be public a second later."""
    letter = letter_in("scheduled")
    MOVES["withdraw"](letter, by_id=None, now=NOW)
    with pytest.raises(Refused) as caught:
        operations.restore_letter(letter, by_id=None, now=NOW + 2 * HOUR)
    assert (caught.value.reason, letter.state) == ("opens_in_past", "withdrawn")


@pytest.mark.parametrize("take_down", [operations.withdraw_letter, operations.remove_letter])
def test_taking_down_needs_a_reason(session: Session, take_down: Callable[..., None]) -> None:
    """The public reads the reason, so there is one."""
    letter = letter_in("open")
    with pytest.raises(Refused) as caught:
        take_down(letter, "  ", by_id=None, now=NOW)
    assert (caught.value.reason, letter.state) == ("needs_reason", "open")


def test_pause_moves_the_closing_time(session: Session) -> None:
    """p-L2: pausing extends the deadline, by exactly the pause; without a deadline there is still none."""
    letter = letter_in("open", closes_at=NOW + HOUR)
    operations.pause_letter(letter, by_id=None, now=NOW)
    operations.resume_letter(letter, by_id=None, now=NOW + 3 * HOUR)
    assert (letter.closes_at, letter.paused_at) == (NOW + 4 * HOUR, None)
    endless = make_letter("endless", "open")
    operations.pause_letter(endless, by_id=None, now=NOW)
    operations.resume_letter(endless, by_id=None, now=NOW + HOUR)
    assert endless.closes_at is None


def test_clock_set_back_takes_no_time_away(session: Session) -> None:
    """P12: a pause that seems to end before it began moves nothing."""
    letter = letter_in("open", closes_at=NOW + HOUR)
    operations.pause_letter(letter, by_id=None, now=NOW)
    operations.resume_letter(letter, by_id=None, now=NOW - 2 * HOUR)
    assert letter.closes_at == NOW + HOUR


@pytest.mark.parametrize(
    ("state", "changes", "move", "reason"),
    [
        ("draft", {"opens_at": None}, "schedule", "needs_opening_time"),
        ("draft", {"opens_at": NOW}, "schedule", "opens_in_past"),
        ("draft", {"closes_at": NOW + HOUR}, "schedule", "closes_before_opening"),
        ("draft", {"closes_at": NOW}, "open", "closes_in_past"),
        ("draft", {"title": " "}, "open", "letter_incomplete"),
        ("draft", {"title": " "}, "schedule", "letter_incomplete"),
        ("closed", {"closes_at": NOW - HOUR}, "reopen", "closes_in_past"),
    ],
)
def test_move_that_would_break_a_promise(
    session: Session, state: str, changes: dict[str, Any], move: str, reason: str
) -> None:
    """A legal move is refused where the letter is not ready for it."""
    letter = letter_in(state, **changes)
    with pytest.raises(Refused) as caught:
        MOVES[move](letter, by_id=None, now=NOW)
    assert (caught.value.reason, letter.state) == (reason, state)


def test_letter_that_asks_nobody_does_not_open(session: Session) -> None:
    """A letter needs a target."""
    letter = letter_in("draft")
    session.execute(delete(LetterTarget))
    with pytest.raises(Refused) as caught:
        operations.open_letter(letter, by_id=None, now=NOW)
    assert caught.value.reason == "letter_incomplete"


def test_moves_note_their_times(session: Session) -> None:
    """Opened once, closed at the moment, and not closed any more when it is open again."""
    letter = letter_in("draft")
    operations.open_letter(letter, by_id=None, now=NOW)
    operations.close_letter(letter, by_id=None, now=NOW + HOUR)
    assert (letter.opened_at, letter.closed_at) == (NOW, NOW + HOUR)
    operations.reopen_letter(letter, by_id=None, now=NOW + 2 * HOUR)
    assert (letter.opened_at, letter.closed_at) == (NOW, None)


def test_clock_opens_and_closes_on_time(session: Session) -> None:
    """p-L2: without a person, not a second early, and never twice."""
    make_letter("opening", "scheduled", opens_at=NOW, closes_at=NOW + 2 * HOUR)
    make_letter("closing", "open", closes_at=NOW + HOUR)
    session.commit()
    for moment, states in (
        (NOW - timedelta(microseconds=1), ["scheduled", "open"]),
        (NOW, ["open", "open"]),
        (NOW, ["open", "open"]),
        (NOW + HOUR, ["open", "closed"]),
        (NOW + 2 * HOUR, ["closed", "closed"]),
    ):
        jobs.keep_time(moment)
        assert [state_of(session, "opening"), state_of(session, "closing")] == states
    acts = list(session.scalars(select(LogEntry.act).order_by(LogEntry.id)))
    assert acts == ["letter_open", "letter_close", "letter_close"]


def test_late_clock_closes_at_the_announced_moment(session: Session) -> None:
    """P13: a worker that was away changes nothing about when a letter closed."""
    make_letter("stop", "open", closes_at=NOW)
    session.commit()
    jobs.keep_time(NOW + 5 * HOUR)
    found = session.execute(select(Letter.state, Letter.closed_at, Letter.changed_at)).one()
    assert tuple(found) == ("closed", NOW, NOW + 5 * HOUR)


@pytest.mark.parametrize("state", ["paused", "withdrawn", "removed", "draft", "archived"])
def test_clock_leaves_other_letters_alone(session: Session, state: str) -> None:
    """A paused letter does not close: its time will move; a draft does not open."""
    make_letter("stop", state, opens_at=NOW - HOUR, closes_at=NOW)
    session.commit()
    jobs.keep_time(NOW + HOUR)
    assert state_of(session, "stop") == state


def test_broken_letter_does_not_stop_the_clock(session: Session) -> None:
    """A letter that cannot open is left where it is; the next one opens."""
    broken = make_letter("broken", "scheduled", opens_at=NOW)
    session.execute(delete(LetterTarget).where(LetterTarget.letter_id == broken.id))
    make_letter("good", "scheduled", opens_at=NOW)
    session.commit()
    jobs.keep_time(NOW)
    assert [state_of(session, "broken"), state_of(session, "good")] == ["scheduled", "open"]


def test_idle_clock_reads_once_and_writes_nothing(app: Flask, session: Session) -> None:
    """The clock ticks every second: one indexed read, in a transaction that takes no lock."""
    make_letter("stop", "open", closes_at=NOW + HOUR)
    session.commit()
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement.split()[0].upper() if not statement.startswith("BEGIN") else statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        jobs.keep_time(NOW)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [statement for statement in seen if statement != "BEGIN"] == ["SELECT"]
