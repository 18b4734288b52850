"""A mail as its receiver reads it."""

from __future__ import annotations

from email.message import EmailMessage


def part(mail: EmailMessage, kind: str) -> str:
    """The text or the HTML of a mail."""
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")
