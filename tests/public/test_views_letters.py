"""Home, campaign, company, timeline, method and the JSON of a letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.models import Edition, Letter, TimelineEntry
from campaign.moderation import operations
from campaign.signing.operations.listing import recount_letter
from campaign.verification.operations import record_proof
from tests.factories import DAY, NOW, make_campaign, make_letter, make_signature
from tests.support.pages import Page
from tests.support.tables import counted

Publish = Callable[..., None]
PAGES = ("/letters/stop/names", "/letters/stop/timeline", "/letters/stop/method")
FILES = ("/letters/stop.json", "/letters/stop/names.json", "/letters/stop/names.csv")


def happened(letter: Letter, text: str, **changes: Any) -> None:
    """A row of the letter's timeline."""
    values: dict[str, Any] = {"sort_on": date(2018, 5, 22), "happened": "2018-05-22", "source": "zdnet.com"}
    db.session.add(TimelineEntry(letter_id=letter.id, text=text, **{**values, **changes}))
    db.session.flush()


def delivered(letter: Letter, number: int = 1, state: str = "delivered") -> None:
    """An edition of the letter."""
    db.session.add(
        Edition(
            letter_id=letter.id,
            version_id=letter.version_id or 0,
            number=number,
            state=state,
            counts={
                "people": 152004,
                "private": 4,
                "organizations": 68,
                "employees": 0,
                "imported": 9,
                "total": 152072,
            },
            created_at=NOW,
            frozen_at=NOW,
            delivered_at=NOW if state == "delivered" else None,
        )
    )
    db.session.flush()


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    """The words of a page."""
    answer = client.get(url)
    assert answer.status_code == status, f"{url} answered {answer.status_code}"
    return Page(answer.text).text


def test_home_shows_open_letters_with_counts(session: Any, client: FlaskClient, published: Publish) -> None:
    letter = make_letter()
    make_signature(letter)
    make_signature(letter, "Open Rights", website="https://rights.example")
    closed = make_letter("over", "closed", title="A closed letter")
    published(letter, closed)
    text = text_of(client, "/")
    assert "Open letter · To Acme Corporation Stop selling face recognition" in text
    assert "1 organization and 1 person" in text
    assert text.index("Open for signing") < text.index("Not open at the moment") < text.index("A closed letter")


def test_home_without_letters_says_so(client: FlaskClient) -> None:
    text = text_of(client, "/")
    assert "No letter is open" in text
    assert "Delivered lately" not in text
    assert "Who owes an answer" not in text


def test_home_shows_what_was_delivered(session: Any, client: FlaskClient, published: Publish) -> None:
    """p-D8: the delivery is told by its citable sentence; an edition that was not handed over is not told."""
    letter = make_letter(timezone="America/Los_Angeles")
    delivered(letter, 2)
    delivered(letter, 3, "frozen")
    published(letter)
    text = text_of(client, "/")
    assert "68 organizations and 152,004 people, second edition, 18 June 2026, 10:00 PDT" in text
    assert "third edition" not in text


def test_home_asks_few_queries_for_any_number_of_letters(app: Flask, session: Any, client: FlaskClient) -> None:
    """R7: open letters, others, their targets, deliveries, and the letters that wait for an answer."""
    for number in range(5):
        make_letter(f"letter-{number}", "open" if number % 2 else "paused")
    with counted(app) as sent:
        client.get("/")
    assert len(sent) == 5


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_nothing_leaks_before_opening(session: Any, client: FlaskClient, state: str) -> None:
    """L2: no page, no JSON, no count, no name of campaign or company."""
    campaign = make_campaign("secret", title="Secret campaign")
    make_letter(state=state, campaign=campaign, title="Secret title")
    for url in (*PAGES, *FILES, "/campaigns/secret", "/companies/acme"):
        answer = client.get(url)
        assert (url, answer.status_code) == (url, 404)
        assert "Secret" not in answer.text
        assert "Acme" not in answer.text
    assert client.get("/letters/stop.json").json["error"]["code"] == "not_found"
    for url in ("/", "/contact"):
        assert "Secret" not in client.get(url).text


def test_removed_letter_is_gone(session: Any, client: FlaskClient) -> None:
    """L2: 410 on every address, JSON where JSON was asked for; no list names it."""
    letter = make_letter(state="removed", title="Taken down title")
    make_signature(letter)
    for url in (*PAGES, *FILES):
        answer = client.get(url)
        assert (url, answer.status_code) == (url, 410)
        assert "Taken down title" not in answer.text
        assert "Lovelace" not in answer.text
    assert client.get("/letters/stop/names.json").json["error"]["code"] == "gone"
    assert "Taken down title" not in client.get("/").text
    assert client.get("/companies/acme").status_code == 404


