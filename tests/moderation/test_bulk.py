"""Decisions by condition: counted first, carried out in steps, and taken back with every count as it was."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.jobs.worker import Worker
from campaign.models import (
    Asked,
    BulkChunk,
    BulkDecision,
    Decision,
    DirtyLetter,
    ImportBatch,
    Job,
    Letter,
    LogEntry,
    SearchWord,
    Signature,
    SigningHint,
)
from campaign.moderation import operations, rules
from campaign.moderation.conditions import RANDOM, Condition
from campaign.moderation.fitting import count_fitting, signatures_fitting
from campaign.moderation.operations import bulk
from campaign.moderation.rules import Question, Ruling
from campaign.public.queries.corrections import falls_of
from campaign.signing.queries import count_public
from campaign.states import Refused
from tests.delivery.sealed import freeze
from tests.factories import DAY, NOW, make_letter, make_organizer, make_signature

Session = scoped_session[Any]
REJECT = Ruling("reject", "not_a_person", "A script")
BOTS = Condition(domain="bots.example")


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step takes three signatures."""
    monkeypatch.setattr(bulk, "BULK_STEP", 3)


def attacked(session: Session) -> Letter:
    """A letter with two honest people and eight of a script: five shown, two held, one unconfirmed."""
    letter = make_letter()
    make_signature(letter, "Ada Lovelace", "ada@example.org")
    make_signature(letter, "Grace Hopper", "grace@not-bots.example")
    for number in range(5):
        make_signature(letter, f"Patriot {number}", f"p{number}@bots.example", is_private=number == 4)
    for number in (5, 6):
        make_signature(letter, f"Patriot {number}", f"p{number}@bots.example", moderation="held", reasons="burst")
    make_signature(letter, "Patriot 7", "p7@bots.example", verification="pending")
    session.commit()
    return letter


def carried_out(letter: Letter, condition: Condition, ruling: Ruling = REJECT, by: int | None = None) -> BulkDecision:
    """Counted, started and done."""
    row = operations.plan_bulk(letter, condition, ruling, by_id=by, now=NOW)
    steps(row)
    operations.start_bulk(letter.id, row.id, by_id=by, now=NOW)
    steps(row)
    return row


def steps(row: BulkDecision, most: int = 100) -> int:
    """As the job does; how many there were."""
    done = 1
    while done < most and operations.take_step(row.id, row.state, row.organizer_id, NOW):
        db.session.commit()
        done += 1
    db.session.commit()
    return done


def standing(letter: Letter) -> tuple[Any, ...]:
    """All that undoing has to bring back: states, reasons, public count, search words."""
    rows = db.session.execute(
        select(Signature.id, Signature.verification, Signature.moderation, Signature.reasons, Signature.verified_at)
        .where(Signature.letter_id == letter.id)
        .order_by(Signature.id)
    ).all()
    words = db.session.execute(select(SearchWord.word, SearchWord.signature_id)).all()
    return [tuple(row) for row in rows], count_public(letter.id), sorted(tuple(row) for row in words)


def test_counting_decides_nothing(session: Session) -> None:
    """p-M2: count and sample come first; what is unconfirmed or there already is not counted."""
    letter = attacked(session)
    before = standing(letter)
    row = operations.plan_bulk(letter, BOTS, REJECT, by_id=None, now=NOW)
    assert (row.state, row.count) == ("counting", 0)
    assert steps(row) == 1
    names = [session.get_one(Signature, number).name for number in row.sample]
    assert (row.state, row.count, names) == ("counted", 7, [f"Patriot {number}" for number in range(7)])
    assert standing(letter) == before
    assert session.scalar(select(func.count()).select_from(Decision)) == 0


