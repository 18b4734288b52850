"""The editor of one letter: its words with their preview, what stands around them, and its settings."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.extensions import db
from campaign.letters import queries
from campaign.models import Letter, LogEntry
from tests.factories import make_campaign, make_letter, make_organizer
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form

EDIT = "/desk/letters/draft/edit"
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
PAGES = [EDIT, f"{EDIT}/people", f"{EDIT}/evidence", f"{EDIT}/timeline", f"{EDIT}/settings"]
WORDS = {
    "title": "Stop it now",
    "ask": "Stop.",
    "dated_on": "2026-06-01",
    "place": "Lisbon",
    "salutation": "Dear Ms. Example,",
    "body": "We say **stop**.[^1]\r\n\r\n[^1]: Now.",
    "demands_intro": "We ask you to:",
    "demands": "Stop.\r\n\r\n  Say that you stopped.  ",
    "closing": "Thank you.",
}


def letter() -> Letter:
    """The draft as it is stored."""
    found = queries.letter_by_slug("draft")
    assert found is not None
    return found


def test_words_are_written_in_place(draft: Flask, cast: Cast) -> None:
    """p-L4: everything a letter says, saved and shown again."""
    owner = signed_in(draft, cast.owner)
    answer = send_form(owner, EDIT, WORDS, "action=save")
    assert (answer.status_code, answer.headers["Location"]) == (303, EDIT)
    with draft.app_context():
        version = queries.version_of(letter())
        assert (version.number, version.title, version.body) == (1, "Stop it now", "We say **stop**.[^1]\n\n[^1]: Now.")
        assert "<strong>stop</strong>" in version.body_html
        assert [demand.text for demand in version.demands] == ["Stop.", "Say that you stopped."]
        assert (version.dated_on, version.place, letter().title) == (date(2026, 6, 1), "Lisbon", "Stop it now")
    again = owner.get(EDIT).text
    assert "The text is saved." in again
    fields = Page(again).forms[0].fields
    assert {name: fields[name] for name in ("title", "dated_on", "demands", "closing")} == {
        "title": "Stop it now",
        "dated_on": "2026-06-01",
        "demands": "Stop.\nSay that you stopped.",
        "closing": "Thank you.",
    }


def test_preview_shows_the_letter_and_saves_nothing(draft: Flask, cast: Cast) -> None:
    """Without a script: the page is rendered by the server, what was typed stays in its fields."""
    answer = send_form(signed_in(draft, cast.owner), EDIT, WORDS, "action=preview")
    assert answer.status_code == 200
    assert "<strong>stop</strong>" in answer.text
    page = Page(answer.text)
    assert "Not saved yet." in page.text
    assert "Say that you stopped." in page.text
    assert page.forms[0].fields["title"] == "Stop it now"
    with draft.app_context():
        assert queries.version_of(letter()).title == "Stop selling face recognition"
        assert db.session.scalar(select(func.count()).select_from(LogEntry)) == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Enter a title for the letter."),
        ({"title": "x" * 201}, "too long"),
        ({"dated_on": "yesterday"}, "Write a day as 2026-05-22, or leave it empty."),
        ({"body": "Text.\n\n[^1]: Never cited."}, "The footnote in line 3 is never cited."),
        ({"body": "Cited.[^2]\n\nAnd.[^1]\n\n[^1]: Now."}, "[^2] is cited in the paragraph that begins in line 1"),
        ({"body": "x" * 40_001}, "The text is too long from line 1 on"),
    ],
)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_bad_words_keep_what_was_typed(
    draft: Flask, cast: Cast, changes: dict[str, str], sentence: str, button: str
) -> None:
    """x-S6: 422, the summary, the sentence at its field; nothing typed is lost, nothing is saved."""
    answer = send_form(signed_in(draft, cast.owner), EDIT, {**WORDS, **changes}, f"action={button}")
    page = Page(answer.text)
    assert answer.status_code == 422
    assert sentence in page.text
    assert 'class="error-summary"' in answer.text
    assert page.forms[0].fields["closing"] == "Thank you."
    assert page.forms[0].fields["title"] == {**WORDS, **changes}["title"]
    with draft.app_context():
        assert queries.version_of(letter()).title == "Stop selling face recognition"


def test_hostile_markdown_is_shown_as_text(draft: Flask, cast: Cast) -> None:
    """T13: in the preview, in the saved letter and in its fields."""
    hostile = {**WORDS, "title": "<script>alert(1)</script>", "body": "<img src=x onerror=alert(1)> [x](javascript:y)"}
    owner = signed_in(draft, cast.owner)
    shown = send_form(owner, EDIT, hostile, "action=preview").text
    send_form(owner, EDIT, hostile, "action=save")
    for text in (shown, owner.get(EDIT).text, owner.get("/desk/letters/draft/preview").text):
        assert "<script>alert" not in text
        assert "<img" not in text
        assert 'href="javascript' not in text


@SQLITE
@pytest.mark.parametrize("address", PAGES)
def test_editor_is_for_those_who_may(draft: Flask, cast: Cast, address: str) -> None:
    """Colleague allowed, read-only refused, stranger 404, nobody to the door, no token 400, wrong method 405."""
    assert signed_in(draft, cast.moderator).get(address).status_code == 200
    for email, status in ((cast.viewer, 403), (cast.stranger, 404)):
        browser = signed_in(draft, email)
        data = {"csrf_token": desk_token(browser), "title": "X"}
        assert (browser.get(address).status_code, browser.post(address, data=data).status_code) == (status, status)
    assert draft.test_client().get(address).status_code == 303
    owner = signed_in(draft, cast.owner)
    assert owner.post(address, data={"title": "X"}).status_code == 400
    assert owner.delete(address).status_code == 405


def test_colleagues_see_the_saved_letter(draft: Flask, cast: Cast) -> None:
    """The preview is for the whole team, and for nobody else before opening."""
    send_form(signed_in(draft, cast.owner), EDIT, WORDS, "action=save")
    page = Page(signed_in(draft, cast.viewer).get("/desk/letters/draft/preview").text)
    for words in ("Stop it now", "Dear Ms. Example,", "We ask you to:", "To Jeffrey P. Bezos", "Thank you."):
        assert words in page.text
    assert signed_in(draft, cast.stranger).get("/desk/letters/draft/preview").status_code == 404
    assert draft.test_client().get("/letters/draft").status_code == 404


def test_right_to_left_letter_is_previewed_so(app: Flask) -> None:
    """V5: the letter has its own language and direction inside the desk's page."""
    with app.app_context():
        campaign = make_campaign("campaign")
        make_letter("risala", "draft", campaign, language="ar")
        make_organizer("ar@example.org", campaign)
        db.session.commit()
    assert 'lang="ar" dir="rtl"' in signed_in(app, "ar@example.org").get("/desk/letters/risala/preview").text
