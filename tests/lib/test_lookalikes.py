"""Domains that can be taken for one another: a table of pairs for each class, and what is left alone."""

from __future__ import annotations

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.emails import labels_before
from campaign.lib.lookalikes import Likeness, asked_keys, known_keys, likeness, skeleton

PAIRS = [
    ("other_ending", "open-rights.org", "open-rights.com"),
    ("other_ending", "open-rights.org", "open-rights.org.uk"),
    ("other_ending", "wwf.org", "wwf.de"),
    ("other_ending", "city.gov.uk", "city.org"),
    ("hyphen", "open-rights.org", "openrights.org"),
    ("hyphen", "openrights.org", "open-rights.org"),
    ("hyphen", "openrights.org", "open-rights.net"),
    ("confusable", "open-rights.org", "0pen-rights.org"),
    ("confusable", "open-rights.org", "open-r1ghts.org"),
    ("confusable", "open-rights.org", "open-rlghts.net"),
    ("confusable", "modern-courts.org", "modem-courts.org"),
    ("confusable", "open-rights.org", "oрen-rights.org"),
    ("confusable", "open-rights.org", "ореn-rights.org"),
    ("confusable", "open-rights.org", "οpen-rights.org"),
    ("confusable", "munchen-hilft.org", "münchen-hilft.org"),
    ("confusable", "münchen-hilft.org", "munchen-hilft.org"),
    ("one_edit", "open-rights.org", "open-right.org"),
    ("one_edit", "open-rights.org", "open-rightss.org"),
    ("one_edit", "open-rights.org", "open-rughts.org"),
    ("one_edit", "open-rights.org", "opne-rights.org"),
    ("one_edit", "open-rights.org", "pen-rights.com"),
    ("one_edit", "amnesty.org", "amnisty.org"),
    ("sibling", "open-rights.org", "open-rights-help.org"),
    ("sibling", "open-rights.org", "help-open-rights.org"),
    ("sibling", "open-rights.org", "openrightshelp.org"),
    ("sibling", "open-rights.org", "team-openrights.net"),
    ("sibling", "aclu-nc.org", "aclu-nc-donations.org"),
    ("subdomain", "open-rights.org", "open-rights.evil.com"),
    ("subdomain", "open-rights.org", "www.open-rights.org.evil.com"),
    ("subdomain", "open-rights.org", "openrights.wordpress.com"),
    (None, "open-rights.org", "open-rights.org"),
    (None, "open-rights.org", "closed-rights.org"),
    (None, "open-rights.org", "open-source.org"),
    (None, "open-rights.org", "rights.org"),
    (None, "wwf.org", "wef.org"),
    (None, "350.org", "eso.org"),
    (None, "aclu.org", "aclu-nc.org"),
    (None, "amnesty.org", "greenpeace.org"),
    (None, "amnesty.org", "www.greenpeace.org"),
    (None, "wordpress.org", "group.wordpress.com"),
    (None, "example.org", "group.example"),
]


def ascii_host(host: str) -> str:
    """The host as it is stored."""
    return idna.encode(host, uts46=True).decode()


def domain_of(host: str) -> str:
    """What somebody registered, for the hosts of the table."""
    if host.endswith(("wordpress.com", ".example")):
        return ""
    return "evil.com" if host.endswith("evil.com") else host.removeprefix("www.")


@pytest.mark.parametrize(("kind", "known", "claimed"), PAIRS)
def test_pairs_of_domains(kind: str | None, known: str, claimed: str) -> None:
    """T4, p-V2: each class is seen, and found by a key that both have; what only shares a word is left alone."""
    known, host = ascii_host(known), ascii_host(claimed)
    domain = domain_of(host)
    before = labels_before(host)
    assert likeness(domain, before, known) == (Likeness(kind) if kind else None)
    if kind:
        assert asked_keys(domain, before) & known_keys(known)


LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=5, max_size=40).filter(
    lambda label: not label.startswith(("-", "xn--")) and not label.endswith("-") and len(skeleton(label)) >= 5
)


@given(LABELS, st.data())
def test_one_edit_is_always_found(label: str, data: st.DataObject) -> None:
    """T4: whichever letter is left out, put in, changed or swapped, the pair has a key in common, and is told apart."""
    place = data.draw(st.integers(0, len(label) - 1))
    sign = data.draw(st.sampled_from("abcdefgh"))
    near = data.draw(
        st.sampled_from(
            [
                label[:place] + label[place + 1 :],
                label[:place] + sign + label[place:],
                label[:place] + sign + label[place + 1 :],
            ]
        )
    ).strip("-")
    host, known = f"{near}.org", f"{label}.org"
    kind = likeness(host, "", known)
    if kind is not None:
        assert asked_keys(host) & known_keys(known)
    if near == label:
        assert kind is None


@given(st.text(max_size=300), st.text(max_size=300))
def test_nothing_breaks_it(one: str, other: str) -> None:
    """T17: whatever stands in a host is compared, and keys fit their column."""
    likeness(one, other, other)
    assert all(0 < len(key) <= 63 for key in known_keys(one) | asked_keys(one, other))