def test_rejects_each_with_a_chained_decision(session: Session, small_steps: None) -> None:
    """p-M2, T22: a row of the chain for each signature, one line of the correction log for all of them."""
    letter = attacked(session)
    owner = make_organizer()
    row = carried_out(letter, BOTS, by=owner.id)
    assert (row.state, row.changed, row.fallen, row.finished_at) == ("done", 7, 5, NOW)
    assert Counter(session.scalars(select(Signature.moderation))) == {"approved": 2, "rejected": 7, "waiting": 1}
    decisions = session.scalars(select(Decision).order_by(Decision.sequence)).all()
    assert [(one.sequence, one.act, one.organizer_id) for one in decisions] == [
        (number, "reject", owner.id) for number in range(1, 8)
    ]
    assert broken_links(letter.id) == []
    assert [(fall.rule, fall.number) for fall in falls_of(letter.id, 10)] == [("not_a_person", 5)]
    assert session.scalar(select(func.count()).where(LogEntry.act == "count_fell")) == 1
    words = set(session.scalars(select(SearchWord.word)))
    assert words == {"ada", "lovelace", "grace", "hopper"}
    assert count_public(letter.id)["people"] == 2
    assert session.scalar(select(func.count()).select_from(DirtyLetter)) >= 1
    assert session.scalars(select(Job.id).where(Job.kind == "moderation.signature_rejected")).all() == []


def test_undo_restores_everything(session: Session, small_steps: None) -> None:
    """p-M2, D4: every count, state, reason and word is as before, and the chain tells both."""
    letter = attacked(session)
    before = standing(letter)
    row = carried_out(letter, BOTS)
    assert standing(letter) != before
    operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW + 29 * DAY)
    assert steps(row) == 4
    assert (row.state, row.restored) == ("undone", 7)
    assert standing(letter) == before
    assert broken_links(letter.id) == []
    assert session.scalar(select(func.count()).where(Decision.act == "undo")) == 7


def test_taking_an_approval_back_reaches_the_editions(session: Session) -> None:
    """p-D4: whoever leaves the list by it leaves the files of editions frozen meanwhile, and stands in their errata."""
    letter = attacked(session)
    row = carried_out(letter, Condition(domain="bots.example", state="held"), Ruling("approve"))
    freeze(letter, NOW)
    session.commit()
    operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW)
    steps(row)
    assert session.scalars(select(Job.kind).where(Job.kind == "delivery.recheck")).all() == ["delivery.recheck"]


def test_undo_leaves_alone_what_was_decided_since(session: Session) -> None:
    """p-M2: a true signatory who was released meanwhile stays released; who withdrew stays away."""
    letter = attacked(session)
    row = carried_out(letter, BOTS)
    released, gone = row.sample[:2]
    operations.decide(letter.id, released, "rejected", Ruling("approve"), by_id=None, now=NOW)
    session.get_one(Signature, gone).withdrawn_at = NOW
    session.commit()
    operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW)
    steps(row)
    assert (row.state, row.restored) == ("undone", 5)
    assert session.get_one(Signature, released).moderation == "approved"
    assert session.scalar(select(func.count()).where(Decision.signature_id == released)) == 2
    assert session.get_one(Signature, gone).moderation == "rejected"
    assert broken_links(letter.id) == []


def test_undo_has_an_end(session: Session) -> None:
    """p-M2: 30 days."""
    letter = attacked(session)
    row = carried_out(letter, BOTS)
    with pytest.raises(Refused) as refused:
        operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW + timedelta(days=30, seconds=1))
    assert refused.value.reason == "bulk_too_old"


def test_cancel_stops_and_can_be_undone(session: Session, small_steps: None) -> None:
    """p-M2: what was decided stands, with its line; undoing brings it back; what comes after is not touched."""
    letter = attacked(session)
    before = standing(letter)
    row = operations.plan_bulk(letter, BOTS, REJECT, by_id=None, now=NOW)
    steps(row)
    operations.start_bulk(letter.id, row.id, by_id=None, now=NOW)
    assert operations.take_step(row.id, "running", None, NOW)
    operations.cancel_bulk(letter.id, row.id, by_id=None, now=NOW)
    session.commit()
    assert not operations.take_step(row.id, "running", None, NOW)
    assert (row.state, row.changed) == ("cancelled", 3)
    assert [(fall.rule, fall.number) for fall in falls_of(letter.id, 10)] == [("not_a_person", 3)]
    operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW)
    steps(row)
    assert standing(letter) == before


