"""Who gets which update and when, as tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaign.updates.rules import Standing, Words, free_slot, skip_reason, turns

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FINE = Standing("verified", "approved", False, False, True, True, False)


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (FINE, None),
        (replace(FINE, moderation="held"), None),
        (replace(FINE, moderation="waiting"), None),
        (replace(FINE, moderation="rejected"), "withdrawn"),
        (replace(FINE, verification="pending"), "withdrawn"),
        (replace(FINE, verification="expired"), "withdrawn"),
        (replace(FINE, is_withdrawn=True), "withdrawn"),
        (replace(FINE, is_merged=True), "withdrawn"),
        (replace(FINE, has_address=False), "withdrawn"),
        (replace(FINE, is_suppressed=True, consents=False), "suppressed"),
        (replace(FINE, consents=False), "unsubscribed"),
        (None, "withdrawn"),
    ],
)
def test_skip_reason(standing: Standing | None, reason: str | None) -> None:
    """p-S6: no mail without its consent, to nobody who left."""
    assert skip_reason(standing) == reason


@pytest.mark.parametrize(
    ("taken", "slot"), [([], 1), ([1], 2), ([1, 2, 3], 4), ([2, 1, 4, 3], None), ([1, 3], 2), ([2], 1)]
)
def test_free_slot(taken: list[int], slot: int | None) -> None:
    """p-S6: four result mails, and a place that was given back is used again."""
    assert free_slot(taken) == slot


@pytest.mark.parametrize(
    ("last", "per_hour", "most", "minutes"),
    [
        (None, None, 3, [0, 0, 0]),
        (NOW - MINUTE, None, 2, [0, 0]),
        (None, 60, 10, [0, 1]),
        (NOW, 60, 10, [1]),
        (NOW + MINUTE, 60, 10, []),
        (NOW - timedelta(hours=1), 60, 10, [0, 1]),
        (NOW, 1, 10, []),
        (NOW - timedelta(minutes=59, seconds=30), 1, 10, [0.5]),
        (None, 240, 3, [0, 0.25, 0.5]),
        (None, 100_000, 1000, [number * 0.0006 for number in range(1000)]),
    ],
)
def test_turns(last: datetime | None, per_hour: int | None, most: int, minutes: list[float]) -> None:
    """p-D7: evenly spread, a minute ahead; what a dead worker missed is not made up for in a burst."""
    assert turns(last, per_hour, NOW, most) == [NOW + MINUTE * minute for minute in minutes]


def test_throttle_holds_over_hours() -> None:
    """However often it is asked, no hour has more mails than it may."""
    last, given, moment = None, [], NOW
    while moment < NOW + timedelta(hours=3):
        step = turns(last, 90, moment, 1000)
        given += step
        last = step[-1] if step else last
        moment += timedelta(seconds=7)
    hours = [sum(start <= turn < start + timedelta(hours=1) for turn in given) for start in given]
    assert max(hours) == 90


def test_segment_names_what_was_chosen() -> None:
    """Nothing chosen is everybody who asked."""
    assert Words("news", "Title", "Text").segment() == {}
    assert Words("news", "Title", "Text", version=2, country="PT").segment() == {"version": 2, "country": "PT"}
