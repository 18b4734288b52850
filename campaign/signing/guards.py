"""Who a letter's lists trust or block: matching, as pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from campaign.choices import GuardKind, GuardList
from campaign.lib.networks import Network, read_address, read_network


@dataclass(frozen=True)
class Guards:
    """The lists of a letter and of the site, read for matching. Domains are exact, or `*.edu` for all below one."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    networks: tuple[tuple[Network, str], ...] = ()

    def verdict(self, keys: Iterable[str], domain: str, address: str) -> str:
        """What the lists say of a mailbox (its keys and domain) at a network address: trusted, blocked or "".

        A mailbox says more than its domain, that more than a network, and the narrower more than the wider.
        """
        named = next((self.addresses[key] for key in keys if key in self.addresses), "")
        return named or self._of_domain(domain.lower()) or self._of_network(address)

    def _of_domain(self, domain: str) -> str:
        labels = domain.split(".")
        names = [domain, *(f"*.{'.'.join(labels[number:])}" for number in range(1, len(labels)))]
        return next((self.domains[name] for name in names if name in self.domains), "")

    def _of_network(self, address: str) -> str:
        if not self.networks or (found := read_address(address)) is None:
            return ""
        return next((side for network, side in self.networks if found in network), "")


def read_guards(entries: Iterable[tuple[str, str, str]]) -> Guards:
    """The lists from rows of side, kind and value; where two say different things of the same, it is blocked."""
    found: dict[str, dict[str, str]] = {kind.value: {} for kind in GuardKind}
    for side, kind, value in entries:
        if found[kind].get(value) != GuardList.BLOCKED:
            found[kind][value] = side
    networks = [(read_network(value), side) for value, side in found[GuardKind.NETWORK].items()]
    networks.sort(key=lambda pair: -pair[0].prefixlen)
    return Guards(found[GuardKind.ADDRESS], found[GuardKind.DOMAIN], tuple(networks))
