"""A domain shows that its organization signs: the worker asks a real name server and a real web server on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.lib.fetch import Reach, Unreachable, read_text, texts
from campaign.models import DomainCheck, LogEntry, Proof, Signature
from campaign.verification.domain_value import look, make_value
from tests.factories import make_letter
from tests.signing.acts import confirm, form_of, my_path, sign_organization
from tests.support.domain import Domain, running_domain, text

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]

HOST = "open-rights.org"
PATH = "/.well-known/undersigned.txt"


@pytest.fixture
def domain(tmp_path: Path) -> Iterator[Domain]:
    """The domain of Open Rights and its www."""
    with running_domain(tmp_path, HOST, f"www.{HOST}") as servers:
        yield servers


def problem(domain: Domain, reach: Reach | None = None) -> str:
    """Why nothing was read."""
    with pytest.raises(Unreachable) as caught:
        read_text(HOST, PATH, reach or domain.reach())
    return caught.value.reason


def test_file_is_read_from_the_address_that_was_looked_at(domain: Domain) -> None:
    """p-V2, T16: resolved once, and asked by its own name over https."""
    domain.answer = text(b"hello\n")
    assert read_text(HOST, PATH, domain.reach()) == "hello\n"
    assert domain.asked == [(HOST, "A"), (HOST, "AAAA")]
    assert domain.requests[0].startswith(f"GET {PATH} HTTP/1.1\r\nHost: {HOST}\r\n".encode())
    assert domain.connections == 1


def test_loopback_sees_no_connection(domain: Domain) -> None:
    """T16: with the reach of the product, a name that leads to our own machine is not connected to."""
    own = domain.reach()
    product = Reach(resolver=own.resolver, port=own.port, context=own.context)
    assert problem(domain, product) == "not_public"
    # One address that is not public is enough.
    domain.addresses[HOST] = ["93.184.216.34", "127.0.0.1"]
    assert problem(domain, product) == "not_public"
    domain.addresses[HOST] = ["93.184.216.34", "::ffff:127.0.0.1"]
    assert problem(domain, product) == "not_public"
    assert (domain.connections, domain.requests) == (0, [])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (text(b"", "301 Moved Permanently", "Location: https://127.0.0.1/"), "redirect"),
        (text(b"", "307 Temporary Redirect", "Location: /elsewhere"), "redirect"),
        (text(b"", "404 Not Found"), "status"),
        (text(b"x", "500 Internal Server Error"), "status"),
        (text(b"x" * 4097), "too_large"),
        (text(b"x" * 2_000_000), "too_large"),
        (text(b"x", "200 OK", "X-Long: " + "x" * 70_000), "too_large"),
        (lambda connection, _request: connection.sendall(b"SSH-2.0-OpenSSH\r\n"), "away"),
    ],
)
def test_answers_that_are_refused(domain: Domain, answer: Any, reason: str) -> None:
    """T16: no redirect is followed, and size is capped; each refusal has its reason."""
    domain.answer = answer
    assert problem(domain) == reason
    assert domain.connections == 1


def test_time_is_capped_over_all(domain: Domain) -> None:
    """T16: a server that sends a byte now and then does not hold the worker."""
    over = threading.Event()

    def drip(connection: ssl.SSLSocket, _request: bytes) -> None:
        while not over.wait(0.05):
            connection.sendall(b"H")

    domain.answer = drip
    try:
        assert problem(domain, domain.reach(seconds=0.5)) == "too_slow"
    finally:
        over.set()


def test_certificate_of_another_name_is_refused(domain: Domain) -> None:
    """T16: https with the right name only; and plain http is no answer."""
    domain.addresses["closed-rights.org"] = ["127.0.0.1"]
    with pytest.raises(Unreachable, match="away"):
        read_text("closed-rights.org", PATH, domain.reach())
    assert domain.requests == []


def test_nobody_listens(domain: Domain) -> None:
    """A closed port and a name without address are told apart."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    own = domain.reach()
    assert problem(domain, Reach(own.resolver, own.is_allowed, closed, own.context)) == "away"
    domain.addresses.clear()
    assert problem(domain) == "no_address"


