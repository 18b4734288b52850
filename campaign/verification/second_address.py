"""Method `second_address`: somebody who was asked typed a code that another mailbox of theirs got.

It says that the person reaches that domain, and is no badge: what it is worth an organizer decides.
"""

from __future__ import annotations

from campaign.lib import tokens
from campaign.links import key_of

METHOD = "second_address"
# Wrong codes an address bears before its code is dead; a new mail brings a new code.
CODE_TRIES = 5


def make_code(asked_id: int, number: int) -> str:
    """The six digits in the `number`-th code mail of a question."""
    return tokens.six_digits(key_of("asked code"), asked_id, number)


def seen(domain: str) -> str:
    """The evidence kept with the proof: the domain, not the address."""
    return domain
