"""Deliveries below the pages: what may be handed over, once and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.delivery import queries
from campaign.delivery.operations import (
    Certificate,
    Handover,
    certify,
    edit_delivery,
    hand_over,
    prepare_delivery,
    take_back,
)
from campaign.delivery.rules import checklist, count_lines
from campaign.letters.outcomes import certified_of, outcomes_of
from campaign.models import LogEntry, Target
from campaign.states import Refused
from tests.factories import DAY, NOW, make_campaign, make_delivery, make_edition, make_letter

Session = scoped_session[Any]


def said(**changes: Any) -> Handover:
    """A handing over to the company with id 1."""
    return replace(Handover(target_id=1, delivered_at=NOW - DAY, timezone="UTC"), **changes)


def test_delivery_makes_its_editions_public(session: Session, now: datetime) -> None:
    """p-D5: prepared, then delivered: editions and clock follow, and every page of the letters changes."""
    campaign = make_campaign()
    first, second = make_letter("one", campaign=campaign), make_letter("two", campaign=campaign)
    editions = [make_edition(second), make_edition(first)]
    row = make_delivery(campaign, *editions, is_done=False)
    assert (row.number, row.state, [edition.state for edition in editions]) == (1, "prepared", ["frozen", "frozen"])
    assert outcomes_of([first])[first.id].clock(now).days is None
    hand_over(campaign, row, by_id=None, now=now)
    assert (row.state, [edition.state for edition in editions]) == ("delivered", ["delivered", "delivered"])
    assert [edition.delivered_at for edition in editions] == [NOW - DAY, NOW - DAY]
    assert [letter.slug for _edition, letter in queries.editions_in([row.id])[row.id]] == ["two", "one"]
    assert (first.changed_at, second.changed_at) == (now, now)
    assert outcomes_of([first])[first.id].clock(now).days == 1
    acts = session.scalars(select(LogEntry.act).order_by(LogEntry.id)).all()
    assert acts == ["delivery_prepared", "delivered"]


def test_delivery_happens_once(session: Session, now: datetime) -> None:
    """p-D5: a second press and a later change are refused; the same edition may go to somebody else too."""
    campaign = make_campaign()
    edition = make_edition(make_letter(campaign=campaign))
    row = make_delivery(campaign, edition)
    with pytest.raises(Refused, match="illegal_move"):
        hand_over(campaign, row, by_id=None, now=now)
    with pytest.raises(Refused, match="delivery_is_done"):
        edit_delivery(campaign, row, said(), [edition.id], by_id=None, now=now)
    assert make_delivery(campaign, edition, delivered_at=NOW).number == 2
    assert edition.delivered_at == NOW - DAY


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("delivery_needs_time", {"delivered_at": None}),
        ("delivery_ahead", {"delivered_at": NOW + DAY}),
    ],
)
def test_delivery_has_a_time_that_has_come(
    session: Session, now: datetime, reason: str, changes: dict[str, Any]
) -> None:
    campaign = make_campaign()
    row = make_delivery(campaign, make_edition(make_letter(campaign=campaign)), is_done=False, **changes)
    with pytest.raises(Refused, match=reason):
        hand_over(campaign, row, by_id=None, now=now)


def test_only_frozen_editions_of_the_campaign_to_whom_it_asks(session: Session, now: datetime) -> None:
    """p-D5, T18: nothing that is not frozen, nothing of others, nobody the letter does not ask."""
    campaign, elsewhere = make_campaign(), make_campaign()
    letter = make_letter(campaign=campaign)
    building = make_edition(letter, 1, state="building", frozen_at=None)
    frozen = make_edition(letter, 2)
    foreign = make_edition(make_letter("other", campaign=elsewhere))
    acme = session.scalars(select(Target.id)).one()
    stranger = Target(slug="globex", name="Globex", created_at=NOW)
    session.add(stranger)
    session.flush()
    cases = [
        ("delivery_without_editions", acme, []),
        ("edition_not_ready", acme, [building.id]),
        ("edition_of_others", acme, [frozen.id, foreign.id]),
        ("no_such_target", stranger.id, [frozen.id]),
    ]
    for reason, target_id, ids in cases:
        with pytest.raises(Refused, match=reason):
            prepare_delivery(campaign, said(target_id=target_id), ids, by_id=None, now=now)
    assert queries.deliveries_of(campaign.id) == []


def test_certified_number_is_recorded_and_taken_back(session: Session, now: datetime) -> None:
    """W1: it stands beside the counts; the pages of the letter change each time."""
    letter = make_letter()
    number = Certificate(
        organization="Demand It", number=150000, qualifier="more_than", certified_by="Rosa", certified_on=NOW.date()
    )
    row = certify(letter, number, by_id=None, now=now)
    assert [(each.organization, each.number) for each in certified_of([letter.id])] == [("Demand It", 150000)]
    assert letter.changed_at == now
    take_back(letter, row, by_id=None, now=now)
    assert certified_of([letter.id]) == []
    with pytest.raises(Refused, match="bad_number"):
        certify(letter, replace(number, number=0), by_id=None, now=now)


@pytest.mark.usefixtures("app", "session")
def test_checklist_warns_of_what_is_missing() -> None:
    """x-O15: nine steps in their order, each with the sentence for where it stands."""
    names = ("text_final", "list_frozen", "page_is_file", "cover_letter", "addressees", "handed_by", "proof")
    steps = checklist({**dict.fromkeys(names, True), "update": False, "answer_due": False})
    assert [step.is_done for step in steps] == [True] * 7 + [False] * 2
    assert steps[0].text == "The text handed over is the current one."
    assert steps[-1].text == "No day is set for the answer."


@pytest.mark.usefixtures("app", "session")
def test_counts_are_told_apart() -> None:
    """p-D5: one number a kind, exact, none of them a total."""
    counts = {"people": 152004, "private": 4, "organizations": 1, "employees": 0, "imported": 9, "total": 152005}
    assert count_lines(counts) == [
        (1, "organization"),
        (152004, "people, 4 of them not named"),
        (9, "signatures from other lists"),
    ]
    assert count_lines({}) == []
