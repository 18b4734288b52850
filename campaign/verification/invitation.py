"""Method `invitation`: an organization that was invited by name approved, with a code that only its mailbox got.

The link is for reading, and may be handed on; the code is mailed to an address that speaks for the organization.
"""

from __future__ import annotations

from campaign.lib import tokens
from campaign.links import key_of

METHOD = "invitation"
# Wrong codes an invitation bears before its code is dead; a new mail brings a new code.
CODE_TRIES = 5


def make_code(invitation_id: int, number: int, digest: str) -> str:
    """The six digits in the `number`-th code mail of an invitation, good for what `digest` stands for alone."""
    return tokens.six_digits(key_of("invitation code"), invitation_id, number, int(digest, 16))


def seen(*addresses: str) -> str:
    """The evidence kept with the proof: the domains the codes were mailed to, not the addresses."""
    return ", ".join(address.rpartition("@")[2] for address in addresses if address)
