"""A new text is put to those who signed the one before: who is asked, once, and what each answer does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.jobs.kinds import KINDS
from campaign.letters.operations import correct_text, publish_new_version, read_words
from campaign.letters.rules import Words
from campaign.models import Consent, Job, Letter, Signature, Tally, Version, VersionQuestion
from campaign.signing import jobs, operations
from campaign.signing.operations import versions
from tests.factories import BODY, DEMANDS, NOW, make_letter, make_signature
from tests.signing.acts import confirm, form_of, link, my_path, press, sign, sign_organization
from tests.support.pages import Page

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
NEW = BODY.replace("the police", "anybody")
WORDS = Words(
    title="Stop selling face recognition",
    body=NEW,
    ask="Stop selling face recognition to governments.",
    salutation="Dear Mr. Bezos,",
    demands=DEMANDS,
    closing="We look forward to your answer.",
)


def publish(letter: Letter, body: str = NEW, reason: str = "", correct: bool = False) -> int:
    """A new version, or a correction; its id. Committed."""
    change = correct_text if correct else publish_new_version
    version = change(letter, read_words(replace(WORDS, body=body), "en"), reason, by_id=None, now=NOW)
    db.session.commit()
    return version.id


def questions() -> list[tuple[str, str]]:
    """Who was asked, and the answer, in the order of asking; of every version."""
    rows = select(Signature.name, VersionQuestion.answer).join(Signature, Signature.id == VersionQuestion.signature_id)
    return [(row.name, row.answer) for row in db.session.execute(rows.order_by(VersionQuestion.id))]


def version_of(name: str) -> int:
    """The id of the version a signatory stands under now."""
    db.session.expire_all()
    return db.session.scalars(select(Signature.version_id).where(Signature.name == name)).one()


def test_everybody_who_can_be_asked_is_asked_once(session: Session, mails: Mails) -> None:
    """p-L3: one mail each, with what changed and the own link; nobody without address, over, rejected or suppressed."""
    letter = make_letter()
    for name, state in {
        "Person": {},
        "Private": {"is_private": True},
        "Held": {"moderation": "held"},
        "Fund": {"website": "https://example.org"},
        "Pending": {"verification": "pending"},
        "Expired": {"verification": "expired"},
        "Rejected": {"moderation": "rejected"},
        "Withdrawn": {"withdrawn_at": NOW},
        "Imported": {"kind": "imported"},
    }.items():
        make_signature(letter, name, f"{name.lower()}@example.org", **state)
    publish(letter, reason="Not only the police buys it.")
    told = [mail["to"] for mail in mails()]
    assert sorted(told) == ["fund@example.org", "held@example.org", "person@example.org", "private@example.org"]
    assert questions() == [("Person", "none"), ("Private", "none"), ("Held", "none"), ("Fund", "none")]
    mail = mails("person@example.org")[0]
    assert mail["subject"] == "The text you signed has changed: Stop selling face recognition"
    for words in ("You signed version 1 of the text.", "[-the police-]{+anybody+}", "Not only the police buys it."):
        assert words in mail["text"]
    assert "<del" in mail["html"]
    assert "Fund signed version 1 of the text." in mails("fund@example.org")[0]["text"]
    assert len(mails()) == 4


def test_large_letters_are_asked_in_pieces(session: Session, mails: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    """p-L3, R10: a piece is one commit; killed between two, or repeated, it asks nobody twice and leaves nobody out."""
    monkeypatch.setattr(versions, "AT_ONCE", 2)
    letter = make_letter()
    for number in range(5):
        make_signature(letter, f"Name {number}", f"name{number}@example.org")
    version_id = publish(letter)
    for _repeated in range(2):
        operations.ask_about_text(version_id, 0, NOW)
    session.commit()
    assert len(questions()) == 2
    jobs.tasks.ask_about_text({"version": version_id, "after": 0})
    assert len(mails()) == 5
    jobs.tasks.ask_about_text({"version": version_id, "after": 0})
    assert [name for name, _answer in questions()] == [f"Name {number}" for number in range(5)]
    assert len(mails()) == 5


def test_mails_that_wait_are_not_sent_in_vain(session: Session, mails: Mails) -> None:
    """p-L3: who withdrew, was erased, agreed already, or is asked about a newer text meanwhile gets no mail."""
    letter = make_letter()
    rows = [make_signature(letter, name, f"{name.lower()}@example.org") for name in ("Gone", "Erased", "Quick", "Slow")]
    version_id = publish(letter)
    operations.ask_about_text(version_id, 0, NOW)
    operations.withdraw_signature(rows[0], "", NOW)
    operations.accept_text(rows[2], version_id, NOW)
    operations.erase_signature(rows[1], NOW)
    session.commit()
    assert [mail["to"] for mail in mails()] == ["slow@example.org"]
    assert questions() == [("Gone", "withdraw"), ("Quick", "keep"), ("Slow", "none")]
    second = publish(letter, "Third words.")
    third = publish(letter, "Fourth words.")
    assert [mail["to"] for mail in mails()][:-1] == ["slow@example.org", "quick@example.org"]
    asked = session.scalars(select(VersionQuestion.version_id).where(VersionQuestion.version_id >= second)).all()
    assert set(asked) == {third}


def test_correction_asks_nobody(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-L3: no mail, no question on the own page, and the same count."""
    letter = make_letter()
    row = make_signature(letter)
    publish(letter, reason="A typing error.", correct=True)
    assert (mails(), questions()) == ([], [])
    assert "The text has changed" not in client.get(my_path(row)).text


