"""Method `second_person`: a colleague approved, from another mailbox on the organization's own domain."""

from __future__ import annotations

from campaign.lib.emails import DomainMatch, domain_match, parse_address
from campaign.mailboxes import mailbox_of

METHOD = "second_person"


def is_exact(email: str, website: str) -> bool:
    """Whether the colleague's address lies on the registrable domain of the organization's website."""
    return domain_match(parse_address(email), website) is DomainMatch.EXACT


def is_other_mailbox(email: str, representative: str) -> bool:
    """Whether this is somebody else's mailbox than the representative's."""
    return not representative or mailbox_of(parse_address(email)) != mailbox_of(parse_address(representative))


def seen(email: str, website: str) -> str:
    """The evidence kept with the proof: the two domains, not the address."""
    return f"{email.rpartition('@')[2]} = {website}"
