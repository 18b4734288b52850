"""What the letter page says around its text: to whom, where it stands, who signed and who is only counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from campaign.lib import markup
from campaign.models import Addressee, Endorsement, Evidence, InitialSignatory, TimelineEntry, Version
from campaign.signing.views.letter import with_links
from tests.factories import DAY, NOW, make_campaign, make_letter, make_signature
from tests.support.pages import Page

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]


def text_of(client: FlaskClient, path: str = "/letters/stop") -> str:
    """The words of a page."""
    return Page(client.get(path).text).text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_gets_a_copy_is_not_the_addressee(client: FlaskClient, session: Session) -> None:
    """L4: the company stands under "To" with whom the letter is addressed to; a copy has its own line."""
    letter = make_letter(campaign=make_campaign(lead=""))
    session.add(Addressee(letter_id=letter.id, position=2, name="Ruth Halvorsen", title="Chair", is_copy=True))
    head = text_of(client)
    facts = "To Jeffrey P. Bezos, Chief Executive Acme Corporation Copy to Ruth Halvorsen, Chair Status Open"
    assert facts in head


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        ("open", {}, "Open"),
        ("open", {"closes_at": NOW + 30 * DAY}, "Open until 18 July 2026"),
        ("paused", {}, "Paused since 17 June 2026"),
        ("closed", {}, "Closed on 17 June 2026"),
        ("archived", {}, "Archived, closed on 17 June 2026"),
    ],
)
def test_status_says_state_and_day(
    client: FlaskClient, session: Session, state: str, changes: dict[str, Any], said: str
) -> None:
    """x-V4: To, From, Status."""
    make_letter(state=state, **changes)
    assert f"From Open Courts Status {said} Dear Mr. Bezos," in text_of(client)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_status_tells_the_last_delivery(client: FlaskClient, session: Session) -> None:
    """x-V4: what was handed over, not what is planned."""
    letter = make_letter()
    for day in (date(2018, 6, 18), date(2018, 8, 31), date(2030, 1, 1)):
        row = {"sort_on": day, "happened": day.isoformat(), "kind": "delivered", "text": "Handed over."}
        session.add(TimelineEntry(letter_id=letter.id, **row))
    assert "Status Open Delivered 31 August 2018 Dear Mr. Bezos," in text_of(client)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pause_stands_in_the_progress(client: FlaskClient, session: Session) -> None:
    """What happened to a letter is told while it lasts."""
    make_letter(state="paused", opened_at=NOW - 3 * DAY)
    text = text_of(client)
    assert "17 June 2026 Signing paused. 15 June 2026 Opened for signing." in text
    assert "17 June 2026 Signing paused. 15 June 2026 Opened for signing." in text_of(client, "/letters/stop/timeline")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_footnotes_stand_above_the_signature_and_lead_to_the_evidence(client: FlaskClient, session: Session) -> None:
    """x-V4, L5: closing, notes, "Signed,", who signed first; a footnote leads to its document."""
    letter = make_letter()
    body = "They sold it.[^1]\n\n[^1]: Evidence 1, page 4; Evidence 2."
    session.get(Version, letter.version_id).body_html = markup.to_html(markup.parse(body, "en"))
    session.add(InitialSignatory(letter_id=letter.id, position=1, name="Corin Penhallow"))
    session.add(Evidence(letter_id=letter.id, number=1, title="Records"))
    page = client.get("/letters/stop").text
    text = Page(page).text
    places = [text.index(words) for words in ("We look forward", "Evidence 1 , page 4", "Signed,", "Corin Penhallow")]
    assert places == sorted(places)
    assert re.findall(r'<a href="#evidence-(\d)">Evidence \d</a>', page) == ["1"]
    assert 'id="evidence-1"' in page


def test_links_in_footnotes_stay_as_they_are() -> None:
    """A word inside a link or inside a tag is left alone."""
    notes = '<p title="Evidence 1"><a href="/x">see Evidence 1</a>, evidence 1, Evidence 12, Evidence 3</p>'
    assert with_links(notes, [1, 12]) == (
        '<p title="Evidence 1"><a href="/x">see Evidence 1</a>, <a href="#evidence-1">evidence 1</a>, '
        '<a href="#evidence-12">Evidence 12</a>, Evidence 3</p>'
    )


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_private_people_are_some_of_the_people(client: FlaskClient, session: Session, mails: Mails) -> None:
    """W1: the sentence under the number speaks of the people in it, on the letter and on the names page."""
    letter = make_letter()
    for number in range(3):
        make_signature(letter, f"Person {number}", is_private=number > 0)
    mails()
    for path in ("/letters/stop", "/letters/stop/names"):
        assert "2 of them keep their name private. Titles and affiliations are for identification only." in text_of(
            client, path
        )


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_identification_is_said_only_where_people_are_named(
    client: FlaskClient, session: Session, mails: Mails
) -> None:
    """W5: a list of organizations without people names nobody's title."""
    letter = make_letter()
    row = make_signature(letter, "Open Rights", website="https://example.org")
    mails()
    paths = ("/letters/stop", "/letters/stop/names?kind=organization")
    assert ["Titles and affiliations" in text_of(client, path) for path in paths] == [False, False]
    session.get(Endorsement, row.id).show_representative = True
    client.application.extensions.pop("undersigned_pages")
    assert "Titles and affiliations are for identification only." in text_of(client, paths[1])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_imported_ones_alone_are_not_hidden(client: FlaskClient, session: Session, mails: Mails) -> None:
    """W1: collected elsewhere, in no total, with a way to their names; who signs here is still the first here."""
    letter = make_letter()
    for name in ("Paper One", "Paper Two"):
        make_signature(letter, name, kind="imported")
    mails()
    page = Page(client.get("/letters/stop").text)
    assert "Be the first Nobody has signed here yet." in page.text
    assert "2 signatures collected elsewhere See all names" in page.text
    assert "/letters/stop/names?kind=imported" in page.links
    assert "Nobody has signed yet." not in page.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("number", "is_large"), [(12, True), (13, False)])
def test_few_organizations_stand_large(
    client: FlaskClient, session: Session, mails: Mails, number: int, is_large: bool
) -> None:
    """W2: up to 12 in one column."""
    letter = make_letter()
    for place in range(number):
        make_signature(letter, f"Organization {place}", website=f"https://body{place}.org")
    mails()
    assert ('class="names names--organizations names--few"' in client.get("/letters/stop").text) is is_large


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_nobody_is_named_as_lead_where_there_is_none(client: FlaskClient, session: Session) -> None:
    """A campaign without a lead organization is not called the organizer of its own letter."""
    make_letter(campaign=make_campaign(lead="", title="Face recognition 2018"))
    make_letter("other")
    assert "Organized by" not in text_of(client)
    assert "From" not in text_of(client)
    assert "Organized by Open Courts" in text_of(client, "/letters/other")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_brand_is_the_same_on_every_page_of_a_letter(client: FlaskClient, session: Session) -> None:
    """The top bar names who sends the letter, and leads to it."""
    make_letter(closes_at=NOW + timedelta(days=9))
    brands = {
        re.findall(r'<a class="brand" href="([^"]*)"[^>]*>([^<]*)</a>', client.get(f"/letters/stop{path}").text)[0]
        for path in ("", "/sign", "/sign/organization", "/names", "/timeline", "/method")
    }
    assert brands == {("/letters/stop", "Open Courts")}
