"""Networks of the internet: the one an address lies in, as far as it says anything about who uses it."""

from __future__ import annotations

import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network_of(address: str | None) -> str:
    """The network an address is taken for: /24 of IPv4, /64 of IPv6, "" for an unreadable address."""
    found = read_address(address)
    if found is None:
        return ""
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 64), strict=False))


def read_address(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address as such; one of IPv4 in the clothes of IPv6 (RFC 4291, 2.5.5.2) as itself. None for anything else."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def read_network(typed: str) -> Network:
    """A network as typed, `192.0.2.0/24` or one address. Raises ValueError for what is none, or wider than /8, /16."""
    found = ipaddress.ip_network(typed.strip(), strict=False)
    if found.prefixlen < (8 if found.version == 4 else 16):
        raise ValueError("too wide")
    return found
