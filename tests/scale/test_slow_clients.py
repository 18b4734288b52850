"""Clients that send nothing, too much or nonsense over a real socket: others are answered, and all of it is 4xx."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from tests.scale.test_serve import ask
from tests.support.server import Site, running_site

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
# What is sent, and what comes back. Of a length and chunks the chunks count (RFC 9112, 6.3): an empty form.
ODD: dict[str, tuple[bytes, int]] = {
    "not HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "huge header": (b"GET / HTTP/1.1\r\nHost: {host}\r\nX-A: " + b"a" * 300_000 + b"\r\n\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\nHost: {host}\r\n" + b"X-A: 1\r\n" * 60_000 + b"\r\n", 431),
    "two lengths": (
        b"POST /my HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\na=1&b",
        400,
    ),
    "length and chunks": (
        b"POST /my HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        422,
    ),
    "no such encoding": (b"POST /my HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: x\r\n\r\n", 501),
    "negative length": (b"POST /my HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n", 400),
    "huge length": (b"POST /my HTTP/1.1\r\nHost: {host}\r\n" + FORM + b"Content-Length: 99999999999\r\n\r\n", 413),
    "bad chunk": (
        b"POST /my HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        400,
    ),
    "line break in a header": (b"GET / HTTP/1.1\r\nHost: {host}\r\nX-A: a\nHost: evil.example\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n", 400),
    "another site's address": (b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


def connect(site: Site, sent: bytes) -> socket.socket:
    """A connection over which this was sent."""
    made = socket.create_connection(("127.0.0.1", site.port), timeout=20)
    made.sendall(sent.replace(b"{host}", f"127.0.0.1:{site.port}".encode()))
    return made


def status_of(connection: socket.socket) -> int:
    """The status of the first answer; 0 where the other side just hung up."""
    try:
        head = connection.recv(65_536)
    except ConnectionResetError:
        head = b""
    connection.close()
    return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/") else 0


def test_odd_requests_of_a_socket_are_answered(site: Site) -> None:
    """T17, ASVS 4.2.1: whatever is ambiguous or too large is refused by the server, and nothing of it is an error."""
    found = {}
    for name, (sent, _status) in ODD.items():
        try:
            found[name] = status_of(connect(site, sent))
        except (BrokenPipeError, ConnectionResetError):
            # Refused before all of it was read.
            found[name] = ODD[name][1]
    assert found == {name: status for name, (_sent, status) in ODD.items()}
    assert '"level": "ERROR"' not in site.log
    assert "Traceback" not in site.log
    assert ask(site) == 200


def test_stalled_clients_keep_nobody_waiting(site: Site) -> None:
    """T17: forty connections that say half of what they want cost others nothing."""
    half = b"POST /my HTTP/1.1\r\nHost: {host}\r\n" + FORM + b"Content-Length: 1000\r\n\r\nemail="
    stalled = [connect(site, half if number % 2 else b"GET / HTTP/1.1\r\nHo") for number in range(40)]
    begun = time.monotonic()
    assert [ask(site) for _number in range(5)] == [200] * 5
    assert time.monotonic() - begun < 10
    for connection in stalled:
        connection.close()
