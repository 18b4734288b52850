"""Signatures that may be one (p-V4, x-O7): suggested by the worker, merged, taken back, told apart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from campaign.decisions import broken_links
from campaign.models import Consent, Job, Letter, NameKey, Pair, Signature
from campaign.moderation import operations, pairs
from campaign.moderation.operations import decide, undo
from campaign.moderation.rules import Ruling
from campaign.public.queries.corrections import falls_of
from campaign.signing.messages import my_url
from campaign.signing.operations import confirm_signature, erase_signature, sign_letter, withdraw_signature
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import count_public, signature_to_confirm, signatures_of_mailbox
from campaign.states import Refused
from tests.factories import DAY, entry, make_consent, make_edition, make_letter, make_organizer, make_signature
from tests.support.tables import counted, places_of

Session = scoped_session[Any]


def ada(letter: Letter, email: str = "ada@home.example", **changes: Any) -> Signature:
    """Ada, who says where she works."""
    return make_signature(letter, email=email, **{"affiliation": "Analytical Society", **changes})


def found(session: Session, state: str = "suggested") -> list[tuple[int, int, str]]:
    """Every pair in a state: both ids, and why."""
    rows = select(Pair).where(Pair.state == state).order_by(Pair.id)
    return [(pair.first_id, pair.second_id, pair.why) for pair in session.scalars(rows)]


def refusal(act: Any, *given: Any, **more: Any) -> str:
    """The reason an act is refused for."""
    with pytest.raises(Refused) as caught:
        act(*given, **more)
    return caught.value.reason


def test_worker_suggests_what_looks_the_same(session: Session, now: datetime) -> None:
    """p-V4: the same person from two addresses, a body under two names; homonyms, other kinds and letters are not."""
    letter, other = make_letter(), make_letter("other")
    first, second = ada(letter), ada(letter, "lovelace@work.example")
    make_signature(letter, affiliation="Elsewhere")
    ada(letter, "x@x.example", kind="imported")
    ada(letter, "y@y.example", verification="pending")
    ada(letter, "z@z.example", moderation="rejected")
    ada(letter, "w@w.example", kind="employee")
    ada(other, "v@v.example")
    union = make_signature(letter, "American Civil Liberties Union", website="https://aclu-union.org")
    short = make_signature(letter, "ACLU", website="https://aclu-site.org")
    operations.look_on(now)
    assert found(session) == [(first.id, second.id, "same_affiliation"), (union.id, short.id, "acronym")]
    assert session.scalar(select(func.count()).select_from(NameKey).where(NameKey.signature_id == first.id)) == 1
    employees = select(func.count()).select_from(NameKey).join(Signature, Signature.id == NameKey.signature_id)
    assert session.scalar(employees.where(Signature.kind == "employee")) == 0


def test_worker_looks_once_and_in_order(session: Session, now: datetime) -> None:
    """p-V4: nothing is compared twice, and a proof that is younger than a minute waits for those before it."""
    letter = make_letter()
    first = ada(letter)
    late = ada(letter, "lovelace@work.example", verification="pending")
    assert operations.look_on(now) == 1
    sign_letter(letter.id, entry("Ada Lovelace", "third@work.example", affiliation="Analytical Society"), now)
    row = session.scalars(select(Signature).where(Signature.email == "third@work.example")).one()
    row.expires_at = now + DAY
    session.flush()
    confirm_signature(signature_to_confirm(row.id), 0, digest_of(row), now)
    assert (operations.look_on(now), found(session)) == (0, [])
    assert operations.look_on(now + timedelta(seconds=61)) == 1
    assert found(session) == [(first.id, row.id, "same_affiliation")]
    assert (operations.look_on(now + DAY), late.verification) == (0, "pending")


def test_one_look_costs_the_same_at_any_size(app: Flask, session: Session, now: datetime) -> None:
    """R7: a confirmed signature is compared by index, with so many statements whether 3 or 60 signed."""
    letter = make_letter()
    sent = []
    for size in (3, 60):
        for number in range(size):
            make_signature(letter, f"Person {number} of {size}")
        operations.look_on(now)
        newest = ada(letter, f"ada{size}@home{size}.example")
        with counted(app) as asked:
            operations.look_for_pairs([newest.id], now)
        sent.append(len(asked))
    # The second time there is a pair to write, and what was said of its mailboxes to look up.
    assert sent == [5, 7]


def test_confirming_does_no_more_than_before(app: Flask, session: Session, now: datetime) -> None:
    """p-V4, R7: comparing is the worker's; a signature and its confirmation write no row of it."""
    letter = make_letter()
    ada(letter)
    operations.look_on(now)
    with counted(app) as asked:
        sign_letter(letter.id, entry("Ada Lovelace", "new@home.example"), now)
    assert [statement for statement in asked if "name_key" in statement or "pair" in statement.split()] == []
    assert found(session) == []


