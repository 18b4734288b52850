"""The desk's page of hold rules: switches, figures, mutes, and judging the held ones again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Decision, Letter, LetterRule, LogEntry, RuleHit, RuleMute, Signature, Target, TargetLeader
from campaign.moderation import holding
from campaign.sentences.holding import ALWAYS_ON
from campaign.signing.holds import FIXED, RULES
from tests.factories import make_signature
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page
from tests.support.tables import counted

Post = Callable[..., Any]


@pytest.fixture
def owner(app: Flask, cast: Cast) -> FlaskClient:
    """The owner's browser."""
    return signed_in(app, cast.owner)


@pytest.fixture
def post(owner: FlaskClient, cast: Cast) -> Post:
    """`post("/mutes", place=...)` sends a form of the page."""

    def send(path: str, by: FlaskClient = owner, **data: Any) -> Any:
        return by.post(f"/desk/letters/{cast.letter}/holds{path}", data={"csrf_token": desk_token(by), **data})

    return send


def letter_of(cast: Cast) -> Letter:
    """The cast's letter."""
    return db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()


def hit(row: Signature, rule: str, days_ago: int = 0, is_held: bool = True) -> None:
    """A rule matched a signature."""
    day = date.fromordinal(clock.now().date().toordinal() - days_ago)
    db.session.add(RuleHit(signature_id=row.id, rule=rule, letter_id=row.letter_id, day=day, is_held=is_held))
    db.session.flush()


def held(letter: Letter, name: str, reasons: str, **changes: Any) -> Signature:
    """A held person."""
    row = make_signature(letter, name, moderation="held", reasons=reasons, **changes)
    for rule in reasons.split(";"):
        hit(row, rule)
    return row


def text_of(client: FlaskClient, cast: Cast) -> str:
    """The words of the page."""
    answer = client.get(f"/desk/letters/{cast.letter}/holds")
    assert answer.status_code == 200
    return Page(answer.text).text


def test_each_rule_shows_its_sentence_switch_and_figures(app: Flask, cast: Cast, owner: FlaskClient) -> None:
    """p-V3: what it would have held in 7 days, what it held, and how often organizers agreed."""
    with app.app_context():
        letter = letter_of(cast)
        for number, moderation in enumerate(("rejected", "rejected", "approved", "held")):
            row = make_signature(letter, f"Name {number}", moderation=moderation)
            hit(row, "name_digits", days_ago=number * 3)
        hit(make_signature(letter, "Off"), "free_mail_affiliation", is_held=False)
        db.session.commit()
        lines = {line.id: line for line in holding.rule_lines(letter, clock.now())}
    digits, free = lines["name_digits"], lines["free_mail_affiliation"]
    assert (digits.found, digits.held, digits.rejected, digits.approved, digits.decided) == (3, 3, 2, 1, 3)
    assert (free.found, free.held, free.is_on, free.is_preset) == (1, 0, False, True)
    assert list(lines) == [rule.id for rule in RULES]
    assert {name for name, line in lines.items() if line.always_on} == FIXED
    text = text_of(owner, cast)
    assert "3 signatures of the last 7 days match, 3 were held" in text
    assert "In 30 days you agreed with it in 2 of 3 cases that were decided." in text
    assert "Always on, for the names listed in the settings" in text


def test_page_reads_no_signature_that_no_rule_found(app: Flask, cast: Cast, owner: FlaskClient) -> None:
    """R7: the same statements for any number of signatures."""
    numbers = []
    for more in (1, 40):
        with app.app_context():
            for number in range(more):
                make_signature(letter_of(cast), f"Name {number}")
            db.session.commit()
        with counted(app) as sent:
            text_of(owner, cast)
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]


