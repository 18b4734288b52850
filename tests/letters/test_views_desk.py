"""The desk's first page, and how campaigns and letters begin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from campaign.extensions import db
from campaign.models import Campaign, Letter, Membership, Target
from tests.factories import make_campaign, make_letter, make_organizer, make_signature
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form

NEW_LETTER = "/desk/campaigns/face-recognition/letters/new"
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def test_desk_lists_own_letters_and_no_others(app: Flask, cast: Cast) -> None:
    """T18: each organizer sees the letters of their campaigns, with the way in; nobody else's."""
    with app.app_context():
        make_letter("draft", "draft", db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one())
        db.session.commit()
    page = Page(signed_in(app, cast.viewer).get("/desk").text)
    assert {"/desk/letters/stop", "/desk/letters/draft"} <= set(page.links)
    assert "elsewhere-letter" not in " ".join(page.links)
    assert "Viewer" in page.text
    assert NEW_LETTER not in page.links
    assert NEW_LETTER in Page(signed_in(app, cast.owner).get("/desk").text).links


def test_desk_says_what_waits(app: Flask, cast: Cast) -> None:
    """How many signatures wait for a decision, beside the letter they wait on."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for moderation in ("held", "waiting", "approved"):
            make_signature(letter, moderation=moderation)
        db.session.commit()
    page = Page(signed_in(app, cast.owner).get("/desk").text)
    assert "2 wait for you" in page.text
    assert "/desk/letters/stop/queue" in page.links


@SQLITE
def test_desk_asks_as_many_questions_for_many_letters(app: Flask, cast: Cast) -> None:
    """The number of queries does not grow with the letters."""

    def queries_of_a_visit() -> int:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        owner = signed_in(app, cast.owner)
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert owner.get("/desk").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    before = queries_of_a_visit()
    with app.app_context():
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        for number in range(5):
            make_letter(f"more-{number}", "draft", campaign)
        db.session.commit()
    assert queries_of_a_visit() == before == 4


@SQLITE
def test_desk_puts_first_what_needs_somebody(app: Flask, cast: Cast) -> None:
    """O10: open letters with work first; what is over last, without a reminder; each told apart by its address."""
    with app.app_context():
        campaign = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        for state in ("removed", "archived", "withdrawn", "closed", "draft", "scheduled", "paused", "open"):
            make_signature(make_letter(f"one-{state}", state, campaign), moderation="held")
        make_letter("one-idle", "open", campaign)
        db.session.commit()
    page = Page(signed_in(app, cast.owner).get("/desk").text)
    slugs = ["open", "idle", "paused", "scheduled", "draft", "closed", "archived", "withdrawn", "removed"]
    places = [page.text.index(f"one-{slug} ·") for slug in slugs]
    assert places == sorted(places)
    waiting = {link.split("/")[3] for link in page.links if link.endswith("/queue")}
    assert waiting == {f"one-{state}" for state in ("open", "paused", "scheduled", "draft", "closed")}


EDIT_CAMPAIGN = "/desk/campaigns/face-recognition/edit"


def test_campaign_is_edited(app: Flask, cast: Cast) -> None:
    """What it says of itself, seen on the pages of its letters at once; its address stays."""
    owner = signed_in(app, cast.owner)
    assert EDIT_CAMPAIGN in Page(owner.get("/desk").text).links
    before = app.test_client().get("/letters/stop").headers["ETag"]
    data = {"title": "Renamed", "lead": "New Courts", "reply_to": " desk@new-courts.example ", "summary": "About."}
    data["letterhead"] = "New Courts\n125 Broad Street"
    answer = send_form(owner, EDIT_CAMPAIGN, data)
    assert (answer.status_code, answer.headers["Location"]) == (303, EDIT_CAMPAIGN)
    assert "The campaign is saved." in owner.get(EDIT_CAMPAIGN).text
    with app.app_context():
        row = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        assert (row.title, row.lead, row.reply_to, row.summary, row.letterhead) == (
            "Renamed",
            "New Courts",
            "desk@new-courts.example",
            "About.",
            "New Courts\n125 Broad Street",
        )
    letter = app.test_client().get("/letters/stop")
    assert ("New Courts" in letter.text, letter.headers["ETag"] != before) == (True, True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": ""}, "Enter a title for the campaign."),
        ({"reply_to": "desk"}, "Enter an email address with an @"),
        ({"lead": "x" * 201}, "too long"),
    ],
)
def test_bad_edit_of_a_campaign_keeps_what_was_typed(
    app: Flask, cast: Cast, data: dict[str, str], sentence: str
) -> None:
    """422, the sentence at its field, the rest untouched and unsaved."""
    answer = send_form(signed_in(app, cast.owner), EDIT_CAMPAIGN, {"summary": "Kept.", **data})
    page = Page(answer.text)
    assert (answer.status_code, sentence in page.text) == (422, True)
    assert page.forms[0].fields["summary"] == "Kept."
    with app.app_context():
        row = db.session.scalars(select(Campaign).where(Campaign.slug == cast.campaign)).one()
        assert (row.title, row.summary, row.reply_to) == ("Face recognition", "", "desk@open-courts.example")


def test_two_owners_at_one_campaign(app: Flask, cast: Cast) -> None:
    """Whoever saves second is shown both."""
    owner, colleague = signed_in(app, cast.owner), signed_in(app, cast.moderator)
    fields = Page(colleague.get(EDIT_CAMPAIGN).text).forms[0].fields
    assert send_form(owner, EDIT_CAMPAIGN, {"title": "First"}).status_code == 303
    answer = colleague.post(EDIT_CAMPAIGN, data={**fields, "title": "Second"})
    assert (answer.status_code, ">First</dd>" in answer.text) == (422, True)


@SQLITE
def test_campaign_is_edited_by_owners_alone(app: Flask, cast: Cast) -> None:
    """Colleague allowed, read-only refused, stranger 404, nobody to the door, no token 400, wrong method 405."""
    assert send_form(signed_in(app, cast.moderator), EDIT_CAMPAIGN, {"title": "By a colleague"}).status_code == 303
    for email, status in ((cast.viewer, 403), (cast.stranger, 404)):
        browser = signed_in(app, email)
        data = {"csrf_token": desk_token(browser), "title": "X"}
        statuses = (browser.get(EDIT_CAMPAIGN).status_code, browser.post(EDIT_CAMPAIGN, data=data).status_code)
        assert statuses == (status, status)
    assert app.test_client().get(EDIT_CAMPAIGN).status_code == 303
    owner = signed_in(app, cast.owner)
    assert owner.post(EDIT_CAMPAIGN, data={"title": "X"}).status_code == 400
    assert owner.delete(EDIT_CAMPAIGN).status_code == 405


def test_organizer_without_a_campaign_starts_one(app: Flask) -> None:
    """x-O17: the empty desk says the one next step; what comes of it is owned by who made it."""
    with app.app_context():
        make_organizer("new@example.org")
        db.session.commit()
    browser = signed_in(app, "new@example.org")
    empty = Page(browser.get("/desk").text)
    assert "No campaign yet" in empty.text
    assert "/desk/campaigns/new" in empty.links
    answer = send_form(browser, "/desk/campaigns/new", {"title": "Keep the park", "lead": "Park Friends"})
    first_letter = "/desk/campaigns/keep-the-park/letters/new"
    assert (answer.status_code, answer.headers["Location"]) == (303, first_letter)
    assert "Now write its first letter." in browser.get(first_letter).text
    with app.app_context():
        made = db.session.scalars(select(Campaign)).one()
        role = db.session.scalars(select(Membership.role)).one()
        assert (made.slug, made.title, made.lead, role) == ("keep-the-park", "Keep the park", "Park Friends", "owner")
    next_step = Page(browser.get("/desk").text)
    assert "No letter yet" in next_step.text
    assert "/desk/campaigns/keep-the-park/letters/new" in next_step.links


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": " ", "slug": "x"}, "Enter a title for the campaign."),
        ({"title": "Taken", "slug": "face-recognition"}, "This address is taken."),
        ({"title": "Odd", "slug": "Not a slug"}, "Use small letters, digits and single hyphens"),
        ({"title": "رسالة", "slug": ""}, "Use small letters, digits and single hyphens"),
        ({"title": "X", "slug": "x", "reply_to": "nobody"}, "Enter an email address with an @"),
        ({"title": "X", "slug": "x", "reply_to": "a@example.org, b@example.org"}, "Enter one email address only"),
    ],
)
def test_bad_campaign_keeps_what_was_typed(app: Flask, cast: Cast, data: dict[str, str], sentence: str) -> None:
    """x-S6 on the desk: 422, the sentence at its field, the rest untouched."""
    answer = send_form(signed_in(app, cast.owner), "/desk/campaigns/new", {**data, "summary": "About this."})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert sentence in page.text
    assert "<title>Error: " in answer.text
    assert page.forms[0].fields["summary"] == "About this."
    with app.app_context():
        assert db.session.query(Campaign).count() == 2


def test_new_letter_goes_on_to_its_text(app: Flask, cast: Cast) -> None:
    """A draft with its target, and the editor opens."""
    owner = signed_in(app, cast.owner)
    data = {"title": "Stop it now", "target": "Other Corporation", "kind": "public", "timezone": "Europe/Lisbon"}
    answer = send_form(owner, NEW_LETTER, data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/letters/stop-it-now/edit")
    assert owner.get(answer.headers["Location"]).status_code == 200
    assert owner.get("/letters/stop-it-now").status_code == 404
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == "stop-it-now")).one()
        assert (letter.state, letter.kind, letter.timezone, letter.language) == (
            "draft",
            "public",
            "Europe/Lisbon",
            "en",
        )
        assert (
            db.session.scalars(select(Target.slug).where(Target.name == "Other Corporation")).one()
            == "other-corporation"
        )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": "", "target": "X"}, "Enter a title for the letter."),
        ({"title": "X", "target": ""}, "Enter the company or body"),
        ({"title": "X", "target": "X", "slug": "stop"}, "There is already a letter with this address."),
        ({"title": "X", "target": "X", "language": "tlh-x"}, "This is not a language tag we know."),
        ({"title": "X", "target": "X", "timezone": "Mars/Olympus"}, "This is not a time zone we know."),
        ({"title": "X", "target": "X", "kind": "everybody"}, "Not a valid choice"),
        ({"title": "X", "target": "رسالة"}, "Use small letters, digits and single hyphens"),
    ],
)
def test_bad_letter_keeps_what_was_typed(app: Flask, cast: Cast, data: dict[str, str], sentence: str) -> None:
    """422 with what to do; nothing is made in part."""
    answer = send_form(signed_in(app, cast.owner), NEW_LETTER, data)
    page = Page(answer.text)
    assert (answer.status_code, sentence in page.text) == (422, True)
    assert page.forms[0].fields["title"] == data["title"]
    with app.app_context():
        assert db.session.query(Letter).count() == 2
        assert db.session.query(Target).count() == 1


def test_every_kind_is_offered(app: Flask, cast: Cast) -> None:
    """p-L1: also a letter by employees, which asks nobody for a name."""
    owner = signed_in(app, cast.owner)
    for address in (NEW_LETTER, "/desk/letters/stop/edit/settings"):
        offered = re.findall(
            r'<option (?:selected )?value="(coalition|public|academics|employees|investors)"', owner.get(address).text
        )
        assert sorted(offered) == ["academics", "coalition", "employees", "investors", "public"]


def test_new_letter_is_for_those_who_may(app: Flask, cast: Cast) -> None:
    """Colleague allowed, read-only refused, stranger 404, nobody to the door, no token 400, wrong method 405."""
    data = {"title": "By a colleague", "target": "Acme"}
    assert send_form(signed_in(app, cast.moderator), NEW_LETTER, data).status_code == 303
    for address, status in ((cast.viewer, 403), (cast.stranger, 404)):
        browser = signed_in(app, address)
        assert browser.get(NEW_LETTER).status_code == status
        assert browser.post(NEW_LETTER, data={**data, "csrf_token": desk_token(browser)}).status_code == status
    assert app.test_client().get(NEW_LETTER).status_code == 303
    owner = signed_in(app, cast.owner)
    assert owner.post(NEW_LETTER, data=data).status_code == 400
    assert owner.put(NEW_LETTER).status_code == 405


def test_desk_needs_somebody_signed_in(app: Flask) -> None:
    """The door, and back to the desk afterwards; nothing is stored."""
    answer = app.test_client().get("/desk")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/desk")
    assert answer.headers["Cache-Control"] == "no-store"


def test_hostile_titles_are_text(app: Flask) -> None:
    """T13: what organizers type is shown, never run."""
    with app.app_context():
        campaign = make_campaign("odd", title="<script>alert(1)</script>")
        make_letter("odd", "draft", campaign, title='"><img src=x onerror=alert(1)>')
        make_organizer("odd@example.org", campaign)
        db.session.commit()
    text = signed_in(app, "odd@example.org").get("/desk").text
    assert "<script>alert" not in text
    assert "<img" not in text
