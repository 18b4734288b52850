"""Stories of people who mean harm: what they try, and what the letter and its signatories lose by it."""

from __future__ import annotations

import itertools
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.formbase import form_key
from campaign.lib.tokens import form_token
from campaign.models import Job, Letter, Signature, Tally
from tests.factories import NOW, make_campaign, make_letter, make_signature, watch
from tests.journeys.reading import Mails, fresh, sign_and_confirm
from tests.signing.acts import PERSON, confirm, errors, form_of, link, sign, sign_organization
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form
from tests.support.tables import everything

# The clock stands still unless a story moves it.
pytestmark = pytest.mark.usefixtures("frozen")
Session = scoped_session[Any]
FAMOUS = "Cassandra Verylongknown"
# What anybody can read of a letter, and the files that hold its names.
OUTPUTS = ("", ".json", "/names", "/names.csv", "/names.json", "/feed.atom", "/press", "/method", "/corrections")


def said_everywhere(app: Flask, reader: FlaskClient, search: str) -> str:
    """Everything the public can read of the cast's letter, a search for somebody included."""
    fresh(app)
    pages = [reader.get(f"/letters/stop{path}") for path in (*OUTPUTS, f"/names?q={search}")]
    pages += [reader.get(path) for path in ("/", "/campaigns/face-recognition", "/companies/acme")]
    assert {page.status_code for page in pages} == {200}
    # A search says again what was looked for.
    return "\n".join(page.text for page in pages).replace(f'value="{search}"', "").replace(f"“{search}”", "")


def people(reader: FlaskClient) -> int:
    """How many people the letter says have signed."""
    return int(reader.get("/letters/stop.json").get_json()["counts"]["people"])


def exported(app: Flask, cast: Cast, mails: Mails) -> str:
    """The list for delivery, as an owner gets it."""
    owner = signed_in(app, cast.owner)
    asked = {"purpose": "delivery", "format": "csv", "edition": "", "order": "agreed", "step": "3"}
    page = f"/desk/letters/stop/exports/new?{'&'.join(f'{name}={value}' for name, value in asked.items())}"
    answer = send_form(owner, page, {})
    assert answer.status_code == 303, answer.text
    mails()
    names = [found for found in Page(owner.get(answer.location).text).links if found.endswith(".csv")]
    return owner.get(names[0]).text


def decide(owner: FlaskClient, row_id: int, seen: str, action: str, note: str = "") -> None:
    """An organizer presses a button beside somebody's signature."""
    sent = {"csrf_token": desk_token(owner), "row": f"{row_id}:{seen}", "action": action, "note": note}
    assert owner.post("/desk/letters/stop/signatures", data=sent).status_code == 303


def test_prankster_signs_as_somebody_famous(
    app: Flask,
    session: Session,
    client: FlaskClient,
    cast: Cast,
    mails: Mails,
    frozen: time_machine.Traveller,
) -> None:
    """T1: a watched name with a proved mailbox reaches no page, feed, file or count; a slip is taken back in public."""
    letter = session.scalars(select(Letter).where(Letter.slug == "stop")).one()
    watch(letter, FAMOUS)
    session.commit()
    sign_and_confirm(client, mails, "stop", {"Honest": {}})
    assert sign(client, name=FAMOUS.upper(), email="prankster@example.net").status_code == 303
    assert people(client) == 1
    mail = mails("prankster@example.net")[0]
    thanked = client.get(confirm(client, mail).location)
    assert "An organizer looks at some signatures" in thanked.text
    mails()
    assert people(client) == 1
    told = said_everywhere(app, client, "Honest")
    assert "Honest Example" in told
    assert FAMOUS.split()[1].casefold() not in said_everywhere(app, client, "Cassandra").casefold()
    assert FAMOUS.casefold() not in exported(app, cast, mails).casefold()
    row_id = session.scalars(select(Signature.id).where(Signature.email == "prankster@example.net")).one()
    session.commit()
    slip_and_correct(app, client, cast, row_id, mails, frozen)
    assert FAMOUS.casefold() not in said_everywhere(app, client, "Cassandra").casefold()
    corrections = Page(client.get("/letters/stop/corrections").text).text
    assert "18 June 2026" in corrections
    assert "No signature has left the count" not in corrections
    assert "She told us" not in corrections


def slip_and_correct(
    app: Flask, reader: FlaskClient, cast: Cast, row_id: int, mails: Mails, clock: time_machine.Traveller
) -> None:
    """An organizer falls for it, and takes the name off again a minute later."""
    owner = signed_in(app, cast.owner)
    for seen, action, number in (("held", "approve", 2), ("approved", "reject:impersonation", 1)):
        clock.shift(60)
        decide(owner, row_id, seen, action, "She told us that it was not her.")
        mails()
        fresh(app)
        assert people(reader) == number


