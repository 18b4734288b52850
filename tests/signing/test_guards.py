"""Trusted and blocked: what the lists say of who signs."""

from __future__ import annotations

import pytest

from campaign.signing.guards import read_guards

ENTRIES = [
    ("trusted", "domain", "*.edu"),
    ("blocked", "domain", "bots.edu"),
    ("blocked", "domain", "*.spam.example"),
    ("trusted", "domain", "both.example"),
    ("blocked", "domain", "both.example"),
    ("blocked", "network", "192.0.2.0/24"),
    ("trusted", "network", "192.0.2.128/25"),
    ("blocked", "network", "2001:db8::/48"),
    ("trusted", "address", "k" * 64),
]


@pytest.mark.parametrize(
    ("key", "domain", "address", "verdict"),
    [
        ("x", "example.org", "198.51.100.1", ""),
        ("x", "MIT.edu", "198.51.100.1", "trusted"),
        ("x", "cs.mit.edu", "198.51.100.1", "trusted"),
        ("x", "edu", "198.51.100.1", ""),
        ("x", "fakeedu", "198.51.100.1", ""),
        ("x", "bots.edu", "198.51.100.1", "blocked"),
        ("x", "spam.example", "198.51.100.1", ""),
        ("x", "a.b.spam.example", "198.51.100.1", "blocked"),
        ("x", "both.example", "198.51.100.1", "blocked"),
        ("x", "example.org", "192.0.2.9", "blocked"),
        ("x", "example.org", "::ffff:192.0.2.9", "blocked"),
        ("x", "example.org", "192.0.2.200", "trusted"),
        ("x", "example.org", "2001:db8:0:5::1", "blocked"),
        ("x", "example.org", "", ""),
        # A mailbox says more than its domain, a domain more than a network.
        ("k" * 64, "bots.edu", "192.0.2.9", "trusted"),
        ("x", "mit.edu", "192.0.2.9", "trusted"),
    ],
)
def test_verdict(key: str, domain: str, address: str, verdict: str) -> None:
    """p-V5: the narrower entry wins; where two contradict each other on the same, it is blocked."""
    assert read_guards(ENTRIES).verdict([key], domain, address) == verdict


def test_empty_lists_say_nothing() -> None:
    """Most letters have none."""
    assert read_guards([]).verdict(["x"], "example.org", "192.0.2.9") == ""
