"""Reads a small text from somebody else's server, and nothing from our own network.

The name is resolved once, each of its addresses has to be public, and the connection goes to the very address that
was looked at. No redirect is followed; size and time are limited over all. For jobs only, never for a request (T16).
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import dns.exception
import dns.resolver

HTTPS = 443
# Bytes of a text, and of the headers before it; seconds for everything, from resolving to the last byte.
TEXT_LIMIT = 4096
HEADER_LIMIT = 8192
SECONDS = 5.0

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
# Networks that lead to other addresses than they seem to: IPv4 inside IPv6 in five ways (RFC 4291, 6052, 8215, 3056,
# 4380), and site-local ones, which `ipaddress` takes for global.
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10"),
    )
)


class Unreachable(Exception):
    """Nothing was read. `reason`: no_address, not_public, away, too_slow, redirect, status or too_large."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_public(address: Ip) -> bool:
    """Whether an address is one of the open internet: not private, shared, reserved, multicast or translated."""
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    is_special = address.is_private or address.is_reserved or address.is_multicast or address.is_link_local
    return address.is_global and not is_special


def system_resolver() -> dns.resolver.Resolver:
    """A resolver with the machine's own name servers. Raises `dns.resolver.NoResolverConfiguration`."""
    return dns.resolver.Resolver()


@dataclass(frozen=True)
class Reach:
    """What may be reached, and how. The default is the open internet; tests give servers of their own."""

    resolver: Callable[[], dns.resolver.Resolver] = system_resolver
    is_allowed: Callable[[Ip], bool] = is_public
    port: int = HTTPS
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = SECONDS


@dataclass
class _Time:
    """What is left of the time for one read."""

    seconds: float
    started: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds. Raises `Unreachable("too_slow")` when there are none."""
        left = self.started + self.seconds - time.monotonic()
        if left <= 0:
            raise Unreachable("too_slow")
        return left


def read_text(host: str, path: str, reach: Reach) -> str:
    """The text at https://host/path, of at most 4 kB. Raises `Unreachable`."""
    limit = _Time(reach.seconds)
    address = _address(host, reach, limit)
    try:
        with socket.create_connection((str(address), reach.port), limit.left()) as plain:
            plain.settimeout(limit.left())
            with reach.context().wrap_socket(plain, server_hostname=host) as connection:
                connection.settimeout(limit.left())
                connection.sendall(_request(host, path))
                answer = _everything(connection, limit)
    except TimeoutError:
        raise Unreachable("too_slow") from None
    except (OSError, ValueError):
        raise Unreachable("away") from None
    return _text_in(answer)


def texts(name: str, reach: Reach) -> list[str]:
    """The TXT records of a name, each put together from its parts; none where there are none. Raises `Unreachable`."""
    try:
        answer = reach.resolver().resolve(f"{name}.", "TXT", lifetime=reach.seconds, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException:
        raise Unreachable("away") from None
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def _address(host: str, reach: Reach, limit: _Time) -> Ip:
    """The one address to connect to, where every address of the name may be reached."""
    found: list[Ip] = []
    for kind in ("A", "AAAA"):
        try:
            answer = reach.resolver().resolve(f"{host}.", kind, lifetime=limit.left(), search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            continue
        except dns.exception.DNSException:
            raise Unreachable("away") from None
        found += [ipaddress.ip_address(record.address) for record in answer]
    if not found:
        raise Unreachable("no_address")
    if not all(map(reach.is_allowed, found)):
        raise Unreachable("not_public")
    return found[0]


def _request(host: str, path: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: text/plain", "User-Agent: Undersigned")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("ascii")


def _everything(connection: ssl.SSLSocket, limit: _Time) -> bytes:
    """All that is answered until the other side closes, within size and time."""
    answer = bytearray()
    while True:
        connection.settimeout(limit.left())
        part = connection.recv(4096)
        if not part:
            return bytes(answer)
        answer += part
        if len(answer) > HEADER_LIMIT + TEXT_LIMIT:
            raise Unreachable("too_large")


class _Read:
    """An answer that was read already, for the parser of the standard library."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self.answer)


def _text_in(answer: bytes) -> str:
    """The body of a good answer."""
    response = http.client.HTTPResponse(_Read(answer))  # type: ignore[arg-type]
    try:
        response.begin()
        body = response.read(TEXT_LIMIT + 1)
    except (http.client.HTTPException, ValueError, OSError):
        raise Unreachable("away") from None
    if 300 <= response.status < 400:
        raise Unreachable("redirect")
    if response.status != 200:
        raise Unreachable("status")
    if len(body) > TEXT_LIMIT:
        raise Unreachable("too_large")
    return body.decode("utf-8", "replace")
