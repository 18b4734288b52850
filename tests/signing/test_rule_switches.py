"""Which hold rules hold: presets, switches, mutes; what is kept of each; and how few ordinary signers wait."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.cli import seed_words
from campaign.extensions import db
from campaign.lib.emails import is_free_mail
from campaign.lib.names import fold
from campaign.models import Letter, LetterRule, RuleHit, RuleMute, Signature, Target, TargetLeader
from campaign.signing.holds import EVERY, FIXED, Claim, Watched, hold_reasons, preset, rules_on
from campaign.signing.queries import letter_to_judge
from tests.factories import NOW, make_letter
from tests.signing.acts import confirm, form_of, sign
from tests.support.tables import counted

Session = scoped_session[Any]
HOUR = timedelta(hours=1)


def switch(letter: Letter, rule: str, is_on: bool) -> None:
    """An organizer switched a rule."""
    db.session.add(LetterRule(letter_id=letter.id, rule=rule, is_on=is_on, changed_at=NOW))
    db.session.flush()


def mute(letter: Letter, *rules: str, hours: tuple[int, int]) -> None:
    """Rules are muted from so many hours after NOW to so many."""
    window = {"starts_at": NOW + hours[0] * HOUR, "ends_at": NOW + hours[1] * HOUR}
    db.session.add(RuleMute(letter_id=letter.id, rules=";".join(rules), place="Porto", created_at=NOW, **window))
    db.session.flush()


@pytest.mark.parametrize("kind", ["public", "academics", "coalition"])
def test_rules_are_those_of_the_kind_until_switched(session: Session, kind: str) -> None:
    """p-V3: a preset for each kind of letter; a switch is of one letter, and fixed rules have none."""
    letter, other = make_letter(kind=kind), make_letter("other", kind=kind)
    assert rules_on(letter_to_judge(letter.id), NOW) == preset(kind)
    is_on = "free_mail_affiliation" in preset(kind)
    switch(letter, "free_mail_affiliation", not is_on)
    switch(letter, "name_digits", False)
    switch(letter, "watched_name", False)
    changed = (preset(kind) ^ {"free_mail_affiliation"}) - {"name_digits"}
    assert rules_on(letter_to_judge(letter.id), NOW) == changed
    assert "watched_name" in FIXED & changed
    assert rules_on(letter_to_judge(other.id), NOW) == preset(kind)


def test_mute_is_of_its_hours_alone(session: Session) -> None:
    """p-V3, "stall at the march": muted from its first moment to its last, and on again by itself."""
    letter = make_letter()
    mute(letter, "name_digits", "honeypot", hours=(0, 4))
    mute(letter, "name_link", hours=(-9, -8))
    judged, everything = letter_to_judge(letter.id), preset("public")
    off = {
        hours: everything - rules_on(judged, NOW + timedelta(hours=hours)) for hours in (-10, -9, -8, -0.1, 0, 3.9, 4)
    }
    stall = {"name_digits", "honeypot"}
    assert off == {-10: set(), -9: {"name_link"}, -8: set(), -0.1: set(), 0: stall, 3.9: stall, 4: set()}


def confirmed(client: FlaskClient, mails: Any, **fields: str) -> Signature:
    """Somebody signs and confirms; the row."""
    sign(client, **fields)
    assert confirm(client, mails(fields["email"])[0]).status_code == 303
    return db.session.scalars(select(Signature).where(Signature.email == fields["email"])).one()


def hits(session: Session) -> dict[tuple[str, str], bool]:
    """Every hit: name and rule, and whether it was held."""
    rows = session.execute(
        select(Signature.name, RuleHit.rule, RuleHit.is_held).join(Signature, Signature.id == RuleHit.signature_id)
    )
    return {(name, rule): held for name, rule, held in rows}


def test_what_is_off_is_found_and_holds_nobody(app: Flask, client: FlaskClient, session: Session, mails: Any) -> None:
    """p-V3: what a rule would have held is known while it is off; who matches nothing costs no statement."""
    letter = make_letter()
    switch(letter, "name_digits", False)
    session.commit()
    shown = confirmed(client, mails, name="Grace 1906", email="grace@example.org")
    held = confirmed(client, mails, name="=Grace", email="formula@example.org")
    confirmed(client, mails, name="Ada Lovelace", email="ada@example.org")
    assert (shown.moderation, shown.reasons) == ("approved", "")
    assert (held.moderation, held.reasons) == ("held", "name_formula")
    assert hits(session) == {("Grace 1906", "name_digits"): False, ("=Grace", "name_formula"): True}
    assert {hit.day for hit in session.scalars(select(RuleHit))} == {shown.verified_at.date()}  # type: ignore[union-attr]


def test_leader_of_the_target_is_held(client: FlaskClient, session: Session, mails: Any) -> None:
    """x-S15: names of the target's leaders are held on every letter to it, though no letter is addressed to them."""
    letter = make_letter()
    target = session.scalars(select(Target)).one()
    session.add(TargetLeader(target_id=target.id, name="Andrew R. Jassy"))
    elsewhere = Target(slug="other", name="Other", created_at=NOW)
    session.add(elsewhere)
    session.flush()
    session.add(TargetLeader(target_id=elsewhere.id, name="Tim Cook"))
    session.commit()
    row = confirmed(client, mails, name="andrew jassy", email="a@example.org")
    other = confirmed(client, mails, name="Tim Cook", email="t@example.org")
    assert (row.moderation, row.reasons) == ("held", "target_leader")
    assert (other.moderation, letter.id) == ("approved", other.letter_id)