def test_merge_keeps_the_older_date_and_both_rows(session: Session, now: datetime) -> None:
    """p-V4, x-O7, p-M4: one is counted less, search words go, a line says so, the chain holds, undo restores all."""
    letter, by = make_letter(), make_organizer().id
    old = ada(letter, signed_at=now - 3 * DAY)
    new = ada(letter, "lovelace@work.example", signed_at=now - DAY)
    consent = make_consent(old)
    make_edition(letter)
    operations.look_on(now)
    before = count_public(letter.id)
    decision = operations.merge(letter.id, new.id, old.id, by_id=by, now=now)
    session.commit()
    assert (new.signed_at, old.merged_into_id, old.signed_at) == (now - 3 * DAY, new.id, now - 3 * DAY)
    assert (count_public(letter.id)["people"], before["people"]) == (1, 2)
    assert [(fall.rule, fall.number) for fall in falls_of(letter.id, 9)] == [("merged", 1)]
    assert [consent.ended_at for consent in session.scalars(select(Consent))] == [None]
    assert consent.signature_id == old.id  # a consent belongs to its mailbox, and is not moved
    assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "delivery.recheck")) == 1
    assert refusal(decide, letter.id, old.id, "approved", Ruling("hold"), by_id=by, now=now) == "already_withdrawn"
    undo(letter.id, decision.id, by_id=by, now=now)
    session.commit()
    assert (new.signed_at, old.merged_into_id, count_public(letter.id)) == (now - DAY, None, before)
    assert found(session) == [(old.id, new.id, "same_affiliation")]
    assert broken_links(letter.id) == []
    assert refusal(undo, letter.id, decision.id, by_id=by, now=now) == "nothing_to_undo"


def test_dates_come_back_in_any_order(session: Session, now: datetime) -> None:
    """x-O7: of several merges each can be taken back by itself, also below one that still stands."""
    letter, by = make_letter(), make_organizer().id
    rows = [ada(letter, f"a{day}@a{day}.example", signed_at=now - day * DAY) for day in (1, 2, 4, 3)]
    one, two, four, three = rows
    first = operations.merge(letter.id, two.id, four.id, by_id=by, now=now)
    second = operations.merge(letter.id, one.id, two.id, by_id=by, now=now)
    third = operations.merge(letter.id, one.id, three.id, by_id=by, now=now)
    assert (one.signed_at, two.signed_at) == (now - 4 * DAY, now - 4 * DAY)
    undo(letter.id, first.id, by_id=by, now=now)
    assert (one.signed_at, two.signed_at) == (now - 3 * DAY, now - 2 * DAY)
    undo(letter.id, third.id, by_id=by, now=now)
    assert one.signed_at == now - 2 * DAY
    undo(letter.id, second.id, by_id=by, now=now)
    assert [row.signed_at for row in rows] == [now - day * DAY for day in (1, 2, 4, 3)]
    assert count_public(letter.id)["people"] == 4


def test_what_cannot_be_merged(session: Session, now: datetime) -> None:
    """p-V4: not across letters or kinds, not what is unconfirmed, rejected, an employee's, withdrawn or merged."""
    letter, other, by = make_letter(), make_letter("other"), make_organizer().id
    row, elsewhere = ada(letter), ada(other)
    held = ada(letter, "h@h.example", moderation="held")
    merged = ada(letter, "m@m.example", merged_into_id=row.id)
    bad = {
        "pending": ada(letter, "p@p.example", verification="pending"),
        "rejected": ada(letter, "r@r.example", moderation="rejected"),
        "imported": ada(letter, "i@i.example", kind="imported"),
        "employee": ada(letter, "e@e.example", kind="employee"),
    }
    given = {"by_id": by, "now": now}
    assert {
        name: refusal(operations.merge, letter.id, row.id, one.id, **given) for name, one in bad.items()
    } == dict.fromkeys(bad, "cannot_merge")
    assert refusal(operations.merge, letter.id, bad["employee"].id, bad["employee"].id, **given) == "cannot_merge"
    assert refusal(operations.merge, letter.id, row.id, row.id, **given) == "cannot_merge"
    assert refusal(operations.merge, letter.id, row.id, elsewhere.id, **given) == "not_found"
    assert refusal(operations.merge, letter.id, row.id, 2**30, **given) == "not_found"
    assert refusal(operations.merge, letter.id, row.id, merged.id, **given) == "already_withdrawn"
    assert refusal(operations.merge, letter.id, merged.id, row.id, **given) == "already_withdrawn"
    assert refusal(operations.merge, letter.id, held.id, row.id, **given) == "keep_the_shown"
    withdraw_signature(elsewhere, "", now)
    assert refusal(operations.merge, other.id, elsewhere.id, elsewhere.id, **given) == "already_withdrawn"
    assert (found(session), found(session, "merged")) == ([], [])


