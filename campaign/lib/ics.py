"""One event as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime


def calendar(uid: str, moment: datetime, changed_at: datetime, summary: str, url: str) -> str:
    """An iCalendar file with one event at a moment; lines folded at 75 bytes, CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Undersigned//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}@{url.split('/')[2]}",
        f"DTSTAMP:{_utc(changed_at)}",
        f"DTSTART:{_utc(moment)}",
        f"SUMMARY:{_escaped(summary)}",
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) for line in lines)


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
