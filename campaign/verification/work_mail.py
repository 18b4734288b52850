"""Method `work_mail`: a code that only the work mailbox got, and nothing but a code.

The address is sealed with the letter's key while it waits, and only a keyed fingerprint of it is kept afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from campaign.lib import tokens
from campaign.lib.emails import Address, canonical, is_free_mail, is_shared_host, registrable_domain

METHOD = "work_mail"
# Wrong codes an address bears before its code is dead, and mails it gets in a day.
CODE_TRIES = 5
MOST_MAILS = 3
# Every sealed address is as long as the longest.
_PADDED = 512


def setting_problem(config: Mapping[str, Any]) -> str | None:
    """Why the settings do not allow work mail, as a short reason, or None. The reasons are the keys of CURES."""
    url, sender = config["EMPLOYEE_MAIL_URL"], config["EMPLOYEE_MAIL_FROM"]
    if not url or not sender:
        return "not_set"
    relay, usual = urlsplit(url), urlsplit(config["MAIL_URL"])
    if relay.scheme == "file" and config["ENV"] != "development":
        return "no_relay"
    ours = {_base(urlsplit(config["BASE_URL"]).hostname), _base(_domain(config["MAIL_FROM"]))}
    if _base(_domain(sender)) in ours:
        return "same_sender"
    if relay.scheme != "file" and (_place(relay) == _place(usual) or _base(relay.hostname, alone=True) in ours):
        return "same_relay"
    return None


def clean_domains(typed: str) -> tuple[list[str], list[str]]:
    """The mail domains of the target out of what was typed, and those that cannot be a company's own."""
    names = list(dict.fromkeys(name.strip().lower().lstrip("@") for name in typed.replace(",", "\n").splitlines()))
    wrong = [name for name in names if name and not _is_own(name)]
    return [name for name in names if name and name not in wrong], wrong


def lies_on(address: Address, domains: Iterable[str]) -> bool:
    """Whether an address is one of the target's: on one of these domains or below it."""
    return any(address.domain == domain or address.domain.endswith(f".{domain}") for domain in domains)


def fingerprint(key: bytes, address: Address) -> str:
    """What is kept of a mailbox, so that it signs once; worth nothing without the letter's key."""
    return tokens.mac(key, "employee mailbox", canonical(address)).hex()


def make_code(key: bytes, waiting_id: str, mail_number: int) -> str:
    """The six digits in the `mail_number`-th mail to an address that waits."""
    return f"{int.from_bytes(tokens.mac(key, 'employee mail', waiting_id, mail_number)) % 1_000_000:06d}"


def seal_address(key: bytes, address: Address) -> str:
    """The address under the letter's key; nothing tells how long it is."""
    return tokens.seal_text(_sealing(key), address.normalized, _PADDED, METHOD)


def open_address(key: bytes, sealed: str) -> str:
    """The address again. Raises `tokens.BadToken`."""
    return tokens.open_text(_sealing(key), sealed, METHOD)


def _sealing(key: bytes) -> bytes:
    return tokens.mac(key, "employee address")


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _base(host: str | None, *, alone: bool = False) -> str | None:
    """The registrable domain of a host, or the host itself where it has none; with `alone` None then."""
    found = registrable_domain(host or "")
    return found or (None if alone else host)


def _place(relay: Any) -> tuple[str | None, int | None]:
    return relay.hostname, relay.port


def _is_own(domain: str) -> bool:
    return bool(registrable_domain(domain)) and not is_free_mail(domain) and not is_shared_host(domain)