def test_switching_changes_the_next_judgement_alone(app: Flask, cast: Cast, owner: FlaskClient, post: Post) -> None:
    """p-V3: a switch moves no signature; it is logged with who and when."""
    with app.app_context():
        number = held(letter_of(cast), "Grace 1906", "name_digits").id
        db.session.commit()
    answer = post("", rule="name_digits", action="off")
    assert (answer.status_code, answer.location) == (303, f"/desk/letters/{cast.letter}/holds#rule-name_digits")
    text = text_of(owner, cast)
    assert "Switched off: Digits in the name. What is held or decided by now stays as it is." in text
    assert "Switched by your team; a letter of this kind has it on." in text
    with app.app_context():
        row = db.session.scalars(select(LetterRule)).one()
        assert (row.rule, row.is_on, row.organizer_id is not None) == ("name_digits", False, True)
        assert db.session.get_one(Signature, number).moderation == "held"
        assert db.session.scalars(select(LogEntry.detail).where(LogEntry.act == "rule_switched")).all() == [
            {"rule": "name_digits", "is_on": False}
        ]
    assert post("", rule="name_digits", action="on").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(LetterRule.is_on)).all() == [True]


@pytest.mark.parametrize(("rule", "action"), [("watched_name", "off"), ("no_such", "on"), ("name_digits", "maybe")])
def test_what_has_no_switch_is_refused(app: Flask, cast: Cast, post: Post, rule: str, action: str) -> None:
    """p-V3: fixed rules stay on, whatever is posted."""
    assert post("", rule=rule, action=action).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(LetterRule)).all() == []


STALL = {"place": "Stall at the march, Porto", "rules": ["name_digits"], "reason": "We collect on paper tablets."}


def window(start: float, end: float) -> dict[str, str]:
    """A window in hours from now, as a browser sends it; the letter's zone is UTC."""
    moments = {"starts_at": clock.now() + timedelta(hours=start), "ends_at": clock.now() + timedelta(hours=end)}
    return {name: moment.strftime("%Y-%m-%dT%H:%M") for name, moment in moments.items()}


