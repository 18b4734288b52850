"""Method `invitation`: an organization that was invited by name approved, with a code that only its mailbox got.

The link is for reading, and may be handed on; the code is mailed to an address that speaks for the organization.
"""

from __future__ import annotations

from flask import current_app

from campaign.lib import tokens
from campaign.verification import email_link

METHOD = "invitation"
# Wrong codes an invitation bears before its code is dead; a new mail brings a new code.
CODE_TRIES = 5


def make_token(invitation_id: int, generation: int) -> str:
    """The token of an invitation's link."""
    return email_link.make_token(METHOD, invitation_id, generation)


def read_token(token: str) -> tuple[int, int]:
    """Invitation id and generation of a link's token. Raises `tokens.BadToken`."""
    return email_link.read_token(METHOD, token)


def make_code(invitation_id: int, number: int, digest: str) -> str:
    """The six digits in the `number`-th code mail of an invitation, good for what `digest` stands for alone."""
    key = tokens.derive_key(current_app.config["SECRET_KEY"], "invitation code")
    return tokens.six_digits(key, invitation_id, number, int(digest, 16))


def seen(*addresses: str) -> str:
    """The evidence kept with the proof: the domains the codes were mailed to, not the addresses."""
    return ", ".join(address.rpartition("@")[2] for address in addresses if address)
