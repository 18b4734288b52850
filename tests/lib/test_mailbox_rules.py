"""Numbered editions of the habits of mail providers, and lists of throw-away domains (T3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.disposable import is_disposable, read_domains
from campaign.lib.disposable import shipped as shipped_domains
from campaign.lib.emails import canonical, mailbox_key, parse_address
from campaign.lib.mailbox_rules import BadRules, read_editions, shipped
from campaign.lib.providers import FREE_MAIL

OWN = """
[[edition]]
number = 1001
on = 1

[[edition.provider]]
domains = ["posteo.de", "posteo.net"]
ignores = "."

[[edition.provider]]
each = ["example.org"]
reads = { "_" = "-" }

[[edition]]
number = 1002
on = 1001

[[edition.provider]]
domains = ["gmail.com"]

[[edition.provider]]
domains = ["own.example"]
tag = "-"
name_as_subdomain = true
"""
LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)


def test_the_first_edition_never_changes() -> None:
    """T3: keys keep their number, so what number 1 makes of an address is fixed for ever."""
    first = shipped()[0]
    made = {
        spelling: canonical(parse_address(spelling), first)
        for spelling in (
            "J.Smith+x@GoogleMail.com",
            "a.d-a_l@pm.me",
            "ada@mac.com",
            "ada.l@ya.ru",
            "ada-shop@yahoo.fr",
            "shop@ada.fastmail.fm",
            "A.da@example.org",
        )
    }
    assert made == {
        "J.Smith+x@GoogleMail.com": "jsmith@gmail.com",
        "a.d-a_l@pm.me": "adal@proton.me",
        "ada@mac.com": "ada@icloud.com",
        "ada.l@ya.ru": "ada-l@yandex.ru",
        "ada-shop@yahoo.fr": "ada@yahoo.fr",
        "shop@ada.fastmail.fm": "ada@fastmail.fm",
        "A.da@example.org": "a.da@example.org",
    }
    assert mailbox_key(b"k" * 32, parse_address("ada@example.org"), first) == (
        "ff3896f62eb9569de92168a2359d3285d9791926612746c4525dbcbc4b9eb080"
    )


def test_an_operator_adds_editions() -> None:
    """T3: each adds to the one it names, and those before it stay as they are."""
    first, second, third = read_editions(OWN, shipped())
    assert [edition.number for edition in (first, second, third)] == [1, 1001, 1002]
    table = {
        "a.da@posteo.net": ["a.da@posteo.net", "ada@posteo.de", "ada@posteo.de"],
        "a_da@example.org": ["a_da@example.org", "a-da@example.org", "a-da@example.org"],
        "a.da@gmail.com": ["ada@gmail.com", "ada@gmail.com", "a.da@gmail.com"],
        # Told of anew, Gmail is as it is told now: its dots count, and the other domain still leads there.
        "a.da@googlemail.com": ["ada@gmail.com", "ada@gmail.com", "a.da@gmail.com"],
        "ada-x@own.example": ["ada-x@own.example", "ada-x@own.example", "ada@own.example"],
        "x@ada.own.example": ["x@ada.own.example", "x@ada.own.example", "ada@own.example"],
        "ada@icloud.com": ["ada@icloud.com"] * 3,
    }
    made = {
        spelling: [canonical(parse_address(spelling), edition) for edition in (first, second, third)]
        for spelling in table
    }
    assert made == table


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("edition = 3", "writes each edition as its own part: [[edition]]"),
        ("[[edition]", "is no TOML"),
        ("[[edition]]\non = 1", 'needs a number of its own for each edition, not "None"'),
        ("[[edition]]\nnumber = true\non = 1", 'needs a number of its own for each edition, not "True"'),
        ("[[edition]]\nnumber = 1\non = 1", 'needs a number of its own for each edition, not "1"'),
        ("[[edition]]\nnumber = 2\non = 1", "may number editions from 1000 on"),
        ("[[edition]]\nnumber = 1001\non = 1\n[[edition]]\nnumber = 1000\non = 1", "each above the one before it"),
        ("[[edition]]\nnumber = 1001", "has to say what edition 1001 adds to: on = 1"),
        ("[[edition]]\nnumber = 1001\non = 7", "has to say what edition 1001 adds to: on = 1"),
        ("[[edition]]\nnumber = 1001\non = 1\nprovider = 3", "writes each provider as its own part"),
        ("[[edition]]\nnumber = 1001\non = 1\n[[edition.provider]]\nignores = '.'", "has a provider without domains"),
        ("[[edition]]\nnumber = 1001\non = 1\n[[edition.provider]]\ndomain = 'a.b'", 'knows no "domain"'),
        ("[[edition]]\nnumber = 1001\non = 1\n[[edition.provider]]\ndomains = 'a.b'", 'none under "domains"'),
        ("[[edition]]\nnumber = 1001\non = 1\n[[edition.provider]]\neach = ['Münster.de']", 'none under "each"'),
        (
            "[[edition]]\nnumber = 1001\non = 1\n[[edition.provider]]\neach = ['a.b']\nreads = 1",
            "table of single signs",
        ),
        (
            "[[edition]]\nnumber = 1001\non = 1\n[[edition.provider]]\neach = ['a.b']\ntag = 1",
            'has "tag" that is no text',
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, problem: str) -> None:
    with pytest.raises(BadRules) as caught:
        read_editions(text, shipped())
    assert problem in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_a_file_or_bad_rules(text: str) -> None:
    """A file of any words is refused with a reason, or says nothing at all."""
    try:
        editions = read_editions(text, shipped())
    except BadRules:
        return
    assert editions == shipped()


@given(LOCAL, LOCAL, st.sampled_from(["gmail.com", "posteo.net", "example.org", "pm.me", "own.example", "yahoo.de"]))
def test_a_spelling_of_a_mailbox_is_that_mailbox_in_every_edition(local: str, tag: str, domain: str) -> None:
    """T3: tags and case never make another mailbox, whatever the edition; the canonical form is its own."""
    for edition in read_editions(OWN, shipped()):
        form = canonical(parse_address(f"{local}@{domain}"), edition)
        assert canonical(parse_address(f"{local.upper()}+{tag}@{domain.upper()}"), edition) == form
        assert canonical(parse_address(form), edition) == form


@given(LOCAL, LOCAL)
def test_plain_mailboxes_never_collide_in_any_edition(one: str, other: str) -> None:
    """T3: letters and digits tell mailboxes apart everywhere."""
    for edition in read_editions(OWN, shipped()):
        for domain in ("gmail.com", "posteo.de", "example.org", "yandex.ru", "yahoo.com"):
            forms = {canonical(parse_address(f"{local}@{domain}"), edition) for local in (one, other)}
            assert len(forms) == len({one, other})


def test_domains_of_a_list() -> None:
    assert read_domains("# ours\n\n Mailinator.com \nexample.net. # mine\r\n") == {"mailinator.com", "example.net"}


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("mailinator.com", True),
        ("ada.mailinator.com", True),
        ("a.b.mailinator.com", True),
        ("notmailinator.com", False),
        ("mailinator.com.example.org", False),
        ("com", False),
        ("example.org", False),
        ("gmail.com", False),
    ],
)
def test_what_lies_below_a_listed_domain_counts(domain: str, expected: bool) -> None:
    """p-V3: subdomains count, look-alikes do not."""
    assert is_disposable(domain, shipped_domains()) is expected


def test_no_large_provider_is_called_disposable() -> None:
    """Free mail is not thrown away; the list is in order and in plain form."""
    assert shipped_domains() & FREE_MAIL == frozenset()
    assert all(domain == domain.lower() and "." in domain and domain.isascii() for domain in shipped_domains())
