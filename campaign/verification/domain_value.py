"""The value that an organization puts on its domain to show that it endorses, and looking for it.

The value is derived from SECRET_KEY, the signature and the domain, never stored; to publish it gives nothing away.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from flask import current_app

from campaign.lib import tokens
from campaign.lib.fetch import Reach, Unreachable
from campaign.links import key_of
from campaign.verification import dns_txt, well_known

PREFIX = "undersigned="


@dataclass(frozen=True)
class Look:
    """What was found on a domain: the method that proved it and what was seen, or "" twice; and how it went."""

    method: str
    seen: str
    outcome: str


def make_value(signature_id: int, domain: str) -> str:
    """The line that proves one signature on one domain, `undersigned=` and 26 small letters and digits."""
    proof = tokens.mac(key_of("domain value"), signature_id, domain)[:16]
    return PREFIX + base64.b32encode(proof).decode().rstrip("=").lower()


def reach() -> Reach:
    """What the worker may reach; the open internet, unless the app was given something else."""
    given: Reach = current_app.extensions.get("undersigned_reach") or Reach()
    return given


def look(domain: str, value: str, within: Reach) -> Look:
    """Looks for the value in DNS, then in the well-known file. For a job: it takes seconds."""
    found: list[str] = []
    for method in (dns_txt, well_known):
        try:
            seen = method.find(domain, value, within)
        except Unreachable as problem:
            found.append(problem.reason)
            continue
        if seen:
            return Look(method.METHOD, seen, ";".join([*found, "found"]))
        found.append("not_there")
    return Look("", "", ";".join(found))