def test_look_finds_record_or_file(domain: Domain) -> None:
    """p-V2: at `_undersigned`, at the domain itself, or in the file; nothing else proves anything."""
    value, reach = "undersigned=abc", domain.reach()
    assert look(HOST, value, reach).outcome == "not_there;status"
    domain.texts[HOST] = ["v=spf1 -all", value]
    assert (look(HOST, value, reach).method, look(HOST, value, reach).seen) == ("dns_txt", f"{HOST} TXT")
    domain.texts = {f"_undersigned.{HOST}": [value]}
    assert look(HOST, value, reach).seen == f"_undersigned.{HOST} TXT"
    domain.texts = {f"_undersigned.{HOST}": [f"{value}d"]}
    domain.answer = text(f"# ours\n {value} \n".encode())
    found = look(HOST, value, reach)
    assert (found.method, found.seen, found.outcome) == ("well_known", f"https://{HOST}{PATH}", "not_there;found")
    domain.answer = text(f"x{value}\n".encode())
    assert look(HOST, value, reach).method == ""


def test_texts_of_many_parts_are_put_together(domain: Domain) -> None:
    """A record may come in parts of 255 bytes (RFC 1035, 3.3.14)."""
    domain.texts[HOST] = ['abc" "def']
    assert texts(HOST, domain.reach()) == ["abcdef"]


def held(client: FlaskClient, session: Session, mails: Mails) -> Signature:
    """Open Rights signed from another domain, and its representative confirmed."""
    make_letter()
    session.commit()
    sign_organization(client, website=HOST, email="rosa@elsewhere.net")
    assert confirm(client, mails()[0]).status_code == 303
    session.rollback()
    row = session.scalars(select(Signature)).one()
    assert (row.moderation, row.reasons) == ("held", "address_not_exact")
    return row


def press_check(client: FlaskClient, row: Signature) -> Any:
    """The representative presses "Check now"."""
    page = client.get(my_path(row))
    return client.post(f"{my_path(row)}/authority", data={**form_of(page, "/authority").fields, "action": "check"})


@pytest.mark.parametrize("way", ["dns_txt", "well_known", ""])
def test_representative_shows_it_by_the_domain(
    app: Flask, client: FlaskClient, session: Session, mails: Mails, domain: Domain, frozen: Any, way: str
) -> None:
    """p-V2, T16: held, shown what to publish, checked by the worker, released with its date; nothing in a request."""
    app.extensions["undersigned_reach"] = domain.reach()
    row = held(client, session, mails)
    signed_at, value = row.signed_at, make_value(row.id, HOST)
    page = client.get(my_path(row)).text
    assert value in page
    assert f"_undersigned.{HOST}" in page
    if way == "dns_txt":
        domain.texts[f"_undersigned.{HOST}"] = [value]
    elif way:
        domain.answer = text(value.encode())
    frozen.shift(3600)
    assert press_check(client, row).status_code == 303
    assert (domain.asked, domain.connections) == ([], 0)
    # Once more at once: told so, and no second look.
    assert press_check(client, row).status_code == 422
    mails()
    app.extensions.pop("undersigned_reach")
    session.rollback()
    session.expire_all()
    assert session.scalars(select(DomainCheck)).one().checked_at is not None
    methods = list(session.scalars(select(Proof.method).order_by(Proof.id)))
    assert methods == (["mailbox", way] if way else ["mailbox"])
    expected = ("approved", "") if way else ("held", "address_not_exact")
    assert (row.moderation, row.reasons, row.signed_at) == (*expected, signed_at)
    assert bool(session.scalars(select(LogEntry).where(LogEntry.act == "authority_proved")).all()) == bool(way)
    shown = client.get("/letters/stop/names").text
    assert ("Open Rights" in shown) == bool(way)
