"""Method `mailbox`: a link or a six-digit code that only the mailbox got.

Nothing usable is stored: link and code are derived from SECRET_KEY and the signature's numbers.
"""

from __future__ import annotations

from flask import current_app

from campaign.lib import tokens

METHOD = "mailbox"
# Wrong codes a signature bears before its code is dead; a new mail brings a new code.
CODE_TRIES = 5


def _key(purpose: str) -> bytes:
    return tokens.derive_key(current_app.config["SECRET_KEY"], purpose)


def make_token(purpose: str, signature_id: int, generation: int) -> str:
    """The token of a mailed link; `purpose` is confirm, not_me or my, and no other door takes it."""
    return tokens.link_token(_key("link"), purpose, signature_id, generation)


def read_token(purpose: str, token: str) -> tuple[int, int]:
    """Signature id and generation of a link's token. Raises `tokens.BadToken`."""
    read = tokens.read_link_token(_key("link"), purpose, token)
    return read.row_id, read.generation


def make_code(signature_id: int, mail_number: int, answers_count: int) -> str:
    """The six digits in the `mail_number`-th mail of a signature whose answers were given so many times."""
    return tokens.six_digits(_key("code"), signature_id, mail_number, answers_count)
