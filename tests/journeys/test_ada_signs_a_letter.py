"""The whole story on the example of 2018: load, open, sign, confirm, approve, freeze, export, read the PDF's text back.

Real processes on loopback: web, worker, a mail server; once on SQLite and once on PostgreSQL.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
import pypdf
import pytest

from config import ROOT
from tests.journeys.visitor import Visitor
from tests.support.server import Site, wait_until
from tests.support.smtp import Sink

StartSite = Callable[..., Site]

SLUG = "rekognition-2018-coalition"
LETTER = f"/letters/{SLUG}"
DESK = f"/desk/letters/{SLUG}"
# Both stand on the letter: the address lies on the website's own domain, or an organizer approved it.
SIGNED = ("Ada Lovelace", "Open Rights Example", "Jeffrey Bezos")


def links(mail: EmailMessage) -> dict[str, str]:
    """The path of each link of a mail, by its door."""
    body = mail.get_body(("plain",))
    assert body is not None
    paths = [urlsplit(link).path for link in re.findall(r"https?://\S+", body.get_content())]
    return {path.split("/")[1]: path for path in paths}


def newest(sink: Sink, address: str) -> EmailMessage:
    """The newest mail to an address, once it has come."""
    wait_until(lambda: bool(sink.to(address)), f"a mail to {address}")
    return sink.to(address)[-1]


def counts(visitor: Visitor) -> dict[str, int]:
    """The counts of the letter as JSON."""
    found: dict[str, int] = json.loads(visitor.ask(f"{LETTER}.json").text)["counts"]
    return found


def load_and_open(site: Site) -> None:
    """What `make demo` does with the example."""
    site.run("letter", "load", str(ROOT / "examples" / "rekognition-2018"))
    site.run("organizer", "add", "owner@example.org", "--role", "owner", "--campaign", "rekognition-2018")
    assert site.run("letter", "open", SLUG) == f"{SLUG} is open\n"


def sign_as_person(site: Site, sink: Sink, name: str, email: str) -> Visitor:
    """From the letter to "you have signed", with the link of the mail."""
    visitor = Visitor(site)
    visitor.open(LETTER)
    answer = visitor.send("/sign", name=name, email=email, affiliation="Analytical Society")
    assert answer.status == 200
    assert email in answer.page.text
    visitor.open(links(newest(sink, email))["confirm"])
    signed = visitor.send("", "action=confirm")
    assert "You have signed." in signed.page.text
    assert list(visitor.cookies) == []
    return visitor


def sign_as_organization(site: Site, sink: Sink) -> None:
    """Through "Sign another way", confirmed by the six digits."""
    visitor = Visitor(site)
    visitor.open(f"{LETTER}/sign/another-way")
    visitor.send("another-way", way="organization")
    assert urlsplit(visitor.url).path == f"{LETTER}/sign/organization"
    answer = visitor.send(
        "organization",
        organization="Open Rights Example",
        website="https://www.example.org",
        name="Rosa Marín",
        role="Director",
        email="rosa@example.org",
        may_speak="y",
    )
    assert answer.status == 200
    mail = newest(sink, "rosa@example.org")
    body = mail.get_body(("plain",))
    assert body is not None
    (code,) = re.findall(r"\b\d{6}\b", body.get_content())
    assert "You have signed." in visitor.send("code", code=code).page.text
    assert list(visitor.cookies) == []


def sign_as_addressee(site: Site, sink: Sink) -> None:
    """T1: who takes an addressee's name is thanked like everybody, and stands nowhere."""
    visitor = Visitor(site)
    visitor.open(LETTER)
    visitor.send("/sign", name="Jeffrey Bezos", email="jeff@example.com")
    visitor.open(links(newest(sink, "jeff@example.com"))["confirm"])
    assert "An organizer looks at some signatures" in visitor.send("", "action=confirm").page.text