def counted(letter: Letter) -> dict[str, int]:
    """How many people stand under each version, by its id, as the worker counts."""
    operations.recount_letter(letter.id, NOW)
    db.session.commit()
    tally = db.session.get_one(Tally, letter.id, populate_existing=True)
    return {version: counts["people"] for version, counts in tally.versions.items()}


def test_signatory_keeps_decides_later_or_withdraws(session: Session, client: FlaskClient, mails: Mails) -> None:
    """x-S14: three buttons; the count by text follows, and only who agreed is moved."""
    letter = make_letter()
    first = letter.version_id
    for name in ("Keep", "Later", "Withdraw", "Silent"):
        make_signature(letter, name, f"{name.lower()}@example.org")
    second = publish(letter)
    assert len(mails()) == 4
    said = {
        "keep": "You have signed the new text.",
        "later": "Your signature stays with the text you signed.",
        "withdraw": "Your signature is withdrawn",
    }
    for button, words in said.items():
        path = link(mails(f"{button}@example.org")[0], "my")
        page = Page(client.get(path).text)
        assert "You signed version 1 of the text." in page.text
        form = next(one for one in page.forms if "version" in one.fields)
        for _twice in range(2):
            answer = client.post(path, data={**form.fields, "action": button})
            assert answer.status_code == 303
        assert words in Page(client.get(answer.headers["Location"]).text).text
    assert {name: version_of(name) for name in ("Keep", "Later", "Withdraw", "Silent")} == {
        "Keep": second,
        "Later": first,
        "Withdraw": first,
        "Silent": first,
    }
    assert questions() == [("Keep", "keep"), ("Later", "later"), ("Withdraw", "withdraw"), ("Silent", "none")]
    assert counted(letter) == {str(first): 2, str(second): 1}
    assert "The text has changed" not in client.get(link(mails("keep@example.org")[0], "my")).text
    assert "The text has changed" in client.get(link(mails("later@example.org")[0], "my")).text
    # Later is not never.
    assert press_newer(client, link(mails("later@example.org")[0], "my"), "keep").status_code == 303
    assert version_of("Later") == second


