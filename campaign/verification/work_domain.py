"""Method `work_domain`: the address lies on the registrable domain of the organization's website.

Registrable domain by the Public Suffix List, private section included; free mail and shared hosts
never match.
"""

from __future__ import annotations

from campaign.lib.emails import DomainMatch, domain_match, parse_address

METHOD = "work_domain"


def match(email: str, website: str) -> DomainMatch:
    """What the address says about the website; only `exact` proves authority."""
    return domain_match(parse_address(email), website)


def seen(email: str, website: str) -> str:
    """The evidence kept with the proof: the two domains, not the address."""
    return f"{email.rpartition('@')[2]} = {website}"
