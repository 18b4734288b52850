"""Where an attempt to sign comes from: what that says about it, and the little of it that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from campaign import limits, networks
from campaign.choices import GuardList
from campaign.extensions import db, insert_if_new
from campaign.models import SigningHint, UsedChallenge
from campaign.pagecache import cache
from campaign.signing import rules
from campaign.signing.guards import Guards, read_guards
from campaign.signing.holds import AT_SIGNING
from campaign.signing.proofs import LIFE
from campaign.signing.queries import attempts_from, guard_entries
from campaign.states import Refused

_NOTE = insert(SigningHint.__table__).inline()  # type: ignore[arg-type]


@dataclass(frozen=True)
class Origin:
    """What a request says beside its form: address of the client, seconds on the form where its script told them.

    `proof` is the digest of a solved puzzle, see `proofs.read_proof`. The address is never stored.
    """

    address: str = ""
    seconds: int | None = None
    proof: str = ""


@dataclass(frozen=True)
class Finding:
    """What was found: the mark of the network, and the rules that will hold the signature when it is confirmed."""

    network: str
    signals: frozenset[str]


def examine(letter: Any, origin: Origin, keys: Iterable[str], domain: str, now: datetime) -> Finding:
    """Looks at an attempt on a letter (a row of `letter_to_sign`) by the mailbox of `keys` at `domain`.

    Never depends on what is known of the mailbox (T8). Raises `Refused` network_full.
    """
    network = networks.mark(origin.address, now)
    verdict = guards_of(letter.id).verdict(keys, domain, origin.address)
    signals = {GuardList.BLOCKED.value} if verdict == GuardList.BLOCKED else set()
    if limits.is_on() and rules.is_too_fast(origin.seconds):
        signals.add("too_fast")
    if verdict != GuardList.TRUSTED:
        if limits.is_on() and network and _is_burst(network, letter.id, now):
            signals.add("burst")
        if rules.is_proof_asked(letter.asks_proof, letter.proof_until, now) and not _take_proof(origin.proof, now):
            signals.add("no_proof")
    return Finding(network, frozenset(signals))


def _is_burst(network: str, letter_id: int, now: datetime) -> bool:
    """Whether a network brought so much that the next one is held. Raises `Refused` network_full."""
    counted = attempts_from(network, letter_id, now)
    if rules.is_network_full(*counted):
        raise Refused("network_full")
    return rules.is_burst(*counted)


def count_at_door(door: str, address: str | None, now: datetime) -> None:
    """Counts a request at a door other than that of signing, by its network: the address itself is not kept.

    Never depends on what is known of a mailbox (T8). Raises `Refused` network_busy.
    """
    if network := networks.mark(address, now):
        bucket = f"{door}:{network}"
        limits.refuse_above(rules.MOST_AT_DOOR, bucket, rules.NETWORK_WINDOW, now, "network_busy")


def _take_proof(digest: str, now: datetime) -> bool:
    """Whether there is a proof of work that nobody brought before."""
    used = {"digest": digest, "ends_at": now + LIFE}
    return bool(digest) and insert_if_new(UsedChallenge.__table__, used)  # type: ignore[arg-type]


def guards_of(letter_id: int) -> Guards:
    """Whom the letter and the site trust or block; as old as a kept page, a second."""
    found: Guards = cache().checked(("guards", letter_id), lambda: read_guards(guard_entries(letter_id)))
    return found


def note_attempt(letter_id: int, signature_id: int | None, finding: Finding, origin: Origin, now: datetime) -> None:
    """Keeps the hint of an attempt, in the transaction of its signature: a row of its own, and no hot one."""
    row = {
        "letter_id": letter_id,
        "signature_id": signature_id,
        "network": finding.network,
        "seconds": origin.seconds,
        "signed_at": now,
    }
    db.session.execute(_NOTE, row)


def kept_reasons(*signals: Iterable[str]) -> str:
    """What was found while signing as a pending signature keeps it, in the order of the rules."""
    found = {signal for some in signals for signal in some}
    return ";".join(signal for signal in AT_SIGNING if signal in found)
