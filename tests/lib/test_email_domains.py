"""Domains: free mail, slips, websites, and what an address proves about an organization (T4, T16, p-V2)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaign.lib import emails
from campaign.lib.emails import BadWebsite, DomainMatch, parse_address

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("domain", "is_free"),
    [
        ("gmail.com", True),
        ("GMAIL.com", True),
        ("yahoo.com.br", True),
        ("hotmail.co.uk", True),
        ("ada.fastmail.com", True),
        ("web.de", True),
        ("example.org", False),
        ("gmail.example.org", False),
        ("notgmail.com", False),
        ("", False),
        ("com", False),
        ("..", False),
    ],
)
def test_free_mail_is_known(domain: str, is_free: bool) -> None:
    assert emails.is_free_mail(domain) is is_free


@pytest.mark.parametrize(
    ("domain", "hint"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("Hotmial.com", "hotmail.com"),
        ("yahoo.co", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("gmail.com", None),
        ("mail.com", None),
        ("email.com", None),
        ("ymail.com", None),
        ("hotmail.be", None),
        ("hotmail.se", None),
        ("yahoo.co.uk", None),
        ("bol.com", None),
        ("example.org", None),
        ("", None),
        ("g" * 10_000, None),
    ],
)
def test_a_slip_of_the_finger_gets_a_hint(domain: str, hint: str | None) -> None:
    assert emails.typo_hint(domain) == hint


@given(st.sampled_from(["gmail.com", "hotmail.com", "laposte.net"]), st.integers(0, 7), st.sampled_from(LETTERS))
def test_every_single_slip_is_found(provider: str, place: int, letter: str) -> None:
    slips = {
        provider[:place] + provider[place + 1 :],
        provider[:place] + letter + provider[place:],
        provider[:place] + letter + provider[place + 1 :],
        provider[:place] + provider[place + 1] + provider[place] + provider[place + 2 :],
    }
    for slip in slips - {provider}:
        hint = emails.typo_hint(slip)
        assert hint is not None or emails.is_free_mail(slip)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("example.org", "https://example.org"),
        (" HTTP://WWW.Example.org/ ", "http://www.example.org"),
        ("//example.org", "https://example.org"),
        ("https://example.org:443/about?x=1#team", "https://example.org/about?x=1"),
        ("münchen.de/über-uns", "https://xn--mnchen-3ya.de/über-uns"),
        ("example.org.", "https://example.org"),
        ("https://medium.com/@campaign", "https://medium.com/@campaign"),
        ("ngo.org.uk", "https://ngo.org.uk"),
    ],
)
def test_an_honest_website_passes(typed: str, cleaned: str) -> None:
    assert emails.clean_website(typed) == cleaned
    assert emails.clean_website(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("\u200b", "empty"),
        ("example.org/" + "a" * 500, "too_long"),
        ("ada@example.org", "email_address"),
        ("javascript:alert(1)", "scheme"),
        ("JavaScript://example.org/%0aalert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("ftp://example.org", "scheme"),
        ("mailto:ada@example.org", "scheme"),
        ("https://ada:secret@example.org", "credentials"),
        ("https://example.org@evil.example.net/", "credentials"),
        ("192.0.2.1", "ip_address"),
        ("http://[2001:db8::1]/", "ip_address"),
        ("http://3232235521/", "ip_address"),
        ("http://0x7f.1/", "ip_address"),
        ("http://127.0.0.1./", "ip_address"),
        ("localhost", "malformed"),
        ("http://[bad", "malformed"),
        ("https://example..org", "malformed"),
        ("https://example.org:8080", "malformed"),
        ("https://example.org:port", "malformed"),
        ("https://example.org/a b", "malformed"),
        ("https://example.org/<script>", "malformed"),
        ("https://example.org/\u202egpj", "malformed"),
        ("https://example.org/\x00", "malformed"),
        ("https://example.org/\ud800", "malformed"),
        ("https://exam_ple.org\\.evil", "malformed"),
        ("our site", "malformed"),
    ],
)
def test_an_odd_website_is_refused_with_its_reason(typed: str, reason: str) -> None:
    """T16, hostile class Organizations."""
    with pytest.raises(BadWebsite) as caught:
        emails.clean_website(typed)
    assert caught.value.reason == reason


@given(st.text())
def test_any_text_is_a_website_or_a_bad_website(text: str) -> None:
    for typed in (text, f"https://{text}", f"example.org/{text}", f"https://{text}@example.org"):
        try:
            url = emails.clean_website(typed)
        except BadWebsite:
            continue
        assert url.startswith(("https://", "http://"))
        assert not set(url) & set("<>\"'\\ \r\n\t\0") - {"'"}
        assert emails.clean_website(url) == url
        emails.website_domain(url)


@pytest.mark.parametrize(
    ("host", "domain", "shared"),
    [
        ("www.ngo.org.uk", "ngo.org.uk", False),
        ("a.b.example.co.jp", "example.co.jp", False),
        ("city.kobe.jp", "city.kobe.jp", False),
        ("MÜNCHEN.de.", "xn--mnchen-3ya.de", False),
        ("foo.github.io", "foo.github.io", True),
        ("x.foo.github.io", "foo.github.io", True),
        ("foo.blogspot.com", "foo.blogspot.com", True),
        ("github.io", None, True),
        ("facebook.com", "facebook.com", True),
        ("fr-fr.facebook.com", "facebook.com", True),
        ("sites.google.com", "google.com", True),
        ("ngo.wordpress.com", "wordpress.com", True),
        ("org", None, False),
        ("co.uk", None, False),
        ("intranet.corp", None, False),
        ("192.0.2.1", None, False),
        ("::1", None, False),
        ("", None, False),
        ("a..b", None, False),
        ("\ud800.org", None, False),
    ],
)
def test_the_registrable_domain_follows_the_suffix_list(host: str, domain: str | None, shared: bool) -> None:
    assert emails.registrable_domain(host) == domain
    assert emails.is_shared_host(host) is shared


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://x.foo.github.io", "foo.github.io"),
        ("https://192.0.2.1/", None),
        ("http://[bad", None),
        ("a", None),
        ("", None),
    ],
)
def test_a_website_has_a_domain_or_none(url: str, domain: str | None) -> None:
    assert emails.website_domain(url) == domain


@pytest.mark.parametrize(
    ("address", "website", "match"),
    [
        ("x@ngo.org", "https://ngo.org", DomainMatch.EXACT),
        ("x@mail.ngo.org", "https://www.ngo.org/about", DomainMatch.EXACT),
        ("x@ngo.org.uk", "https://campaigns.ngo.org.uk", DomainMatch.EXACT),
        ("x@münchen.de", "https://xn--mnchen-3ya.de", DomainMatch.EXACT),
        ("x@gmail.com", "https://ngo.org", DomainMatch.FREE_MAIL),
        ("x@gmail.com", "https://gmail.com", DomainMatch.FREE_MAIL),
        ("x@gmail.com", "", DomainMatch.FREE_MAIL),
        ("x@ngo.org", "https://outlook.com", DomainMatch.FREE_MAIL),
        ("x@foo.github.io", "https://foo.github.io", DomainMatch.SHARED_HOST),
        ("x@bar.github.io", "https://foo.github.io", DomainMatch.SHARED_HOST),
        ("x@facebook.com", "https://facebook.com/ngo", DomainMatch.SHARED_HOST),
        ("x@ngo.org", "https://ngo.wordpress.com", DomainMatch.SHARED_HOST),
        ("x@ngo.org", "https://ngo.net", DomainMatch.DIFFERENT),
        ("x@ngo-org.com", "https://ngo.org", DomainMatch.DIFFERENT),
        ("x@ng0.org", "https://ngo.org", DomainMatch.DIFFERENT),
        ("x@ngo.org.evil.com", "https://ngo.org", DomainMatch.DIFFERENT),
        ("x@other.org.uk", "https://ngo.org.uk", DomainMatch.DIFFERENT),
        ("x@nonprofit.example", "https://nonprofit.example", DomainMatch.DIFFERENT),
        ("x@nɡo.org", "https://ngo.org", DomainMatch.DIFFERENT),
        ("x@ngo.org", "", DomainMatch.NO_SITE),
        ("x@ngo.org", "http://[bad", DomainMatch.NO_SITE),
    ],
)
def test_only_the_same_registered_domain_matches(address: str, website: str, match: DomainMatch) -> None:
    """T4: pairs of each class; nothing but an exact match proves anything."""
    assert emails.domain_match(parse_address(address), website) is match


LABELS = st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True)
# National suffixes of one and of several levels; hosts where everybody has a name; free mail.
SUFFIXES = st.sampled_from(
    ["org", "com", "de", "org.uk", "com.br", "asso.fr", "ngo.ph", "xn--p1ai", "gouv.fr", "ac.jp"]
)
HOSTS_FOR_ALL = st.sampled_from(["github.io", "wordpress.com", "blogspot.com", "sites.google.com", "netlify.app"])


@given(LABELS, SUFFIXES, st.lists(LABELS, max_size=2), st.lists(LABELS, max_size=2), st.sampled_from(["https", "http"]))
def test_own_domain_is_exact_in_every_form(
    name: str, suffix: str, before: list[str], mail: list[str], scheme: str
) -> None:
    """T4, p-V2: whatever stands before the domain that somebody registered, address and website are of one owner."""
    domain = f"{name}.{suffix}"
    assume(not emails.is_free_mail(domain) and not emails.is_shared_host(domain))
    assume(emails.registrable_domain(domain) == domain)
    host = ".".join([*before, domain])
    address = emails.parse_address(f"rosa@{'.'.join([*mail, domain])}")
    for website in (f"{scheme}://{host}", f"{scheme}://{host.upper()}/about/", f"{scheme}://www.{host}/?a=b"):
        assert emails.domain_match(address, emails.clean_website(website)) is DomainMatch.EXACT, website
    assert emails.registrable_domain(host) == emails.registrable_domain(domain) == domain


@given(LABELS, LABELS, SUFFIXES, SUFFIXES)
def test_other_domains_never_match(name: str, other: str, suffix: str, ending: str) -> None:
    """T4: another name, another suffix, or one's own name before or behind somebody else's domain is never exact."""
    domain = f"{name}.{suffix}"
    address = emails.parse_address(f"rosa@{domain}")
    foreign = {f"{other}.{suffix}", f"{name}.{ending}", f"{name}{other}.{suffix}", f"{domain}.{other}.{ending}"}
    for host in foreign - {domain}:
        website = emails.clean_website(f"https://{host}/{domain}")
        if emails.registrable_domain(host) != emails.registrable_domain(domain):
            assert emails.domain_match(address, website) is not DomainMatch.EXACT, host


@given(LABELS, HOSTS_FOR_ALL)
def test_shared_hosts_prove_nothing(name: str, host: str) -> None:
    """T4: who has a page where everybody may have one owns neither the address nor the website."""
    for website in (f"https://{name}.{host}", f"https://{host}/{name}"):
        address = emails.parse_address(f"rosa@{name}.{host}")
        found = emails.domain_match(address, emails.clean_website(website))
        assert found in (DomainMatch.SHARED_HOST, DomainMatch.FREE_MAIL), website


@given(st.text(max_size=60))
def test_any_host_has_one_registrable_domain_or_none(text: str) -> None:
    """T4: whatever is asked for, the answer is a suffix of what was asked, and asking for the answer gives it again."""
    found = emails.registrable_domain(text)
    if found is not None:
        assert emails.registrable_domain(found) == found
        assert found == found.lower()
        assert found.isascii()