def desk(site: Site) -> Visitor:
    """An organizer signed in by a link from the command line."""
    visitor = Visitor(site)
    link = next(word for word in site.run("organizer", "link", "owner@example.org").split() if "://" in word)
    visitor.open(urlsplit(link).path)
    assert visitor.send().status == 200
    return visitor


def approve(organizer: Visitor) -> None:
    """The one that a rule held: its reason is shown, and one press puts it on the letter."""
    queue = organizer.open(f"{DESK}/queue")
    assert "Jeffrey Bezos" in queue.page.text
    assert "The name of somebody the letter is addressed to" in queue.page.text
    row = re.search(r'name="row" value="(\d+:held)"', queue.text)
    assert row is not None
    answer = organizer.send("/queue", "action=approve", row=row.group(1))
    assert answer.status == 200
    assert "Nothing waits for you" in answer.page.text


def exported(organizer: Visitor, form: str, purpose: str, edition: str = "1") -> dict[str, bytes]:
    """The files of an export asked for at the desk, by name."""
    asked = {"purpose": purpose, "format": form, "edition": edition, "order": "agreed", "step": "3"}
    # An internal list that filters nothing has to say so.
    asked |= {"everything": "y"} if purpose == "internal" else {}
    organizer.open(f"{DESK}/exports/new?{urlencode(asked)}")
    organizer.send("exports/new")
    address = organizer.url
    wait_until(lambda: "SHA-256" in organizer.open(address).page.text, f"the export of {form}")
    page = organizer.open(address).page
    names = [link for link in page.links if link.startswith(f"{urlsplit(address).path}/")]
    return {link.rpartition("/")[2]: organizer.ask(link).data for link in names}


