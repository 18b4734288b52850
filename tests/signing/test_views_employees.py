"""The page of employees, leaving by six words, and the desk that lets them sign."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign import employeekeys
from campaign.extensions import db
from campaign.mail.dev import kept_mails
from campaign.models import EmployeeBatch, EmployeeCode, EmployeeSignature, Letter
from campaign.signing import jobs, operations
from campaign.signing.operations import EmployeeSettings
from tests.factories import DAY, NOW, make_letter
from tests.signing.employing import DOMAIN, PAGE, answer, ask, digits, employed_letter, outside, sign_by_code, words_of
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form
from tests.support.smtp import Sink

Session = scoped_session[Any]
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
DESK = "/desk/letters/stop/employees"
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def codes(letter: Letter, number: int = 1) -> list[str]:
    """Codes to hand on."""
    made = operations.make_codes(letter, number, "employee_code", by_id=None, now=NOW)
    db.session.commit()
    return made


def count(model: Any) -> int:
    """How many rows a table has."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_page_begins_with_the_device_and_offers_the_safest_way_first(app: Flask, session: Session, sink: Sink) -> None:
    """x-S5, T10: never stored, never named on, never indexed, no cookie; it says what the employer can see."""
    employed_letter(app, sink)
    page = app.test_client().get(PAGE)
    assert page.status_code == 200
    assert {name: page.headers[name] for name in PRIVATE} == PRIVATE
    assert "Set-Cookie" not in page.headers
    words = Page(page.text).text
    main = words[words.index("Use your own device") :]
    assert re.search(r"<main[^>]*>\s*(<div[^>]*>\s*)?<p class=\"lead\"><strong>Use your own device", page.text)
    order = ["Use your own device", "With a code from a colleague", "trusted person", "With your work email"]
    assert [main.index(part) for part in order] == sorted(main.index(part) for part in order)
    assert "Your employer can see from whom its mail server receives mail" in main
    assert "Corin Penhallow" in main


def test_ways_that_are_not_switched_on_are_not_offered(app: Flask, session: Session) -> None:
    """p-S3: a code alone, where nobody is trusted and no relay is set."""
    letter = make_letter()
    operations.save_employees(letter, EmployeeSettings(is_on=True), by_id=None, now=NOW)
    page = Page(app.test_client().get(PAGE).text)
    assert "work email" not in page.text
    assert "trusted person" not in page.text
    assert [sorted(form.fields.keys() - {"homepage", "seconds"}) for form in page.forms] == [["code", "csrf_token"]]


@SQLITE
def test_page_is_there_only_where_employees_sign(app: Flask, session: Session, client: FlaskClient) -> None:
    """p-S3: not offered: 404 and 422; closed: the page that says so; a wrong method: 405."""
    letter = make_letter()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, data={"code": "x"}).status_code == 422
    operations.save_employees(letter, EmployeeSettings(is_on=True), by_id=None, now=NOW)
    letter.closes_at = NOW
    assert (client.get(PAGE).status_code, client.post(PAGE).status_code) == (200, 422)
    assert client.put(PAGE).status_code == 405
    assert client.get("/letters/nothing/sign/employee").status_code == 404


def test_code_signs_and_six_words_are_shown_once(app: Flask, session: Session, client: FlaskClient) -> None:
    """p-S3: from the code to the words, to leaving at /my with them; the public page says nothing meanwhile."""
    letter = employed_letter(app)
    before = client.get("/letters/stop").text
    signed = sign_by_code(client, codes(letter)[0])
    assert signed.status_code == 200
    assert {name: signed.headers[name] for name in PRIVATE} == PRIVATE
    assert count(EmployeeSignature) == 1
    assert client.get("/letters/stop").text == before
    words = words_of(signed)
    left = send_form(client, "/my", {"email": f"  {words.upper()} "})
    assert (left.status_code, left.location.split("=")[0]) == (303, "/my?s")
    said = Page(client.get(left.location).text).text
    assert "The number changes at 19 June 2026, 04:00 UTC" in said
    assert count(EmployeeSignature) == 0


