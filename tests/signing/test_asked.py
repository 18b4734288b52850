"""`/asked/<token>`: what somebody who was asked sees and can do, once, late, twice, and after all is decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.extensions import db
from campaign.lib import clock
from campaign.links import make_token
from campaign.models import Asked, Letter, Organization, OrganizationAlias, Proof, RuleHit, Signature
from campaign.moderation import operations as desk
from campaign.moderation.rules import Question
from campaign.organizations.rules import folded_name
from campaign.signing.operations import erase_signature, owned_signature
from tests.factories import NOW, make_institution, make_letter, make_signature
from tests.signing.acts import code, errors, my_path, press
from tests.support.pages import Page

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
pytestmark = pytest.mark.usefixtures("frozen")
ACTS = ("answer", "address", "code", "correct", "drop", "withdraw")
# A field by which the form of an act is known; the others are a button alone.
MARKERS = {"answer": "note", "address": "email", "code": "code", "correct": "name"}
NOTE = "I wrote the notes.\nAsk my publisher."


@pytest.fixture
def letter(session: Session) -> Letter:
    """A letter by researchers."""
    return make_letter(kind="academics", asks_title=True)


def asked(letter: Letter, name: str = "Emmy Noether", ready: str = "affiliation", **changes: Any) -> tuple[int, str]:
    """Somebody held was asked; the id of the signature and the path of the page."""
    values = {"affiliation": "Göttingen", "moderation": "held", "reasons": "free_mail_affiliation"}
    values = {**values, **changes}
    row = make_signature(letter, name, "emmy@gmail.com", affiliation_typed=values["affiliation"], **values)
    desk.ask(letter.id, row.id, row.moderation, Question(ready=ready), by_id=None, now=clock.now())
    return row.id, path_of(row)


def path_of(row: Signature, purpose: str = "asked") -> str:
    """The address of the newest question to a signatory."""
    number = db.session.scalars(select(Asked.id).where(Asked.signature_id == row.id).order_by(Asked.id.desc())).first()
    assert number is not None
    return f"/asked/{make_token(purpose, number, row.generation)}"


def send(client: FlaskClient, path: str, action: str, **fields: str) -> Any:
    """Open the page, fill the form that has the button, and press it."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    assert f'value="{action}"' in answer.text
    marker = MARKERS.get(action, "csrf_token")
    form = next(form for form in Page(answer.text).forms if form.method == "post" and marker in form.fields)
    sent = form.fields if action in MARKERS else {"csrf_token": form.fields["csrf_token"]}
    return client.post(path, data={**sent, **fields, "action": action})


def now_is(session: Session, number: int) -> tuple[str, str]:
    """Moderation and asking of the signature."""
    session.expire_all()
    row = session.get_one(Signature, number)
    return row.moderation, row.asking


def test_page_shows_the_question_and_own_entry_alone(client: FlaskClient, session: Session, letter: Letter) -> None:
    """T11, p-V3: nobody else, no reason, no address, no way to more than this signature; a personal page."""
    make_signature(letter, "Ada Hidden", "ada.hidden@example.org", moderation="held", reasons="watched_name")
    other = make_letter("other", title="Another letter")
    make_signature(other, "Emmy Elsewhere", "emmy@gmail.com")
    number, path = asked(letter)
    answer = client.get(path)
    assert answer.status_code == 200
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    text = Page(answer.text).text
    assert "Emmy Noether" in text
    assert "Göttingen" in text
    assert "You gave an affiliation, and signed from a private address." in text
    leaks = ("Ada Hidden", "ada.hidden", "Emmy Elsewhere", "Another letter", "emmy@gmail.com", "gmail", "/my/")
    leaks += ("watch list", "Affiliation claimed from a free mail address", "owner@example.org")
    assert [word for word in leaks if word in answer.text] == []
    assert now_is(session, number) == ("held", "asked")
    assert client.head(path).status_code == 200
    assert now_is(session, number) == ("held", "asked")


def test_note_and_page_bring_the_row_back(client: FlaskClient, session: Session, letter: Letter) -> None:
    """x-S15: back at the top of the queue; sent twice, the later one stands."""
    number, path = asked(letter)
    answer = send(client, path, "answer", note=NOTE, page="https://goettingen.example/noether")
    assert (answer.status_code, answer.location) == (303, f"{path}?done=answer")
    assert "Your answer is with the organizers" in client.get(answer.location).text
    assert now_is(session, number) == ("held", "answered")
    row = session.scalars(select(Asked)).one()
    first = (row.note, row.page, row.answered_at)
    assert first == (NOTE, "https://goettingen.example/noether", NOW)
    assert send(client, path, "answer", note="Or ask Hilbert.", page="").status_code == 303
    session.expire_all()
    assert (row.note, row.page, row.answered_at) == ("Or ask Hilbert.", "", NOW)


