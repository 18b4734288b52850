"""The lists of the trusted and the blocked: tried out, added to, taken from."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime

from campaign import networks
from campaign.choices import GuardKind, GuardList
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.lib import emails
from campaign.lib.networks import read_network
from campaign.mailboxes import mailbox_of
from campaign.models import GuardEntry, Letter
from campaign.moderation import protection
from campaign.signing.guards import read_guards
from campaign.states import Refused

# A network of more /24 or /64 than these is not tried out: each has a mark of its own.
MOST_MARKS = 256
_DOMAIN = re.compile(r"(\*\.)?([a-z0-9_-]+\.)*[a-z0-9-]+")


@dataclass(frozen=True)
class Named:
    """Whom an entry names: kind, what is kept of it and how it is shown."""

    kind: GuardKind
    value: str
    shown: str


def read_entry(typed: str) -> Named:
    """Whom a typed entry names; of an address only the key of its mailbox is kept. Raises `Refused` guard_malformed."""
    typed = typed.strip()
    if "@" in typed:
        try:
            address = emails.parse_address(typed)
        except emails.BadAddress:
            raise Refused("guard_malformed") from None
        return Named(GuardKind.ADDRESS, mailbox_of(address).key, masked(address.normalized))
    try:
        network = str(read_network(typed))
    except ValueError:
        network = ""
    if network:
        return Named(GuardKind.NETWORK, network, network)
    domain = typed.lower().rstrip(".")
    # Something with a slash, or figures alone, was meant as a network.
    if not _DOMAIN.fullmatch(domain) or domain.replace(".", "").isdigit() or ("." not in domain):
        raise Refused("guard_malformed")
    return Named(GuardKind.DOMAIN, domain, domain)


def masked(address: str) -> str:
    """An address as the lists show it: its beginning and its domain."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:2]}…@{domain}"


def count_named(letter_id: int, named: Named, now: datetime) -> int | None:
    """How many signatures of the letter an entry would have matched: of 30 days, or of today where it is a network.

    None for a network that is too wide to say. Only looks.
    """
    if named.kind == GuardKind.ADDRESS:
        return protection.count_of_mailbox(letter_id, named.value)
    if named.kind == GuardKind.DOMAIN:
        guards = read_guards([(GuardList.BLOCKED.value, named.kind.value, named.value)])
        return sum(bool(guards.verdict((), domain, "")) for domain in protection.recent_domains(letter_id, now))
    marks = marks_in(named.value, now)
    return None if marks is None else protection.count_of_networks(letter_id, marks)


def marks_in(network: str, now: datetime) -> list[str] | None:
    """Today's marks of the networks an entry touches; None for more than can be told one by one."""
    wide = read_network(network)
    step = 24 if wide.version == 4 else 64
    if wide.prefixlen >= step:
        return [networks.mark(str(wide.network_address), now)]
    if 2 ** (step - wide.prefixlen) > MOST_MARKS:
        return None
    parts: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = list(wide.subnets(new_prefix=step))
    return [networks.mark(str(part.network_address), now) for part in parts]


def add_guard(
    letter: Letter, named: Named, side: str, comment: str, *, everywhere: bool, by_id: int, now: datetime
) -> GuardEntry:
    """Adds an entry, or changes the one that says something of the same.

    Raises `Refused` guard_not_yours: the whole site is for who owns every campaign of it.
    """
    if everywhere and not protection.owns_everything(by_id):
        raise Refused("guard_not_yours")
    letter_id = None if everywhere else letter.id
    entry = protection.same_guard(letter_id, named.kind, named.value)
    if entry is None:
        entry = GuardEntry(
            letter_id=letter_id, side=side, kind=named.kind.value, value=named.value, shown=named.shown, added_at=now
        )
        db.session.add(entry)
    entry.side, entry.comment, entry.organizer_id, entry.added_at = side, comment.strip(), by_id, now
    db.session.flush()
    _log(letter, "guard_added", entry, by_id, now)
    return entry


def remove_guard(letter: Letter, entry_id: int, *, by_id: int, now: datetime) -> None:
    """Takes an entry off the lists. Raises `Refused` not_found, guard_not_yours."""
    entry = protection.guard_of(letter.id, entry_id)
    if entry is None:
        raise Refused("not_found")
    if entry.letter_id is None and not protection.owns_everything(by_id):
        raise Refused("guard_not_yours")
    _log(letter, "guard_removed", entry, by_id, now)
    db.session.delete(entry)
    db.session.flush()


def _log(letter: Letter, act: str, entry: GuardEntry, by_id: int, now: datetime) -> None:
    detail = {"entry": entry.id, "side": entry.side, "kind": entry.kind, "everywhere": entry.letter_id is None}
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
