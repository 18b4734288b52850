"""Many at once behind one address: a script, and a campus of honest people; nothing acknowledged is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import Letter, Signature
from campaign.moderation import operations as moderation
from campaign.moderation.conditions import Condition
from campaign.moderation.rules import Ruling
from campaign.public.queries.corrections import falls_of
from campaign.signing import operations, rules
from campaign.signing.operations import Origin
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import count_public, signature_to_confirm
from campaign.states import Refused
from tests.factories import NOW, entry, make_letter

Session = scoped_session[Any]
ONE_ADDRESS = "198.51.100.7"
LETTERS = str.maketrans("0123456789", "abcdefghij")


class Answers(NamedTuple):
    """The addresses that were told to check their mail, and how many were told to come back later."""

    thanked: list[str]
    refused: int


def attempts(letter: Letter, number: int, domain: str, pause: timedelta, name: str) -> Answers:
    """So many people sign from one address, each in a transaction of their own, as the pages do it."""
    thanked, refused, letter_id = [], 0, letter.id
    for count in range(number):
        address = f"{name.lower()}{count}@{domain}"
        who = entry(f"{name} {str(count).translate(LETTERS).title()}", address, origin=Origin(ONE_ADDRESS, 20))
        try:
            operations.sign_letter(letter_id, who, NOW + count * pause)
        except Refused as refusal:
            if refusal.reason != "network_full":
                raise
            db.session.rollback()
            refused += 1
            continue
        db.session.commit()
        thanked.append(address)
    return Answers(thanked, refused)


def confirm_all(letter: Letter, now: datetime) -> None:
    """Everybody presses the button of their mail."""
    waiting = select(Signature.id).where(Signature.letter_id == letter.id, Signature.verification == "pending")
    for signature_id in db.session.scalars(waiting).all():
        found = signature_to_confirm(signature_id)
        assert found is not None
        operations.confirm_signature(found, found[0].generation, digest_of(found[0]), now)
        db.session.commit()


def states(letter: Letter) -> dict[str, tuple[str, str]]:
    """Of each address where its signature stands, and why."""
    rows = db.session.scalars(select(Signature).where(Signature.letter_id == letter.id))
    return {row.email or "": (row.moderation, row.reasons) for row in rows}


def in_bulk(letter: Letter, condition: Condition, ruling: Ruling, now: datetime) -> int:
    """One decision on all that fit, counted first, as the worker carries it out; how many it changed."""
    row = moderation.plan_bulk(letter, condition, ruling, by_id=None, now=now)
    for begin in (None, moderation.start_bulk):
        if begin is not None:
            begin(letter.id, row.id, by_id=None, now=now)
        while moderation.take_step(row.id, row.state, None, now):
            db.session.commit()
        db.session.commit()
    return int(row.changed)


def script_attacks(number: int, most: int) -> None:
    """A script signs so often from one network, and owns the mailboxes; honest people sign meanwhile."""
    letter = make_letter()
    db.session.commit()
    operations.sign_letter(letter.id, entry("Grace Hopper", "grace@example.org", origin=Origin("203.0.113.9", 40)), NOW)
    said = attempts(letter, number, "bots.example", timedelta(milliseconds=500), "Patriot")
    assert (len(said.thanked), said.refused) == (min(number, most), max(0, number - most))
    assert set(said.thanked) | {"grace@example.org"} == set(states(letter))
    later = NOW + timedelta(hours=2)
    confirm_all(letter, later)
    shown = [address for address, (moderation_state, _) in states(letter).items() if moderation_state == "approved"]
    # What a network may bring without a look, and the one who has nothing to do with it.
    assert len(shown) == rules.BURST_MOST + 1
    assert states(letter)["grace@example.org"] == ("approved", "")
    assert {reasons for state, reasons in states(letter).values() if state == "held"} == {"burst"}
    before = count_public(letter.id)["people"]
    changed = in_bulk(letter, Condition(domain="bots.example"), Ruling("reject", "not_a_person", "A script"), later)
    assert changed == len(said.thanked)
    assert (before, count_public(letter.id)["people"]) == (rules.BURST_MOST + 1, 1)
    assert [(fall.rule, fall.number) for fall in falls_of(letter.id, 10)] == [("not_a_person", rules.BURST_MOST)]


def campus_signs(number: int) -> None:
    """So many honest people sign behind one address within the hour, and are released in one go."""
    letter = make_letter()
    db.session.commit()
    said = attempts(letter, number, "university.example", timedelta(seconds=3600) / number, "Student")
    assert (len(said.thanked), said.refused) == (number, 0)
    confirmed_at = NOW + timedelta(hours=2)
    confirm_all(letter, confirmed_at)
    held = {address for address, (state, reasons) in states(letter).items() if (state, reasons) == ("held", "burst")}
    assert 0 < len(held) < number
    assert count_public(letter.id)["people"] == number - len(held)
    dates = dated(letter)
    released = in_bulk(letter, Condition(state="held", rule="burst"), Ruling("approve"), NOW + timedelta(days=2))
    assert released == len(held)
    # Every one of them counts, as of the day they signed and confirmed.
    assert count_public(letter.id)["people"] == number
    assert dated(letter) == dates
    assert set(states(letter)) == set(said.thanked)
    assert falls_of(letter.id, 10) == []


def dated(letter: Letter) -> dict[str, Any]:
    """When each signed, and when each confirmed."""
    rows = db.session.scalars(select(Signature).where(Signature.letter_id == letter.id))
    return {row.email or "": (row.signed_at, row.verified_at) for row in rows}


def test_script_signs_from_one_network(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """T2, P1, D3: the first few are shown, the rest is held, only beyond the hard limit is anybody refused."""
    monkeypatch.setattr(rules, "MOST_ON_LETTER", 90)
    script_attacks(120, 90)


@pytest.mark.slow
def test_script_signs_five_thousand_times(session: Session) -> None:
    """T2, D3: the same with the numbers in force: 5,000 attempts in 42 minutes."""
    script_attacks(5000, 3000)


def test_campus_signs_behind_one_address(session: Session) -> None:
    """D3, R4: an office or a campus loses nobody; who was held is released with date and count intact."""
    campus_signs(120)


@pytest.mark.slow
def test_campus_of_two_thousand_signs(session: Session) -> None:
    """D3, R4: the same with 2,000 people within the hour."""
    campus_signs(2000)
