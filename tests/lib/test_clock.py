"""Times are aware, in UTC, and written in one way (P12)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from campaign.lib import clock


@pytest.fixture
def _put_right() -> Iterator[None]:
    yield
    clock.set_offset(0)


@pytest.mark.usefixtures("_put_right")
@pytest.mark.parametrize("seconds", [2 * 86400, -7200])
def test_now_follows_the_offset(seconds: int) -> None:
    clock.set_offset(seconds)
    moved = clock.now() - datetime.now(UTC)
    assert abs(moved - timedelta(seconds=seconds)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 6, 18, 17, 0, tzinfo=UTC), "2026-06-18T17:00:00Z"),
        (datetime(2018, 6, 18, 10, 0, 59, 999999, tzinfo=timezone(timedelta(hours=-7))), "2018-06-18T17:00:59Z"),
    ],
)
def test_rfc3339_writes_whole_seconds_in_utc(moment: datetime, text: str) -> None:
    assert clock.rfc3339(moment) == text


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.rfc3339(datetime(2026, 6, 18))  # noqa: DTZ001 a naive one is the point