def test_goes_on_after_a_crash(app: Flask, session: Session, small_steps: None) -> None:
    """P3: a step that was not committed is done again, one that was is not."""
    letter = attacked(session)
    row = operations.plan_bulk(letter, BOTS, REJECT, by_id=None, now=NOW)
    steps(row)
    operations.start_bulk(letter.id, row.id, by_id=None, now=NOW)
    session.commit()
    assert operations.take_step(row.id, "running", None, NOW)
    session.commit()
    assert operations.take_step(row.id, "running", None, NOW)
    session.rollback()
    Worker(app).run_once()
    session.expire_all()
    assert (row.state, row.changed, row.fallen) == ("done", 7, 5)
    assert session.scalar(select(func.count()).select_from(Decision)) == 7
    assert [(chunk.first, chunk.last) for chunk in session.scalars(select(BulkChunk).order_by(BulkChunk.first))] == [
        (1, 3),
        (4, 6),
        (7, 7),
    ]


def test_who_signs_meanwhile_is_not_meant(session: Session) -> None:
    """p-M2: only what was counted."""
    letter = attacked(session)
    row = operations.plan_bulk(letter, BOTS, REJECT, by_id=None, now=NOW)
    steps(row)
    late = make_signature(letter, "Too Late", "late@bots.example")
    operations.start_bulk(letter.id, row.id, by_id=None, now=NOW)
    steps(row)
    assert row.changed == 7
    assert session.get_one(Signature, late.id).moderation == "approved"


def test_approving_tells_those_who_waited(session: Session) -> None:
    """D4: true signatories inside a wave are released, and get the mail that says so; undoing forgets it."""
    letter = attacked(session)
    row = carried_out(letter, Condition(state="held", rule="burst"), Ruling("approve"))
    assert (row.count, row.changed, row.fallen) == (2, 2, 0)
    mails = session.scalars(select(Job).where(Job.kind == "moderation.signature_published")).all()
    assert [(mail.run_at, mail.payload["signature"]) for mail in mails] == [
        (NOW + rules.MAIL_DELAY, number) for number in row.sample
    ]
    assert count_public(letter.id)["people"] == 9
    operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW)
    steps(row)
    assert session.scalars(select(Job.id).where(Job.kind == "moderation.signature_published")).all() == []
    assert [(fall.rule, fall.number) for fall in falls_of(letter.id, 10)] == [("undo", 2)]


def test_an_organization_stands_once(session: Session) -> None:
    """House 5: what the database refuses is left alone; the others go through."""
    letter = make_letter()
    make_signature(letter, "Open Rights", "a@open.example", website="https://open.example")
    for name, site in (("Open Rights", "https://open.example"), ("Bay Tenants", "https://bay.example")):
        make_signature(letter, name, website=site, moderation="held", reasons="free_mail")
    row = carried_out(letter, Condition(state="held"), Ruling("approve"))
    assert (row.count, row.changed) == (2, 1)
    assert count_public(letter.id)["organizations"] == 2
    operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW)
    steps(row)
    assert (row.restored, count_public(letter.id)["organizations"]) == (1, 1)
    assert broken_links(letter.id) == []


@pytest.mark.parametrize(
    "condition",
    [
        Condition(),
        Condition(kind="person"),
        Condition(state="approved"),
        Condition(state="rejected", kind="person"),
        Condition(name="**"),
    ],
)
def test_empty_condition_is_refused(session: Session, condition: Condition) -> None:
    """p-M2, x-O5: nobody rejects a whole letter by a slip."""
    with pytest.raises(Refused) as refused:
        operations.plan_bulk(make_letter(), condition, REJECT, by_id=None, now=NOW)
    assert refused.value.reason == "condition_empty"


def test_rejecting_needs_a_reason(session: Session) -> None:
    """O4: by condition as one by one."""
    with pytest.raises(Refused) as refused:
        operations.plan_bulk(make_letter(), BOTS, Ruling("reject"), by_id=None, now=NOW)
    assert refused.value.reason == "needs_reason"


def test_other_letters_are_not_touched(session: Session) -> None:
    """T18: neither by the condition nor by the id of the decision."""
    letter, other = attacked(session), make_letter("other")
    stranger = make_signature(other, "Patriot 9", "p9@bots.example")
    row = carried_out(letter, BOTS)
    assert session.get_one(Signature, stranger.id).moderation == "approved"
    with pytest.raises(Refused) as refused:
        operations.undo_bulk(other.id, row.id, by_id=None, now=NOW)
    assert refused.value.reason == "not_found"


