"""Events as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime


def calendar(events: Sequence[tuple[str, datetime, str]], changed_at: datetime, url: str) -> str:
    """An iCalendar file from (id, moment, summary) of each event; lines folded at 75 bytes, CRLF.

    All events lead to `url`, whose host completes their ids; each reminds a day before.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Undersigned//EN"]
    for uid, moment, summary in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@{url.split('/')[2]}",
            f"DTSTAMP:{_utc(changed_at)}",
            f"DTSTART:{_utc(moment)}",
            f"SUMMARY:{_escaped(summary)}",
            f"URL:{url}",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_escaped(summary)}",
            "TRIGGER:-P1D",
            "END:VALARM",
            "END:VEVENT",
        ]
    return "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, "\\" + character)
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    parts: list[str] = []
    current = ""
    for character in line:
        # A continuation line begins with a space, which counts.
        if len((current + character).encode()) > 75 - bool(parts):
            parts.append(current)
            current = ""
        current += character
    return "\r\n ".join([*parts, current]) + "\r\n"
