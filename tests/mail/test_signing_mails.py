"""The mails of signing as a receiver gets them: parsed back from a real server."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.lib.names import BadText, clean_text
from campaign.models import Job, Signature
from campaign.signing import operations
from campaign.signing.queries import signature_to_confirm
from tests.factories import DAY, NOW, endorsing, entry, make_campaign, make_letter
from tests.mail.relays import with_relay
from tests.signing.acts import as_seen
from tests.support.mails import part
from tests.support.pages import Page
from tests.support.smtp import Sink, running_sink

Session = scoped_session[Any]
Send = Callable[[], list[EmailMessage]]

HEADERS = {
    "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "reply-to", "auto-submitted"
}  # fmt: skip


@pytest.fixture
def send(app: Flask, sink: Sink, frozen: Traveller) -> Send:
    """Sends what waits; returns the mails that came, oldest first."""
    relayed = with_relay(app, sink.url)

    def run() -> list[EmailMessage]:
        db.session.commit()
        before = len(sink.messages)
        with relayed.app_context():
            worker = Worker(relayed)
        worker.run_once()
        with relayed.app_context():
            db.engine.dispose()
        return sink.messages[before:]

    return run


@pytest.mark.parametrize("organization", [False, True])
def test_confirmation_mail(session: Session, send: Send, organization: bool) -> None:
    """x-S9: text and HTML, small, no picture, one main link, the code, the ask, the entry, the end, "not you"."""
    letter = make_letter(closes_at=NOW + 3 * DAY, timezone="America/New_York")
    typed = endorsing() if organization else entry(title="Countess", affiliation="Analytical Society")
    operations.sign_letter(letter.id, typed, NOW)
    (mail,) = send()
    assert {name.lower() for name in mail.keys()} == HEADERS  # noqa: SIM118  a message is no mapping
    assert (mail["Subject"], mail["To"]) == (f"Confirm your signature: {letter.title}", typed.address.normalized)
    assert (mail["From"], mail["Reply-To"]) == ("letters@localhost", "desk@open-courts.example")
    text, html = part(mail, "plain"), part(mail, "html")
    links = re.findall(r"http\S+", text)
    assert [re.sub(r"/[\w-]{38}$", "", address).rpartition("/")[2] for address in links] == ["confirm", "not-me", "my"]
    assert f"\n{links[0]}\n" in text
    assert len(mail.as_bytes()) < 30_000
    assert re.findall(r"<img|background=|url\(|<link|<script", html) == []
    assert sorted(set(Page(html).links)) == sorted(links)
    assert html.count("background:#123f73") == 1
    parts = [
        links[0],
        "Or enter this code",
        f"The letter: {letter.title}",
        "Stop selling face recognition to governments.",
    ]
    parts += [
        typed.name,
        "The link works until",
        "Not you?",
        links[1],
        links[2],
        "Open Courts, who organizes this letter.",
    ]
    places = [text.index(words) for words in parts]
    assert places == sorted(places)
    assert "22 June 2026" in text
    for words in ("Countess", "Analytical Society") if not organization else ():
        assert words in text
        assert words in html


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shows", [False, True])
def test_mail_names_the_organization_and_its_entry(session: Session, send: Send, shows: bool) -> None:
    """x-S9: which organization is signed for, and the entry as the list will have it."""
    typed = endorsing()
    claim = replace(typed.organization, show_representative=shows)
    operations.sign_letter(make_letter().id, replace(typed, organization=claim), NOW)
    (mail,) = send()
    stands_as = "Open Rights, Rosa Marín, Director" if shows else "Open Rights"
    said = f"You sign for the organization Open Rights.\n\nHow it will stand: {stands_as}\n"
    assert said in part(mail, "plain")
    assert " ".join(said.split()) in Page(part(mail, "html")).text.replace(" ,", ",")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_mail_names_no_lead_where_there_is_none(session: Session, send: Send) -> None:
    """A campaign without a lead organization is not said to organize its own letter."""
    operations.sign_letter(make_letter(campaign=make_campaign(lead="")).id, entry(), NOW)
    (mail,) = send()
    for kind in ("plain", "html"):
        assert "Your address is never published." in part(mail, kind)
        assert "who organizes" not in part(mail, kind)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_private_signature_is_told_so(session: Session, send: Send) -> None:
    """x-S9: how the name will appear: not at all."""
    operations.sign_letter(make_letter().id, entry(is_private=True), NOW)
    (mail,) = send()
    assert "Your name stays private" in part(mail, "plain")
    assert "Ada Lovelace" not in part(mail, "plain") + part(mail, "html")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_resent_mail_has_the_same_link_and_another_code(session: Session, send: Send) -> None:
    """D1, T11: links repeat, codes do not; each mail has a Message-ID of its own."""
    letter = make_letter()
    operations.sign_letter(letter.id, entry(), NOW)
    (first,) = send()
    operations.sign_letter(letter.id, entry(), NOW + timedelta(minutes=10))
    with_time = session.query(Job).filter_by(state="ready").one()
    with_time.run_at = NOW
    (second,) = send()
    codes = [re.findall(r"\b\d{6}\b", part(mail, "plain")) for mail in (first, second)]
    links = [re.findall(r"http\S+/confirm/\S+", part(mail, "plain")) for mail in (first, second)]
    assert links[0] == links[1]
    assert codes[0] != codes[1]
    assert first["Message-ID"] != second["Message-ID"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_signed_before_says_nothing_typed(session: Session, send: Send) -> None:
    """T7, x-S7: who signed is told that somebody entered the address; what was entered is not repeated."""
    letter = make_letter()
    operations.sign_letter(letter.id, entry(), NOW)
    send()
    row = session.query(Signature).one()
    operations.confirm_signature(signature_to_confirm(row.id), 0, as_seen(row.id), NOW)
    again = entry("Buy cheap pills", affiliation="Pills Inc.")
    row.mail_asked_at = NOW - DAY
    operations.sign_letter(letter.id, again, NOW)
    (mail,) = send()
    assert mail["Subject"] == f"You have signed already: {letter.title}"
    whole = part(mail, "plain") + part(mail, "html")
    assert [words for words in ("pills", "Pills", "Lovelace") if words in whole] == []
    assert len(re.findall(r"http\S+/my/\S+", part(mail, "plain"))) == 1


BREAKS = ["\r\nBcc: x@evil.example", "\nSubject: Pills", "\r\n\r\n<h1>Pills</h1>", "\x00\x0bCc: x@evil.example"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("smuggled", BREAKS)
def test_no_header_comes_from_a_name(session: Session, send: Send, smuggled: str) -> None:
    """T7: line breaks in the words of organizers and signatories make no header and no second recipient."""
    campaign = make_campaign(lead=f"Open Courts{smuggled}")
    letter = make_letter(title=f"Stop{smuggled}", campaign=campaign)
    typed = entry(f"Ada{smuggled}", affiliation=f"Society{smuggled}", title=f"Dr{smuggled}")
    operations.sign_letter(letter.id, typed, NOW)
    (mail,) = send()
    assert {name.lower() for name in mail.keys()} <= HEADERS  # noqa: SIM118  a message is no mapping
    assert mail["To"] == "ada@example.org"
    assert mail.get_all("Subject") == [mail["Subject"]]
    assert mail["Subject"].startswith("Confirm your signature: Stop")
    assert "Ada" not in mail["Subject"]
    assert "<h1>" not in part(mail, "html")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_any_name_arrives_as_typed(app: Flask, session: Session, sink: Sink, frozen: Traveller) -> None:
    """T7, T13: whatever a form lets pass is read back from the mail letter by letter, and makes no markup."""
    letter = make_letter()
    session.commit()
    relayed = with_relay(app, sink.url, limits="off")
    worker = Worker(relayed)
    numbers = iter(range(10_000))

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(st.text(min_size=1, max_size=60), st.text(max_size=60))
    def check(name: str, affiliation: str) -> None:
        try:
            name, affiliation = clean_text(name, 200), clean_text(affiliation, 200) or "x"
        except BadText:
            return
        if not name:
            return
        address = f"person{next(numbers)}@example.org"
        operations.sign_letter(letter.id, entry(name, address, affiliation=affiliation), NOW)
        session.commit()
        sink.messages.clear()
        sink.recipients.clear()
        with relayed.app_context():
            worker.drain(threading.Event())
        (mail,) = sink.messages
        assert sink.recipients == [address]
        assert {header.lower() for header in mail.keys()} == HEADERS  # noqa: SIM118  a message is no mapping
        assert f"{name}, {affiliation}" in part(mail, "plain")
        page = Page(part(mail, "html"))
        assert len(page.links) == 3
        assert " ".join(name.split()) in page.text

    check()
    worker.sender.close()
    with relayed.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Ada@Example.ORG", "Ada@example.org"),
        ("ada+letters@example.org", "ada+letters@example.org"),
        ("ada@bücher.example.org", "ada@xn--bcher-kva.example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("zoë@münchen.de", "zoë@xn--mnchen-3ya.de"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_address_is_written_to_as_it_was_typed(
    session: Session, sink: Sink, send: Send, typed: str, written: str
) -> None:
    """T3: tags, case, long and international addresses reach the server as one mailbox."""
    operations.sign_letter(make_letter().id, entry(email=typed), NOW)
    assert len(send()) == 1
    assert sink.recipients == [written]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_server_that_cannot_write_to_an_address_says_so_once(app: Flask, session: Session, frozen: Traveller) -> None:
    """P7: a server without SMTPUTF8 cannot write to "jürgen@"; organizers see it, and nobody tries for hours."""
    operations.sign_letter(make_letter().id, entry(email="jürgen@example.org"), NOW)
    session.commit()
    with running_sink(international=False) as old:
        relayed = with_relay(app, old.url)
        with relayed.app_context():
            worker = Worker(relayed)
        worker.run_once()
        with relayed.app_context():
            db.engine.dispose()
    assert old.messages == []
    assert [(job.state, job.error) for job in session.query(Job)] == [("dead", "the mail server answered 553")]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_mail_speaks_the_letters_language_and_direction(session: Session, send: Send) -> None:
    """L6: the signatory's language is kept for mails; right-to-left letters say so."""
    operations.sign_letter(make_letter(language="ar", title="أوقفوا البيع").id, entry(language="ar"), NOW)
    (mail,) = send()
    assert '<html lang="ar" dir="rtl">' in part(mail, "html")
    assert "أوقفوا البيع" in mail["Subject"]
