"""The response clock, as a table of cases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from campaign.lib.silence import Clock, of_several, response_clock

# 10:00 in Seattle.
DELIVERED = datetime(2018, 6, 18, 17, 0, tzinfo=UTC)
HANDED_ON = date(2018, 6, 18)
SEATTLE = "America/Los_Angeles"


def day(text: str) -> tuple[date, date]:
    """A reply of a known day."""
    return date.fromisoformat(text), date.fromisoformat(text)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "replies", "days", "answered_on"),
    [
        ("2018-06-18T17:00", [], 0, None),
        ("2018-06-19T06:59", [], 0, None),
        ("2018-06-19T07:00", [], 1, None),
        ("2020-06-10T12:00", [], 723, None),
        ("2020-06-10T12:00", [day("2018-06-18")], 0, "2018-06-18"),
        ("2020-06-10T12:00", [day("2018-07-18"), day("2018-07-02")], 14, "2018-07-02"),
        ("2020-06-10T12:00", [day("2018-05-23")], 723, None),
        ("2020-06-10T12:00", [day("2020-06-11")], 723, None),
        ("2020-06-10T12:00", [(date(2018, 6, 1), date(2018, 6, 30))], 0, "2018-06-18"),
        ("2020-06-10T12:00", [(date(2018, 8, 1), date(2018, 8, 31))], 44, "2018-08-01"),
        ("2020-06-10T12:00", [(date(2018, 5, 1), date(2018, 5, 31))], 723, None),
    ],
)
def test_days_by_the_calendar_of_the_letter(
    now: str, replies: list[tuple[date, date]], days: int, answered_on: str | None
) -> None:
    """p-D6: whole days from the first delivery until the first reply, where it stands still; older ones count not."""
    clock = response_clock(DELIVERED, replies, at(now), SEATTLE)
    expected = date.fromisoformat(answered_on) if answered_on else None
    assert clock == Clock(days=days, delivered_on=HANDED_ON, answered_on=expected)
    assert clock.is_running == (answered_on is None)


@pytest.mark.parametrize(("zone", "days"), [("Asia/Tokyo", 1), ("UTC", 0), (SEATTLE, 1)])
def test_zone_of_the_letter_decides_the_day(zone: str, days: int) -> None:
    """From 10:00 to half past midnight in Tokyo, from evening to morning in Seattle; in UTC it is the day it was."""
    assert response_clock(at("2018-06-18T01:00"), [], at("2018-06-18T15:30"), zone).days == days


@pytest.mark.parametrize("delivered_at", [None, at("2018-06-20T00:00")])
def test_no_clock_before_a_delivery(delivered_at: datetime | None) -> None:
    """p-D6: null before a delivery, whatever was said before it."""
    assert response_clock(delivered_at, [day("2018-06-01")], at("2018-06-19T12:00"), "UTC") == Clock()


def test_of_several_targets_the_silent_one_counts() -> None:
    """One company's answer does not speak for another."""
    answered, silent = Clock(days=90, answered_on=HANDED_ON), Clock(days=3)
    assert of_several([answered, silent, Clock()]) == silent
    assert of_several([answered, Clock(days=2, answered_on=HANDED_ON)]) == answered
    assert of_several([]) == Clock()
