"""The page that asks how a signed text changes: what it shows before the press, and what each answer does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaign.extensions import db
from campaign.letters import queries
from campaign.models import Job, Letter, LogEntry, Signature, VersionQuestion
from campaign.signing.operations import recount_letter
from tests.factories import BODY, NOW, make_signature
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Form, Page, send_form

EDIT = "/desk/letters/stop/edit"
CHANGE = f"{EDIT}/change"
NEW = "Stop selling face recognition to anybody.\r\n\r\nIt has no place on *our* streets."


@pytest.fixture
def signed(app: Flask, cast: Cast) -> Flask:
    """The cast's open letter with one organization and two people, one of whom is held."""
    with app.app_context():
        letter = stop()
        make_signature(letter, "The Open Rights Fund", website="https://example.org")
        make_signature(letter, "Ada Lovelace")
        make_signature(letter, "Held Marker", moderation="held")
        recount_letter(letter.id, NOW)
        db.session.commit()
    return app


def stop() -> Letter:
    """The open letter as it is stored."""
    found = queries.letter_by_slug("stop")
    assert found is not None
    return found


def numbers() -> list[tuple[int, str]]:
    """Number and sort of change of each version of the open letter."""
    return [(one.number, one.change) for one in queries.versions_of(stop().id)]


def asked(owner: FlaskClient, **typed: str) -> tuple[str, Form]:
    """The page that asks, after these words were sent, and its form."""
    answer = send_form(owner, EDIT, {"body": NEW, **typed}, "action=save")
    assert answer.status_code == 200
    return answer.text, next(form for form in Page(answer.text).forms if "how" in form.fields)


def test_page_asks_and_shows_what_would_follow(signed: Flask, cast: Cast) -> None:
    """x-S14: the note comes first; the difference, who signed what, the mails and the next delivery stand before it."""
    page, form = asked(signed_in(signed, cast.owner), closing="Thank you.")
    words = Page(page).text
    for told in (
        "Nothing is saved yet.",
        "Stop selling face recognition to Removed: the police Added: anybody .",
        "1 organization and 1 person: this text",
        "3 mails leave at once",
        "The next delivery will say: 1 organization and 1 person signed this text.",
        "The next delivery will say: 1 organization and 1 person signed version 1 of the text, printed as an annex",
    ):
        assert told in words
    assert (form.fields["how"], form.fields["body"], form.fields["closing"]) == ("note", NEW, "Thank you.")
    with signed.app_context():
        assert numbers() == [(1, "first")]
        assert db.session.scalar(select(func.count()).select_from(LogEntry)) == 0


@pytest.mark.parametrize(
    ("answers", "made", "said"),
    [
        ({"how": "note", "note": "They answered."}, [(1, "first")], "The status note is saved."),
        (
            {"how": "correction", "reason": "Not only the police."},
            [(1, "first"), (2, "correction")],
            "The correction is published.",
        ),
        ({"how": "new_text"}, [(1, "first"), (2, "new_text")], "The new version is published."),
    ],
)
def test_each_answer_does_what_it_says(
    signed: Flask, cast: Cast, answers: dict[str, str], made: list[Any], said: str
) -> None:
    """p-L3: note, correction or new version; pressed twice it is done once."""
    owner = signed_in(signed, cast.owner)
    _page, form = asked(owner)
    assert owner.post(CHANGE, data={**form.fields, **answers}).status_code == 303
    assert said in owner.get(EDIT).text
    again = owner.post(CHANGE, data={**form.fields, **answers})
    same = (
        "Write what readers should know" if answers["how"] == "note" else "These words are the ones that stand already."
    )
    assert (again.status_code, same in again.text) == (422, True)
    with signed.app_context():
        letter = stop()
        assert numbers() == made
        assert letter.status_note == answers.get("note", "")
        assert queries.version_of(letter).body == (BODY if answers["how"] == "note" else NEW.replace("\r\n", "\n"))
        kinds = db.session.scalars(select(Job.kind)).all()
        assert kinds == (["signing.ask_about_text"] if answers["how"] == "new_text" else [])
        assert {row.version_id for row in db.session.scalars(select(Signature))} == {
            queries.versions_of(letter.id)[0].id
        }


