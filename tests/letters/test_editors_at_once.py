"""Two colleagues at one letter: whoever saves second is shown what the first one saved, and keeps their own words."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.letters import queries
from campaign.models import Letter
from tests.support.cast import Cast, signed_in
from tests.support.pages import Form, Page

EDIT = "/desk/letters/draft/edit"
TOO_LATE = "Somebody saved this page after you opened it."


def letter() -> Letter:
    """The draft as it is stored."""
    found = queries.letter_by_slug("draft")
    assert found is not None
    return found


def form_with(page: str, name: str) -> Form:
    """The form of a page that has this field."""
    return next(form for form in Page(page).forms if name in form.fields)


@pytest.mark.parametrize(
    ("path", "field", "first", "second"),
    [
        ("", "body", "The words of the first.", "The words of the second."),
        ("", "demands", "Stop.", "Stop now."),
        ("", "note", "First note.", "Second note."),
        ("/people", "addressee-0-title", "Chair", "President"),
        ("/evidence", "document-0-title", "Mails", "Letters"),
        ("/timeline", "event-0-actor", "The city", "The council"),
        ("/settings", "notice", "First notice.", "Second notice."),
    ],
)
def test_second_to_save_sees_both(draft: Flask, cast: Cast, path: str, field: str, first: str, second: str) -> None:
    """Never a silent overwrite: 422 with what is saved beside what was typed; the next press replaces it knowingly."""
    more = {"event-0-happened": "2018", "event-0-precision": "year", "event-0-text": "X"} if "event" in field else {}
    owner, colleague = signed_in(draft, cast.owner), signed_in(draft, cast.moderator)
    forms = [form_with(client.get(EDIT + path).text, field) for client in (owner, colleague)]

    def save(client: FlaskClient, form: Form, words: str) -> tuple[int, str]:
        answer = client.post(form.action, data={**form.fields, **more, field: words, "action": "save"})
        return answer.status_code, answer.text

    assert save(owner, forms[0], first)[0] == 303
    status, page = save(colleague, forms[1], second)
    assert (status, TOO_LATE in Page(page).text) == (422, True)
    assert f">{first}</dd>" in page
    again = form_with(page, field)
    assert again.fields[field] == second
    assert form_with(owner.get(EDIT + path).text, field).fields[field] == first
    assert save(colleague, again, second)[0] == 303
    assert form_with(owner.get(EDIT + path).text, field).fields[field] == second


def test_other_parts_do_not_stand_in_the_way(draft: Flask, cast: Cast) -> None:
    """Whoever saves the timeline does not stop a colleague at the text; the same words twice are no clash."""
    owner, colleague = signed_in(draft, cast.owner), signed_in(draft, cast.moderator)
    mine = form_with(owner.get(EDIT).text, "body")
    theirs = form_with(colleague.get(f"{EDIT}/evidence").text, "document-0-title")
    data = {**theirs.fields, "document-0-title": "Mails", "action": "save"}
    assert colleague.post(f"{EDIT}/evidence", data=data).status_code == 303
    for _twice in range(2):
        assert owner.post(EDIT, data={**mine.fields, "body": "New.", "action": "save"}).status_code == 303
    with draft.app_context():
        assert queries.version_of(letter()).body == "New."


def test_choices_are_told_in_words(draft: Flask, cast: Cast) -> None:
    """House 7: what was chosen is never shown raw."""
    owner, colleague = signed_in(draft, cast.owner), signed_in(draft, cast.moderator)
    forms = [form_with(client.get(f"{EDIT}/settings").text, "kind") for client in (owner, colleague)]
    chosen = {**forms[0].fields, "kind": "academics", "asks_country": "y"}
    assert owner.post(f"{EDIT}/settings", data=chosen).status_code == 303
    page = colleague.post(f"{EDIT}/settings", data={**forms[1].fields, "notice": "X"}).text
    told = Page(page).text.partition("What is saved now")[2].partition("Who signs")[0]
    assert "Signed by Letter by researchers" in told
    assert "Country yes" in told
