"""Decisions, their undoing and vouching, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import scoped_session

from campaign.decisions import broken_links
from campaign.models import Decision, DecisionDetail, Job, Letter, Proof, SearchWord, Signature
from campaign.moderation import operations, queries
from campaign.moderation.rules import Ruling
from campaign.signing.queries import count_public
from campaign.states import Refused
from tests.factories import make_letter, make_organizer, make_signature

Session = scoped_session[Any]
Mails = Callable[..., list[dict[str, Any]]]
APPROVE, HOLD, REJECT = Ruling("approve"), Ruling("hold"), Ruling("reject", "duplicate")


def refusal(call: Any, *args: Any, **kwargs: Any) -> str:
    """The reason a call is refused with."""
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.reason


@pytest.fixture
def letter(session: Session) -> Letter:
    """An open letter."""
    return make_letter()


@pytest.fixture
def by_id(session: Session) -> int:
    """The organizer who decides."""
    return make_organizer().id


def held(letter: Letter, name: str = "Ada Lovelace", reasons: str = "watched_name", **changes: Any) -> Signature:
    """A confirmed signature that a rule held."""
    return make_signature(letter, name, moderation="held", reasons=reasons, **changes)


def snapshot(session: Session, letter: Letter) -> tuple[Any, ...]:
    """Everything that undoing has to bring back: counts, states with reasons, search words."""
    states = session.execute(select(Signature.id, Signature.moderation, Signature.reasons).order_by(Signature.id)).all()
    words = session.execute(select(SearchWord.word, SearchWord.signature_id).order_by("word", "signature_id")).all()
    return count_public(letter.id), [tuple(row) for row in states], [tuple(row) for row in words]


@pytest.mark.parametrize(
    ("before", "ruling", "after", "reasons"),
    [
        ("held", APPROVE, "approved", ""),
        ("waiting", APPROVE, "approved", ""),
        ("rejected", APPROVE, "approved", ""),
        ("approved", HOLD, "held", "held_by_organizer"),
        ("waiting", HOLD, "held", "held_by_organizer"),
        ("approved", REJECT, "rejected", "duplicate"),
        ("held", REJECT, "rejected", "duplicate"),
    ],
)
def test_decision_moves_and_is_recorded(
    session: Session, letter: Letter, by_id: int, now: datetime, before: str, ruling: Ruling, after: str, reasons: str
) -> None:
    """R2: state, reasons, lists and one row with actor, before and after; undo brings everything back."""
    row = make_signature(letter, moderation=before, reasons="watched_name" if before == "held" else "")
    first = snapshot(session, letter)
    decision = operations.decide(letter.id, row.id, before, ruling, by_id=by_id, now=now)
    assert (row.moderation, row.reasons) == (after, reasons)
    assert count_public(letter.id)["people"] == (1 if after == "approved" else 0)
    assert bool(session.scalars(select(SearchWord)).all()) is (after == "approved")
    detail = session.get_one(DecisionDetail, decision.id)
    assert (decision.act, decision.organizer_id, decision.signature_id) == (ruling.act, by_id, row.id)
    assert (detail.before["moderation"], detail.after["moderation"]) == (before, after)
    undone = operations.undo(letter.id, decision.id, by_id=by_id, now=now)
    assert snapshot(session, letter) == first
    assert (undone.act, undone.undoes_id) == ("undo", decision.id)
    assert broken_links(letter.id) == []


def test_second_moderator_is_told(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """P14: the state that was seen is gone; nothing is overwritten and no row is written."""
    row = held(letter)
    operations.decide(letter.id, row.id, "held", REJECT, by_id=by_id, now=now)
    assert refusal(operations.decide, letter.id, row.id, "held", APPROVE, by_id=by_id, now=now) == "already_decided"
    assert row.moderation == "rejected"
    assert session.scalar(select(func.count(Decision.id))) == 1


@pytest.mark.parametrize(
    ("changes", "seen", "ruling", "reason"),
    [
        ({"verification": "pending"}, "waiting", APPROVE, "not_verified"),
        ({"verification": "expired"}, "waiting", REJECT, "not_verified"),
        ({"moderation": "held"}, "held", HOLD, "illegal_move"),
        ({"moderation": "held"}, "banana", APPROVE, "illegal_move"),
        ({"moderation": "held"}, "waiting", APPROVE, "already_decided"),
        ({"moderation": "held"}, "held", Ruling("reject"), "needs_reason"),
        ({"moderation": "held"}, "held", Ruling("erase"), "unknown_action"),
        ({"withdrawn_at": datetime.fromisoformat("2026-06-18T00:00:00+00:00")}, "approved", HOLD, "already_withdrawn"),
    ],
)
def test_refusals_leave_no_trace(
    session: Session,
    letter: Letter,
    by_id: int,
    now: datetime,
    changes: dict[str, Any],
    seen: str,
    ruling: Ruling,
    reason: str,
) -> None:
    """A refused act writes no decision and changes no state."""
    row = make_signature(letter, **changes)
    before = row.moderation
    assert refusal(operations.decide, letter.id, row.id, seen, ruling, by_id=by_id, now=now) == reason
    session.rollback()
    assert session.scalars(select(Decision)).all() == []
    found = session.get(Signature, row.id)
    assert found is None or found.moderation == before


def test_signature_of_another_letter_is_not_found(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """T18: every posted id is scoped to the letter."""
    foreign = held(make_letter("other"))
    for call in (operations.decide, operations.vouch):
        ruling: Any = APPROVE if call is operations.decide else "We know them."
        assert refusal(call, letter.id, foreign.id, "held", ruling, by_id=by_id, now=now) == "not_found"
    other = operations.decide(foreign.letter_id, foreign.id, "held", APPROVE, by_id=by_id, now=now)
    assert refusal(operations.undo, letter.id, other.id, by_id=by_id, now=now) == "not_found"


def test_second_claim_on_an_organization_is_refused(
    session: Session, letter: Letter, by_id: int, now: datetime
) -> None:
    """House section 5: one public endorsement per organization, by the database, as a refusal."""
    make_signature(letter, "Open Rights", "a@rights.example", website="https://rights.example")
    second = held(letter, "Open Rights", email="b@rights.example", website="https://www.rights.example")
    decided = refusal(operations.decide, letter.id, second.id, "held", APPROVE, by_id=by_id, now=now)
    assert decided == "organization_already_signed"
    vouching = refusal(operations.vouch, letter.id, second.id, "held", "Called them.", by_id=by_id, now=now)
    assert vouching == "organization_already_signed"
    outcome = operations.decide_many(letter.id, [(second.id, "held")], APPROVE, by_id=by_id, now=now)
    assert outcome.refused == {second.id: "organization_already_signed"}
    assert session.scalar(select(func.count(Decision.id))) == 0


def test_bulk_leaves_only_what_refuses(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """One row each; the others stand; undoing all restores exactly."""
    rows = [held(letter, f"Person {n}") for n in range(5)]
    first = snapshot(session, letter)
    operations.decide(letter.id, rows[2].id, "held", REJECT, by_id=by_id, now=now)
    pairs = [(row.id, "held") for row in rows] + [(10**6, "held"), (rows[0].id, "held")]
    outcome = operations.decide_many(letter.id, pairs, APPROVE, by_id=by_id, now=now)
    assert outcome.signatures == [row.id for row in rows if row is not rows[2]]
    assert outcome.refused == {rows[2].id: "already_decided", 10**6: "not_found"}
    assert count_public(letter.id)["people"] == 4
    undone = operations.undo_many(letter.id, outcome.decisions, by_id=by_id, now=now)
    assert (len(undone.decisions), undone.refused) == (4, {})
    history = queries.history_of(rows[2].id)
    operations.undo(letter.id, history[0].decision.id, by_id=by_id, now=now)
    assert snapshot(session, letter) == first


def test_only_the_newest_decision_is_undone_once(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """An older one would silently overwrite what came after it."""
    row = held(letter)
    first = operations.decide(letter.id, row.id, "held", APPROVE, by_id=by_id, now=now)
    second = operations.decide(letter.id, row.id, "approved", REJECT, by_id=by_id, now=now)
    assert refusal(operations.undo, letter.id, first.id, by_id=by_id, now=now) == "already_decided"
    undone = operations.undo(letter.id, second.id, by_id=by_id, now=now)
    assert refusal(operations.undo, letter.id, second.id, by_id=by_id, now=now) == "nothing_to_undo"
    assert refusal(operations.undo, letter.id, undone.id, by_id=by_id, now=now) == "nothing_to_undo"
    assert row.moderation == "approved"


def test_erased_words_leave_nothing_to_undo(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """T22: what erasure blanked cannot be brought back, and the chain holds."""
    row = held(letter)
    decision = operations.decide(letter.id, row.id, "held", APPROVE, by_id=by_id, now=now)
    detail = session.get_one(DecisionDetail, decision.id)
    detail.before, detail.after, detail.salt, detail.blanked_at = {}, {}, "", now
    session.flush()
    assert refusal(operations.undo, letter.id, decision.id, by_id=by_id, now=now) == "nothing_to_undo"
    assert broken_links(letter.id) == []


def test_vouching_verifies_an_organization(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """p-V1: a badge comes from a method with evidence; undo takes the evidence back."""
    row = make_signature(
        letter,
        "Bay Tenants",
        "bay@gmail.com",
        website="https://bay.example",
        verification="pending",
        organization_id=None,
    )
    assert refusal(operations.vouch, letter.id, row.id, "waiting", " ", by_id=by_id, now=now) == "needs_reason"
    decision = operations.vouch(letter.id, row.id, "waiting", "Called their office.", by_id=by_id, now=now)
    assert (row.verification, row.moderation, row.verified_at) == ("verified", "approved", now)
    assert row.organization_id is not None
    proof = session.scalars(select(Proof).where(Proof.signature_id == row.id)).one()
    assert (proof.method, proof.seen, proof.by_id) == ("vouched", "Called their office.", by_id)
    assert count_public(letter.id)["organizations"] == 1
    operations.undo(letter.id, decision.id, by_id=by_id, now=now)
    assert (row.verification, row.moderation, row.verified_at) == ("pending", "waiting", None)
    assert session.scalars(select(Proof).where(Proof.signature_id == row.id)).all() == []
    person = held(letter)
    assert refusal(operations.vouch, letter.id, person.id, "held", "A friend.", by_id=by_id, now=now) == "illegal_move"


def test_mail_of_a_decision_waits_two_minutes(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """O4: undoing within two minutes means that nobody hears of it."""
    row = held(letter)
    decision = operations.decide(letter.id, row.id, "held", APPROVE, by_id=by_id, now=now)
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.run_at) == ("moderation.signature_published", now + timedelta(minutes=2))
    assert job.payload == {"signature": row.id, "decision": decision.id}
    operations.undo(letter.id, decision.id, by_id=by_id, now=now)
    assert session.scalars(select(Job)).all() == []


@pytest.mark.parametrize(
    ("before", "ruling", "kinds"),
    [
        ("held", REJECT, []),
        ("held", Ruling("reject", "duplicate", tell=True), ["moderation.signature_rejected"]),
        ("rejected", APPROVE, ["moderation.signature_published"]),
        ("waiting", APPROVE, []),
        ("approved", HOLD, []),
    ],
)
def test_who_is_told(
    session: Session, letter: Letter, by_id: int, now: datetime, before: str, ruling: Ruling, kinds: list[str]
) -> None:
    """Whether a rejected person is told is a visible choice; whoever was told of a check hears of its end."""
    row = make_signature(letter, moderation=before)
    operations.decide(letter.id, row.id, before, ruling, by_id=by_id, now=now)
    assert [job.kind for job in session.scalars(select(Job))] == kinds


def test_mails_say_what_was_decided(session: Session, letter: Letter, by_id: int, frozen: Any, mails: Mails) -> None:
    """The reason and the organizer's words, the own link, and nothing before two minutes have passed."""
    from campaign.lib import clock

    published, rejected = held(letter, email="ada@example.org"), held(letter, email="eve@example.org")
    tell = Ruling("reject", "impersonation", "Two people wrote to us.", tell=True)
    operations.decide(letter.id, published.id, "held", APPROVE, by_id=by_id, now=clock.now())
    operations.decide(letter.id, rejected.id, "held", tell, by_id=by_id, now=clock.now())
    assert mails() == []
    frozen.shift(121)
    by_address = {mail["to"]: mail for mail in mails()}
    assert set(by_address) == {"ada@example.org", "eve@example.org"}
    assert "stands on the letter now" in by_address["ada@example.org"]["text"]
    said = by_address["eve@example.org"]["text"]
    assert "Signed in somebody else's name" in said
    assert "Two people wrote to us." in said
    assert any("/my/" in link for link in by_address["eve@example.org"]["links"])


def test_mail_is_dropped_when_the_state_moved_on(
    session: Session, letter: Letter, by_id: int, frozen: Any, mails: Mails
) -> None:
    """A mail that would no longer be true is not sent."""
    from campaign.lib import clock

    row = held(letter, email="ada@example.org")
    operations.decide(letter.id, row.id, "held", APPROVE, by_id=by_id, now=clock.now())
    operations.decide(letter.id, row.id, "approved", REJECT, by_id=by_id, now=clock.now())
    frozen.shift(121)
    assert mails() == []


def test_chain_finds_an_edit_and_a_gap(session: Session, letter: Letter, by_id: int, now: datetime) -> None:
    """M3: the database refuses changes; where somebody went around it, the chain tells the place."""
    for n in range(4):
        operations.decide(letter.id, held(letter, f"P {n}").id, "held", APPROVE, by_id=by_id, now=now)
    session.commit()
    for statement in ("UPDATE decision SET act = 'hold' WHERE sequence = 2", "DELETE FROM decision WHERE sequence = 2"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
    detail = session.scalars(select(DecisionDetail).order_by(DecisionDetail.decision_id).offset(1)).first()
    detail.reason = "never said"
    session.flush()
    assert broken_links(letter.id) == [2]
