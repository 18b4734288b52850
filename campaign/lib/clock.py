"""The one clock of the product. Every moment is an aware datetime in UTC."""

import re
from datetime import UTC, datetime, timedelta

# RFC 3339 section 5.6; `datetime.fromisoformat` alone accepts far more (week dates, no zone).
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

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


def parse_rfc3339(text: str) -> datetime:
    """The moment an RFC 3339 text names, in UTC. ValueError where it names none."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"not an RFC 3339 time: {text[:40]!r}")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"outside the calendar: {text!r}") from error