@pytest.mark.parametrize(
    ("action", "fields", "fault"),
    [
        ("answer", {"note": "", "page": ""}, ("note", "Give a page, or write a note")),
        ("answer", {"note": "kept words", "page": "goettingen"}, ("page", "Write a full web address")),
        ("answer", {"note": "x" * 1001, "page": ""}, ("note", "This is too long.")),
        ("address", {"email": "kept words"}, ("email", "Enter an email address with an @")),
        ("correct", {"name": "", "title": "kept words"}, ("name", "Enter your name")),
    ],
)
def test_what_cannot_be_is_said_and_kept(
    client: FlaskClient, session: Session, letter: Letter, action: str, fields: dict[str, str], fault: tuple[str, str]
) -> None:
    """x-S6: 422, what to do, nothing typed is lost, nothing changes."""
    number, path = asked(letter)
    answer = send(client, path, action, **fields)
    assert answer.status_code == 422
    assert any(field == fault[0] and sentence.startswith(fault[1]) for field, sentence in errors(answer)), errors(
        answer
    )
    kept = [value for value in fields.values() if value == "kept words"]
    assert all(word in answer.text for word in kept)
    assert now_is(session, number) == ("held", "asked")


def test_second_address_is_proven_and_forgotten(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """x-S15, T11: a code by mail; kept is the domain alone, and whether it is exactly that of the affiliation."""
    session.add(
        Organization(name="Göttingen", name_folded=folded_name("Göttingen"), domain="uni-goettingen.de", created_at=NOW)
    )
    number, path = asked(letter)
    assert send(client, path, "address", email="e.noether@uni-goettingen.de").status_code == 303
    (mail,) = mails("e.noether@uni-goettingen.de")
    assert [word for word in ("Emmy", "emmy", "Noether", "/asked/") if word in mail["text"]] == []
    assert "We mailed a code to e.noether@uni-goettingen.de." in client.get(path).text
    assert now_is(session, number) == ("held", "asked")
    digits = code(mail)
    assert send(client, path, "code", code=f" {digits[:3]}-{digits[3:]}").status_code == 303
    assert now_is(session, number) == ("held", "answered")
    row = session.scalars(select(Asked)).one()
    assert (row.address, row.proved_domain, row.is_own_domain) == (None, "uni-goettingen.de", True)
    proof = session.scalars(select(Proof).where(Proof.method == "second_address")).one()
    assert (proof.signature_id, proof.seen) == (number, "uni-goettingen.de")
    assert "You have confirmed an address at uni-goettingen.de." in client.get(path).text
    assert send(client, path, "correct", affiliation="Bryn Mawr").status_code == 303
    session.expire_all()
    assert (row.proved_domain, row.is_own_domain) == ("uni-goettingen.de", False)


@pytest.mark.parametrize(("domain", "is_own"), [("open-rights.org", True), ("mail.open-rights.org.evil.com", False)])
def test_second_address_of_an_organization(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails, domain: str, is_own: bool
) -> None:
    """p-V1: exactly the domain of its website, or not; the organizer decides."""
    number, path = asked(
        letter, "Open Rights", "entry", website="https://open-rights.org", affiliation="", reasons="free_mail"
    )
    send(client, path, "address", email=f"rosa@{domain}")
    send(client, path, "code", code=code(mails(f"rosa@{domain}")[0]))
    assert session.scalars(select(Asked.is_own_domain)).one() is is_own
    assert now_is(session, number) == ("held", "answered")


@pytest.mark.parametrize(
    ("domain", "is_own"), [("open-rights.org", True), ("offene-rechte.de", True), ("or.org", False)]
)
@pytest.mark.parametrize("affiliation", ["", "open rights", "ORG Deutschland"])
def test_second_address_by_another_website(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails, affiliation: str, domain: str, is_own: bool
) -> None:
    """p-V2: the websites of an organization's other names are its own, for it and for who works there."""
    known = make_signature(make_letter("before"), "Open Rights", website="https://open-rights.org").organization_id
    named = {"organization_id": known, "name_folded": folded_name("ORG Deutschland"), "created_at": NOW}
    session.add(OrganizationAlias(name="ORG Deutschland", domain="offene-rechte.de", **named))
    claim = {} if affiliation else {"website": "https://www.open-rights.org", "reasons": "free_mail"}
    _number, path = asked(letter, "Open Rights", "entry", affiliation=affiliation, **claim)
    send(client, path, "address", email=f"rosa@{domain}")
    send(client, path, "code", code=code(mails(f"rosa@{domain}")[0]))
    assert session.scalars(select(Asked.is_own_domain)).one() is is_own


@pytest.mark.parametrize(("domain", "is_own"), [("uni-goettingen.de", True), ("bryn-mawr.edu", False)])
def test_second_address_of_an_institution(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails, domain: str, is_own: bool
) -> None:
    """p-S4: the website of the institution that was chosen tells whose address that is."""
    make_institution("Bryn Mawr College", website="https://bryn-mawr.edu")
    chosen = make_institution("University of Göttingen", website="https://www.uni-goettingen.de")
    _number, path = asked(letter, affiliation=chosen.name, institution_id=chosen.id)
    send(client, path, "address", email=f"emmy@{domain}")
    send(client, path, "code", code=code(mails(f"emmy@{domain}")[0]))
    assert session.scalars(select(Asked.is_own_domain)).one() is is_own


def test_own_address_is_taken_like_any_other(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """p-V7: whoever holds the link learns nothing of the address that signed by trying one."""
    number, path = asked(letter)
    told = {}
    for email in ("emmy@gmail.com", "other@gmail.com"):
        answer = send(client, path, "address", email=email)
        told[email] = (answer.status_code, answer.location, client.get(path).text.replace(email, "X").count("X"))
    assert told["emmy@gmail.com"] == told["other@gmail.com"]
    assert now_is(session, number) == ("held", "asked")
    assert len(mails("other@gmail.com")) == 1


def test_five_wrong_codes_and_it_is_dead(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails, frozen: Traveller
) -> None:
    """T11: tries are counted; a new mail brings a new code, at most five a day; a day later it is over."""
    number, path = asked(letter)
    send(client, path, "address", email="work@example.org")
    digits = code(mails("work@example.org")[0])
    wrong = "000000" if digits != "000000" else "111111"
    for _try in range(5):
        answer = send(client, path, "code", code=wrong)
        assert errors(answer) == [("code", "This is not the code of the newest mail. Check the six digits")]
    answer = send(client, path, "code", code=digits)
    assert (answer.status_code, errors(answer)) == (422, [("code", "This code works no more. Ask for a new one")])
    assert now_is(session, number) == ("held", "asked")
    assert send(client, path, "address", email="work@example.org").status_code == 303
    assert len(mails("work@example.org")) == 1
    for more in range(4):
        frozen.shift(timedelta(minutes=11))
        assert send(client, path, "address", email="work@example.org").status_code == 303, more
    frozen.shift(timedelta(minutes=11))
    answer = send(client, path, "address", email="work@example.org")
    assert errors(answer) == [("", "No more codes today. Write a note instead, or come back tomorrow.")]
    mails()
    row = session.scalars(select(Asked)).one()
    session.refresh(row)
    assert row.codes_asked == 5
    frozen.shift(timedelta(days=1, minutes=1))
    desk.forget_unproven(clock.now())
    session.commit()
    session.refresh(row)
    assert row.address is None


def test_dropping_the_affiliation_lets_it_go(
    client: FlaskClient, session: Session, letter: Letter, mails: Mails
) -> None:
    """p-V3: with nothing else against it, the signature is on the letter at once, and the page says so."""
    number, path = asked(letter)
    session.add(RuleHit(signature_id=number, rule="free_mail_affiliation", letter_id=letter.id, day=NOW, is_held=True))
    session.commit()
    answer = send(client, path, "drop")
    assert answer.status_code == 303
    text = Page(client.get(answer.location).text).text
    assert "Your affiliation is taken off." in text
    assert "Your signature is on the letter. Nothing more is asked of you." in text
    row = session.get_one(Signature, number)
    assert now_is(session, number) == ("approved", "answered")
    assert (row.affiliation, row.reasons) == ("", "")
    assert session.scalars(select(RuleHit)).all() == []


def test_correction_is_judged_again(client: FlaskClient, session: Session, letter: Letter) -> None:
    """p-S8: what is wrong with the new entry holds it; boxes stay as they were."""
    number, path = asked(letter, is_private=True)
    assert send(client, path, "correct", name="Jeffrey Bezos", title="Professor").status_code == 303
    row = session.get_one(Signature, number)
    assert now_is(session, number) == ("held", "answered")
    assert (row.name, row.title, row.reasons, row.is_private) == (
        "Jeffrey Bezos",
        "Professor",
        "addressee;free_mail_affiliation",
        True,
    )
    assert session.scalars(select(Asked.has_corrected)).one() is True


def test_withdrawing_is_an_answer(client: FlaskClient, session: Session, letter: Letter) -> None:
    """p-S8: gone from the queue; the page then tells nothing of the entry, and takes nothing more."""
    number, path = asked(letter)
    answer = send(client, path, "withdraw")
    assert answer.status_code == 303
    text = client.get(answer.location).text
    assert "This signature is withdrawn." in text
    assert "Emmy" not in text
    session.expire_all()
    assert session.get_one(Signature, number).withdrawn_at == NOW


@pytest.mark.parametrize("after", ["approve", "reject", "withdraw", "taken_back", "asked_anew"])
@pytest.mark.parametrize("action", ACTS)
def test_what_comes_too_late_changes_nothing(
    client: FlaskClient, session: Session, letter: Letter, after: str, action: str
) -> None:
    """T11: decided, withdrawn, taken back or asked anew since the page was opened: it says so and stores nothing."""
    number, path = asked(letter)
    forms = [form for form in Page(client.get(path).text).forms if form.method == "post"]
    fields: dict[str, str] = {}
    for form in forms:
        fields |= form.fields
    fields |= {"note": NOTE, "page": "", "email": "work@example.org", "code": "123456", "name": "Other Name"}
    row = session.get_one(Signature, number)
    if after == "withdraw":
        row.withdrawn_at = NOW
    elif after in ("taken_back", "asked_anew"):
        session.execute(update(Asked).values(ended_at=NOW))
        row.asking = "none"
    else:
        row.moderation = {"approve": "approved", "reject": "rejected"}[after]
    session.commit()
    before = (row.name, row.affiliation, row.moderation, row.asking, row.withdrawn_at)
    answer = client.post(path, data={**fields, "action": action})
    assert (answer.status_code, answer.location) == (303, path)
    session.expire_all()
    assert (row.name, row.affiliation, row.moderation, row.asking, row.withdrawn_at) == before
    asked_row = session.scalars(select(Asked)).one()
    assert (asked_row.note, asked_row.answered_at, asked_row.address) == ("", None, None)
    text = client.get(path).text
    assert "ore is asked of you" in text or "needs no answer any more" in text


def test_erased_and_forged_links_are_unknown(client: FlaskClient, session: Session, letter: Letter) -> None:
    """T11: a link of another purpose, generation or row, and one whose signature is erased: 404, GET and POST."""
    number, path = asked(letter)
    row = session.get_one(Signature, number)
    asked_id = session.scalars(select(Asked.id)).one()
    purposes = ("my", "confirm", "not_me", "invitation", "reply", "sign_in", "preview", "unsubscribe")
    wrong = [make_token(purpose, asked_id, 0) for purpose in purposes]
    wrong += [make_token("asked", asked_id, 1), make_token("asked", asked_id + 999, 0), "x"]
    token = path.removeprefix("/asked/")
    wrong.append(token[:-5] + ("B" if token[-5] == "A" else "A") + token[-4:])
    for address in [f"/asked/{forged}" for forged in wrong] + [f"/my/{token}", f"/confirm/{token}", f"/not-me/{token}"]:
        assert client.get(address).status_code == 404, address
    for forged in wrong:
        assert client.post(f"/asked/{forged}", data={"action": "withdraw"}).status_code == 404
    erase_signature(owned_signature(row.id, row.generation), NOW)
    session.commit()
    assert client.get(path).status_code == 404
    assert client.post(path, data={"action": "withdraw"}).status_code == 404


def test_export_of_my_data_holds_questions_and_answers(client: FlaskClient, session: Session, letter: Letter) -> None:
    """T23: what somebody was asked and answered is theirs, too."""
    number, path = asked(letter)
    send(client, path, "answer", note=NOTE, page="")
    row = session.get_one(Signature, number)
    copy = json.loads(press(client, my_path(row), "export").data)
    question = "You gave an affiliation, and signed from a private address."
    assert copy["questions"][0].pop("question").startswith(question)
    moment = "2026-06-18T17:00:00Z"
    kept = {"asked_at": moment, "answered_at": moment, "page": "", "note": NOTE, "second_address": ""}
    assert copy["questions"] == [kept]


@pytest.mark.parametrize("action", [*ACTS, "", "approve"])
def test_without_the_form_nothing_happens(
    app: Flask, client: FlaskClient, session: Session, letter: Letter, action: str
) -> None:
    """T19: every act needs the token of the page; an act that is none is refused."""
    number, path = asked(letter)
    data = {"action": action, "note": NOTE, "email": "work@example.org", "code": "123456", "name": "Other"}
    assert client.post(path, data=data).status_code == 422
    assert now_is(session, number) == ("held", "asked")
    assert client.put(path).status_code == 405
    session.expire_all()
    assert session.get_one(Signature, number).name == "Emmy Noether"
