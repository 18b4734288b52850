"""The press page: the sentence, the ask, a person, the method, numbers and files; and the same sentence everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.models import CertifiedTotal, Edition, Letter
from campaign.public.rules.press import dialled
from campaign.signing.operations.listing import recount_letter
from tests.factories import DAY, NOW, make_campaign, make_letter, make_signature
from tests.support.pages import Page
from tests.support.tables import counted

Publish = Callable[..., None]
PRESS = "/letters/stop/press"
CITED = "1 organization and 2 people, 18 June 2026, 10:00 PDT"
CONTACT = {
    "press_name": "Rosa Marín",
    "press_phone": "+44 (0)20 7946 0000",
    "press_email": "press@open-courts.example",
    "press_languages": "English, Spanish",
}


def signed_letter(**changes: Any) -> Letter:
    """A letter with an organization and two people, one of them private."""
    campaign = make_campaign("face-recognition", **CONTACT)
    letter = make_letter(timezone="America/Los_Angeles", campaign=campaign, **changes)
    make_signature(letter)
    make_signature(letter, "Hidden Hanna", is_private=True)
    make_signature(letter, "Open Rights", website="https://rights.example")
    return letter


def handed_over(letter: Letter, **changes: Any) -> None:
    """A delivered edition of the letter with two files."""
    counts = {"people": 152004, "private": 4, "organizations": 68, "employees": 0, "imported": 9, "total": 152072}
    values: dict[str, Any] = {
        "number": 2,
        "state": "delivered",
        "delivered_at": NOW,
        "files": [{"name": "letter.pdf", "size": 52_000, "sha256": "0" * 64}],
        **changes,
    }
    edition = Edition(
        letter_id=letter.id,
        version_id=letter.version_id or 0,
        counts=counts,
        created_at=NOW - DAY,
        frozen_at=NOW - DAY,
        **values,
    )
    db.session.add(edition)
    db.session.flush()


def certify(letter: Letter, **changes: Any) -> None:
    """A partner's certified number."""
    values: dict[str, Any] = {
        "organization": "Example Union",
        "number": 150_000,
        "qualifier": "more_than",
        "counted": "petition signatures",
        "certified_by": "Notary Example",
        "certified_on": date(2026, 6, 12),
        **changes,
    }
    db.session.add(CertifiedTotal(letter_id=letter.id, created_at=NOW, **values))
    db.session.flush()


def test_press_is_one_door(session: Any, client: FlaskClient, published: Publish) -> None:
    """x-O16: sentence, ask in two lines, person, five lines of method, numbers, files, dates, the way on."""
    letter = signed_letter()
    handed_over(letter)
    certify(letter)
    published(letter)
    answer = client.get(PRESS)
    page = Page(answer.text)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=30")
    assert "Set-Cookie" not in answer.headers
    assert f'data-copy="{CITED}"' in answer.text
    assert "Of Acme Corporation : Stop selling face recognition to governments." in page.text
    assert "Person Rosa Marín For Open Courts Telephone +44 (0)20 7946 0000" in page.text
    assert "Mail press@open-courts.example Languages English, Spanish" in page.text
    assert {"tel:+442079460000", "mailto:press%40open-courts.example"} <= set(page.links)
    assert answer.text.count("<li>", answer.text.index('class="steps"'), answer.text.index('id="numbers"')) == 5
    assert "Organizations 1 People 2 of these, people who keep their name private 1 Total 3" in page.text
    assert "Opened for signing 17 June 2026, 10:00 PDT Edition 2 delivered 18 June 2026, 10:00 PDT" in page.text
    assert {"/letters/stop/timeline", "/letters/stop/method", "/letters/stop/names"} <= set(page.links)
    assert "Hidden Hanna" not in answer.text


def test_press_cites_a_delivered_edition_apart(session: Any, client: FlaskClient, published: Publish) -> None:
    """p-D8: the live list and each delivered edition have a sentence of their own; one not handed over has none."""
    letter = signed_letter()
    handed_over(letter)
    handed_over(letter, number=3, state="frozen", delivered_at=None)
    published(letter)
    text = Page(client.get(PRESS).text).text
    assert "68 organizations and 152,004 people, second edition, 17 June 2026, 10:00 PDT" in text
    assert "third edition" not in text


def test_certified_totals_stand_in_no_total(session: Any, client: FlaskClient, published: Publish) -> None:
    """p-D8: a partner's number says who certified it and when, may overlap, and is never added up."""
    letter = signed_letter()
    certify(letter)
    certify(letter, organization="Ten Friends", number=10, qualifier="exactly", counted="", source="friends.example")
    published(letter)
    text = Page(client.get(PRESS).text).text
    assert (
        "more than 150,000 petition signatures Example Union · certified by Notary Example on 12 June 2026 "
        "10 signatures Ten Friends · certified by Notary Example on 12 June 2026 · friends.example "
        "Counted by others and not by us: may overlap with the numbers above, and stands in no total."
    ) in text
    assert "Total 3" in text


def test_press_without_a_person_or_a_delivery_says_so(session: Any, client: FlaskClient, published: Publish) -> None:
    letter = make_letter(accepts_organizations=False, mode="review_first")
    published(letter)
    text = Page(client.get(PRESS).text).text
    assert "The organizers have not named anybody yet." in text
    assert "Nothing was handed over yet" in text
    assert "Only people sign this letter" in text
    assert "The organizers look at every signature before it is shown and counted." in text
    assert "no signatures, 18 June 2026, 17:00 UTC" in text
    assert "Certified by partners" not in text