def text_of(pdf: bytes) -> str:
    """The words of a PDF with single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_ada_signs_a_letter(start_site: StartSite, sink: Sink, site_database: dict[str, str], tmp_path: Path) -> None:
    """p-S1, p-S2, p-S7, M1, p-D1, p-D2: from files to a printed list, through every process that takes part."""
    site = start_site(mail_url=sink.url, limits="off", **site_database)
    load_and_open(site)
    reader = Visitor(site)
    assert "Jeffrey P. Bezos" in reader.open(LETTER).page.text
    # Those of the file are counted by the worker, too.
    wait_until(lambda: counts(reader)["total"] > 0, "the first count")
    before = counts(reader)
    sign_as_person(site, sink, "Ada Lovelace", "ada@example.net")
    sign_as_organization(site, sink)
    sign_as_addressee(site, sink)
    wait_until(lambda: counts(reader)["total"] == before["total"] + 2, "the tally to follow")
    assert "Jeffrey Bezos" not in reader.ask(f"{LETTER}/names.json").text

    organizer = desk(site)
    approve(organizer)
    wait_until(lambda: counts(reader)["people"] == before["people"] + 2, "the approved one to be counted")
    after = counts(reader)
    assert after["organizations"] == before["organizations"] + 1
    assert after["total"] == after["people"] + after["organizations"] + after["employees"]

    organizer.open(f"{DESK}/editions")
    organizer.send("/editions")
    wait_until(lambda: "Frozen" in organizer.open(f"{DESK}/editions").page.text, "the edition to be frozen")
    sign_as_person(site, sink, "Too Late", "late@example.net")

    printed = exported(organizer, "pdf", "delivery")
    words = text_of(next(data for name, data in printed.items() if name.endswith(".pdf")))
    assert [name for name in SIGNED if name not in words] == []
    assert "Too Late" not in words
    assert "We therefore ask Amazon to" in words
    assert f"{after['organizations']} organizations and {after['people']} people" in words

    check_internal(organizer)
    check_commands(site, tmp_path, after)
    check_leaving(site, sink, reader, after)
    assert_nothing_leaked(site, site_database)


def check_internal(organizer: Visitor) -> None:
    """The full list for the team has addresses and states; the one for delivery has neither."""
    files = exported(organizer, "csv", "internal", "")
    rows = list(
        csv.DictReader(
            io.StringIO(next(data for name, data in files.items() if name.endswith(".csv")).decode("utf-8-sig"))
        )
    )
    by_name = {row["name"]: row for row in rows}
    assert by_name["Ada Lovelace"]["email"] == "ada@example.net"
    assert by_name["Open Rights Example"]["methods"] == "mailbox;work_domain"
    assert by_name["Too Late"]["state"] == "verified"
    public = exported(organizer, "csv", "delivery")
    text = next(data for name, data in public.items() if name.endswith(".csv")).decode()
    assert "Ada Lovelace" in text
    assert "@example" not in text


def check_commands(site: Site, folder: Path, after: dict[str, int]) -> None:
    """The same edition from the command line, and a second one that has the latecomer."""
    site.run(
        "export",
        "--letter",
        SLUG,
        "--edition",
        "1",
        "--format",
        "json",
        "--purpose",
        "delivery",
        "-o",
        str(folder / "one.json"),
    )
    first = json.loads((folder / "one.json").read_text(encoding="utf-8"))
    names = [entry["name"] for entry in find_entries(first)]
    assert set(SIGNED) <= set(names)
    assert "Too Late" not in names
    assert site.run("letter", "freeze", SLUG) == "edition 2\n"
    site.run(
        "export",
        "--letter",
        SLUG,
        "--edition",
        "2",
        "--format",
        "txt",
        "--purpose",
        "press",
        "-o",
        str(folder / "two.txt"),
    )
    assert "Too Late" in (folder / "two.txt").read_text(encoding="utf-8")
    assert site.run("recount", "--json").strip()
    assert after["imported"] == 0


def find_entries(document: object) -> list[dict[str, str]]:
    """The entries of a JSON list of signatories, wherever it has them."""
    if isinstance(document, dict):
        if "name" in document and "kind" in document and "affiliation" in document:
            return [document]
        return [entry for value in document.values() for entry in find_entries(value)]
    if isinstance(document, list):
        return [entry for value in document for entry in find_entries(value)]
    return []


def check_leaving(site: Site, sink: Sink, reader: Visitor, after: dict[str, int]) -> None:
    """x-S12: the mail's own link withdraws; the name leaves the pages, and the count follows."""
    ada = Visitor(site)
    ada.open(links(sink.to("ada@example.net")[0])["my"])
    answer = ada.send("", "action=withdraw")
    assert "Your signature is withdrawn" in answer.page.text
    wait_until(
        lambda: counts(reader)["people"] == after["people"], "the count to fall by Ada and rise by the latecomer"
    )
    wait_until(lambda: "Ada Lovelace" not in reader.ask(LETTER).text, "the name to leave the letter")


def assert_nothing_leaked(site: Site, database: dict[str, str]) -> None:
    """P28: the log of all processes holds no address, no name, no token."""
    log = site.log
    assert "Traceback" not in log
    for word in ("@example", "Lovelace", "Bezos", "/confirm/", "/my/", "s="):
        assert word not in log, word
    if database:
        address = database["database_url"].replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(address) as connection:
            found = connection.execute("SELECT count(*) FROM signature").fetchone()
            assert found is not None
            assert found[0] > 4


@pytest.mark.parametrize("site_database", ["sqlite"], indirect=True)
def test_mail_server_comes_back(start_site: StartSite, sink: Sink, site_database: dict[str, str]) -> None:
    """P6, R10: a mail server that refuses, answers 451 or drops the line costs a signatory nothing but time."""
    site = start_site(mail_url=sink.url, limits="off", **site_database)
    load_and_open(site)
    for number, mode in enumerate(("later", "drop")):
        sink.mode = mode
        visitor = Visitor(site)
        visitor.open(LETTER)
        answer = visitor.send("/sign", name="Ada Lovelace", email=f"ada{number}@example.net")
        assert answer.status == 200
        assert "Check your email" in answer.page.text
    sink.mode = "accept"
    for number in range(2):
        visitor = Visitor(site)
        visitor.open(links(newest(sink, f"ada{number}@example.net"))["confirm"])
        assert "You have signed." in visitor.send("", "action=confirm").page.text
