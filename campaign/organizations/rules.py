"""What identifies an organization."""

from __future__ import annotations

from campaign.lib.emails import is_shared_host, website_domain
from campaign.lib.names import fold


def identifying_domain(website: str) -> str | None:
    """The registrable domain a website identifies its organization by; None on a shared host."""
    domain = website_domain(website)
    return None if domain is None or is_shared_host(domain) else domain


def folded_name(name: str) -> str:
    """The form in which names are compared."""
    return fold(name)[:200]
