"""The public page of a delivery: every number by itself, and nothing before its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign import storage
from campaign.delivery.operations import Answer, Certificate, certify, keep_proof, record_response
from campaign.letters.operations import remove_letter, withdraw_letter
from campaign.models import Campaign, Letter, Target
from tests.factories import DAY, NOW, make_campaign, make_delivery, make_edition, make_letter
from tests.public.test_views_letters import text_of
from tests.support.tables import counted

URL = "/campaigns/face/deliveries/1"


def handed(state: str = "open", **changes: Any) -> Any:
    """A delivery of two letters with different lists, with everything that can be said."""
    campaign = make_campaign("face")
    letters = [make_letter(slug, state, campaign=campaign, title=f"Letter {slug}") for slug in ("bodies", "people")]
    editions = [
        make_edition(letters[0], counts={"organizations": 41, "people": 0}),
        make_edition(letters[1], 2, counts={"organizations": 0, "people": 152004, "private": 4}),
    ]
    said = {"received_by": "Front desk", "reference": "R-17", "note": "Please read.", "answer_due_on": NOW.date()}
    return make_delivery(campaign, *editions, **{**said, **changes}), letters


def test_page_tells_everything_and_adds_nothing(session: Any, client: FlaskClient) -> None:
    """p-D5: exact counts per letter and kind; the certified number apart; when, where, by whom, to whom, reference."""
    _row, letters = handed()
    number = Certificate(
        organization="Demand It",
        number=150000,
        qualifier="more_than",
        counted="signatures",
        certified_by="Rosa",
        certified_on=NOW.date(),
    )
    certify(letters[1], number, by_id=None, now=NOW)
    text = text_of(client, URL)
    for words in (
        "Delivered to Acme Corporation",
        "To Jeffrey P. Bezos, Chief Executive Acme Corporation",
        "When 17 June 2026, 17:00 UTC",
        "How Handed over in person",
        "Place Acme Plaza",
        "Handed over by Rosa Marín",
        "Received by Front desk",
        "Reference R-17",
        "Answer expected by 18 June 2026",
        "Please read.",
        "41 organizations",
        "152,004 people, 4 of them not named",
        "They are never added up",
        "more than 150,000 signatures Demand It · certified by Rosa on 18 June 2026",
        "may overlap with the numbers above",
        "1 day without a reply to the signatories",
        "1. Stop selling face recognition to governments. Silent",
    ):
        assert words in text
    assert "152,045" not in text
    assert "302,004" not in text


def test_page_is_cached_and_costs_the_same_for_any_list(app: Flask, session: Any, client: FlaskClient) -> None:
    """R7, B4: campaign, delivery, editions, four for outcomes, one a letter for its addressees; no cookie."""
    handed()
    session.commit()
    with counted(app) as sent:
        answer = client.get(URL)
    assert len(sent) == 9
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("public, max-age=30", False)
    assert client.get(URL, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.post(URL).status_code == 405


def test_nothing_is_known_before(session: Any, client: FlaskClient) -> None:
    """L2, p-D1: a delivery being prepared, one of letters that never opened, and one of removed letters are 404."""
    campaign = make_campaign("face")
    letter = make_letter(campaign=campaign, title="Secret title")
    make_delivery(campaign, make_edition(letter), is_done=False)
    assert "Secret title" not in client.get(URL).text
    assert client.get(URL).status_code == 404
    hidden = make_letter("hidden", "draft", campaign=campaign, title="Hidden title")
    make_delivery(campaign, make_edition(hidden))
    assert client.get("/campaigns/face/deliveries/2").status_code == 404
    make_delivery(campaign, make_edition(letter, 2), make_edition(hidden, 2))
    page = client.get("/campaigns/face/deliveries/3")
    assert page.status_code == 200
    assert "Hidden title" not in page.text
    remove_letter(letter, "A court said so.", by_id=None, now=NOW)
    assert client.get("/campaigns/face/deliveries/3").status_code == 404
    assert client.get("/campaigns/elsewhere/deliveries/1").status_code == 404


def test_proof_is_a_file_to_keep(session: Any, client: FlaskClient) -> None:
    """T13: its name and hash on the page, its bytes as a download only."""
    row, _letters = handed()
    assert client.get(f"{URL}/proof").status_code == 404
    upload = storage.keep_upload(b"%PDF-1.7 stamped")
    keep_proof(row, upload, "stamped.pdf", by_id=None, now=NOW)
    assert f"stamped.pdf SHA-256 {upload.sha256}" in text_of(client, URL)
    answer = client.get(f"{URL}/proof")
    assert (answer.data, answer.mimetype) == (b"%PDF-1.7 stamped", "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=stamped.pdf"


@pytest.mark.parametrize("url", ["/letters/bodies/timeline", "/campaigns/face", "/companies/acme", "/letters/bodies"])
def test_deliveries_stand_on_every_timeline(session: Any, client: FlaskClient, url: str) -> None:
    """p-D5: letter, campaign and company tell it, with the way to its record, and the clock runs."""
    handed()
    page = client.get(url).text
    assert 'href="/campaigns/face/deliveries/1"' in page
    assert "1 day without a reply to the signatories" in text_of(client, url)


def test_json_counts_the_days_of_silence(session: Any, client: FlaskClient, frozen: Any) -> None:
    """p-D6: null before a delivery, then whole days, without anybody touching the letter."""
    make_letter("quiet")
    handed()
    assert client.get("/letters/quiet.json").json["days_without_response"] is None  # type: ignore[index]
    assert client.get("/letters/bodies.json").json["days_without_response"] == 1  # type: ignore[index]
    etag = client.get("/letters/bodies.json").headers["ETag"]
    frozen.move_to(NOW + 9 * DAY + timedelta(hours=1))
    answer = client.get("/letters/bodies.json", headers={"If-None-Match": etag})
    assert answer.json["days_without_response"] == 10  # type: ignore[index]


def test_home_names_companies_that_owe_an_answer(app: Flask, session: Any, client: FlaskClient, frozen: Any) -> None:
    """p-D6: the longest silence first; who answered the signatories is not named; the queries do not grow."""
    assert "owe an answer" not in text_of(client, "/")
    handed()
    session.commit()
    frozen.move_to(NOW + 3 * DAY)
    with counted(app) as sent:
        text = text_of(client, "/")
    assert "Companies that owe an answer Acme Corporation Delivered on 17 June 2026. 4 days without a reply" in text
    assert len(sent) == 9
    letters = list(session.scalars(select(Letter).order_by(Letter.id)))
    campaign = session.scalars(select(Campaign)).one()
    target_id = session.scalars(select(Target.id)).one()
    said = Answer(target_id=target_id, happened="2026-06-18", text="Yes.", kind="answer")
    about = {(letter.id, 0): None for letter in letters}
    record_response(campaign, said, about, by_id=None, now=NOW)
    session.commit()
    assert "owe an answer" not in text_of(client, "/")


def test_delivery_of_a_withdrawn_letter_is_not_told(session: Any, client: FlaskClient) -> None:
    """L2: a withdrawn letter says its reason alone; what is told of others stands, unindexed of a reconstruction."""
    campaign = make_campaign("face")
    letters = [make_letter(slug, campaign=campaign, title=f"The {slug} title", is_reconstruction=True) for slug in "ab"]
    make_delivery(campaign, *(make_edition(letter) for letter in letters))
    withdraw_letter(letters[0], "It is settled.", by_id=None, now=NOW)
    page = client.get(URL)
    assert ("The a title" in page.text, "The b title" in page.text) == (False, True)
    assert page.headers["X-Robots-Tag"] == "noindex"
    withdraw_letter(letters[1], "It is settled.", by_id=None, now=NOW)
    assert client.get(URL).status_code == 404
