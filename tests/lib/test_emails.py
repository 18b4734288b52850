"""Addresses: who can be written to, and whose mailbox it is (T3, T7, p-V4)."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaign.lib.emails import Address, BadAddress, canonical, mailbox_key, parse_address

KEY = b"k" * 32
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLAIN = st.text(LETTERS + "0123456789", min_size=1, max_size=12)
ORDINARY_DOMAINS = st.sampled_from(["example.org", "aclu.org", "münchen.de", "gmx.de", "hotmail.com", "outlook.com"])
GMAIL = st.sampled_from(["gmail.com", "googlemail.com", "GMail.com"])


@pytest.mark.parametrize(
    ("typed", "normalized", "domain"),
    [
        ("ada@example.org", "ada@example.org", "example.org"),
        ("  Ada.Lovelace+letters@Example.ORG \n", "Ada.Lovelace+letters@example.org", "example.org"),
        ("\ufeffada@example.org\u200b", "ada@example.org", "example.org"),
        ("zoë@münchen.de", "zoë@xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("zoe@xn--mnchen-3ya.de", "zoe@xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v", "xn--fsqu00a.xn--4rr70v"),
        (f"{'a' * 80}@example.org", f"{'a' * 80}@example.org", "example.org"),
        ("o'brien_x-1@mail.example.org.uk", "o'brien_x-1@mail.example.org.uk", "mail.example.org.uk"),
        ("a@example.museum", "a@example.museum", "example.museum"),
    ],
)
def test_an_honest_address_passes(typed: str, normalized: str, domain: str) -> None:
    address = parse_address(typed)
    assert address.normalized == normalized
    assert address.domain == domain


def test_what_was_typed_is_kept() -> None:
    assert parse_address(" Ada.Lovelace+x@Münster.DE ").typed == "Ada.Lovelace+x@Münster.DE"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("ada", "no_at"),
        ("ada.example.org", "no_at"),
        ("ada@example.org\nBcc: eve@example.net", "line_break"),
        ("ada@example.org\r\nBcc: eve@example.net", "line_break"),
        ("ada@example.org\u2028x", "line_break"),
        ("ada@example.org, eve@example.net", "several"),
        ("ada@example.org;eve@example.net", "several"),
        ("ada@example.org eve@example.net", "several"),
        ('"ada lovelace"@example.org', "quoted"),
        ("ada@[192.0.2.1]", "ip_address"),
        ("ada@[IPv6:2001:db8::1]", "ip_address"),
        ("a" * 300 + "@example.org", "too_long"),
        ("ada@localhost", "malformed"),
        ("ada@example", "malformed"),
        ("ada@example..org", "malformed"),
        ("ada@-example.org", "malformed"),
        ("a..b@example.org", "malformed"),
        ("ada@192.0.2.1", "malformed"),
        ("ada lovelace@example.org", "malformed"),
        ("Ada <ada@example.org>", "malformed"),
        ("ada%eve@example.org", "malformed"),
        ("host!ada@example.org", "malformed"),
        ("ada＠eve@example.org", "malformed"),
        ("+@example.org", "malformed"),
        ("ada\x00@example.org", "malformed"),
        ("ada\u202e@example.org", "malformed"),
        ("ada\u200d@example.org", "malformed"),
        ("ada\ud800@example.org", "malformed"),
        ("ada@exam\u200bple.org", "malformed"),
    ],
)
def test_a_bad_address_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadAddress) as caught:
        parse_address(typed)
    assert caught.value.reason == reason


@given(st.text(), st.text())
def test_any_text_is_an_address_or_a_bad_address(before: str, after: str) -> None:
    try:
        address = parse_address(f"{before}@{after}.org")
    except BadAddress:
        return
    assert not set(address.normalized) & set("\r\n\0<>,; ")
    assert address.domain.isascii()
    assert address.normalized == f"{address.local}@{address.domain}"
    # What we write to is an address again, and the same mailbox.
    assert canonical(parse_address(address.normalized)) == canonical(address)


@pytest.mark.parametrize(
    "mailbox",
    [
        "jsmith@gmail.com j.smith@gmail.com J.S.M.I.T.H@GMail.com jsmith+petition@googlemail.com j.smith+a+b@gmail.com",
        "ada@example.org Ada@Example.org ADA@EXAMPLE.ORG ada+x@example.org ada+@example.org ａｄａ@example.org",
        "ada@münchen.de ada@xn--mnchen-3ya.de ADA@MÜNCHEN.DE",
        "zoë@example.org zoe\u0308@example.org ZOË@example.org",
        "ada.l@proton.me adal@protonmail.com a-d_a.l@pm.me adal@protonmail.ch",
        "ada@icloud.com ada@me.com ada@mac.com ada+x@me.com",
        "ada.l@yandex.ru ada-l@ya.ru ada.l@yandex.com",
        "ada@yahoo.com ada-shopping@yahoo.com ada+x@yahoo.com",
        "ada@fastmail.com shop@ada.fastmail.com ada+x@fastmail.com",
        "οδυσσεύς@example.org ΟΔΥΣΣΕΎΣ@example.org οδυσσεύσ@example.org",
        "+ada@example.org +ada@EXAMPLE.org",
    ],
)
def test_spellings_of_one_mailbox_give_one_key(mailbox: str) -> None:
    """T3."""
    assert len({mailbox_key(KEY, parse_address(spelling)) for spelling in mailbox.split()}) == 1


@pytest.mark.parametrize(
    "mailboxes",
    [
        "ada@example.org a.da@example.org a-da@example.org ada@example.net ada@mail.example.org ad@example.org",
        "ada@gmail.com ada@gmail.co ada-x@gmail.com ada@gmx.de ada@gmx.net ada@hotmail.com ada@outlook.com",
        "strauß@example.org strauss@example.org",
        "+a@example.org +b@example.org",
        "ada@proton.me ada1@proton.me ada@icloud.com ada@yandex.ru a.da@yandex.ru",
        "ada@mail.ru ada@bk.ru ada@list.ru",
        "ada@fastmail.com ada@fastmail.fm ada@eve.fastmail.com",
        "ada@xn--mnchen-3ya.de ada@munchen.de ada@muenchen.de",
        "zoë@example.org zoe@example.org",
    ],
)
def test_different_mailboxes_never_collide(mailboxes: str) -> None:
    """T3: a collision would keep somebody from signing."""
    spellings = mailboxes.split()
    assert len({mailbox_key(KEY, parse_address(spelling)) for spelling in spellings}) == len(spellings)


def _dotted(local: str, places: list[int]) -> str:
    """The local part with a dot after each of these places."""
    return "".join(
        f"{sign}." if index in places and index < len(local) - 1 else sign for index, sign in enumerate(local)
    )


@given(PLAIN, st.lists(st.integers(0, 10)), st.lists(PLAIN, max_size=2), GMAIL, st.randoms())
def test_every_variant_of_a_gmail_address_is_one_mailbox(local, dots, tags, domain, random) -> None:  # type: ignore[no-untyped-def]
    variant = "+".join([_dotted(local, dots), *tags])
    variant = "".join(random.choice((sign.upper(), sign)) for sign in variant)
    assert canonical(parse_address(f"{variant}@{domain}")) == f"{local}@gmail.com"


@given(st.lists(st.tuples(PLAIN, ORDINARY_DOMAINS), min_size=2, max_size=8, unique=True), st.lists(PLAIN, min_size=1))
def test_two_people_never_share_a_key(people: list[tuple[str, str]], tags: list[str]) -> None:
    """T3: whatever tags they use."""
    addresses = [f"{local}+{tags[i % len(tags)]}@{domain}" for i, (local, domain) in enumerate(people)]
    assert len({mailbox_key(KEY, parse_address(address)) for address in addresses}) == len(people)


@given(st.text(st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=8), ORDINARY_DOMAINS)
def test_case_and_form_never_make_a_second_mailbox(local: str, domain: str) -> None:
    try:
        address = parse_address(f"{local}@{domain}")
    except BadAddress:
        assume(False)
    local, _, domain = canonical(address).rpartition("@")
    assert canonical(Address("", "", local, domain)) == canonical(address)
    assert canonical(Address("", "", unicodedata.normalize("NFD", local), domain)) == canonical(address)


def test_the_key_hides_the_address_needs_the_secret_and_stays() -> None:
    """Keys in old databases must be found again by every later release of the same rule."""
    address = parse_address("ada@example.org")
    assert mailbox_key(KEY, address) == "ff3896f62eb9569de92168a2359d3285d9791926612746c4525dbcbc4b9eb080"
    assert mailbox_key(b"another" * 5, address) != mailbox_key(KEY, address)


LABEL = st.text("abcdefghijklmnopqrstuvwxyzäöüéèñçøåßабвгдеёжзиαβγδεהוזחطظعغकखग山田東한국", min_size=1, max_size=10)


@given(PLAIN, LABEL)
def test_both_spellings_of_an_international_domain_are_one_mailbox(local: str, label: str) -> None:
    """T3: as it is read, and as it travels (IDNA); which one was typed stays."""
    try:
        typed = parse_address(f"{local}@{label}.org")
    except BadAddress:
        # Not every row of letters is a name of the domain name system: mixed directions, for one.
        return
    travels = parse_address(f"{local}@{typed.domain}")
    assert (typed.domain.isascii(), travels.domain) == (True, typed.domain)
    assert mailbox_key(KEY, typed) == mailbox_key(KEY, travels)
    assert typed.typed == f"{local}@{label}.org"


@given(st.text("abcdeäöüéñабвαβγ中文", min_size=1, max_size=12), ORDINARY_DOMAINS)
def test_international_mailboxes_pass_and_stay_apart(local: str, domain: str) -> None:
    """T3: SMTPUTF8 local parts pass as typed; an accent makes another mailbox, case does not."""
    address = parse_address(f" {local}@{domain} ")
    assert address.local == unicodedata.normalize("NFC", local)
    assert canonical(parse_address(f"{local.upper()}@{domain}")) == canonical(address) or "ß" in local
    assert canonical(parse_address(f"{local}x@{domain}")) != canonical(address)


@given(
    PLAIN, st.sampled_from(("\r\n", "\n", "\x0b", "\u2028", ", eve@example.net", ";eve@example.net", "\x00", "\u202e"))
)
def test_nothing_behind_an_address_reaches_a_header(local: str, behind: str) -> None:
    """T7: a break, a second address or a control is refused, wherever it stands inside."""
    for typed in (f"{local}{behind}x@example.org", f"{local}@example.org{behind}x", f"{local}@exa{behind}mple.org"):
        with pytest.raises(BadAddress):
            parse_address(typed)