@pytest.mark.parametrize(
    ("comment", "is_held"),
    [
        ("", False),
        ("YES!", False),
        ("STOP IT!!!", False),
        ("Stop selling this to the police.", False),
        ("STOP SELLING THIS TO THE POLICE", True),
        ("ПРЕКРАТИТЕ ПРОДАВАТЬ ЭТО", True),
        ("警察に売るのをやめてください。お願いします", False),
        ("أوقفوا بيع هذا للشرطة من فضلكم", False),
        ("See https://spam.example for more", True),
        ("Buy at spam.com today", True),
        ("Write to me@example.org", True),
        ("I lived in St. Petersburg. It was cold.", False),
        ("We told the police.It was cold.", False),
        ("On p.m. shifts they watch us", False),
    ],
)
def test_comment_that_shouts_or_links_is_held(comment: str, is_held: bool) -> None:
    """p-V3: shouting or links; a script without capitals cannot shout."""
    claim = Claim("person", "Grace Hopper", "", comment=comment)
    assert hold_reasons(claim, EVERY, Watched()) == (["shouting_or_links"] if is_held else [])


def test_at_most_two_in_a_hundred_ordinary_signers_wait() -> None:
    """p-V3: of 10,000 on a public letter, in every script, a third with an affiliation from free mail."""
    dice = random.Random(2026)
    watched = Watched({fold("Jeffrey P. Bezos")}, {fold("Marta Ruiz de Azcárate")}, {fold("Andrew R. Jassy")})
    weights = [group.weight for group in seed_words.PEOPLE]
    waiting, affiliated = 0, 0
    for number in range(10_000):
        group = dice.choices(seed_words.PEOPLE, weights)[0]
        parts = [dice.choice(group.given), dice.choice(group.family)]
        name = group.join.join(reversed(parts) if group.family_first else parts)
        is_affiliated = number % 3 == 0
        domain = "gmail.com" if is_affiliated else dice.choice(seed_words.MAIL_HOSTS)
        affiliation = dice.choice((*seed_words.SCHOOLS, *seed_words.WORKPLACES)) if is_affiliated else ""
        claim = Claim("person", name, affiliation, is_free_mail=is_free_mail(domain))
        affiliated += bool(claim.affiliation and claim.is_free_mail)
        waiting += bool(hold_reasons(claim, preset("public"), watched))
    assert affiliated == 3334
    assert waiting <= 200


def test_switches_cost_confirming_no_statement(app: Flask, client: FlaskClient, session: Session, mails: Any) -> None:
    """D5: switches, mutes and leaders come with what is read anyway."""
    letter = make_letter()
    sign(client)
    path = next(address for address in mails("ada@example.org")[0]["links"] if "/confirm/" in address)
    page = client.get(path[path.index("/confirm/") :])
    fields = form_of(page).fields
    switch(letter, "name_digits", False)
    mute(letter, "honeypot", hours=(0, 9000))
    session.commit()
    with counted(app) as sent:
        answer = client.post(path[path.index("/confirm/") :], data={**fields, "action": "confirm"})
    assert answer.status_code == 303
    assert [statement for statement in sent if "rule_hit" in statement] == []
    assert len([statement for statement in sent if "letter_rule" in statement]) == 1
