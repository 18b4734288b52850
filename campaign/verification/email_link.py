"""Method `mailbox`: a link or a six-digit code that only the mailbox got.

Nothing usable is stored: link and code are derived from SECRET_KEY and the signature's numbers.
"""

from __future__ import annotations

from campaign.lib import tokens
from campaign.links import key_of

METHOD = "mailbox"
# Wrong codes a signature bears before its code is dead; a new mail brings a new code.
CODE_TRIES = 5


def make_code(signature_id: int, mail_number: int, answers_count: int) -> str:
    """The six digits in the `mail_number`-th mail of a signature whose answers were given so many times."""
    return tokens.six_digits(key_of("code"), signature_id, mail_number, answers_count)