PREFETCH = (
    {},
    {"Sec-Purpose": "prefetch"},
    {"Purpose": "prefetch", "X-Moz": "prefetch"},
    {"User-Agent": "SafeLinks scanner", "X-Forwarded-For": "203.0.113.9"},
)


def test_scanner_opens_every_link_of_every_mail(
    app: Flask, session: Session, client: FlaskClient, cast: Cast, mails: Mails
) -> None:
    """R1, T5: GET and HEAD, three times, with the headers of prefetching, without queries, in any order: nothing."""
    sign_and_confirm(client, mails, "stop", {"Ada": {"wants_updates": "y"}})
    sign(client, name="Grace Hopper", email="grace@example.org")
    sign_organization(client)
    send_form(client, "/my", {"email": "ada@example.org"})
    send_form(app.test_client(), "/sign-in", {"email": cast.owner, "password": ""})
    mails()
    links = [address for mail in mails() for address in mail["links"]]
    paths = sorted({urlsplit(address).path for address in links})
    doors = {path.split("/")[1] for path in paths}
    assert doors == {"confirm", "my", "not-me", "sign-in"}
    before, sent = without_heartbeat(), len(mails())
    scanner = app.test_client()
    for path, headers in itertools.product([*paths, *reversed(paths)], PREFETCH):
        for method in ("GET", "HEAD", "GET", "OPTIONS"):
            answer = scanner.open(path, method=method, headers=headers)
            assert answer.status_code in (200, 303), path
            assert "Set-Cookie" not in answer.headers or path.startswith("/sign-in"), path
            assert not answer.location or answer.location.startswith("/"), path
    assert (without_heartbeat(), len(mails())) == (before, sent)
    # And afterwards the person's own press counts, once.
    assert confirm(client, mails("grace@example.org")[0]).status_code == 303


def without_heartbeat() -> dict[str, Any]:
    """Every row of every table but the worker's own sign of life."""
    return {table: rows for table, rows in everything().items() if table != "heartbeat"}


def test_stranger_asks_whether_a_colleague_has_signed(
    app: Flask, session: Session, client: FlaskClient, cast: Cast, mails: Mails
) -> None:
    """T8, p-V7: the form, sending again, a code, "my signatures", and the search say the same of anybody."""
    sign_and_confirm(client, mails, "stop", {"Colleague": {"is_private": "y"}})
    sign(client, name="Waiting Example", email="waiting@example.org")
    mails()
    asked = ("colleague@example.org", "waiting@example.org", "nobody@example.org")
    answers = [[without_tokens(told, address) for told in ask(app, address)] for address in asked]
    assert answers[0] == answers[1] == answers[2]
    assert [status for status, _body, _where in answers[0]] == [303, 200, 303, 422, 303, 200]
    fresh(app)
    for query in ("Colleague", "colleague@example.org", "nobody@example.org"):
        page = client.get(f"/letters/stop/names?q={query}")
        assert "Colleague Example" not in page.text
    names = {client.get(f"/letters/stop/names?q={query}").text.replace(query, "") for query in ("Colleague", "Nobody1")}
    assert len(names) == 1


def ask(app: Flask, address: str) -> list[Any]:
    """Tries every door with somebody's address, as a stranger does."""
    stranger = app.test_client()
    signed = sign(stranger, name="A Stranger", email=address)
    sent = stranger.get(signed.location)
    resend = form_of(sent, "/resend") if "/resend" in sent.text else form_of(sent)
    again = stranger.post("/letters/stop/sign/resend", data={**resend.fields, "email": address})
    guessed = stranger.post(
        "/letters/stop/sign/code", data={**form_of(sent, "/code").fields, "email": address, "code": "123456"}
    )
    mine = send_form(stranger, "/my", {"email": address})
    return [signed, sent, again, guessed, mine, stranger.get(mine.location)]


def without_tokens(answer: Any, address: str) -> tuple[int, str, str]:
    """Status, body and direction of an answer, without what differs for everybody: seals, tokens and the address."""
    blank = re.compile(r"(?<=[?&;]s=)[\w.-]+|(?<=value=\")[\w.:-]{30,}")
    body = blank.sub("*", answer.text).replace(address, "*")
    return (answer.status_code, body, blank.sub("*", answer.location or ""))


SPELLINGS = (
    *("ada.lovelace@gmail.com", "adalovelace@gmail.com", "a.d.a.lovelace@gmail.com", "Ada.Lovelace@Gmail.com"),
    *("adalovelace+letter@gmail.com", "ADALOVELACE+1@GMAIL.COM", "ada.lovelace+a.b@googlemail.com"),
    *(" adalovelace@googlemail.com ", "adalove.lace@gmail.com", "ada.lovelace@GOOGLEMAIL.com"),
)


