"""T9: what is not public reaches no page, file or header of the readers, on either database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from campaign.extensions import db
from campaign.models import Campaign, Consent, Decision, DecisionDetail, Edition, Letter, TimelineEntry
from campaign.verification.operations import record_proof
from tests.factories import NOW, make_campaign, make_letter, make_signature, show_employees
from tests.support.tables import places_of

# Every address of a reader, and the search for each marker.
ADDRESSES = (
    "/",
    "/campaigns/face",
    "/companies/acme",
    "/letters/stop",
    "/letters/stop.json",
    "/letters/stop/names",
    "/letters/stop/names?kind=organization",
    "/letters/stop/names?kind=imported",
    "/letters/stop/names?group=M",
    "/letters/stop/names?q=marker",
    "/letters/stop/names?q=marker&kind=organization",
    "/letters/stop/names.json",
    "/letters/stop/names.csv",
    "/letters/stop/timeline",
    "/letters/stop/method",
    "/privacy",
    "/contact",
    "/readyz",
)
HIDDEN: dict[str, dict[str, Any]] = {
    "markerprivate": {"is_private": True},
    "markerheld": {"moderation": "held", "reasons": "watched_name"},
    "markerrejected": {"moderation": "rejected"},
    "markerwaiting": {"moderation": "waiting"},
    "markerpending": {"verification": "pending"},
    "markerexpired": {"verification": "expired"},
    "markerwithdrawn": {"withdrawn_at": NOW, "withdraw_reason": "markerwithdrawreason"},
    "markererased": {"withdrawn_at": NOW, "erased_at": NOW},
    "markeremployee": {"kind": "employee"},
}
COLUMNS = ("email", "name_typed", "place", "comment", "source", "reasons")


def plant(letter: Letter) -> list[str]:
    """Puts a marker into everything of signatures that readers may not see; returns the markers."""
    markers = []
    show_employees(letter)
    for name, changes in HIDDEN.items():
        make_signature(letter, f"{name} name", affiliation=f"{name}affiliation", title=f"{name}title", **changes)
        markers.append(name)
    values = {column: f"marker{column.replace('_', '')}" for column in COLUMNS}
    shown = make_signature(letter, "Shown Person", "markeremail@example.org")
    for column in COLUMNS[1:]:
        setattr(shown, column, values[column])
    record_proof(shown.id, "vouched", seen="markerseen", by_id=None, now=NOW)
    db.session.add(Consent(signature_id=shown.id, kind="wants_results", sentence="markersentence", given_at=NOW))
    rights = make_signature(letter, "Shown Rights", "markerwork@rights.example", website="https://markersite.example")
    assert rights.kind == "organization"
    return [
        *markers,
        *values.values(),
        "markerseen",
        "markersentence",
        "markerwork",
        "markersite",
        "markerwithdrawreason",
    ]


def plant_beside(campaign: Campaign, letter: Letter) -> list[str]:
    """Puts markers into what belongs to a campaign and is not for readers; returns them."""
    campaign.reply_to = "markerreply@example.org"
    draft = make_letter("draft", "draft", campaign=campaign, title="markerdraft")
    removed = make_letter("removed", "removed", campaign=campaign, title="markerremoved")
    day = {"sort_on": date(2018, 5, 22), "happened": "2018-05-22"}
    for other in (draft, removed):
        db.session.add(TimelineEntry(letter_id=other.id, text=f"markerevent{other.slug}", **day))
    counts = {"people": 987654321}
    frozen = {"letter_id": letter.id, "version_id": letter.version_id, "created_at": NOW, "frozen_at": NOW}
    db.session.add(Edition(number=1, state="frozen", counts=counts, place="markerplaceofedition", **frozen))
    decision = Decision(
        letter_id=letter.id,
        sequence=1,
        signature_id=1,
        organizer_id=None,
        act="reject",
        decided_at=NOW,
        detail_digest="",
        previous="",
        digest="",
    )
    db.session.add(decision)
    db.session.flush()
    db.session.add(DecisionDetail(decision_id=decision.id, salt="", reason="markerdecision"))
    return [
        *("markerreply", "markerdraft", "markerremoved", "markereventdraft", "markereventremoved"),
        *("markerplaceofedition", "markerdecision", "987654321", "987,654,321"),
    ]


@pytest.fixture
def markers(session: Any, published: Callable[..., None]) -> list[str]:
    """The world with its markers, each of which really lies in the database."""
    campaign = make_campaign("face")
    letter = make_letter(campaign=campaign, accepts_people=True)
    planted = [*plant(letter), *plant_beside(campaign, letter)]
    published(letter)
    missing = set(planted) - set(places_of(*planted)) - {"987,654,321"}
    assert missing == set()
    return planted


def test_no_marker_reaches_a_reader(client: FlaskClient, markers: list[str]) -> None:
    """T9: bodies and headers of every public address, for the first visit and the second."""
    for address in ADDRESSES:
        for _ in range(2):
            answer = client.get(address, buffered=True)
            # The search repeats what was searched for; the marker of the question is no marker.
            said = f"{answer.headers}{answer.text}".casefold().replace("q=marker&", "").replace("“marker”", "")
            assert (address, [marker for marker in markers if marker.casefold() in said]) == (address, [])
    assert "Shown Person" in client.get("/letters/stop/names").text
    assert "Shown Rights" in client.get("/letters/stop/names.csv", buffered=True).text


def test_search_finds_no_hidden_word(client: FlaskClient, markers: list[str]) -> None:
    """T9: neither name nor affiliation of anybody who is not listed can be found by its beginning."""
    for marker in markers:
        if marker.isascii() and marker.isalpha():
            answer = client.get("/letters/stop/names", query_string={"q": marker})
            assert "Nobody by that name" in answer.text


def test_counts_tell_no_more_than_they_say(client: FlaskClient, markers: list[str]) -> None:
    """W1: private ones are counted, nobody else of the hidden; employees are a number."""
    counts = client.get("/letters/stop.json").json["counts"]
    assert counts == {"people": 2, "private": 1, "organizations": 1, "employees": 142, "imported": 0, "total": 145}
