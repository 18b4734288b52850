"""Networks: which one an address stands for, and which may be named in a list."""

from __future__ import annotations

import pytest

from campaign.lib.networks import network_of, read_network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_network_of_an_address(address: str | None, network: str) -> None:
    """D3: attempts and tries are counted by network, never by address."""
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("typed", "network"),
    [(" 192.0.2.0/24 ", "192.0.2.0/24"), ("192.0.2.7", "192.0.2.7/32"), ("2001:DB8::1/48", "2001:db8::/48")],
)
def test_read_network(typed: str, network: str) -> None:
    """Bits beside the prefix are no reason to refuse."""
    assert str(read_network(typed)) == network


@pytest.mark.parametrize("typed", ["", "192.0.2", "10.0.0.0/7", "0.0.0.0/0", "2000::/8", "*.edu", "1.2.3.4/33"])
def test_networks_that_are_none_or_everybody(typed: str) -> None:
    """A slip of the pen must not block a tenth of the world."""
    with pytest.raises(ValueError, match=r"\S"):
        read_network(typed)