def test_leaving_answers_alike_for_every_six_words(app: Flask, session: Session, client: FlaskClient) -> None:
    """T8: whether or not the words are known; what are no words is said at the field."""
    letter = employed_letter(app)
    words = words_of(sign_by_code(client, codes(letter)[0]))
    pages = []
    for typed in (words, words, "zoo zoo zoo zoo zoo zoo"):
        left = send_form(client, "/my", {"email": typed})
        assert left.status_code == 303
        pages.append(re.sub(r'value="[^"]*"', "", client.get(left.location).text))
    assert len(set(pages)) == 1
    wrong = send_form(client, "/my", {"email": "zoo zoo zoo zoo zoo zoologist nonsense"})
    assert wrong.status_code == 422
    assert "These are not six words of a code" in wrong.text


@SQLITE
def test_too_many_wrong_words_wait(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """T11: tries are limited, and a limit says what to do."""
    monkeypatch.setattr("campaign.signing.operations.employees.MOST_WRONG", 2)
    app.config["LIMITS"] = "on"
    letter, client = employed_letter(app), app.test_client()
    answers = [send_form(client, "/my", {"email": "zoo zoo zoo zoo zoo zoo"}).status_code for _try in range(3)]
    assert answers == [303, 303, 422]
    assert [sign_by_code(client, "wrong").status_code for _try in range(2)] == [422, 422]
    refused = sign_by_code(client, codes(letter)[0])
    assert refused.status_code == 422
    assert "Too many codes were tried that do not exist" in refused.text


def test_bad_input_is_said_at_the_field(app: Flask, session: Session, sink: Sink, client: FlaskClient) -> None:
    """E3: no code, an unknown one, an address elsewhere, wrong digits: 422, a sentence, and nothing typed lost."""
    employed_letter(app, sink)
    unknown = sign_by_code(client, "abcd-efgh-jkmn")
    assert (unknown.status_code, "abcd-efgh-jkmn" in unknown.text) == (422, True)
    assert "This code is not known, or it was used already" in unknown.text
    assert "Enter your code" in sign_by_code(client, " ").text
    elsewhere = ask(client, "vera@gmail.com")
    assert (elsewhere.status_code, "vera@gmail.com" in elsewhere.text) == (422, True)
    assert f"Enter an address of the company&#39;s own, on {DOMAIN}." in elsewhere.text
    assert ask(client, "vera").status_code == 422
    wrong = answer(client, ask(client, f"vera@{DOMAIN}"), "000 000")
    assert (wrong.status_code, f"vera@{DOMAIN}" in wrong.text) == (422, True)
    assert "That code does not match" in wrong.text
    assert count(EmployeeSignature) == 0


def test_work_mail_signs_and_forgets(app: Flask, session: Session, sink: Sink, client: FlaskClient, mails: Any) -> None:
    """x-S5, K3: ask, read, type, six words; nothing of the address is left, not even for a developer."""
    employed_letter(app, sink)
    asked = ask(client, f"Vera.Moss@{DOMAIN}")
    assert asked.status_code == 200
    assert {name: asked.headers[name] for name in PRIVATE} == PRIVATE
    assert "until 19 June 2026, 04:00 UTC" in Page(asked.text).text
    (kept,) = mails(f"Vera.Moss@{DOMAIN}")
    assert kept["links"] == []
    signed = answer(client, asked, digits(sink, f"Vera.Moss@{DOMAIN}"))
    assert signed.status_code == 200
    assert len(words_of(signed).split()) == 6
    assert kept_mails(f"Vera.Moss@{DOMAIN}") == []
    assert count(EmployeeSignature) == 1


def test_asking_looks_alike_whoever_signed(app: Flask, session: Session, sink: Sink, client: FlaskClient) -> None:
    """T8: new, waiting, signed, over the limit of mails: the same page but for the token."""
    employed_letter(app, sink)
    pages = []
    for round_ in range(6):
        asked = ask(client, f"vera@{DOMAIN}")
        pages.append((asked.status_code, re.sub(r'name="csrf_token"[^>]*', "", asked.text)))
        outside(app, _work, app)
        if round_ == 2:
            assert answer(client, asked, digits(sink, f"vera@{DOMAIN}")).status_code == 200
    assert len(set(pages)) == 1
    assert len(sink.messages) == 3


def _work(app: Flask) -> None:
    from campaign.jobs.worker import Worker

    Worker(app).run_once()


@SQLITE
def test_another_way_leads_there_and_carries_nothing(app: Flask, session: Session, client: FlaskClient) -> None:
    """x-S3, x-S5: the advice stands at the choice; what was typed before is not taken along."""
    employed_letter(app)
    asked = send_form(client, "/letters/stop/sign", {"name": "Vera Moss"}, button="carry=1")
    carried = client.post(
        "/letters/stop/sign/another-way", data={**Page(asked.text).forms[0].fields, "name": "Vera Moss", "carry": "1"}
    )
    page = client.get(carried.location)
    assert "change to your own device and your own network" in page.text
    chosen = send_form(client, carried.location, {"way": "employee"})
    assert (chosen.status_code, chosen.location) == (303, PAGE)


@SQLITE
def test_letter_by_employees_asks_nobody_for_a_name(app: Flask, session: Session, client: FlaskClient) -> None:
    """p-L1: every door of such a letter leads to the one page; opening it needs that page."""
    employed_letter(app, kind="employees", accepts_people=False, accepts_organizations=False)
    page = client.get("/letters/stop")
    assert page.status_code == 200
    assert PAGE in Page(page.text).links
    assert "signed by organizations" not in page.text
    for door in ("sign", "sign/organization", "sign/another-way"):
        assert client.get(f"/letters/stop/{door}").location == PAGE


@SQLITE
def test_number_stands_on_every_page_and_nothing_finer(
    app: Flask, session: Session, client: FlaskClient, frozen: time_machine.Traveller
) -> None:
    """p-S3, x-W1, R5: page, JSON, method page and citation say 12, from the hour of the change on, and no row."""
    letter = employed_letter(app)
    for code in codes(letter, 12):
        operations.sign_by_code(letter.id, code, NOW)
    session.commit()
    public = ["", ".json", "/method", "/names", "/names.json", "/feed.atom", "/press", "/timeline"]
    answers = [client.get(f"/letters/stop{path}") for path in public]
    assert {answer.status_code for answer in answers} == {200}
    before = [answer.text for answer in answers]
    assert not any(re.search(r"\d employees?\b", text) for text in before)
    frozen.move_to(NOW + DAY)
    for timer in (jobs.employees.change_numbers, jobs.upkeep.recount):
        outside(app, timer, NOW + DAY)
    counts = client.get("/letters/stop.json").json
    assert counts is not None
    assert (counts["counts"]["employees"], counts["counts"]["total"], counts["counts"]["people"]) == (12, 12, 0)
    assert "12 employees" in counts["citation"]
    assert "12 employees of the company" in Page(client.get("/letters/stop").text).text
    assert "12" in Page(client.get("/letters/stop/method").text).text
    names = client.get("/letters/stop/names.json").json
    assert names is not None
    assert names["names"] == []


def test_no_mail_leads_to_the_page(app: Flask) -> None:
    """x-S5: the branch is not linked from mails."""
    for path in app.jinja_env.list_templates():
        if "/mail/" in path:
            source, _name, _fresh = app.jinja_env.loader.get_source(app.jinja_env, path)  # type: ignore[union-attr]
            assert "sign_employee" not in source
            assert "sign/employee" not in source


def post(client: FlaskClient, address: str, **fields: str) -> Any:
    """A form of the desk."""
    return client.post(address, data={"csrf_token": desk_token(client), **fields})


def test_owner_switches_it_on_and_makes_codes(app: Flask, cast: Cast) -> None:
    """p-S3: off until an owner switches it on; codes are shown once; the desk counts none that were used."""
    owner = signed_in(app, cast.owner)
    page = owner.get(DESK)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert post(owner, f"{DESK}/codes", number="3", method="employee_code").status_code == 422
    saved = post(owner, DESK, is_on="y", trusted_name="Corin Penhallow", trusted_contact="", mail_domains="")
    assert (saved.status_code, saved.location) == (303, DESK)
    shown = post(owner, f"{DESK}/codes", number="3", method="personal_proof")
    made = re.findall(r"<li>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</li>", shown.text)
    assert (shown.status_code, shown.headers["Cache-Control"], len(set(made))) == (200, "no-store", 3)
    file = post(owner, f"{DESK}/codes", number="2", method="employee_code", action="csv")
    assert (file.mimetype, file.headers["Cache-Control"]) == ("text/csv", "no-store")
    rows = list(csv.reader(io.StringIO(file.text)))
    assert (rows[0], len(rows)) == (["code"], 3)
    before = owner.get(DESK).text
    assert not any(code in before for code in (*made, rows[1][0]))
    assert sign_by_code(app.test_client(), made[0]).status_code == 200
    assert owner.get(DESK).text == before
    with app.app_context():
        assert sorted(db.session.scalars(select(EmployeeBatch.number))) == [2, 3]
        assert db.session.scalars(select(EmployeeSignature.method)).one() == "personal_proof"


@pytest.mark.parametrize(
    ("address", "fields", "words"),
    [
        (DESK, {"is_on": "y", "offers_work_mail": "y"}, "Enter the domains on which"),
        (DESK, {"is_on": "y", "mail_domains": "gmail.com"}, "gmail.com is not a domain of one company"),
        (f"{DESK}/codes", {"number": "501", "method": "employee_code"}, "Enter a number from 1 to 500"),
        (f"{DESK}/codes", {"number": "", "method": "employee_code"}, "Enter how many codes you need"),
        (f"{DESK}/codes", {"number": "3", "method": "work_mail"}, "Not a valid choice"),
        (f"{DESK}/cancel", {}, "Tick the box if you are sure"),
        (f"{DESK}/forget", {}, "Tick the box if you are sure"),
    ],
)
@SQLITE
def test_desk_says_what_to_mend(app: Flask, cast: Cast, address: str, fields: dict[str, str], words: str) -> None:
    """E3: 422, a sentence, and nothing written."""
    answered = post(signed_in(app, cast.owner), address, **fields)
    assert answered.status_code == 422
    assert words in answered.text
    with app.app_context():
        assert employeekeys.key_files() == []


@SQLITE
def test_rights_of_the_desk(app: Flask, cast: Cast) -> None:
    """T18: a second owner may, a viewer may look and not write, a stranger finds nothing."""
    assert post(signed_in(app, cast.moderator), DESK, is_on="y").status_code == 303
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    looked = viewer.get(DESK)
    assert looked.status_code == 200
    assert [form for form in Page(looked.text).forms if form.action.startswith(DESK)] == []
    assert stranger.get(DESK).status_code == 404
    for part in ("", "/codes", "/cancel", "/forget"):
        assert post(viewer, DESK + part, number="1").status_code == 403
        assert post(stranger, DESK + part, number="1").status_code == 404
        assert viewer.put(DESK + part).status_code == 405


def test_owner_ends_codes_and_the_key(app: Flask, cast: Cast, frozen: time_machine.Traveller) -> None:
    """K3: codes that are out can be ended; the key is destroyed at a press, and the page proposes it after 90 days."""
    owner = signed_in(app, cast.owner)
    post(owner, DESK, is_on="y")
    made = post(owner, f"{DESK}/codes", number="1", method="employee_code")
    code = re.findall(r"<li>([a-z0-9-]{14})</li>", made.text)[0]
    assert post(owner, f"{DESK}/cancel", is_known="y").status_code == 303
    assert sign_by_code(app.test_client(), code).status_code == 422
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        assert count(EmployeeCode) == 0
        assert "open for more than 90 days" not in owner.get(DESK).text
        letter.opened_at = NOW - 91 * DAY
        db.session.commit()
    assert "open for more than 90 days" in owner.get(DESK).text
    frozen.shift(1)
    assert post(owner, f"{DESK}/forget", is_sure="y").status_code == 303
    with app.app_context():
        assert employeekeys.key_files() == []
    assert "The key of this letter is destroyed" in owner.get(DESK).text
    assert app.test_client().get(PAGE).status_code == 404
