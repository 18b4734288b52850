"""Responses below the pages: kept whole, with what they mean, and what stops the clock."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.delivery import queries
from campaign.delivery.operations import (
    Answer,
    add_commitment,
    mark_commitment,
    publish_response,
    record_response,
    set_about,
    set_aside_response,
)
from campaign.delivery.operations.responses import new_response
from campaign.letters.outcomes import Outcome, commitments_of, only_of, outcomes_of
from campaign.models import Campaign, Letter, LetterTarget, Target
from campaign.states import Refused
from tests.factories import DAY, NOW, make_campaign, make_delivery, make_edition, make_letter

Session = scoped_session[Any]


def delivered(session: Session, **changes: Any) -> tuple[Campaign, Letter, Answer]:
    """A campaign whose letter was handed over ten days ago, and a statement of the company."""
    campaign = make_campaign()
    letter = make_letter(campaign=campaign)
    make_delivery(campaign, make_edition(letter), delivered_at=NOW - 10 * DAY)
    target_id = session.scalars(select(Target.id)).one()
    said = Answer(target_id=target_id, happened="2026-06-15", text="We heard you.", audience="press")
    return campaign, letter, replace(said, **changes)


def outcome(letter: Letter) -> Outcome:
    """What became of the letter."""
    return outcomes_of([letter])[letter.id]


@pytest.mark.parametrize(
    ("kind", "audience", "stops"),
    [
        ("answer", "signatories", True),
        ("statement", "signatories", True),
        ("statement", "press", False),
        ("answer", "lawmakers", False),
        ("act", "public", False),
        ("acknowledgement", "signatories", False),
        ("correction", "signatories", False),
    ],
)
def test_only_a_reply_to_the_signatories_stops_the_clock(
    session: Session, now: datetime, kind: str, audience: str, stops: bool
) -> None:
    """p-D6: whatever it is, it moves the status of the demand it names; the other demand stays silent."""
    campaign, letter, said = delivered(session, kind=kind, audience=audience)
    record_response(campaign, said, {(letter.id, 2): "statement"}, by_id=None, now=now)
    clock = outcome(letter).clock(now)
    assert (clock.days, clock.is_running) == ((7, False) if stops else (10, True))
    assert [row.status for row in outcome(letter).standings()] == ["silent", "statement"]
    assert letter.changed_at == now


def test_latest_response_gives_the_status(session: Session, now: datetime) -> None:
    """p-D6: by when it happened, not by when it was written down; another reading of it can be saved."""
    campaign, letter, said = delivered(session)
    later = record_response(campaign, said, {(letter.id, 1): "met"}, by_id=None, now=now)
    early = replace(said, happened="2026-06-11", text="Never.")
    record_response(campaign, early, {(letter.id, 1): "refused"}, by_id=None, now=now)
    assert outcome(letter).standings()[0].status == "met"
    set_about(later, {(letter.id, 1): "reversed"}, now)
    assert outcome(letter).standings()[0].status == "reversed"


def test_text_is_kept_whole_with_its_hash(session: Session, now: datetime) -> None:
    """p-D6: every word and line, and the SHA-256 of just that."""
    campaign, letter, said = delivered(session, text="One.\n\n  Two — “three”.")
    row = record_response(campaign, said, {(letter.id, 0): None}, by_id=None, now=now)
    assert (row.text, row.sha256) == (said.text, hashlib.sha256(said.text.encode()).hexdigest())
    assert (row.state, row.published_at, str(row.sort_on)) == ("published", now, "2026-06-15")


def test_what_is_wrong_is_refused(session: Session, now: datetime) -> None:
    """T18: nothing of other campaigns, no demand that is not there, no time that is none."""
    campaign, letter, said = delivered(session)
    other = make_letter("other")
    cases: list[tuple[str, Answer, dict[tuple[int, int], str | None]]] = [
        ("about_nothing", said, {}),
        ("letter_of_others", said, {(other.id, 1): "met"}),
        ("no_such_demand", said, {(letter.id, 9): "met"}),
        ("no_such_target", replace(said, target_id=0), {(letter.id, 1): "met"}),
        ("bad_happened", replace(said, happened="yesterday"), {(letter.id, 1): "met"}),
        ("response_ahead", replace(said, happened="2026-06-20"), {(letter.id, 1): "met"}),
        ("bad_precision", replace(said, precision="week"), {(letter.id, 1): "met"}),
        ("bad_url", replace(said, url="javascript:alert(1)"), {(letter.id, 1): "met"}),
    ]
    for reason, answer, about in cases:
        savepoint = session.begin_nested()
        with pytest.raises(Refused, match=reason):
            record_response(campaign, answer, about, by_id=None, now=now)
        savepoint.rollback()
    assert queries.responses_of(campaign.id) == []


def test_waiting_answer_is_shown_only_when_published(session: Session, now: datetime) -> None:
    """p-D6: published, it stops the clock on the day it came; set aside, the reason is shown in its place."""
    campaign, letter, said = delivered(session, kind="answer", audience="signatories", happened="2026-06-12")
    row = new_response(campaign, said, by_id=None, now=now)
    row.state = "waiting"
    session.add(row)
    session.flush()
    set_about(row, {(letter.id, 0): None}, now)
    assert (outcome(letter).responses, outcome(letter).clock(now).days) == ([], 10)
    with pytest.raises(Refused, match="needs_reason"):
        set_aside_response(row, "  ", by_id=None, now=now)
    set_aside_response(row, "It names a person.", by_id=None, now=now)
    assert (outcome(letter).responses, outcome(letter).clock(now).days) == ([row], 10)
    publish_response(row, {(letter.id, 1): "partly_met"}, by_id=None, now=now + timedelta(hours=1))
    clock = outcome(letter).clock(now)
    assert (clock.days, str(clock.answered_on)) == (4, "2026-06-12")
    assert outcome(letter).standings()[0].status == "partly_met"
    with pytest.raises(Refused, match="illegal_move"):
        set_aside_response(row, "Again.", by_id=None, now=now)


def test_promises_are_kept_track_of(session: Session, now: datetime) -> None:
    """p-D6: a promise with its day, and whether it was kept."""
    campaign, letter, said = delivered(session)
    row = record_response(campaign, said, {(letter.id, 1): "partly_met"}, by_id=None, now=now)
    promise = add_commitment(row, "No sales for a year.", NOW.date(), by_id=None, now=now)
    assert (promise.state, str(promise.due_on)) == ("open", "2026-06-18")
    mark_commitment(row, promise, "kept", "Its own page says so.", by_id=None, now=now)
    kept = commitments_of([row.id])[row.id]
    assert [(each.text, each.state, each.state_note) for each in kept] == [
        ("No sales for a year.", "kept", "Its own page says so.")
    ]


def test_what_one_company_said_is_not_told_of_another(session: Session) -> None:
    """p-D6: a letter to two companies tells of each what it said itself."""
    campaign, letter, said = delivered(session)
    other = Target(slug="umbra", name="Umbra", created_at=NOW)
    session.add(other)
    session.flush()
    session.add(LetterTarget(letter_id=letter.id, target_id=other.id, position=2))
    make_delivery(campaign, make_edition(letter, 2), target_id=other.id, delivered_at=NOW - 9 * DAY)
    record_response(campaign, said, {(letter.id, 1): "refused"}, by_id=None, now=NOW)
    status = {
        target: [row.status for row in outcome(letter).standings(target)] for target in (said.target_id, other.id)
    }
    assert status == {said.target_id: ["refused", "silent"], other.id: ["silent", "silent"]}
    assert [row.status for row in only_of(outcome(letter), other.id).standings()] == ["silent", "silent"]
