"""What `undersigned doctor` says of one question: ok, warn or fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The answer to one question: ok, warn or fail; what was seen; what to change."""

    name: str
    level: str
    seen: str
    cure: str = ""


def ok(name: str, seen: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", seen)


def warn(name: str, seen: str, cure: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(name, "warn", seen, cure)


def fail(name: str, seen: str, cure: str) -> Finding:
    """It does not work."""
    return Finding(name, "fail", seen, cure)
