"""P28: a whole story at the loudest log level, in real processes; nothing of anybody stands in what they wrote."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlsplit

import pytest

from tests.journeys.test_ada_signs_a_letter import DESK, LETTER, SLUG, links, load_and_open, newest
from tests.journeys.visitor import Visitor
from tests.support.server import Site, wait_until
from tests.support.smtp import Sink

StartSite = Callable[..., Site]

ADA = {"name": "Markerada Lovelace", "email": "markerada@markermail.example", "affiliation": "Markersociety"}
BOB = {"name": "Jeffrey Bezos", "email": "markerbob@markermail.example"}
PASSWORD = "a marker passphrase for the desk"


def in_every_spelling(values: list[str]) -> list[str]:
    """Each value as it is, as it stands in an address, and in base 64."""
    found = []
    for value in values:
        found += [value, quote(value), quote_plus(value), base64.b64encode(value.encode()).decode().rstrip("=")]
    return sorted(set(found))


@pytest.mark.parametrize("site_database", ["sqlite"], indirect=True)
def test_no_log_holds_what_people_typed_or_got(
    start_site: StartSite, sink: Sink, site_database: dict[str, str]
) -> None:
    """P28, T11: sign, confirm by link and code, search, see, withdraw and decide; web, worker and commands at DEBUG."""
    site = start_site(mail_url=sink.url, log_level="DEBUG", limits="off", **site_database)
    load_and_open(site)
    used = [*ADA.values(), BOB["email"]]
    used += sign_and_withdraw(site, sink)
    used += be_held(site, sink)
    used += decide(site, sink)
    log = site.log + site.run("recount", "--json")
    assert all(f"{word} " in log for word in ("web", "worker", "signing.confirm", "moderation.queue")), log[-2000:]
    assert [line for line in log.splitlines() if '"level": "ERROR"' in line] == []
    assert "Traceback" not in log
    spelt = in_every_spelling(used)
    assert len(spelt) > 40
    assert [value for value in spelt if value.casefold() in log.casefold()] == []
    # Neither the network, nor a browser, nor an address with what stands behind its question mark.
    assert not re.search(r"127\.0\.0\.1(?!:\d+$)(?![^\n]*answers at)|Python-urllib|\?s=|\?q=", without_start(log))


def without_start(log: str) -> str:
    """What is written once people come: the first lines name the address the site listens at."""
    return "\n".join(line for line in log.splitlines() if line.startswith("{"))


def sign_and_withdraw(site: Site, sink: Sink) -> list[str]:
    """Ada signs, confirms by the link, looks herself up, asks for her link and withdraws; the secrets she was given."""
    ada = Visitor(site)
    ada.open(LETTER)
    sealed = urlsplit(ada.send("/sign", **ADA).url).query
    mail = links(newest(sink, ADA["email"]))
    ada.open(mail["confirm"])
    assert "You have signed." in ada.send("", "action=confirm").page.text
    ada.open(f"{LETTER}/names?q=Markerada")
    ada.open(f"{LETTER}/sign/sent?{sealed}")
    ada.open("/my")
    ada.send("", email=ADA["email"])
    wait_until(lambda: len(sink.to(ADA["email"])) == 2, "the mail with her links")
    own = links(newest(sink, ADA["email"]))["my"]
    ada.open(own)
    assert "Your signature is withdrawn" in ada.send("", "action=withdraw").page.text
    return [sealed, "Markerada", *(path.rpartition("/")[2] for path in (*mail.values(), own) if len(path) > 20)]


def be_held(site: Site, sink: Sink) -> list[str]:
    """Somebody takes an addressee's name, guesses a code, and uses the right one; the code and the sealed answers."""
    bob = Visitor(site)
    bob.open(LETTER)
    bob.send("/sign", **BOB)
    body = newest(sink, BOB["email"]).get_body(("plain",))
    assert body is not None
    (code,) = re.findall(r"\b\d{6}\b", body.get_content())
    bob.send("code", code="000000" if code != "000000" else "111111")
    assert "An organizer looks at some signatures" in bob.send("code", code=code).page.text
    return [f'"{code}', f" {code} ", urlsplit(bob.url).path.rpartition("/")[2]]


def decide(site: Site, sink: Sink) -> list[str]:
    """An organizer signs in by a link, sets a password, searches, decides with a note, and signs in by the password."""
    organizer = Visitor(site)
    link = next(word for word in site.run("organizer", "link", "owner@example.org").split() if "://" in word)
    organizer.open(urlsplit(link).path)
    organizer.send()
    organizer.open("/desk/account")
    organizer.send("/password", password=PASSWORD)
    organizer.open(f"{DESK}/signatures?q=%40markermail.example")
    queue = organizer.open(f"{DESK}/queue")
    row = re.search(r'name="row" value="(\d+:held)"', queue.text)
    assert row is not None
    organizer.send("/queue", "action=reject", row=row.group(1), note="Markernote: not that man")
    cookie = next(iter(organizer.cookies)).value
    again = Visitor(site)
    again.open("/sign-in")
    again.send("", email="owner@example.org", password="wrong " + PASSWORD)
    again.open("/sign-in")
    assert urlsplit(again.send("", email="owner@example.org", password=PASSWORD).url).path == "/desk"
    assert SLUG in again.open("/desk").text
    return [urlsplit(link).path.rpartition("/")[2], PASSWORD, "Markernote", "owner@example.org", str(cookie)]