def test_every_page_of_a_letter_leads_to_the_press(session: Any, client: FlaskClient, published: Publish) -> None:
    """x-O16: from the first hour on, when nobody has signed yet; a withdrawn letter has no press page to lead to."""
    published(make_letter(), make_letter("over", "withdrawn"))
    for path in ("/letters/stop", "/letters/stop/names", "/letters/stop/sign"):
        assert PRESS in Page(client.get(path).text).links, path
    assert "/letters/over/press" not in Page(client.get("/letters/over").text).links


def test_press_offers_the_files_of_the_latest_edition(session: Any, client: FlaskClient, published: Publish) -> None:
    """p-D8: each file that was built, at its fixed address, where the site serves them."""
    letter = signed_letter()
    handed_over(letter)
    published(letter)
    page = Page(client.get(PRESS).text)
    assert "/letters/stop/editions/2/letter.pdf" in page.links
    assert "letter.pdf 52.0 kB" in page.text


@pytest.mark.parametrize(
    ("state", "status"), [("draft", 404), ("scheduled", 404), ("removed", 410), ("withdrawn", 200)]
)
def test_press_follows_the_state(session: Any, client: FlaskClient, state: str, status: int) -> None:
    """L2: nothing leaks before opening, nothing is left after."""
    make_letter(state=state, campaign=make_campaign("quiet", **CONTACT))
    db.session.commit()
    answer = client.get(PRESS)
    assert answer.status_code == status
    assert "Rosa" not in answer.text


def test_press_takes_no_other_method(session: Any, client: FlaskClient, published: Publish) -> None:
    published(signed_letter())
    assert client.post(PRESS).status_code == 405
    assert client.get("/letters/nothing/press").status_code == 404


def test_press_asks_few_queries(app: Flask, session: Any, client: FlaskClient, published: Publish) -> None:
    """R7: the letter, its editions, the certified totals, whom it asks; however many signed."""
    letter = signed_letter()
    for number in range(30):
        make_signature(letter, f"Signatory {number}")
    published(letter)
    with counted(app) as sent:
        assert client.get(PRESS).status_code == 200
    assert len(sent) == 4


def test_press_is_kept_until_something_changes(session: Any, client: FlaskClient, published: Publish) -> None:
    """B4: the same ETag for the same page, another one once a number was certified."""
    letter = signed_letter()
    published(letter)
    tag = client.get(PRESS).headers["ETag"]
    assert client.get(PRESS, headers={"If-None-Match": tag}).status_code == 304
    certify(letter)
    db.session.commit()
    assert client.get(PRESS, headers={"If-None-Match": tag}).status_code == 200


def test_reconstruction_has_its_banner_and_is_not_indexed(
    session: Any, client: FlaskClient, published: Publish
) -> None:
    """p-D8: every page of a reconstruction says `noindex`, in the page or, for a file, in the header."""
    published(signed_letter(is_reconstruction=True, notice="Retold from public sources."))
    press = client.get(PRESS)
    assert "Retold from public sources." in press.text
    for path in ("", "/names", "/timeline", "/method", "/press", "/sign"):
        assert '<meta name="robots" content="noindex">' in client.get(f"/letters/stop{path}").text, path
    for path in (".json", "/names.json", "/names.csv", "/press"):
        assert client.get(f"/letters/stop{path}").headers["X-Robots-Tag"] == "noindex", path
    assert client.get("/campaigns/face-recognition").text.count('content="noindex"') == 1
    assert client.get("/companies/acme").text.count('content="noindex"') == 1


def test_other_letters_are_indexed(session: Any, client: FlaskClient, published: Publish) -> None:
    """The same pages of a letter that is none, and lists in which it is not alone."""
    published(signed_letter(), make_letter("other", is_reconstruction=True))
    for path in ("/letters/stop", "/letters/stop/names", PRESS, "/letters/stop.json", "/companies/acme"):
        answer = client.get(path)
        assert "noindex" not in answer.text, path
        assert "X-Robots-Tag" not in answer.headers, path


@pytest.mark.parametrize(
    ("typed", "dialling"),
    [
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("(020) 7946 0000", "02079460000"),
        ("+351 21-000-00", "+3512100000"),
        ("ask the desk", ""),
        ("", ""),
    ],
)
def test_telephone_numbers_are_dialled(typed: str, dialling: str) -> None:
    assert dialled(typed) == dialling


def test_recount_changes_the_sentence_everywhere(session: Any, client: FlaskClient, published: Publish) -> None:
    """p-D8: letter, names, JSON and press give the same string, before a first count too."""
    letter = signed_letter()
    db.session.commit()
    told = client.get("/letters/stop.json").json["citation"]
    assert told == "no signatures, 16 June 2026, 10:00 PDT"
    assert told in client.get(PRESS).text
    recount_letter(letter.id, NOW)
    db.session.commit()
    assert client.get("/letters/stop.json").json["citation"] == CITED
    for path in ("/letters/stop", "/letters/stop/names", "/letters/stop/names?kind=organization", PRESS):
        assert CITED in Page(client.get(path).text).text, path