def test_refused_answers_lose_nothing(signed: Flask, cast: Cast) -> None:
    """x-S6: 422, the sentence, and everything typed still on the page."""
    owner = signed_in(signed, cast.owner)
    _page, form = asked(owner, place="Lisbon")
    for answers, sentence in (
        ({"how": "correction", "reason": ""}, "Give a reason"),
        ({"how": "note", "note": ""}, "Write what readers should know"),
        ({"how": "rewrite"}, "Not a valid choice"),
    ):
        answer = owner.post(CHANGE, data={**form.fields, **answers})
        page = Page(answer.text)
        again = next(one for one in page.forms if "how" in one.fields or "reason" in one.fields)
        assert (answer.status_code, sentence in page.text, again.fields["place"]) == (422, True, "Lisbon")
        assert again.fields["body"] == NEW
    back = owner.post(EDIT, data={**form.fields, "action": "preview"})
    assert (back.status_code, "Not saved yet." in back.text, "to anybody." in back.text) == (200, True, True)
    bad = owner.post(CHANGE, data={**form.fields, "title": ""})
    assert bad.status_code == 422
    with signed.app_context():
        assert numbers() == [(1, "first")]


def test_date_alone_is_saved_at_once(signed: Flask, cast: Cast) -> None:
    """x-S14: nobody is asked for a date; the words that were sent along are the ones that stand."""
    owner = signed_in(signed, cast.owner)
    answer = send_form(owner, EDIT, {"dated_on": "2026-06-18", "place": "Seattle"}, "action=save")
    assert answer.status_code == 303
    assert "The date is saved." in owner.get(EDIT).text
    assert "18 June 2026" in signed.test_client().get("/letters/stop").text
    assert send_form(owner, EDIT, {"place": "Seattle"}, "action=save").status_code == 303
    assert "Nothing was changed." in owner.get(EDIT).text
    with signed.app_context():
        assert numbers() == [(1, "first")]
        assert db.session.scalars(select(LogEntry.act)).all() == ["text_redated"]


def test_editor_tells_what_was_answered(signed: Flask, cast: Cast) -> None:
    """x-S14: how many agreed, wait, withdrew or have not answered, of the newest text that was asked about."""
    owner = signed_in(signed, cast.owner)
    assert "Answers to the new text" not in owner.get(EDIT).text
    with signed.app_context():
        letter = stop()
        version_id = letter.version_id or 0
        for answer in ("keep", "keep", "later", "none"):
            row = make_signature(letter)
            answered = None if answer == "none" else NOW
            db.session.add(
                VersionQuestion(
                    version_id=version_id,
                    signature_id=row.id,
                    from_version_id=version_id,
                    answer=answer,
                    asked_at=NOW,
                    answered_at=answered,
                )
            )
        db.session.commit()
    words = Page(owner.get(EDIT).text).text
    assert "Signed the new text 2 Decide later 1 No answer so far 1 " in words
    assert "Withdrew" not in words


@pytest.mark.parametrize("how", ["correction", "new_text", "note"])
def test_of_two_editors_the_second_sees_what_the_first_did(signed: Flask, cast: Cast, how: str) -> None:
    """House: two at once make one version; the second is shown both, and may press again knowingly."""
    owner, colleague = signed_in(signed, cast.owner), signed_in(signed, cast.moderator)
    forms = [asked(browser)[1] for browser in (owner, colleague)]
    first = {**forms[0].fields, "how": how, "reason": "Because.", "note": "First note.", "body": "First words."}
    second = {**forms[1].fields, "how": how, "reason": "Because.", "note": "Second note."}
    assert owner.post(CHANGE, data=first).status_code == 303
    answer = colleague.post(CHANGE, data=second)
    assert (answer.status_code, "Somebody saved this page after you opened it." in answer.text) == (422, True)
    with signed.app_context():
        assert len(numbers()) == (1 if how == "note" else 2)
    again = next(one for one in Page(answer.text).forms if "how" in one.fields)
    assert colleague.post(CHANGE, data=again.fields).status_code == 303
    with signed.app_context():
        assert len(numbers()) == (1 if how == "note" else 3)
        assert stop().status_note == ("Second note." if how == "note" else "")


def test_change_is_for_those_who_may_publish(signed: Flask, cast: Cast) -> None:
    """Colleague allowed, read-only refused, stranger 404, no token 400, wrong method 405."""
    _page, form = asked(signed_in(signed, cast.owner))
    for email, status in ((cast.viewer, 403), (cast.stranger, 404)):
        browser = signed_in(signed, email)
        data = {**form.fields, "csrf_token": desk_token(browser)}
        assert browser.post(CHANGE, data=data).status_code == status
    owner = signed_in(signed, cast.owner)
    data = {name: value for name, value in form.fields.items() if name != "csrf_token"}
    assert owner.post(CHANGE, data=data).status_code == 400
    assert owner.get(CHANGE).status_code == 405
    colleague = signed_in(signed, cast.moderator)
    data = {**form.fields, "csrf_token": desk_token(colleague), "how": "new_text"}
    assert colleague.post(CHANGE, data=data).status_code == 303
