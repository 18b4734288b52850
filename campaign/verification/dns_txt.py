"""Method `dns_txt`: a TXT record of the organization's own domain holds the value of the endorsement."""

from __future__ import annotations

from campaign.lib.fetch import Reach, texts

METHOD = "dns_txt"


def places(domain: str) -> tuple[str, str]:
    """The names at which the record may stand."""
    return f"_undersigned.{domain}", domain


def find(domain: str, value: str, within: Reach) -> str:
    """The evidence, where the record stands; "" where it does not. Raises `fetch.Unreachable`."""
    for name in places(domain):
        if value in (text.strip() for text in texts(name, within)):
            return f"{name} TXT"
    return ""