def test_withdrawn_letter_shows_its_reason(session: Any, client: FlaskClient, published: Publish) -> None:
    """L2: 200 with the reason; the names are off every page and file; the state is in the JSON."""
    letter = make_letter(state="withdrawn")
    make_signature(letter)
    happened(letter, "Something told.")
    published(letter)
    for url in PAGES:
        assert "The company agreed to stop." in text_of(client, url)
    assert client.get("/letters/stop.json").json["state"] == "withdrawn"
    assert client.get("/letters/stop/names.json").json == {"names": [], "next": None}
    assert client.get("/letters/stop/names.csv").text == "\ufeffkind,name,title,affiliation,country\r\n"
    company = text_of(client, "/companies/acme")
    assert "Withdrawn" in company
    assert "Something told." not in company


@pytest.mark.parametrize("url", [*PAGES, *FILES, "/campaigns/none", "/companies/none"])
def test_unknown_slug_is_404(client: FlaskClient, url: str) -> None:
    assert client.get(url.replace("stop", "nothing")).status_code == 404


def test_campaign_shows_each_letter_with_rules_and_one_timeline(
    session: Any, client: FlaskClient, published: Publish
) -> None:
    """L1: every letter with its own rules and exact counts."""
    campaign = make_campaign("rekognition", title="Face recognition", summary="Two letters, one demand.")
    first = make_letter("stop", campaign=campaign)
    second = make_letter("ask", campaign=campaign, title="Researchers ask", accepts_organizations=False)
    draft = make_letter("later", "draft", campaign=campaign, title="Not yet told")
    make_signature(first)
    for letter in (first, second, draft):
        happened(letter, "Both tell this.", actor="Acme")
    happened(draft, "Only the draft tells this.")
    published(first, second, draft)
    text = text_of(client, "/campaigns/rekognition")
    assert "Two letters, one demand." in text
    assert "1 person" in text
    assert "People may sign. Signatures that carry a risk" in text
    assert text.count("Acme: Both tell this.") == 1
    assert "Researchers ask: Opened for signing." in text
    assert "Not yet told" not in text
    assert "Only the draft" not in text


def test_campaign_and_company_ask_the_same_queries_for_any_number(
    app: Flask, session: Any, client: FlaskClient
) -> None:
    """R7: the page's own row, letters, targets, timelines, editions, updates; what became of them: four more."""
    campaign = make_campaign("rekognition")
    for number in range(4):
        happened(make_letter(f"letter-{number}", campaign=campaign), "Told.")
    for url in ("/campaigns/rekognition", "/companies/acme"):
        with counted(app) as sent:
            assert client.get(url).status_code == 200
        assert (url, len(sent)) == (url, 10)


def test_company_shows_letters_of_every_campaign(session: Any, client: FlaskClient) -> None:
    """p-D6: a page per company over all letters."""
    make_letter("stop", title="The first ask")
    make_letter("again", "closed", title="The second ask")
    text = text_of(client, "/companies/acme")
    assert "Letters to Acme Corporation" in text
    assert "The first ask" in text
    assert "The second ask" in text
    assert "Nothing has been delivered yet, so no clock is running." in text


def test_timeline_is_the_latest_first(session: Any, client: FlaskClient, published: Publish) -> None:
    letter = make_letter(closes_at=NOW + timedelta(days=3))
    happened(letter, "The first thing.", actor="Coalition", url="https://zdnet.example/1")
    happened(letter, "The second thing.", sort_on=date(2018, 8, 31), happened="2018-08", precision="month")
    published(letter)
    text = text_of(client, "/letters/stop/timeline")
    order = [
        "21 June 2026 Signing closes",
        "17 June 2026 Opened",
        "August 2018 The second",
        "22 May 2018 Coalition: The first",
    ]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert "https://zdnet.example/1" in Page(client.get("/letters/stop/timeline").text).links


def test_timeline_tells_deliveries_and_no_clock(session: Any, client: FlaskClient, published: Publish) -> None:
    letter = make_letter()
    delivered(letter)
    published(letter)
    text = text_of(client, "/letters/stop/timeline")
    assert "Delivered: 68 organizations and 152,004 people, first edition, 18 June 2026, 17:00 UTC." in text
    assert "no clock is running" not in text


def test_timeline_asks_eight_queries(app: Flask, session: Any, client: FlaskClient) -> None:
    """R7: the letter, its rows, its editions, its updates, four for what became of it; who has the page one."""
    letter = make_letter()
    for number in range(30):
        happened(letter, f"Thing {number}.")
    with counted(app) as sent:
        etag = client.get("/letters/stop/timeline").headers["ETag"]
    assert len(sent) == 8
    with counted(app) as sent:
        assert client.get("/letters/stop/timeline", headers={"If-None-Match": etag}).status_code == 304
    assert len(sent) == 1


