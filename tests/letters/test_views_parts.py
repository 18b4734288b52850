"""The editor of what stands around the words: people, evidence, timeline and settings."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.extensions import db
from campaign.letters import queries
from campaign.models import Letter, LogEntry
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page, send_form

EDIT = "/desk/letters/draft/edit"
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def letter() -> Letter:
    """The draft as it is stored."""
    found = queries.letter_by_slug("draft")
    assert found is not None
    return found


def test_people_are_written_in_rows(draft: Flask, cast: Cast) -> None:
    """Targets, addressees and first signatories; empty rows are none, an emptied row goes."""
    owner = signed_in(draft, cast.owner)
    data = {
        "target-1-name": "Other Corporation",
        "target-1-website": "https://other.example/",
        "addressee-0-name": "",
        "addressee-0-title": "",
        "addressee-1-name": "Pat Example",
        "addressee-1-postal": "1 Street\r\nTown",
        "signatory-0-name": "Ada Lovelace",
    }
    assert send_form(owner, f"{EDIT}/people", data, "action=save").status_code == 303
    with draft.app_context():
        found = letter().id
        assert [(row.name, row.website) for row in queries.targets_of(found)] == [
            ("Acme Corporation", ""),
            ("Other Corporation", "https://other.example/"),
        ]
        assert [(row.position, row.name, row.postal) for row in queries.addressees_of(found)] == [
            (1, "Pat Example", "1 Street\nTown")
        ]
        assert [row.name for row in queries.initial_signatories_of(found)] == ["Ada Lovelace"]


def test_company_is_renamed_or_the_reason_is_said(draft: Flask, cast: Cast) -> None:
    """Never "Saved." over what was dropped: a company of one letter changes, one of several is refused, all kept."""
    owner = signed_in(draft, cast.owner)
    data = {"target-0-name": "Acme Holding", "target-0-website": "https://holding.example/"}
    answer = send_form(owner, f"{EDIT}/people", data, "action=save")
    fields = Page(answer.text).forms[0].fields
    assert (answer.status_code, {name: fields[name] for name in data}) == (422, data)
    assert "Another letter asks “Acme Corporation” too" in Page(answer.text).text
    own = {**data, "target-0-slug": "acme-holding"}
    assert send_form(owner, f"{EDIT}/people", own, "action=save").status_code == 303
    renamed = {"target-0-name": "Acme Group"}
    assert send_form(owner, f"{EDIT}/people", renamed, "action=save").status_code == 303
    with draft.app_context():
        found = [(row.slug, row.name, row.website) for row in queries.targets_of(letter().id)]
        assert found == [("acme-holding", "Acme Group", "https://holding.example/")]


def test_people_of_a_signed_letter_are_read_only(app: Flask, cast: Cast) -> None:
    """To whom a letter goes is part of what people signed."""
    owner = signed_in(app, cast.owner)
    page = Page(owner.get("/desk/letters/stop/edit/people").text)
    assert "These are fixed." in page.text
    assert "Jeffrey P. Bezos, Chief Executive" in page.text
    forced = {"target-0-name": "Another", "csrf_token": desk_token(owner)}
    assert owner.post("/desk/letters/stop/edit/people", data=forced).status_code == 422


def test_evidence_and_timeline_are_written_in_rows(draft: Flask, cast: Cast) -> None:
    """Numbered in their order, put in order by their time; an empty order day is the last day of the time."""
    owner = signed_in(draft, cast.owner)
    documents = {"document-0-title": "Mails", "document-1-title": "Page", "document-1-url": "https://example.org/p"}
    assert send_form(owner, f"{EDIT}/evidence", documents, "action=save").status_code == 303
    events = {
        "event-0-happened": "2018-05",
        "event-0-precision": "month",
        "event-0-text": "It went on.",
        "event-1-happened": "2018-05-22",
        "event-1-text": "It began.",
    }
    assert send_form(owner, f"{EDIT}/timeline", events, "action=save").status_code == 303
    removed = {"document-0-title": "", "document-1-obtained_on": "2018-05-22"}
    assert send_form(owner, f"{EDIT}/evidence", removed, "action=save").status_code == 303
    with draft.app_context():
        found = letter().id
        documents_now = [(row.number, row.title, row.obtained_on) for row in queries.evidence_of(found)]
        assert documents_now == [(1, "Page", date(2018, 5, 22))]
        assert [(row.text, row.sort_on) for row in queries.timeline_of(found)] == [
            ("It began.", date(2018, 5, 22)),
            ("It went on.", date(2018, 5, 31)),
        ]


@pytest.mark.parametrize(
    ("part", "data", "sentence"),
    [
        ("people", {"target-1-website": "https://x.example"}, "Enter the name of the company or body."),
        ("people", {"target-1-name": "X", "target-1-website": "javascript:x"}, "Write a full web address"),
        ("people", {"addressee-1-title": "Director"}, "Enter the name of the person or office."),
        ("evidence", {"document-0-source": "Us"}, "Enter the title of the document."),
        ("evidence", {"document-0-title": "X", "document-0-obtained_on": "May"}, "Write a day as 2026-05-22"),
        ("timeline", {"event-0-text": "X"}, "Enter when it happened."),
        ("timeline", {"event-0-text": "X", "event-0-happened": "soon"}, "Write a day as 2018-05-22"),
    ],
)
def test_bad_rows_keep_what_was_typed(draft: Flask, cast: Cast, part: str, data: dict[str, str], sentence: str) -> None:
    """422, the sentence at its field and in the summary, everything typed still there, nothing written."""
    answer = send_form(signed_in(draft, cast.owner), f"{EDIT}/{part}", data, "action=save")
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.text.count(sentence) >= 2
    assert {name: page.forms[0].fields[name] for name in data} == data
    with draft.app_context():
        assert db.session.scalar(select(func.count()).select_from(LogEntry)) == 0


def test_more_rows_are_added_without_saving(draft: Flask, cast: Cast) -> None:
    """Without a script: what was typed stays, empty rows follow, nothing is written."""
    owner = signed_in(draft, cast.owner)
    answer = send_form(owner, f"{EDIT}/evidence", {"document-1-title": "Half a row"}, "action=more-document")
    fields = Page(answer.text).forms[0].fields
    titles = {name: value for name, value in fields.items() if name.endswith("-title")}
    assert answer.status_code == 200
    assert titles == {
        "document-0-title": "",
        "document-1-title": "Half a row",
        "document-2-title": "",
        "document-3-title": "",
    }
    with draft.app_context():
        assert queries.evidence_of(letter().id) == []


@SQLITE
@pytest.mark.parametrize("part", ["people", "evidence", "timeline"])
def test_enter_saves(draft: Flask, cast: Cast, part: str) -> None:
    """Enter in a field presses the first button of the form: it saves, and never adds rows in its place."""
    page = signed_in(draft, cast.owner).get(f"{EDIT}/{part}").text.partition('class="form rows-form"')[2]
    values = re.findall(r'<button [^>]*name="action" value="([\w-]+)"', page)
    assert (values[0], values[-1]) == ("save", "save")
    assert {value.partition("-")[0] for value in values[1:-1]} == {"more"}


@SQLITE
@pytest.mark.parametrize(
    "data",
    [
        {"document-999-title": "X"},
        {"document-0-was": "7", "document-0-title": "X"},
        {"document-0-was": "١", "document-0-title": "X"},
        {"document-0-was": "9" * 40, "document-0-title": "X"},
        {"action": "more-nothing"},
        {"document--1-title": "X"},
    ],
)
def test_forged_rows_never_crash(draft: Flask, cast: Cast, data: dict[str, str]) -> None:
    """T17, T18: a number that nobody was given is refused or ignored, in a page."""
    owner = signed_in(draft, cast.owner)
    answer = owner.post(f"{EDIT}/evidence", data={"csrf_token": desk_token(owner), **data})
    assert answer.status_code in (200, 303, 422)
    assert answer.text.count('name="document-') <= 200 * 6


def test_settings_are_saved_in_the_zone(draft: Flask, cast: Cast) -> None:
    """Times are typed on the clocks of the letter's zone, stored in UTC, and shown as typed."""
    owner = signed_in(draft, cast.owner)
    data = {
        "kind": "academics",
        "mode": "review_first",
        "timezone": "Europe/Lisbon",
        "language": "pt-BR",
        "opens_at": "2030-07-01T09:00",
        "closes_at": "2030-08-01T18:30",
        "watched": "Zoë Ángel\r\n\r\nAda B",
        "notice": "A notice.",
        "asks_country": "y",
    }
    page = Page(owner.get(f"{EDIT}/settings").text).forms[0]
    answer = owner.post(page.action, data={**page.fields, **data})
    assert answer.status_code == 303
    with draft.app_context():
        found = letter()
        assert (found.opens_at, found.closes_at) == (
            datetime(2030, 7, 1, 8, 0, tzinfo=UTC),
            datetime(2030, 8, 1, 17, 30, tzinfo=UTC),
        )
        assert (found.kind, found.mode, found.language, found.asks_country) == (
            "academics",
            "review_first",
            "pt-BR",
            True,
        )
        assert [row.name for row in queries.watched_names_of(found.id)] == ["Zoë Ángel", "Ada B"]
    again = Page(owner.get(f"{EDIT}/settings").text).forms[0].fields
    assert (again["opens_at"], again["closes_at"]) == ("2030-07-01T09:00", "2030-08-01T18:30")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"timezone": "Mars/Olympus"}, "This is not a time zone we know."),
        ({"language": "xx"}, "This is not a language tag we know."),
        ({"opens_at": "2030-07-02T09:00", "closes_at": "2030-07-01T09:00"}, "The letter would close before it opens."),
        ({"opens_at": "soon"}, "Write a day and a time as"),
        ({"kind": "everybody"}, "Not a valid choice"),
    ],
)
def test_bad_settings_keep_what_was_typed(draft: Flask, cast: Cast, changes: dict[str, str], sentence: str) -> None:
    """422 with what to do, and nothing saved."""
    answer = send_form(signed_in(draft, cast.owner), f"{EDIT}/settings", {"notice": "Typed.", **changes})
    page = Page(answer.text)
    assert (answer.status_code, sentence in page.text) == (422, True)
    assert page.forms[0].fields["notice"] == "Typed."
    with draft.app_context():
        assert (letter().notice, letter().timezone) == ("", "UTC")


def test_nobody_may_sign_is_refused(draft: Flask, cast: Cast) -> None:
    """A letter takes people, organizations, or both."""
    owner = signed_in(draft, cast.owner)
    fields = Page(owner.get(f"{EDIT}/settings").text).forms[0].fields
    kept = {name: value for name, value in fields.items() if name not in ("accepts_people", "accepts_organizations")}
    answer = owner.post(f"{EDIT}/settings", data=kept)
    assert (answer.status_code, "Choose who may sign" in answer.text) == (422, True)
