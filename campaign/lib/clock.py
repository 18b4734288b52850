"""The one clock of the product. Every moment is an aware datetime in UTC."""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The present moment in UTC, moved by the test-only offset."""
    return datetime.now(UTC) + _offset


def set_offset(seconds: float) -> None:
    """Move the clock of this process by so many seconds; 0 puts it right. For tests of clock jumps."""
    global _offset
    _offset = timedelta(seconds=seconds)


def rfc3339(moment: datetime) -> str:
    """The moment in UTC as "2026-06-18T17:00:00Z", whole seconds (RFC 3339). ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be written as RFC 3339")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
