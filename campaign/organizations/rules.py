"""What identifies an organization, who speaks for it, and when it is written to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from campaign.letters.rules import NOT_YET_OPEN
from campaign.lib.emails import Address, DomainMatch, domain_match, is_shared_host, website_domain
from campaign.lib.names import fold, plain_form
from campaign.lib.periods import PERIODS
from campaign.states import LetterState

# How often an organization is reminded by hand, and how long after the last mail at the earliest.
MOST_REMINDERS = 3
REMINDER_PAUSE = timedelta(hours=20)
# The last reminder leaves by itself so long before the deadline.
LAST_CALL = timedelta(hours=24)
# How long contacts are kept after their invitation was taken back or the letter closed; of those who approved, longer:
# they get the final copy.
CONTACTS_KEPT = PERIODS["contacts"]
APPROVERS_KEPT = PERIODS["approvers"]
# Until when an approval can be given: before opening, and as long as the letter is signed.
TAKES_ANSWERS = (*NOT_YET_OPEN, LetterState.OPEN)


class Keys(NamedTuple):
    """What organizations are known by: folded names, registrable domains, and folded names that organizers entered.

    The last tell nothing of who has a website of another domain.
    """

    names: set[str]
    domains: set[str]
    aliases: frozenset[str] = frozenset()


def identifying_domain(website: str) -> str | None:
    """The registrable domain a website identifies its organization by; None on a shared host."""
    domain = website_domain(website)
    return None if domain is None or is_shared_host(domain) else domain


def website_host(website: str) -> str:
    """The host of a website in lower-case ASCII, as `lib.emails.clean_website` stored it; "" for none."""
    return (urlsplit(website).hostname or "").removeprefix("www.")


def folded_name(name: str) -> str:
    """The form in which names are compared."""
    return fold(name)[:200]


def speaks_for(address: Address, contacts: Sequence[str | None], website: str) -> bool:
    """Whether a code may go there: a contact's own address, or one on the organization's own domain (p-S10).

    Free mail and shared hosts are nobody's own domain.
    """
    if address.normalized.lower() in {contact.lower() for contact in contacts if contact}:
        return True
    return domain_match(address, website) is DomainMatch.EXACT


def own_domain(website: str) -> str:
    """The domain whose every address speaks for the organization; "" where there is none."""
    domain = identifying_domain(website)
    if domain is None:
        return ""
    match = domain_match(Address("", f"x@{domain}", "x", domain), website)
    return domain if match is DomainMatch.EXACT else ""


def takes_answers(state: str, closes_at: datetime | None, now: datetime) -> bool:
    """Whether invitations to a letter in this state can be answered."""
    return state in TAKES_ANSWERS and (closes_at is None or now < closes_at)


def may_remind(written_at: datetime | None, count: int, now: datetime) -> bool:
    """Whether who was last written to at `written_at` (None: never), and reminded so often, is reminded now."""
    return written_at is not None and count < MOST_REMINDERS and now - written_at >= REMINDER_PAUSE


def masked(email: str) -> str:
    """An address as it is shown to whoever has the link: r…@example.org."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def slug_choices(name: str, country: str) -> tuple[str, str, str]:
    """The addresses an institution may have, the plainest first; the last one is its own whatever the others are."""
    words = re.sub(r"[^a-z0-9]+", "-", plain_form(name).encode("ascii", "ignore").decode()).strip("-")[:80].strip("-")
    own = hashlib.sha256(f"{plain_form(name)}|{country}".encode()).hexdigest()[:8]
    base = words or "institution"
    return (words or f"institution-{own}", f"{base}-{country.lower() or own}", f"{base}-{own}")