def test_one_mailbox_in_many_spellings(session: Session, client: FlaskClient, mails: Mails) -> None:
    """T3, P4: however an address is spelt, it has one signature, one mail in ten minutes, and the same answer."""
    make_letter()
    session.commit()
    answers = [sign(client, email=spelling) for spelling in SPELLINGS * 2]
    assert {answer.status_code for answer in answers} == {303}
    rows = session.scalars(select(Signature)).all()
    assert len(rows) == 1
    assert len(mails()) == 1
    assert confirm(client, mails()[0]).status_code == 303
    assert [sign(client, email=spelling).status_code for spelling in SPELLINGS] == [303] * len(SPELLINGS)
    session.expire_all()
    assert [(row.verification, row.id) for row in session.scalars(select(Signature))] == [("verified", rows[0].id)]


@pytest.mark.parametrize("letters", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_mail_bomb(
    app: Flask, session: Session, client: FlaskClient, mails: Mails, frozen: time_machine.Traveller, letters: int
) -> None:
    """T6: one victim, 500 letters (small: 60): three mails in the hour, five in the day; the rest waits, unlost."""
    campaign = make_campaign()
    for number in range(letters):
        make_letter(f"letter-{number}", campaign=campaign)
    session.commit()
    ids = {letter.slug: letter.id for letter in session.scalars(select(Letter))}
    with app.app_context():
        tokens = {slug: form_token(form_key(), f"letter:{number}", NOW) for slug, number in ids.items()}
    bomb = app.test_client()
    for number, (slug, token) in enumerate(tokens.items()):
        sent = {"csrf_token": token, "name": "Victim", "email": f"victim+{number}@example.org"}
        assert bomb.post(f"/letters/{slug}/sign", data=sent).status_code == 303
    assert session.scalar(select(func.count()).select_from(Signature)) == letters
    assert len(mails()) == 3
    # Nor when the worker looks again.
    assert len(mails()) == 3
    frozen.shift(3601)
    assert len(mails()) == 5
    frozen.shift(3600 * 20)
    assert len(mails()) == 5
    waiting = select(Job.error).where(Job.kind == "signing.confirm", Job.state == "ready")
    assert session.scalars(waiting).all() == ["this mailbox has had its mails for now"] * (letters - 5)
    # Somebody else is not kept waiting.
    sign(client, "letter-7", name="Grace Hopper", email="grace@example.org")
    assert len(mails("grace@example.org")) == 1


def test_form_is_sent_again_and_again(session: Session, client: FlaskClient, mails: Mails) -> None:
    """Trust, section 2: replayed, reordered and foreign fields change nothing that was confirmed."""
    letter = make_letter()
    make_letter("other")
    session.commit()
    form = form_of(client.get("/letters/stop/sign")).fields
    sent = {**form, **PERSON}
    assert client.post("/letters/stop/sign", data=sent).status_code == 303
    assert confirm(client, mails()[0]).status_code == 303
    row = session.scalars(select(Signature)).one()
    for extra in ({}, {"name": "Somebody Else"}, {"id": str(row.id), "verification": "verified", "moderation": "held"}):
        assert client.post("/letters/stop/sign", data={**sent, **extra}).status_code == 303
    # The token of one letter opens no form of another.
    answer = client.post("/letters/other/sign", data=sent)
    assert (answer.status_code, len(errors(answer))) == (422, 1)
    session.expire_all()
    rows = session.scalars(select(Signature)).all()
    assert [(one.letter_id, one.name, one.moderation) for one in rows] == [(letter.id, "Ada Lovelace", "approved")]
    assert link(mails()[-1], "confirm")
    assert session.scalar(select(Tally.people).where(Tally.letter_id == letter.id)) == 1


def test_forged_count_is_nowhere(session: Session, client: FlaskClient, mails: Mails) -> None:
    """R5: what is not confirmed, held, rejected or imported is in no total that anybody reads."""
    letter = make_letter()
    for number, changes in enumerate(
        (
            {"verification": "pending"},
            {"moderation": "held", "reasons": "watched_name"},
            {"moderation": "rejected", "reasons": "fake"},
            {"withdrawn_at": NOW},
            {"verification": "expired"},
            {"kind": "imported"},
        )
    ):
        make_signature(letter, f"Marker Number{number}", **changes)
    make_signature(letter, "Honest Example")
    session.commit()
    mails()
    told = client.get("/letters/stop.json").get_json()["counts"]
    assert (told["people"], told["total"], told["imported"]) == (1, 1, 1)
    names = client.get("/letters/stop/names.json").get_json()["names"]
    assert [(one["kind"], one["name"]) for one in names if one["kind"] != "imported"] == [("person", "Honest Example")]