def named(letter: Letter, condition: Condition) -> list[str]:
    """Who fits, by name."""
    return sorted(one.name for one in signatures_fitting(letter.id, condition, None))


def test_conditions(session: Session) -> None:
    """p-M2: by state, kind, domain, network, name, reason, time and import."""
    letter = make_letter()
    batch = ImportBatch(letter_id=letter.id, digest="d", file_name="f.csv", basis="Paper", created_at=NOW)
    session.add(batch)
    session.flush()
    ada = make_signature(letter, "Ada 100%", "ada@cs.mit.edu", signed_at=NOW - 3 * DAY)
    make_signature(letter, "Adam", "adam@mit.edu", moderation="held", reasons="burst;too_fast", signed_at=NOW - DAY)
    make_signature(letter, "Bo", "bo@example.org", kind="imported", import_batch_id=batch.id, signed_at=NOW)
    make_signature(letter, "xkqzwvbn", "x@example.org", moderation="held", reasons="bursting", signed_at=NOW)
    session.add(SigningHint(letter_id=letter.id, signature_id=ada.id, network="a" * 32, signed_at=NOW - 3 * DAY))
    session.flush()
    expected = {
        Condition(): ["Ada 100%", "Adam", "Bo", "xkqzwvbn"],
        Condition(state="held"): ["Adam", "xkqzwvbn"],
        Condition(kind="imported"): ["Bo"],
        Condition(domain="mit.edu"): ["Adam"],
        Condition(domain="*.edu"): ["Ada 100%", "Adam"],
        Condition(domain="it.edu"): [],
        Condition(network="a" * 32): ["Ada 100%"],
        Condition(network="b" * 32): [],
        Condition(name="ada"): ["Ada 100%", "Adam"],
        Condition(name="*100%"): ["Ada 100%"],
        Condition(name="_d*"): [],
        Condition(name=RANDOM): ["xkqzwvbn"],
        Condition(rule="burst"): ["Adam"],
        Condition(since=NOW - 2 * DAY, until=NOW): ["Adam"],
        Condition(batch=batch.id): ["Bo"],
    }
    assert {condition: named(letter, condition) for condition in expected} == expected
    assert all(Condition.read(condition.stored) == condition for condition in expected)
    assert count_fitting(letter.id, Condition(name=RANDOM), "rejected", 5)[0] == 1


@pytest.mark.parametrize(
    ("name", "is_random"),
    [
        ("Ada Lovelace", False),
        ("Katarzyna Brzęczyszczykiewicz", False),
        ("Arnold Schwarzschild", False),
        ("Krk Smrt", False),
        ("Ronald McDonald", False),
        ("Leonardo DiCaprio", False),
        ("Nguyễn Thị Minh Khai", False),
        ("Владимир Всесвятский", False),
        ("明", False),
        ("Jean-Luc O'Brien-Strzyżewski", False),
        ("xkqzwvbn", True),
        ("Ada qwrtpsd", True),
        ("rTgHyUjK Lo", True),
        ("a8fk3jq", True),
    ],
)
def test_looks_random(name: str, is_random: bool) -> None:
    """V6: what a script makes up, and nobody's name."""
    assert rules.looks_random(name) == is_random


def test_ends_questions_and_asks_again_when_undone(session: Session) -> None:
    """x-S15: who was asked something is decided on like the others; taken back, the question is open as it was."""
    letter = attacked(session)
    asked = session.scalars(select(Signature).where(Signature.name == "Patriot 5")).one()
    operations.ask(letter.id, asked.id, "held", Question(ready="identity"), by_id=None, now=NOW - DAY)
    session.commit()
    before = standing(letter)
    row = carried_out(letter, BOTS)
    question = session.scalars(select(Asked)).one()
    assert (row.changed, asked.moderation, asked.asking, question.ended_at) == (7, "rejected", "none", NOW)
    operations.undo_bulk(letter.id, row.id, by_id=None, now=NOW + DAY)
    steps(row)
    session.refresh(question)
    assert (row.restored, asked.asking, question.ended_at) == (7, "asked", None)
    assert standing(letter) == before