def test_held_claim_is_merged_into_the_one_shown(session: Session, now: datetime) -> None:
    """p-V4: a second claim of an organization leaves the queue, and the count stays."""
    letter, by = make_letter(), make_organizer().id
    shown = make_signature(letter, "Open Rights", website="https://example.org")
    claim = make_signature(
        letter,
        "Open Rights Group",
        "b@example.org",
        website="https://example.org",
        moderation="held",
        reasons="organization_already_signed",
    )
    operations.look_on(now)
    assert found(session) == [(shown.id, claim.id, "same_organization")]
    two = pairs.suggestion_for(letter.id, claim.id)
    assert two is not None
    assert two.kept_first
    decision = operations.merge(letter.id, shown.id, claim.id, by_id=by, now=now)
    assert (count_public(letter.id)["organizations"], falls_of(letter.id, 9)) == (1, [])
    undo(letter.id, decision.id, by_id=by, now=now)
    assert (claim.moderation, claim.reasons, claim.merged_into_id) == ("held", "organization_already_signed", None)


def test_undo_is_refused_where_the_place_is_taken(session: Session, now: datetime) -> None:
    """P4: a mailbox that signed again, or a body that is on the letter again, keeps its place; nothing is doubled."""
    letter, by = make_letter(), make_organizer().id
    kept, merged = ada(letter), ada(letter, "two@two.example")
    first = operations.merge(letter.id, kept.id, merged.id, by_id=by, now=now)
    ada(letter, "two@two.example")
    assert refusal(undo, letter.id, first.id, by_id=by, now=now) == "mailbox_signed_again"
    body = make_signature(letter, "Open Rights", website="https://rights-group.org")
    alias = make_signature(letter, "Rights", website="https://alias-group.org")
    second = operations.merge(letter.id, body.id, alias.id, by_id=by, now=now)
    make_signature(letter, "Rights again", website="https://alias-group.org")
    assert refusal(undo, letter.id, second.id, by_id=by, now=now) == "organization_already_signed"
    assert (merged.merged_into_id, alias.merged_into_id) == (kept.id, body.id)


def test_told_apart_is_remembered_for_who_signs_anew(session: Session, now: datetime) -> None:
    """p-V4: "not the same" stands for these two mailboxes, also when one of them withdrew and signed again."""
    letter, by = make_letter(), make_organizer().id
    ada(letter)
    second = ada(letter, "two@two.example")
    operations.look_on(now)
    pair = session.scalars(select(Pair)).one()
    decision = operations.tell_apart(letter.id, pair.id, by_id=by, now=now)
    assert refusal(operations.tell_apart, letter.id, pair.id, by_id=by, now=now) == "already_decided"
    assert refusal(operations.merge, letter.id, pair.first_id, pair.second_id, by_id=by, now=now) == "already_decided"
    assert refusal(operations.tell_apart, make_letter("x").id, pair.id, by_id=by, now=now) == "not_found"
    operations.look_for_pairs([pair.first_id, pair.second_id], now)
    withdraw_signature(second, "", now)
    again = ada(letter, "two@two.example")
    third = ada(letter, "three@three.example")
    operations.look_on(now)
    assert [(one, other) for one, other, _why in found(session)] == [
        (pair.first_id, third.id),
        (again.id, third.id),
    ]
    undo(letter.id, decision.id, by_id=by, now=now)
    assert pair.state == "suggested"
    assert broken_links(letter.id) == []


def test_erasing_leaves_nothing_of_a_pair(session: Session, now: datetime) -> None:
    """R6, p-V4: keys, marks and suggestions go with the person; that a row was merged stays."""
    letter, by = make_letter(), make_organizer().id
    kept, gone, third = ada(letter), ada(letter, "two@two.example"), ada(letter, "three@three.example")
    operations.look_on(now)
    operations.merge(letter.id, kept.id, gone.id, by_id=by, now=now)
    session.flush()
    marks = [pair.mark for pair in session.scalars(select(Pair)) if gone.id in (pair.first_id, pair.second_id)]
    keys = list(session.scalars(select(NameKey.signature_id)))
    assert (gone.id in keys, len(marks)) == (True, 2)
    erase_signature(gone, now)
    assert gone.id not in list(session.scalars(select(NameKey.signature_id)))
    assert [(pair.state, pair.mark) for pair in session.scalars(select(Pair)) if pair.second_id == gone.id] == [
        ("merged", "")
    ]
    assert found(session) == [(kept.id, third.id, "same_affiliation")]
    assert places_of(*marks) == {}


def test_owner_of_a_merged_signature_still_finds_it(app: Flask, session: Session, now: datetime) -> None:
    """p-S8, p-V4: whoever was merged by mistake sees it on their own page, and can withdraw without the other."""
    letter, by = make_letter(), make_organizer().id
    kept, merged = ada(letter), ada(letter, "two@two.example")
    make_signature(letter, email="three@three.example", kind="imported", merged_into_id=kept.id)
    operations.merge(letter.id, kept.id, merged.id, by_id=by, now=now)
    found_rows = signatures_of_mailbox(merged.mailbox_key or "")
    assert [row.Signature.id for row in found_rows] == [merged.id]
    session.commit()
    page = app.test_client().get(my_url(merged).removeprefix(app.config["BASE_URL"]))
    assert (page.status_code, "Counted with another signature" in page.text) == (200, True)
    withdraw_signature(merged, "", now)
    assert (count_public(letter.id)["people"], kept.withdrawn_at) == (1, None)
    assert [fall.rule for fall in falls_of(letter.id, 9)] == ["merged"]
