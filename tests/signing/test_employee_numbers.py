"""What may be told of employees: one number, once a day, from ten up, and no figure that makes anybody out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.choices import EmployeeMethod
from campaign.signing.employee_numbers import (
    LEFT_OUT,
    OTHER,
    SHOWN_FROM,
    employee_day,
    mail_counted,
    next_change,
    shown_number,
    ways_told,
)

NUMBERS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("moment", "day", "following"),
    [
        ("2026-06-18T03:59:59", "2026-06-17", "2026-06-18T04:00"),
        ("2026-06-18T04:00:00", "2026-06-18", "2026-06-19T04:00"),
        ("2026-06-18T23:00:00", "2026-06-18", "2026-06-19T04:00"),
    ],
)
def test_day_begins_at_four(moment: str, day: str, following: str) -> None:
    """T10: the number changes at a fixed hour."""
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert employee_day(now).isoformat() == day
    assert next_change(now) == datetime.fromisoformat(following).replace(tzinfo=UTC)
    assert now < next_change(now) <= now + timedelta(days=1)


def test_nothing_is_shown_below_ten() -> None:
    """p-S3: the number starts at ten."""
    assert [shown_number(number) for number in (0, 1, 9, 10, 142)] == [0, 0, 0, 10, 142]


@pytest.mark.parametrize(
    ("signed", "counted", "asked", "expected"),
    [
        (12, 0, 12, 0),  # all who were mailed signed: nine could be counted, which is too few
        (13, 0, 13, 10),
        (25, 0, 25, 22),
        (25, 0, 40, 25),
        (9, 0, 40, 0),
        (31, 22, 12, 22),  # nine more
        (35, 22, 16, 35),
        (20, 22, 0, 20),  # two left
        (22, 22, 0, 22),
    ],
)
def test_work_mail_is_counted_in_crowds(signed: int, counted: int, asked: int, expected: int) -> None:
    """T10: at least ten at a time, and never all who were mailed."""
    assert mail_counted(signed, counted, asked) == expected


@given(NUMBERS, NUMBERS, NUMBERS)
def test_move_never_proves_that_one_of_the_mailed_signed(signed: int, counted: int, asked: int) -> None:
    """T10: whatever happened, at least three of those who were mailed may not have signed."""
    rise = mail_counted(signed, counted, asked) - counted
    assert rise <= 0 or (rise >= SHOWN_FROM and rise <= asked - LEFT_OUT and rise <= signed - counted)


@given(st.dictionaries(st.sampled_from([method.value for method in EmployeeMethod]), NUMBERS))
def test_no_way_below_ten_is_told_or_can_be_worked_out(ways: dict[str, int]) -> None:
    """T10: each figure is ten at least, and all of them add up to the number that is shown."""
    told = ways_told(ways)
    assert sum(told.values()) == shown_number(sum(ways.values()))
    assert all(number >= SHOWN_FROM for number in told.values())
    assert all(told[name] == ways[name] for name in told if name != OTHER)


def test_ways_in_figures() -> None:
    """T10: what is too small goes together, and takes the smallest of the others in where it has to."""
    code, person, mail = (method.value for method in EmployeeMethod)
    assert ways_told({code: 118, person: 24}) == {code: 118, person: 24}
    assert ways_told({code: 118, person: 24, mail: 3}) == {code: 118, OTHER: 27}
    assert ways_told({code: 8, person: 7}) == {OTHER: 15}
    assert ways_told({code: 12, person: 1}) == {OTHER: 13}
    assert ways_told({code: 9}) == {}