@pytest.mark.parametrize(
    ("days", "name"),
    [
        ((None, None, None), "version 1 of the text"),
        ((date(2018, 5, 22), date(2018, 5, 22), date(2018, 6, 18)), "the text of 22 May 2018"),
        ((date(2018, 5, 22), date(2018, 5, 22), date(2018, 5, 22)), "version 1 of the text"),
    ],
)
def test_text_signed_in_a_correction_has_its_name(
    session: Session, client: FlaskClient, mails: Mails, days: tuple[date | None, ...], name: str
) -> None:
    """p-L3: whoever signed the corrected words is asked about a new text like everybody else, on page and in mail."""
    letter = make_letter()
    correction = publish(letter, reason="A typing error.", correct=True)
    row = make_signature(letter, email="ada@example.org")
    row.version_id = correction
    publish(letter, "Third words.")
    for version, day in zip(session.scalars(select(Version).order_by(Version.number)), days, strict=True):
        version.dated_on = day
    session.commit()
    answer = client.get(my_path(row))
    assert (answer.status_code, f"You signed {name}." in Page(answer.text).text) == (200, True)
    assert f"You signed {name}." in mails("ada@example.org")[0]["text"]


def press_newer(client: FlaskClient, path: str, button: str) -> Any:
    """Press a button of the section about the new text."""
    form = next(one for one in Page(client.get(path).text).forms if "version" in one.fields)
    return client.post(path, data={**form.fields, "action": button})


@pytest.mark.parametrize("sent", ["", "0", "x", "1" * 30])
def test_only_the_text_that_was_shown_is_accepted(session: Session, client: FlaskClient, sent: str) -> None:
    """p-L3: what the page did not show is not signed; the page is shown again."""
    letter = make_letter()
    first, row = letter.version_id, make_signature(letter)
    publish(letter)
    form = next(one for one in Page(client.get(my_path(row)).text).forms if "version" in one.fields)
    publish(letter, "Third words.")
    for version in (sent, form.fields["version"]):
        answer = client.post(my_path(row), data={**form.fields, "action": "keep", "version": version})
        assert answer.status_code == 303
        assert "The text of the letter changed again." in client.get(answer.headers["Location"]).text
    assert version_of(row.name) == first


def test_nothing_to_decide_is_said(session: Session, client: FlaskClient) -> None:
    """House 4: a button that was forged on a page without the question is refused with a sentence."""
    row = make_signature(make_letter())
    fields = form_of(client.get(my_path(row))).fields
    answer = client.post(my_path(row), data={**fields, "action": "keep", "version": "999"})
    assert (answer.status_code, "There is nothing to decide." in answer.text) == (422, True)