def test_method_gives_live_figures(session: Any, client: FlaskClient, published: Publish) -> None:
    """p-D4: confirmed how, held, removed, imported apart; who has not confirmed is in no figure (p-V7)."""
    letter = make_letter()
    make_signature(letter)
    make_signature(letter, "Grace Hopper", is_private=True)
    make_signature(letter, "Held Person", moderation="held")
    make_signature(letter, "Rejected Person", moderation="rejected")
    make_signature(letter, "Pending Person", verification="pending")
    rights = make_signature(letter, "Open Rights", website="https://rights.example")
    record_proof(rights.id, "work_domain", seen="rights.example", by_id=None, now=NOW)
    make_signature(letter, "Paper Person", kind="imported")
    published(letter)
    text = text_of(client, "/letters/stop/method")
    for figure in (
        "Organizations 1",
        "People 2",
        "of these, people who keep their name private 1",
        "Total 3",
        "Collected elsewhere and imported, in no total 1",
        "Confirmed and waiting for an organizer 1",
        "Confirmed and taken off by an organizer 1",
        "Work address on the organization's own domain 1",
    ):
        assert figure in text
    assert "As of 18 June 2026, 17:00 UTC" in text
    assert "The same person" not in text
    assert text.count("What we keep, how long") == 1


def test_method_reads_what_the_worker_counted(
    app: Flask, session: Any, client: FlaskClient, published: Publish
) -> None:
    """R7: no request counts signatures: reads by key, the rules that are on, a page that is kept until they change."""
    letter = make_letter()
    for number in range(20):
        make_signature(letter, f"Person {number}", moderation="held", reasons="watched_name")
    published(letter)
    operations.renew_figures(letter.id, NOW)
    session.commit()
    for statements in (3, 2):
        with counted(app) as sent:
            page = text_of(client, "/letters/stop/method")
        assert len(sent) == statements
        assert not any("FROM signature" in statement for statement in sent)
    assert "On the watch list 20" in page
    operations.renew_figures(letter.id, NOW + DAY)
    session.commit()
    assert "As of 19 June 2026, 17:00 UTC" in text_of(client, "/letters/stop/method")


def test_letter_json_says_what_the_page_shows(session: Any, client: FlaskClient, published: Publish) -> None:
    """Product page, section 3: exactly these fields, and the counts of the page."""
    letter = make_letter(timezone="America/Los_Angeles")
    make_signature(letter)
    make_signature(letter, "Grace Hopper", is_private=True)
    make_signature(letter, "Open Rights", website="https://rights.example")
    make_signature(letter, "Paper Person", kind="imported")
    delivered(letter, 1)
    delivered(letter, 2, "frozen")
    published(letter)
    assert client.get("/letters/stop.json").json == {
        "slug": "stop",
        "title": "Stop selling face recognition",
        "state": "open",
        "language": "en",
        "version": 1,
        "targets": ["Acme Corporation"],
        "counts": {"people": 2, "private": 1, "organizations": 1, "employees": 0, "imported": 1, "total": 3},
        "editions": [1],
        "days_without_response": None,
        "citation": "1 organization and 2 people, 18 June 2026, 10:00 PDT",
        "as_of": "2026-06-18T17:00:00Z",
    }


def test_letter_json_before_the_first_count(session: Any, client: FlaskClient) -> None:
    """P26: zeros as of the last change, never a guess."""
    letter = make_letter()
    facts = client.get("/letters/stop.json").json
    assert (facts["counts"]["total"], facts["as_of"]) == (0, "2026-06-16T17:00:00Z")
    assert facts["citation"].startswith("no signatures, ")
    assert letter.slug == facts["slug"]


def test_letter_json_asks_five_queries(app: Flask, session: Any, client: FlaskClient) -> None:
    """R7: the letter with its tally, editions, targets, deliveries and responses."""
    letter = make_letter()
    for number in range(3):
        make_signature(letter, f"Person {number}")
    with counted(app) as sent:
        assert client.get("/letters/stop.json").status_code == 200
    assert len(sent) == 5


@pytest.mark.parametrize("url", ["/", "/campaigns/face", "/companies/acme", "/privacy", "/contact", *PAGES, *FILES])
def test_readers_get_no_cookie_and_caches_may_keep_it(session: Any, client: FlaskClient, url: str) -> None:
    """B4: no cookie, a short public life, an ETag; the language varies only where no letter decides it."""
    make_letter(campaign=make_campaign("face"))
    answer = client.get(url, buffered=True)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert ("Accept-Language" in answer.headers.get("Vary", "")) == (not url.startswith("/letters"))
    again = client.get(url, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize("url", [*PAGES, *FILES])
def test_etag_changes_with_the_count_and_the_letter(
    session: Any, client: FlaskClient, published: Publish, url: str
) -> None:
    """Every shown change touches `changed_at` or brings a new count."""
    letter = make_letter()
    published(letter)
    tags = [client.get(url, buffered=True).headers["ETag"]]
    letter.changed_at = NOW
    db.session.commit()
    tags.append(client.get(url, buffered=True).headers["ETag"])
    recount_letter(letter.id, NOW + timedelta(seconds=1))
    db.session.commit()
    tags.append(client.get(url, buffered=True).headers["ETag"])
    assert len(set(tags)) == 3
