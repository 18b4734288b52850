"""The handover of 18 June 2018, built by commands from the example's files."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from campaign.extensions import db
from campaign.models import Response
from config import ROOT
from tests.support.pages import Page
from tests.support.runs import run

EXAMPLES = ROOT / "examples"
FOLDERS = {key: f"rekognition-2018{key}" for key in ("", "-public", "-investors")}
SLUGS = ("rekognition-2018-coalition", "rekognition-2018-public", "rekognition-2018-investors")
NOTE = "Four big boxes are handed over: over 150,000 petition signatures, the coalition's second version, the letter."


@pytest.fixture
def handed(app: Flask) -> str:
    """The address of the delivery of the three letters."""
    for folder in FOLDERS.values():
        assert run(app, "letter", "load", str(EXAMPLES / folder)).stderr == ""
    editions: list[str] = []
    for slug in SLUGS:
        assert run(app, "letter", "open", slug).exit_code == 0
        assert run(app, "letter", "freeze", slug).stdout == "edition 1\n"
        editions += ["--edition", f"{slug}:1"]
    run(app, "recount")
    said = ("--on", "2018-06-18T10:00", "--timezone", "America/Los_Angeles", "--place", "the Spheres, Seattle")
    by = ("--by", "ACLU with faith, immigrant and labor groups", "--note", NOTE)
    source = ("--source", "ACLU press release, aclu.org, 18 June 2018", "--method", "in_person")
    answer = run(app, "campaign", "deliver", "rekognition-2018", *editions, *said, *by, *source)
    assert (answer.exit_code, answer.stderr) == (0, "")
    return answer.stdout.strip().removeprefix(app.config["BASE_URL"])


def words(client: FlaskClient, url: str) -> str:
    """The words of a page."""
    answer = client.get(url)
    assert (url, answer.status_code) == (url, 200)
    return Page(answer.text).text


def test_every_number_is_found_on_the_page(app: Flask, client: FlaskClient, handed: str) -> None:
    """p-D5: organizations, public and investors in one package: each count by itself, certified numbers apart."""
    assert handed == "/campaigns/rekognition-2018/deliveries/1"
    text = words(client, handed)
    source = json.loads((EXAMPLES / "rekognition-2018" / "source.json").read_text(encoding="utf-8"))
    named = {letter["key"]: len(letter["organizations"]) for letter in source["letters"]}
    event = next(row for row in source["timeline"] if row["kind"] == "delivered")
    assert event["letters"] == ["coalition", "public", "investors"]
    assert (named["coalition"], named["investors"]) == (5, 2)
    for part in (
        "When 18 June 2018, 10:00 PDT",
        f"Place {event['place']}",
        f"Handed over by {event['actor']}",
        "Four big boxes",
        "5 organizations",
        "2 organizations",
        "No name stands on this list.",
        "more than 150,000 petition signatures",
        "nearly 70 organizations",
        "19 investment managing companies",
        "may overlap with the numbers above",
        "They are never added up",
        "To Jeffrey P. Bezos, Founder and Chief Executive Officer Amazon.com, Inc.",
    ):
        assert part in text
    for total in ("7 organizations", "150,007", "150,005", "150,089"):
        assert total not in text


def test_the_company_is_silent_to_the_signatories(app: Flask, client: FlaskClient, handed: str) -> None:
    """p-D6: statements and acts move the demands, none stops the clock; each stands whole with its source."""
    days = (datetime.now(UTC).date() - datetime(2018, 6, 18, tzinfo=UTC).date()).days
    for slug in SLUGS:
        assert client.get(f"/letters/{slug}.json").json["days_without_response"] in (days - 1, days)  # type: ignore[index]
    text = words(client, "/companies/amazon")
    with (EXAMPLES / "rekognition-2018" / "timeline.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answered = [row for row in rows if row["response"]]
    assert (len(rows), len(answered)) == (25, 6)
    for row in rows:
        assert row["text"] in text
    for row in answered:
        assert row["source"] in text
    assert text.count("Partly met") == 4
    assert "days without a reply to the signatories" in text
    # What concerns three letters is one response with three letters.
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Response)) == 6
    for url in ("/letters/rekognition-2018-coalition/timeline", "/campaigns/rekognition-2018", "/"):
        assert "Amazon" in words(client, url)


def test_before_a_record_there_is_no_clock(app: Flask, client: FlaskClient) -> None:
    """p-D6: the example alone tells of a delivery it has no record of: statuses and events, and no days."""
    run(app, "letter", "load", str(EXAMPLES / "rekognition-2018"))
    run(app, "letter", "open", SLUGS[0])
    for url in (f"/letters/{SLUGS[0]}", f"/letters/{SLUGS[0]}/timeline", "/companies/amazon"):
        text = words(client, url)
        assert "2. Withdraw Rekognition from government customers altogether. Partly met" in text
        assert "without a reply" not in text
        assert "no clock is running" not in text
    assert client.get(f"/letters/{SLUGS[0]}.json").json["days_without_response"] is None  # type: ignore[index]
