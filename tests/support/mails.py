"""A mail as its receiver reads it."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any


def part(mail: EmailMessage, kind: str) -> str:
    """The text or the HTML of a mail."""
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def newest_by_address(mails: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The newest mail to each address, from mails that stand newest first."""
    return {mail["to"]: mail for mail in reversed(mails)}