def test_pending_signature_keeps_the_text_it_saw(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-L3: who signed before the change confirms what they signed, is told, and decides on their own page."""
    letter = make_letter()
    first = letter.version_id
    sign(client)
    mail = mails("ada@example.org")[0]
    second = publish(letter)
    assert "The text changed on 18 June 2026, after you signed." in client.get(link(mail, "confirm")).text
    answer = confirm(client, mail)
    done = client.get(answer.headers["Location"]).text
    assert "See what changed, and decide" in done
    assert version_of("Ada Lovelace") == first
    # The mails had left before it was confirmed, so this one comes by itself.
    asked = mails("ada@example.org")[0]
    assert asked["subject"].startswith("The text you signed has changed")
    assert press_newer(client, link(asked, "my"), "keep").status_code == 303
    assert version_of("Ada Lovelace") == second
    assert questions() == [("Ada Lovelace", "keep")]


def test_confirming_after_a_correction_asks_nothing(session: Session, client: FlaskClient, mails: Mails) -> None:
    """p-L3: the signature stands under the words it was given for, and no mail leaves."""
    letter = make_letter()
    first = letter.version_id
    sign(client)
    mail = mails("ada@example.org")[0]
    publish(letter, reason="A typing error.", correct=True)
    page = client.get(link(mail, "confirm")).text
    assert [words for words in ("The text changed", "lets you decide") if words in page] == []
    answer = confirm(client, mail)
    assert "decide" not in Page(client.get(answer.headers["Location"]).text).text
    assert (len(mails("ada@example.org")), questions(), version_of("Ada Lovelace")) == (1, [], first)


@pytest.mark.parametrize("send", [sign, sign_organization])
def test_form_of_an_older_text_signs_nothing(
    app: Flask, session: Session, client: FlaskClient, mails: Mails, send: Callable[..., Any]
) -> None:
    """p-L3: a page that was open while the text changed: 422, all kept, and the next press signs the new one."""
    letter = make_letter()
    path = "/letters/stop/sign" + ("/organization" if send is sign_organization else "")
    fields = form_of(client.get(path)).fields
    second = publish(letter)
    typed = {**fields, **(SENT if send is sign else SENT_BY_ORGANIZATION)}
    answer = client.post(path, data=typed)
    assert (answer.status_code, "The text of the letter changed while this page was open." in answer.text) == (
        422,
        True,
    )
    assert session.scalars(select(Signature)).all() == []
    assert "You sign the text as it stands since 18 June 2026. See what changed" in Page(answer.text).text
    again = form_of(answer).fields
    assert (again["email"], again["version"]) == (typed["email"], str(second))
    assert client.post(path, data={**typed, **again}).status_code == 303
    assert session.scalars(select(Signature.version_id)).all() == [second]


SENT = {"name": "Ada Lovelace", "email": "ada@example.org"}
SENT_BY_ORGANIZATION = {
    "organization": "Open Rights",
    "website": "example.org",
    "name": "Rosa Marín",
    "role": "Director",
    "email": "rosa@example.org",
    "may_speak": "y",
}


def test_signing_again_takes_the_new_text(session: Session, client: FlaskClient, mails: Mails) -> None:
    """x-S10: who signs again before confirming signs what stands there now, and the page says so."""
    letter = make_letter()
    sign(client)
    mails()
    second = publish(letter)
    sign(client)
    path = link(mails("ada@example.org")[0], "confirm")
    assert "Your signature is for the text as it stands now" in client.get(path).text
    assert press(client, path, "confirm").status_code == 303
    assert version_of("Ada Lovelace") == second


def test_erasing_takes_the_answers_too(session: Session, client: FlaskClient) -> None:
    """T23: what somebody said to a new text goes with the rest; before that it is in the copy of their data."""
    letter = make_letter()
    row = make_signature(letter)
    version_id = publish(letter)
    operations.ask_about_text(version_id, 0, NOW)
    operations.decide_later(row, version_id, NOW + timedelta(minutes=1))
    session.commit()
    copy = press(client, my_path(row), "export").get_json(force=True)
    assert copy["asked"] == [
        {
            "version": 2,
            "signed_before": 1,
            "answer": "later",
            "asked_at": "2026-06-18T17:00:00Z",
            "answered_at": "2026-06-18T17:01:00Z",
        }
    ]
    operations.erase_signature(row, NOW)
    session.commit()
    assert (questions(), session.scalars(select(Consent)).all()) == ([], [])


def test_jobs_hold_ids_only(session: Session) -> None:
    """D1, D2: neither address nor name lies in the queue; a mail that may have left is never sent again by itself."""
    crashes = {name: KINDS[f"signing.{name}"].crash for name in ("ask_about_text", "text_changed")}
    assert crashes == {"ask_about_text": "repeat", "text_changed": "park"}
    letter = make_letter()
    row = make_signature(letter, "Marker Name", "marker@example.org")
    version_id = publish(letter)
    operations.ask_about_text(version_id, 0, NOW)
    payloads = session.scalars(select(Job.payload).order_by(Job.id)).all()
    assert payloads == [{"version": version_id, "after": 0}, {"version": version_id, "signature": row.id}]
