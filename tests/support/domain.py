"""An organization's own domain on loopback: a real name server and a real web server, and the reach that finds them."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import dns.flags
import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from campaign.lib.fetch import Reach

Answer = Callable[[ssl.SSLSocket, bytes], None]


def text(body: bytes, status: str = "200 OK", *headers: str) -> Answer:
    """An answer of a web server."""
    head = "\r\n".join((f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", "")).encode()
    return lambda connection, _request: connection.sendall(head + body)


@dataclass
class Domain:
    """What the servers answer, and what they were asked. `addresses` and `texts` are by name, without the last dot."""

    addresses: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    answer: Answer = field(default_factory=lambda: text(b"", "404 Not Found"))
    asked: list[tuple[str, str]] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    names_port: int = 0
    web_port: int = 0
    authority: Path = Path()

    def resolver(self) -> dns.resolver.Resolver:
        """A resolver that asks only here."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.names_port
        return resolver

    def reach(self, seconds: float = 5.0, allowed: str = "127.0.0.1") -> Reach:
        """The reach of the product, with this name server and port and certificate, and one address that is allowed."""
        return Reach(
            resolver=self.resolver,
            is_allowed=lambda address: address == ip_address(allowed),
            port=self.web_port,
            context=lambda: ssl.create_default_context(cafile=str(self.authority)),
            seconds=seconds,
        )


@contextmanager
def running_domain(folder: Path, *hosts: str) -> Iterator[Domain]:
    """The servers of these hosts, which have the address 127.0.0.1, until the end."""
    domain = Domain(addresses={host: ["127.0.0.1"] for host in hosts})
    with ExitStack() as stack:
        names = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        names.bind(("127.0.0.1", 0))
        web = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        domain.names_port, domain.web_port = names.getsockname()[1], web.getsockname()[1]
        domain.authority = folder / "authority.pem"
        context = certified(folder, hosts)
        threads = [
            threading.Thread(target=serve_names, args=(names, domain)),
            threading.Thread(target=serve_web, args=(web, context, domain)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield domain
        finally:
            # An empty packet, and a connection that is closed at once after shutting down, end the two loops.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", names.getsockname())
            web.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(30)


def serve_names(names: socket.socket, domain: Domain) -> None:
    """Answers questions for addresses and texts, until an empty packet comes."""
    while True:
        packet, client = names.recvfrom(2048)
        if not packet:
            return
        query = dns.message.from_wire(packet)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype)
        domain.asked.append((name, kind))
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        found = {
            "A": [address for address in domain.addresses.get(name, []) if ":" not in address],
            "AAAA": [address for address in domain.addresses.get(name, []) if ":" in address],
            "TXT": [f'"{words}"' for words in domain.texts.get(name, [])],
        }.get(kind, [])
        if found:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        names.sendto(response.to_wire(), client)


def serve_web(web: socket.socket, context: ssl.SSLContext, domain: Domain) -> None:
    """Answers one request after the other, until the socket is shut down."""
    while True:
        try:
            plain, _client = web.accept()
        except OSError:
            return
        domain.connections += 1
        plain.settimeout(30)
        with suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as connection:
            request = connection.recv(4096)
            domain.requests.append(request)
            domain.answer(connection, request)
            connection.unwrap()


def certified(folder: Path, hosts: tuple[str, ...]) -> ssl.SSLContext:
    """The context of a server with a certificate of its own for these hosts; written into the folder."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=3650))
        .not_valid_after(now + dt.timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "authority.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "authority.pem", folder / "key.pem")
    return context