def test_mute_is_shown_and_ended(app: Flask, cast: Cast, owner: FlaskClient, post: Post) -> None:
    """p-V3: "stall at the march": place, hours, rules and reason; ended by a press, or by itself."""
    assert post("/mutes", **STALL, **window(-1, 3)).status_code == 303
    text = text_of(owner, cast)
    assert "Stall at the march, Porto" in text
    assert "We collect on paper tablets." in text
    assert text.count("Muted now") == 2
    with app.app_context():
        mute = db.session.scalars(select(RuleMute)).one()
        number = mute.id
    assert post(f"/mutes/{number}/end").status_code == 303
    assert text_of(owner, cast).count("Muted now") == 0
    assert post(f"/mutes/{number}/end").status_code == 404
    assert post("/mutes", **STALL, **window(5, 9)).status_code == 303
    assert "To come" in text_of(owner, cast)
    with app.app_context():
        later = db.session.scalars(select(RuleMute).where(RuleMute.id != number)).one().id
    assert post(f"/mutes/{later}/end").status_code == 303
    with app.app_context():
        assert [row.id for row in db.session.scalars(select(RuleMute))] == [number]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({**window(3, 1)}, "The end has to come after the beginning."),
        ({**window(-60, -50)}, "Write an end that is still to come, or at most a day ago."),
        ({**window(0, 24 * 15)}, "Mute rules for 14 days at most"),
        ({**window(0, 3), "place": ""}, "Write what happens where"),
        ({**window(0, 3), "rules": []}, "Choose at least one rule."),
        ({**window(0, 3), "rules": ["watched_name"]}, "is not"),
        ({"starts_at": "tomorrow", "ends_at": "x"}, "Write a day and a time as 2026-05-22 18:00."),
    ],
)
def test_mute_that_cannot_be_keeps_what_was_typed(
    app: Flask, cast: Cast, post: Post, changes: dict[str, Any], sentence: str
) -> None:
    """House 4: 422 with what to do, and nothing typed is lost."""
    answer = post("/mutes", **{**STALL, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "We collect on paper tablets." in answer.text
    with app.app_context():
        assert db.session.scalars(select(RuleMute)).all() == []


def test_judging_again_releases_whom_no_rule_holds(
    app: Flask, cast: Cast, owner: FlaskClient, post: Post, mails: Any
) -> None:
    """p-V3: only those; date and count stay; each is a decision, told by mail, and can be undone."""
    with app.app_context():
        letter = letter_of(cast)
        free = held(letter, "Grace 1906", "name_digits", email="grace@example.org")
        both = held(letter, "Ada 1815", "name_digits;honeypot")
        mine = held(letter, "Joan", "held_by_organizer")
        other = held(letter, "Old Name", "name_flags")
        asked = held(letter, "Asked 1", "name_digits", asking="asked")
        off = held(letter, "Link 1", "name_digits")
        hit(off, "name_link", is_held=False)
        numbers = [row.id for row in (free, both, mine, other, asked, off)]
        verified_at = free.verified_at
        db.session.commit()
    post("", rule="name_digits", action="off")
    assert post("/judge").status_code == 303
    mails()
    with app.app_context():
        rows = [db.session.get_one(Signature, number) for number in numbers]
        assert [row.moderation for row in rows] == ["approved", "held", "held", "held", "held", "held"]
        assert (rows[0].reasons, rows[0].verified_at) == ("", verified_at)
        decision = db.session.scalars(select(Decision)).one()
        assert (decision.act, decision.signature_id) == ("release", numbers[0])
        assert decision.organizer_id is not None
        kept = db.session.scalars(select(RuleHit.is_held).where(RuleHit.signature_id == numbers[0])).all()
        assert kept == [False]
    assert "1 signature was released." in text_of(owner, cast)
    undone = owner.post(
        f"/desk/letters/{cast.letter}/undo", data={"csrf_token": desk_token(owner), "decision": str(decision.id)}
    )
    assert undone.status_code == 303
    with app.app_context():
        row = db.session.get_one(Signature, numbers[0])
        assert (row.moderation, row.reasons) == ("held", "name_digits")


def test_judging_again_minds_what_was_muted_then(app: Flask, cast: Cast, post: Post, mails: Any) -> None:
    """p-V3: a stall told of afterwards releases those who were held within its hours, and nobody else."""
    with app.app_context():
        letter, now = letter_of(cast), clock.now()
        there = held(letter, "Grace 1906", "name_digits", signed_at=now - timedelta(hours=2)).id
        before = held(letter, "Ada 1815", "name_digits", signed_at=now - timedelta(hours=9)).id
        db.session.commit()
    assert post("/mutes", **STALL, **window(-4, -1)).status_code == 303
    assert post("/judge").status_code == 303
    mails()
    with app.app_context():
        assert [db.session.get_one(Signature, number).moderation for number in (there, before)] == ["approved", "held"]


def test_letter_that_reviews_first_releases_nobody(app: Flask, cast: Cast, owner: FlaskClient, post: Post) -> None:
    """p-V3: rules release nobody whom the mode holds."""
    with app.app_context():
        letter_of(cast).mode = "review_first"
        db.session.commit()
    assert "nobody is released by rules" in text_of(owner, cast)
    assert post("/judge").status_code == 422


PATHS = ("", "/mutes", "/judge")


def test_viewer_looks_and_changes_nothing(app: Flask, cast: Cast, post: Post) -> None:
    """House 6: read-only refused, stranger and nobody told nothing, wrong method 405."""
    viewer, stranger = signed_in(app, cast.viewer), signed_in(app, cast.stranger)
    text = text_of(viewer, cast)
    assert "Hold rules" in text
    assert "Switch off" not in text
    with app.app_context():
        mute = RuleMute(
            letter_id=letter_of(cast).id,
            rules="name_digits",
            place="Porto",
            starts_at=clock.now(),
            ends_at=clock.now() + timedelta(hours=1),
            created_at=clock.now(),
        )
        db.session.add(mute)
        db.session.commit()
        ends = (f"/mutes/{mute.id}/end",)
    data = {"rule": "name_digits", "action": "off", **STALL, **window(0, 3)}
    for path in (*PATHS, *ends):
        assert post(path, by=viewer, **data).status_code == 403
        assert post(path, by=stranger, **data).status_code == 404
    colleague = signed_in(app, cast.moderator)
    assert post("", by=colleague, rule="name_digits", action="off").status_code == 303
    assert stranger.get(f"/desk/letters/{cast.letter}/holds").status_code == 404
    assert colleague.get(f"/desk/letters/{cast.letter}/holds/judge").status_code == 405
    assert colleague.get(f"/desk/letters/{cast.letter}/holds/mutes").status_code == 405


def test_leaders_of_the_target_are_named(app: Flask, cast: Cast, owner: FlaskClient, post: Post) -> None:
    """x-S15: one list for each target, a name spelt twice alike once; only of whom the letter asks."""
    with app.app_context():
        target = db.session.scalars(select(Target)).one().id
    names = "Andrew R. Jassy\n\n  Tim Cook \nANDREW R. JASSY"
    assert post(f"/leaders/{target}", names=names).status_code == 303
    text = text_of(owner, cast)
    assert "Leaders of whom the letter asks" in text
    with app.app_context():
        assert list(db.session.scalars(select(TargetLeader.name).order_by(TargetLeader.id))) == [
            "Andrew R. Jassy",
            "Tim Cook",
        ]
    assert "Tim Cook" in owner.get(f"/desk/letters/{cast.letter}/holds").text
    assert post(f"/leaders/{target}", names="x" * 20_001).status_code == 422
    assert post(f"/leaders/{target + 1}", names="Nobody").status_code == 404
    assert post(f"/leaders/{target}", by=signed_in(app, cast.viewer), names="").status_code == 403
    assert post(f"/leaders/{target}", by=signed_in(app, cast.stranger), names="").status_code == 404
    assert owner.get(f"/desk/letters/{cast.letter}/holds/leaders/{target}").status_code == 405
    assert "Tim Cook" in signed_in(app, cast.viewer).get(f"/desk/letters/{cast.letter}/holds").text
    assert post(f"/leaders/{target}", names="").status_code == 303
    with app.app_context():
        assert list(db.session.scalars(select(TargetLeader))) == []


def test_words_for_a_rule_without_a_switch_fit_it() -> None:
    """p-V3: the general sentence speaks of organizations, so only rules about them may use it."""
    general = {rule.of for rule in RULES if rule.is_fixed and rule.id not in ALWAYS_ON}
    assert general == {("organization",)}
    assert sorted(set(ALWAYS_ON) - FIXED) == []


def test_judging_again_releases_whom_the_switch_alone_held(app: Flask, cast: Cast, post: Post, mails: Any) -> None:
    """p-V5: who was held with everybody is released once the switch is off, unless a rule holds them, too."""
    with app.app_context():
        letter = letter_of(cast)
        both = make_signature(letter, "Ada 1815", moderation="held", reasons="hold_all;name_digits")
        hit(both, "name_digits")
        numbers = [make_signature(letter, "Grace", moderation="held", reasons="hold_all").id, both.id]
        db.session.commit()
    assert post("/judge").status_code == 303
    mails()
    with app.app_context():
        assert [db.session.get_one(Signature, number).moderation for number in numbers] == ["approved", "held"]


def test_switch_that_holds_everybody_releases_nobody(
    app: Flask, cast: Cast, owner: FlaskClient, post: Post, mails: Any
) -> None:
    """p-V5: neither by a press while it is on, nor by a job that was asked for before."""
    with app.app_context():
        number = held(letter_of(cast), "Grace 1906", "name_digits").id
        db.session.commit()
    post("", rule="name_digits", action="off")
    assert post("/judge").status_code == 303
    with app.app_context():
        letter_of(cast).hold_all = "A wave"
        db.session.commit()
    mails()
    answer = post("/judge")
    assert (answer.status_code, "so nobody is released by rules" in answer.text) == (422, True)
    assert "Every signature is held for now, so nobody is released by rules." in text_of(owner, cast)
    assert "Judge the held ones again" not in text_of(owner, cast)
    with app.app_context():
        assert db.session.get_one(Signature, number).moderation == "held"
