"""Addresses of people and of organizations' sites: what is typed, whose mailbox it is, whose domain."""

import hashlib
import hmac
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from urllib.parse import urlsplit

import idna
from email_validator import EmailNotValidError, validate_email
from publicsuffixlist import PublicSuffixList

from campaign.lib.mailbox_rules import Edition, shipped
from campaign.lib.providers import (
    FREE_FAMILIES,
    FREE_MAIL,
    OFTEN_MISTYPED,
    SHARED_SITES,
    SLIPPED_ENDINGS,
)

MAILBOX_RULE = shipped()[-1].number  # kept beside each mailbox key; a site may have rules of its own above it
WEBSITE_LIMIT = 400

# Pasted addresses carry these at their ends; nobody types them.
_INVISIBLE_ENDS = "\u200b\u200e\u200f\u2060\ufeff"
# White space, controls, delimiters, and what cannot be seen: RFC 3986 appendix C, and a lone surrogate.
_UNSAFE_IN_URL = re.compile(
    r"""[\s\x00-\x20\x7f-\xa0<>"\\^`{|}\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff]"""
)


class BadAddress(Exception):
    """Not an address we write to.

    `reason`: empty, too_long, line_break, no_at, quoted, several, ip_address or malformed.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadWebsite(Exception):
    """Not the address of a site.

    `reason`: empty, too_long, email_address, scheme, credentials, ip_address or malformed.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DomainMatch(StrEnum):
    """What an address says about a claimed website. Only `exact` proves anything."""

    EXACT = "exact"
    FREE_MAIL = "free_mail"
    SHARED_HOST = "shared_host"
    DIFFERENT = "different"
    NO_SITE = "no_site"


@dataclass(frozen=True)
class Address:
    """One mail address: as typed, as we write to it, and its two parts (domain in lower-case IDNA ASCII)."""

    typed: str
    normalized: str
    local: str
    domain: str


def parse_address(text: str) -> Address:
    """The address a person typed, without looking anything up. BadAddress with the reason."""
    typed = text.strip().strip(_INVISIBLE_ENDS).strip()
    if reason := _address_problem(typed):
        raise BadAddress(reason)
    try:
        checked = validate_email(typed, check_deliverability=False, allow_smtputf8=True)
    except (EmailNotValidError, UnicodeError) as error:
        raise BadAddress("malformed") from error
    if not _is_plain_local_part(checked.local_part):
        raise BadAddress("malformed")
    domain = checked.ascii_domain.lower()
    return Address(typed, f"{checked.local_part}@{domain}", checked.local_part, domain)


def canonical(address: Address, rules: Edition | None = None) -> str:
    """The mailbox form, for finding duplicates only: without case, tags, and what its provider ignores.

    By the newest rules that ship, unless others are given; a site's own are asked through `campaign.mailboxes`.
    """
    rules = rules or shipped()[-1]
    local = unicodedata.normalize("NFKC", address.local).lower()
    # "ς" is "σ" at the end of a word; which one stands there depends on how the capital was lowered.
    local = unicodedata.normalize("NFKC", local).replace("ς", "σ")
    domain = rules.same.get(address.domain, address.domain)
    for provider in rules.names_as_subdomain:
        if domain.endswith(f".{provider}"):
            return f"{domain.removesuffix(f'.{provider}').rpartition('.')[2]}@{provider}"
    # A local part of nothing but tag or ignored signs is kept, else all of them would be one mailbox.
    local = local.split("+")[0] or local
    if domain in rules.tags:
        local = local.split(rules.tags[domain])[0] or local
    if domain in rules.reads:
        local = local.translate(rules.reads[domain]) or local
    return f"{local}@{domain}"


def mailbox_key(key: bytes, address: Address, rules: Edition | None = None) -> str:
    """The keyed hash of the canonical address, 64 hex digits. The number of the rules is stored beside it."""
    return hmac.digest(key, canonical(address, rules).encode(), hashlib.sha256).hex()


def is_free_mail(domain: str) -> bool:
    """True where anybody can get an address, so that it proves no affiliation."""
    base = registrable_domain(domain)
    return base is not None and (base in FREE_MAIL or base.partition(".")[0] in FREE_FAMILIES)


def typo_hint(domain: str) -> str | None:
    """The large provider that was probably meant, one slip of the finger away. None: no suggestion."""
    domain = domain.lower()
    slipped = domain.partition(".")[2] in SLIPPED_ENDINGS
    if len(domain) > 40 or (is_free_mail(domain) and not slipped):
        return None
    return next((provider for provider in OFTEN_MISTYPED if is_one_slip(domain, provider)), None)


