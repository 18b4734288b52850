"""The sign form: works, says what to mend, keeps what was typed, and gives everybody the same answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.models import Consent, Endorsement, Job, Signature
from tests.factories import make_letter, make_signature
from tests.signing.acts import ORGANIZATION, PERSON, errors, form_of, sign, sign_organization

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]

EVERY_FIELD = {
    "asks_title": True,
    "asks_affiliation": True,
    "asks_place": True,
    "asks_country": True,
    "asks_comment": True,
    "offers_updates": True,
}
TYPED = {
    "name": "Ada Lovelace",
    "email": "ada@example.org",
    "title": "Countess",
    "affiliation": "Analytical Society",
    "place": "London",
    "country": "GB",
    "comment": "First line\r\nsecond line",
    "is_private": "y",
    "wants_results": "y",
    "wants_updates": "y",
}


def test_person_signs(client: FlaskClient, session: Session) -> None:
    """p-S1: two typed fields and one press store a pending signature and its mail, and lead to "check your email"."""
    make_letter()
    answer = sign(client)
    assert answer.status_code == 303
    assert re.fullmatch(r"/letters/stop/sign/sent\?s=[\w-]+", answer.location)
    stored = session.scalars(select(Signature)).one()
    assert (stored.name, stored.email, stored.verification, stored.moderation) == (
        "Ada Lovelace",
        "ada@example.org",
        "pending",
        "waiting",
    )
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.payload, job.state) == ("signing.confirm", {"signature": stored.id, "number": 1}, "ready")
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "ada@example.org" in page.text
    assert "Confirm your signature: Stop selling face recognition" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_person_signs_with_every_field(client: FlaskClient, session: Session) -> None:
    """p-S6: what was typed stands on the row, and each ticked box is kept with its exact sentence and source."""
    make_letter(**EVERY_FIELD)
    assert sign(client, **TYPED).status_code == 303
    stored = session.scalars(select(Signature)).one()
    shown = (stored.title, stored.affiliation, stored.place, stored.country, stored.comment, stored.is_private)
    assert shown == ("Countess", "Analytical Society", "London", "GB", "First line\nsecond line", True)
    rows = session.execute(select(Consent.kind, Consent.sentence, Consent.source).order_by(Consent.kind)).all()
    assert [tuple(row) for row in rows] == [
        ("wants_results", "Tell me what comes of this letter, in at most four mails", "web"),
        ("wants_updates", "Send me news from Open Courts", "web"),
    ]


def test_fields_a_letter_does_not_ask_for_are_ignored(client: FlaskClient, session: Session) -> None:
    """Foreign fields of a request reach no column: not those switched off, not those of the table."""
    make_letter(asks_affiliation=False)
    foreign = {"moderation": "approved", "verification": "verified", "source": "import", "kind": "imported"}
    assert sign(client, **TYPED, **foreign).status_code == 303
    stored = session.scalars(select(Signature)).one()
    assert (stored.title, stored.affiliation, stored.place, stored.country, stored.comment) == ("", "", "", "", "")
    assert (stored.verification, stored.moderation, stored.source, stored.kind) == (
        "pending",
        "waiting",
        "web",
        "person",
    )
    assert session.scalars(select(Consent.kind)).all() == ["wants_results"]


def test_organization_signs(client: FlaskClient, session: Session) -> None:
    """p-S2: the claim is kept with the pending endorsement."""
    make_letter()
    answer = sign_organization(client, legal_name="Open Rights e. V.", type="union", country="DE", wants_results="y")
    assert answer.status_code == 303
    stored = session.scalars(select(Signature)).one()
    claim = session.scalars(select(Endorsement)).one()
    assert (stored.kind, stored.name, stored.country, stored.email) == (
        "organization",
        "Open Rights",
        "DE",
        "rosa@example.org",
    )
    assert (claim.legal_name, claim.website, claim.type) == ("Open Rights e. V.", "https://example.org", "union")
    assert (claim.representative, claim.role, claim.show_representative) == ("Rosa Marín", "Director", False)
    assert session.scalars(select(Consent.kind)).all() == ["wants_results"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"name": ""}, [("name", "Enter your name")]),
        ({"name": " \u200b \u2066"}, [("name", "Enter your name")]),
        ({"name": "A" * 201}, [("name", "This is too long. Shorten it a little.")]),
        (
            {"name": "see https://spam.example"},
            [("name", "Leave out web and mail addresses; they are not shown here.")],
        ),
        ({"name": "<b>Ada</b>"}, [("name", "Leave out the markup; write plain words.")]),
        ({"email": ""}, [("email", "Enter your email address")]),
        ({"email": "ada"}, [("email", "Enter an email address with an @, like name@example.org")]),
        ({"email": "ada@"}, [("email", "Check the email address; it should look like name@example.org")]),
        ({"email": "a@example.org, b@example.org"}, [("email", "Enter one email address only")]),
        ({"email": "ada@example.org\nBcc: x@example.org"}, None),
        ({"email": "ada@[127.0.0.1]"}, [("email", "Enter an email address with a domain, like name@example.org")]),
        ({"country": "Atlantis"}, [("country", "Choose a country from the list, or leave it empty")]),
        ({"comment": "x" * 501}, [("comment", "This is too long. Shorten it a little.")]),
        ({"name": "", "email": "ada"}, None),
    ],
)
def test_bad_input_is_said_and_nothing_is_lost(
    client: FlaskClient, session: Session, changes: dict[str, str], faults: list[tuple[str, str]] | None
) -> None:
    """x-S6: 422, "Error: " in the title, a summary that leads to each field; all typed comes back, boxes included."""
    make_letter(**EVERY_FIELD)
    answer = sign(client, **{**TYPED, **changes})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    found = errors(answer)
    if faults is not None:
        assert found == faults
    assert {field for field, _sentence in found} <= set(changes) | {"email"}
    for field, _sentence in found:
        assert f'id="{field}-error"' in answer.text
        assert re.search(rf'<(input|select|textarea)[^>]*aria-describedby="[^"]*{field}-error"[^>]*', answer.text)
    kept = form_of(answer).fields
    expected = {**TYPED, **changes}
    expected["comment"] = expected["comment"].replace("\r\n", "\n")
    if changes.get("country"):
        expected["country"] = ""
    typed = {name: kept[name].replace("\r\n", "\n") for name in expected if "\n" not in changes.get(name, "")}
    assert typed == {name: value for name, value in expected.items() if name in typed}
    assert session.scalars(select(Signature)).all() == []
    assert session.scalars(select(Job)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("organization", "", "Enter the name of the organization"),
        ("website", "", "Enter the website of the organization"),
        ("website", "rosa@example.org", "Enter a website, like example.org, not an email address"),
        ("website", "javascript:alert(1)", "Enter a website that begins with https://, like https://example.org"),
        ("website", "https://u:p@example.org", "Leave out the user name and password in the website's address"),
        ("website", "http://10.0.0.1/", "Enter the website's name, like example.org, not its number"),
        ("name", "", "Enter your name"),
        ("role", "", "Enter your role in the organization"),
        ("email", "rosa", "Enter an email address with an @, like name@example.org"),
        ("type", "pirates", "Choose the kind of organization from the list"),
        ("may_speak", "", "Tick the box if you may speak for the organization; without that it cannot sign"),
    ],
)
def test_bad_input_of_an_organization_is_said(
    client: FlaskClient, session: Session, field: str, value: str, sentence: str
) -> None:
    """x-S6, x-S4: the same for representatives; an unticked box that matters is a fault like any other."""
    make_letter()
    data = {**ORGANIZATION, "show_representative": "y", "wants_results": "y", field: value}
    answer = sign_organization(client, **data)
    assert answer.status_code == 422
    assert errors(answer) == [(field, sentence)]
    kept = form_of(answer).fields
    expected = {**data, "website": "https://example.org"}
    assert {name: kept.get(name, "") for name in expected if name not in ("type", field)} == {
        name: value for name, value in expected.items() if name not in ("type", field)
    }
    assert session.scalars(select(Signature)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("age", [None, "forged", timedelta(hours=26)])
def test_stale_token_keeps_everything_and_gives_a_fresh_one(
    client: FlaskClient, session: Session, frozen: Traveller, age: Any
) -> None:
    """E3: a stale, missing or forged token is a 422 with everything kept, and one more press signs."""
    make_letter(**EVERY_FIELD)
    fields = form_of(client.get("/letters/stop/sign")).fields
    if isinstance(age, timedelta):
        frozen.shift(age)
        fields = {**fields, **TYPED}
    else:
        fields = {**fields, **TYPED, "csrf_token": age or ""}
    answer = client.post("/letters/stop/sign", data=fields)
    assert answer.status_code == 422
    assert errors(answer) == [("", "This page was open for too long. Nothing is lost: press the button once more.")]
    kept = form_of(answer).fields
    assert {name: kept[name].replace("\r\n", "\n") for name in TYPED} == {
        name: value.replace("\r\n", "\n") for name, value in TYPED.items()
    }
    assert session.scalars(select(Signature)).all() == []
    assert client.post("/letters/stop/sign", data=kept).status_code == 303


def test_token_of_another_letter_is_refused(client: FlaskClient, session: Session) -> None:
    """E3: a token belongs to one letter."""
    make_letter()
    make_letter("other")
    token = form_of(client.get("/letters/other/sign")).fields["csrf_token"]
    assert client.post("/letters/stop/sign", data={**PERSON, "csrf_token": token}).status_code == 422
    assert session.scalars(select(Signature)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_honeypot_is_answered_like_everybody(client: FlaskClient, session: Session) -> None:
    """x-S15: a filled honeypot is no error and no hint; the row remembers it and is held later."""
    make_letter()
    assert sign(client, homepage="https://spam.example").status_code == 303
    assert session.scalars(select(Signature.reasons)).all() == ["honeypot"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_change_the_address_keeps_all_other_answers(client: FlaskClient, session: Session) -> None:
    """x-S8: the link of "check your email" opens the form with everything that was typed."""
    make_letter(**EVERY_FIELD)
    page = client.get(sign(client, **TYPED).location)
    address = re.search(r'href="(/letters/stop/sign\?s=[^"]+)"', page.text)
    assert address
    form = client.get(address.group(1).replace("&amp;", "&"))
    assert form.headers["Cache-Control"] == "no-store"
    kept = form_of(form).fields
    assert {name: kept[name].replace("\r\n", "\n") for name in TYPED} == {
        name: value.replace("\r\n", "\n") for name, value in TYPED.items()
    }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sealed", ["", "x", "A" * 200, "é", "A" * 20_000])
def test_sent_without_good_answers_asks_for_the_address(client: FlaskClient, session: Session, sealed: str) -> None:
    """x-S8: without a good `s` the page asks for the address, and that works."""
    letter = make_letter()
    make_signature(letter, email="ada@example.org", verification="pending")
    page = client.get("/letters/stop/sign/sent", query_string={"s": sealed})
    assert page.status_code == 200
    form = form_of(page, "resend")
    assert "email" in form.fields
    answer = client.post(form.action, data={**form.fields, "email": "ada@example.org"})
    assert answer.status_code == 303
    assert "ada@example.org" in client.get(answer.location).text
    assert client.post(form.action, data={**form.fields, "email": "nobody"}).status_code == 422


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_sealed_answers_end_after_an_hour(client: FlaskClient, session: Session, frozen: Traveller) -> None:
    """x-S8: one hour."""
    make_letter()
    address = sign(client).location
    frozen.shift(timedelta(minutes=60))
    assert "ada@example.org" in client.get(address).text
    frozen.shift(timedelta(seconds=1))
    assert "ada@example.org" not in client.get(address).text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_another_way_leads_on(client: FlaskClient, session: Session) -> None:
    """x-S3: one question with two answers here."""
    make_letter()
    address = "/letters/stop/sign/another-way"
    token = form_of(client.get(address)).fields
    for way, place in (("person", "/letters/stop/sign"), ("organization", "/letters/stop/sign/organization")):
        answer = client.post(address, data={**token, "way": way})
        assert (answer.status_code, answer.location) == (303, place)
    for way in ("", "employee"):
        answer = client.post(address, data={**token, "way": way})
        assert answer.status_code == 422
        assert errors(answer) == [("way-0", "Choose how you want to sign")]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("page", ["/letters/stop", "/letters/stop/sign"])
def test_another_way_carries_what_was_typed(client: FlaskClient, session: Session, page: str) -> None:
    """x-S3: answers go along sealed, past a question that is asked again, into either form; nothing is stored."""
    make_letter(**EVERY_FIELD)
    form = form_of(client.get(page))
    typed = {
        **form.fields,
        "name": "Ada",
        "email": "ada@",
        "affiliation": "Society",
        "wants_results": "y",
        "carry": "1",
    }
    first = client.post("/letters/stop/sign/another-way", data={**typed, "comment": "x" * 501})
    assert first.status_code == 303
    assert "ada" not in first.location.lower()
    question = client.get(first.location)
    assert question.headers["Cache-Control"] == "no-store"
    again = client.post("/letters/stop/sign/another-way", data=form_of(question).fields)
    assert again.status_code == 422
    kept = {"name": "Ada", "email": "ada@", "wants_results": "y"}
    for way, more in (
        ("person", {"affiliation": "Society", "comment": ""}),
        ("organization", {"organization": "Society"}),
    ):
        answer = client.post("/letters/stop/sign/another-way", data={**form_of(again).fields, "way": way})
        assert answer.status_code == 303
        found = form_of(client.get(answer.location)).fields
        assert {name: found[name] for name in (*kept, *more)} == {**kept, **more}
    assert session.scalars(select(Signature)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_another_way_with_nothing_typed_is_a_kept_page(client: FlaskClient, session: Session) -> None:
    """B4: who typed nothing sees the page that everybody sees."""
    make_letter()
    fields = form_of(client.get("/letters/stop")).fields
    answer = client.post("/letters/stop/sign/another-way", data={**fields, "carry": "1"})
    assert (answer.status_code, answer.location) == (303, "/letters/stop/sign/another-way")
    assert client.get(answer.location).headers["Cache-Control"] == "public, max-age=30"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_faults_are_counted_in_words(client: FlaskClient, session: Session) -> None:
    """x-S6: the title of the summary is a sentence."""
    make_letter()
    assert "One thing to fix before you can sign" in sign(client, name="").text
    assert "Two things to fix before you can sign" in sign(client, name="", email="").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_letter_takes_only_the_kinds_it_accepts(client: FlaskClient, session: Session) -> None:
    """x-S3: who comes to the form of a kind that a letter does not accept is led to the other one."""
    make_letter("coalition", accepts_people=False)
    make_letter("public", accepts_organizations=False)
    answer = client.get("/letters/coalition/sign")
    assert (answer.status_code, answer.location) == (303, "/letters/coalition/sign/organization")
    assert client.post("/letters/coalition/sign", data=PERSON).status_code == 303
    answer = client.get("/letters/public/sign/organization?s=sealed")
    assert (answer.status_code, answer.location) == (303, "/letters/public/sign?s=sealed")
    for slug, place in (("coalition", "/letters/coalition/sign/organization"), ("public", "/letters/public/sign")):
        answer = client.get(f"/letters/{slug}/sign/another-way")
        assert (answer.status_code, answer.location) == (303, place)
        assert "Sign another way" not in client.get(place).text
        assert "Sign another way" not in client.get(f"/letters/{slug}").text
    assert client.post("/letters/public/sign/organization", data=ORGANIZATION).status_code == 422
    assert session.scalars(select(Signature)).all() == []
