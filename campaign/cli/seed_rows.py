"""Rows of signatures for the seeded world, with every derived column right; what people and organizations share."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from campaign.cli.seed_letters import DAY, Plan, signing_time
from campaign.cli.seed_words import WITHDRAWAL_REASONS
from campaign.lib.emails import MAILBOX_RULE, Address, mailbox_key
from campaign.lib.names import index_letter, sort_key, words
from campaign.models import Letter
from campaign.signing.rules import link_expiry

# Nobody who waits is older: the link of a mail lives 7 days.
OLDEST_PENDING = 5 * DAY
# What ended longer ago would have lost its name by now.
OLDEST_EXPIRED = 33 * DAY
LONGEST_WITHDRAWN = 20 * DAY

# Every column of a signature; a row changes what is different.
BLANK: dict[str, Any] = {
    "kind": "person",
    "title": "",
    "affiliation": "",
    "affiliation_typed": "",
    "institution_id": None,
    "place": "",
    "country": "",
    "comment": "",
    "is_private": False,
    "pinned_position": None,
    "email": None,
    "mailbox_key": None,
    "mailbox_rule": MAILBOX_RULE,
    "language": "en",
    "source": "web",
    "verification": "verified",
    "moderation": "approved",
    "reasons": "",
    "organization_id": None,
    "verified_at": None,
    "expired_at": None,
    "withdrawn_at": None,
    "withdraw_reason": "",
    "generation": 0,
    "code_tries": 0,
    "mails_asked": 0,
    "mail_asked_at": None,
    "mailed_at": None,
    "expires_at": None,
    "reminder_count": 0,
}


@dataclass
class Made:
    """A signature row, and the rows that belong to it once it has its id."""

    row: dict[str, Any]
    proofs: list[tuple[str, str]] = field(default_factory=list)
    consents: list[str] = field(default_factory=list)
    endorsement: dict[str, Any] | None = None
    is_rejected: bool = False

    @property
    def words(self) -> Iterable[str]:
        """The words it is found by; none unless it is public and named."""
        row = self.row
        if row["moderation"] != "approved" or row["withdrawn_at"] is not None or row["is_private"]:
            return ()
        return dict.fromkeys([*words_of(row["name"]), *words_of(row["affiliation"])])


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The search words of a text that comes again and again."""
    return tuple(words(text))


@lru_cache(maxsize=20_000)
def place_in_order(name: str, ignore_article: bool) -> tuple[bytes, str]:
    """Sort key and index letter of a name that may come again."""
    return sort_key(name, ignore_article), index_letter(name, ignore_article)


class Rows:
    """What making the rows of one letter's people and of its organizations has in common."""

    def __init__(self, plan: Plan, letter: Letter, secret: bytes, source: random.Random, now: datetime) -> None:
        self.plan, self.letter, self.secret, self.random, self.now = plan, letter, secret, source, now
        self.start, self.end = signing_time(plan.state, now)

    def moment(self, number: int, total: int) -> datetime:
        """When the numbered signature came: many in the first days, fewer later."""
        passed: float = (number / total) ** 1.6
        return self.start + (self.end - self.start) * passed

    def came(self, fate: str, came: datetime) -> datetime:
        """When a signature with that fate really came: who waits is no older than a link lives, who ended is over."""
        if fate == "pending":
            return min(max(came, self.now - OLDEST_PENDING), self.end)
        if fate == "expired":
            return min(max(came, self.now - OLDEST_EXPIRED), self.end - 9 * DAY)
        return came

    def signed(self, row: dict[str, Any], local: str, host: str) -> dict[str, Any]:
        """The row with everything that follows from its name and its address."""
        key, letter = place_in_order(row["name"], row["kind"] == "organization")
        address = Address(f"{local}@{host}", f"{local}@{host}", local, host)
        row.update(
            letter_id=self.letter.id,
            version_id=self.letter.version_id,
            name_typed=row["name"],
            affiliation_typed=row["affiliation_typed"] or row["affiliation"],
            sort_key=key,
            index_letter=letter,
            email=address.normalized,
            mailbox_key=mailbox_key(self.secret, address),
        )
        return row

    def live(self, made: Made, fate: str, came: datetime, reason: str) -> None:
        """Leads a row that signed by mail to its fate."""
        row = made.row
        mailed = came + timedelta(seconds=4)
        row.update(signed_at=came, mails_asked=1, mail_asked_at=came, mailed_at=mailed)
        row["expires_at"] = link_expiry(mailed, self.letter.closes_at)
        if fate in ("pending", "expired"):
            waited = self.now - mailed
            row.update(verification=fate, moderation="waiting", reasons="honeypot" if reason == "honeypot" else "")
            row["reminder_count"] = (waited > 2 * DAY) + (waited > 5 * DAY)
            row["expired_at"] = row["expires_at"] if fate == "expired" else None
            return
        row["verified_at"] = min(came + timedelta(minutes=self.random.randint(1, 300)), self.end)
        if fate in ("held", "rejected"):
            row.update(moderation="held", reasons=reason)
            made.is_rejected = fate == "rejected"
        elif fate == "waiting":
            row.update(moderation="waiting", reasons="review_first")
        elif fate == "withdrawn":
            row["withdrawn_at"] = max(row["verified_at"], self.now - self.random.random() * LONGEST_WITHDRAWN)
            row["withdraw_reason"] = self.random.choice(WITHDRAWAL_REASONS)

    def is_(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random.random() < share