def clean_website(text: str) -> str:
    """The address of a site as an absolute http(s) URL with an ASCII host. BadWebsite with the reason."""
    text = text.strip().strip(_INVISIBLE_ENDS).strip()
    if not text or len(text) > WEBSITE_LIMIT:
        raise BadWebsite("too_long" if text else "empty")
    if re.fullmatch(r"[^\s/@:]+@[^\s/@:]+", text):
        raise BadWebsite("email_address")
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "https", text.removeprefix("//")
    if scheme.lower() not in ("http", "https") or re.match(
        r"(?i)(javascript|data|file|mailto|tel|vbscript|about):", rest
    ):
        raise BadWebsite("scheme")
    return _rebuilt(scheme.lower(), rest)


def registrable_domain(host: str) -> str | None:
    """The domain somebody registered (Public Suffix List), of a host or domain in any spelling; ASCII.

    On a shared host it is the tenant's own ("ngo.github.io"). None for a bare suffix, an unknown ending, an IP.
    """
    ascii_host = _ascii_host(host)
    return _suffixes(only_icann=False).privatesuffix(ascii_host) if ascii_host else None


def website_domain(url: str) -> str | None:
    """The registrable domain of a site's URL; None where it has none."""
    return registrable_domain(_host_of(url))


def labels_before(host: str) -> str:
    """The labels of a host in front of the domain that was registered, be it a provider's: "ngo" of "ngo.github.io"."""
    ascii_host = _ascii_host(host) or ""
    registered = _suffixes(only_icann=True).privatesuffix(ascii_host) if ascii_host else None
    # Of an unknown ending the last two labels are taken for it.
    base = registered or ".".join(ascii_host.split(".")[-2:])
    return ascii_host.removesuffix(base).rstrip(".")


def is_shared_host(host: str) -> bool:
    """True where many parties have pages under one registered domain, so that the domain names none of them."""
    ascii_host = _ascii_host(host)
    if not ascii_host:
        return False
    registered = _suffixes(only_icann=True).privatesuffix(ascii_host)
    if registered != _suffixes(only_icann=False).privatesuffix(ascii_host):
        return True
    return registered in SHARED_SITES


def domain_match(address: Address, website: str) -> DomainMatch:
    """Whether the address lies in the registrable domain of the website (a URL, "" for none)."""
    host = _host_of(website)
    if is_free_mail(address.domain) or is_free_mail(host):
        return DomainMatch.FREE_MAIL
    if not host:
        return DomainMatch.NO_SITE
    if is_shared_host(host) or is_shared_host(address.domain):
        return DomainMatch.SHARED_HOST
    domain = registrable_domain(host)
    return DomainMatch.EXACT if domain and domain == registrable_domain(address.domain) else DomainMatch.DIFFERENT


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_plain_local_part(local: str) -> bool:
    """False for what only the mail grammar loves: relay signs, no letter at all, signs hidden in another width."""
    plain = unicodedata.normalize("NFKC", local)
    return any(sign.isalnum() for sign in plain) and not any(sign in "@!%|`{}^?*$" or sign.isspace() for sign in plain)


def _address_problem(typed: str) -> str | None:
    """The reason to refuse before the grammar is asked, where a plain one can be given."""
    problems = {
        "empty": not typed,
        "too_long": len(typed) > 254,
        "line_break": any(sign in typed for sign in "\r\n\v\f\x85\u2028\u2029"),
        "no_at": "@" not in typed,
        "quoted": typed.startswith('"'),
        "several": typed.count("@") > 1 and any(sign in typed for sign in ",; "),
        "ip_address": typed.endswith("]"),
    }
    return next((reason for reason, found in problems.items() if found), None)


def _rebuilt(scheme: str, rest: str) -> str:
    """The URL put together again from its checked parts, without port and fragment."""
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadWebsite("malformed") from error
    if parts.username is not None or parts.password is not None:
        raise BadWebsite("credentials")
    if _is_ip(host):
        raise BadWebsite("ip_address")
    ascii_host = _ascii_host(host)
    if not ascii_host or "." not in ascii_host or port not in (None, 80, 443):
        raise BadWebsite("malformed")
    path = "" if parts.path == "/" and not parts.query else parts.path
    url = f"{scheme}://{ascii_host}{path}{'?' + parts.query if parts.query else ''}"
    if _UNSAFE_IN_URL.search(url):
        raise BadWebsite("malformed")
    return url


def _is_ip(host: str) -> bool:
    """True for an IP address in any spelling browsers accept (decimal, octal and hexadecimal included)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # The URL standard reads a host whose last label is a number as an IPv4 address.
        return re.fullmatch(r"\d+|0x[0-9a-f]*", host.rstrip(".").rpartition(".")[2]) is not None
    return True


@lru_cache(maxsize=4096)
def _ascii_host(host: str) -> str | None:
    """The host in lower-case IDNA ASCII (UTS 46) without its last dot; None where it is no domain name."""
    host = host.lower().removesuffix(".")
    if not host or len(host) > 253 or _is_ip(host):
        return None
    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None


@cache
def _suffixes(only_icann: bool) -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=only_icann)


def is_one_slip(typed: str, meant: str) -> bool:
    """True when one letter was left out, added, changed, or swapped with its neighbour."""
    start = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    a, b = typed[start:], meant[start:]
    return a != b and (a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:]))
