"""Asking those who are held: at the desk, by mail, and what comes of no answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.lib import clock
from campaign.models import Asked, Decision, Job, Letter, Proof, RuleHit, Signature, Suppression
from campaign.moderation import jobs, queries
from campaign.moderation.rules import PAGE, Place, place_of
from campaign.signing.operations import erase_signature, owned_signature
from campaign.signing.queries import count_public
from tests.factories import NOW, make_institution, make_signature
from tests.moderation.conftest import Press, asking_of, state_of
from tests.signing.acts import link
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page
from tests.support.tables import counted

Desk = dict[str, int]
Mails = Callable[..., list[dict[str, Any]]]
WEEK = timedelta(days=7)
pytestmark = pytest.mark.usefixtures("frozen")


def acts(app: Flask) -> list[tuple[str, bool]]:
    """Every decision in order: the act, and whether an organizer took it; the chain holds."""
    with app.app_context():
        rows = list(db.session.scalars(select(Decision).order_by(Decision.id)))
        assert broken_links(rows[0].letter_id) == []
        return [(row.act, row.organizer_id is not None) for row in rows]


def follow(app: Flask) -> None:
    """The worker looks after the questions."""
    with app.app_context():
        jobs.follow_questions(clock.now())


def test_asking_takes_the_row_out_of_the_queue(
    app: Flask, cast: Cast, desk: Desk, owner: FlaskClient, press: Press, mails: Mails, frozen: Traveller
) -> None:
    """x-S15: the next row opens; the mail leaves after two minutes, with the question and a link of its own."""
    code, target, _page = press("ask:identity", f"{desk['Ada Lovelace']}:held")
    assert (code, target) == (303, f"/desk/letters/{cast.letter}/queue?at={desk['Grace Hopper']}#one")
    page = Page(owner.get(target).text)
    assert "1 person is asked. The mail leaves in two minutes." in page.text
    assert "To review 3" in page.text
    assert "Asked 1" in page.text
    assert asking_of(app, desk["Ada Lovelace"]) == ("held", "asked")
    assert [mail["to"] for mail in mails()] == []
    frozen.shift(timedelta(minutes=2))
    (mail,) = mails()
    assert (mail["to"], mail["subject"]) == (
        "ada@example.org",
        "A question about your signature: Stop selling face recognition",
    )
    assert "Somebody well known has your name" in mail["text"]
    assert "On the watch list" not in mail["text"]
    assert link(mail, "asked").startswith("/asked/")
    assert acts(app) == [("ask", True)]


def test_own_words_are_asked_and_kept(
    app: Flask, desk: Desk, press: Press, owner: FlaskClient, cast: Cast, mails: Mails, frozen: Traveller
) -> None:
    """x-S15: free text reaches the person as written, and stands in the panel and in the history."""
    words = "Are you the Ada who wrote <b>the notes</b>?"
    assert press("ask", f"{desk['Ada Lovelace']}:held", question=words)[0] == 303
    frozen.shift(timedelta(minutes=2))
    (mail,) = mails()
    assert words in mail["text"]
    assert "<b>the notes</b>" not in mail["html"]
    panel = Page(owner.get(f"/desk/letters/{cast.letter}/signatures?at={desk['Ada Lovelace']}").text).text
    assert panel.count(words) == 2
    assert "No answer yet. After seven days a reminder leaves." in panel


@pytest.mark.parametrize(
    ("name", "action", "sentence"),
    [
        ("Ada Lovelace", "ask", "Write your question, or choose one of the ready ones."),
        ("Ada Lovelace", "ask:no_such", "Write your question, or choose one of the ready ones."),
        ("Shown Person", "ask:identity", "Only somebody who waits for a decision"),
        ("Pending Person", "ask:identity", "Only somebody who waits for a decision"),
    ],
)
def test_what_cannot_be_asked(app: Flask, desk: Desk, press: Press, name: str, action: str, sentence: str) -> None:
    """House 4: 422 with a sentence; nothing is asked."""
    with app.app_context():
        state = db.session.get_one(Signature, desk[name]).moderation
    code, _target, page = press(action, f"{desk[name]}:{state}")
    assert code == 422
    assert sentence in page
    with app.app_context():
        assert list(db.session.scalars(select(Asked))) == []


def test_nobody_is_asked_twice_or_against_their_word(app: Flask, desk: Desk, press: Press) -> None:
    """K8: one question at a time, and none to a mailbox that wants no mail."""
    row = f"{desk['Ada Lovelace']}:held"
    assert press("ask:identity", row)[0] == 303
    assert press("ask:entry", row)[0] == 422
    with app.app_context():
        grace = db.session.get_one(Signature, desk["Grace Hopper"])
        said = {"mailbox_key": grace.mailbox_key, "letter_id": grace.letter_id, "reason": "not_me"}
        db.session.add(Suppression(**said, created_at=NOW))
        db.session.commit()
    assert press("ask:identity", f"{desk['Grace Hopper']}:held")[0] == 422
    assert press("ask:identity", f"{desk['Joan Clarke']}:waiting")[0] == 422


def test_several_are_asked_at_once_and_undone(
    app: Flask, desk: Desk, owner: FlaskClient, press: Press, mails: Mails, frozen: Traveller
) -> None:
    """O4: one press for the rows chosen, one to take them back; no mail leaves then."""
    rows = [f"{desk[name]}:held" for name in ("Ada Lovelace", "Grace Hopper", "Bay Tenants")]
    code, target, _page = press("ask:entry", *rows, f"{desk['Shown Person']}:approved")
    assert code == 303
    page = Page(owner.get(target).text)
    assert "3 people are asked. The mails leave in two minutes." in page.text
    assert "1 signature was left as it was." in page.text
    (form,) = [form for form in page.forms if form.action.endswith("/undo")]
    with app.app_context():
        ids = [str(number) for number in db.session.scalars(select(Decision.id))]
    assert owner.post(form.action, data={**form.fields, "decision": ids}).status_code == 303
    assert [asking_of(app, desk[name])[1] for name in ("Ada Lovelace", "Grace Hopper", "Bay Tenants")] == ["none"] * 3
    frozen.shift(timedelta(minutes=5))
    assert mails() == []
    assert acts(app) == [("ask", True)] * 3 + [("undo", True)] * 3
    assert press("ask:identity", rows[0])[0] == 303


def test_decided_meanwhile_no_mail_leaves(
    app: Flask, desk: Desk, press: Press, mails: Mails, frozen: Traveller
) -> None:
    """x-S15: whoever is approved before the mail leaves is asked nothing, and not reminded either."""
    assert press("ask:identity", f"{desk['Ada Lovelace']}:held")[0] == 303
    assert press("approve", f"{desk['Ada Lovelace']}:held", page="signatures")[0] == 303
    frozen.shift(timedelta(minutes=2))
    assert [mail["subject"] for mail in mails()] == ["Your signature is on the letter: Stop selling face recognition"]
    frozen.shift(3 * WEEK)
    follow(app)
    assert len(mails()) == 1
    assert asking_of(app, desk["Ada Lovelace"])[0] == "approved"


def test_answered_come_first_page_by_page(app: Flask, cast: Cast, desk: Desk) -> None:
    """O1: who answered first, then the oldest; each on exactly one page, whatever is decided between pages."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        for number in range(120):
            asking = "answered" if number % 3 == 0 else "asked" if number % 3 == 1 else "none"
            make_signature(letter, f"N {number:03}", moderation="held", reasons="honeypot", asking=asking)
        db.session.commit()
        seen: list[tuple[str, str]] = []
        after: Place | None = None
        while rows := queries.undecided(letter.id, after):
            page = rows[:PAGE]
            seen += [(row.asking, row.name) for row in page]
            after = place_of(str(Place(page[-1].asking, page[-1].id)))
        names = [name for _asking, name in seen]
        assert len(names) == len(set(names)) == 84
        assert [asking for asking, _name in seen] == ["answered"] * 40 + ["none"] * 44
        assert names[:2] + names[40:42] == ["N 000", "N 003", "Ada Lovelace", "Grace Hopper"]
        assert queries.count_undecided(letter.id).asked == 40
        last = db.session.scalars(select(Signature.id).where(Signature.name == "N 117")).one()
        assert queries.next_undecided(letter.id, queries.last_place([last])) == desk["Ada Lovelace"]


def test_filter_lists_those_who_were_asked(cast: Cast, desk: Desk, owner: FlaskClient, press: Press) -> None:
    """O6: `state=asked` in the address."""
    press("ask:identity", f"{desk['Ada Lovelace']}:held")
    text = Page(owner.get(f"/desk/letters/{cast.letter}/signatures?state=asked").text).text
    assert "Ada Lovelace" in text
    assert "Grace Hopper" not in text


def ask_about_affiliation(app: Flask, cast: Cast, press: Press, reasons: str = "free_mail_affiliation") -> int:
    """Somebody with an affiliation from free mail was asked about it; the id."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
        letter.kind = "academics"
        row = make_signature(
            letter, "Emmy Noether", "emmy@gmail.com", affiliation="Göttingen", moderation="held", reasons=reasons
        )
        db.session.add(RuleHit(signature_id=row.id, rule=reasons, letter_id=letter.id, day=NOW.date(), is_held=True))
        row.institution_id, row.affiliation_typed = make_institution(row.affiliation).id, "Goettingen"
        db.session.commit()
        number = row.id
    assert press("ask:affiliation", f"{number}:held")[0] == 303
    return number


def test_no_answer_publishes_without_the_affiliation(
    app: Flask, cast: Cast, press: Press, mails: Mails, frozen: Traveller
) -> None:
    """p-V3: one reminder after 7 days, and 7 days later the default, as a decision of no organizer."""
    number = ask_about_affiliation(app, cast, press)
    frozen.shift(timedelta(minutes=2))
    assert "shown without the affiliation" in mails()[0]["text"]
    frozen.shift(WEEK - timedelta(minutes=3))
    follow(app)
    assert len(mails()) == 1
    frozen.shift(timedelta(minutes=2))
    for _again in range(3):
        follow(app)
    assert mails()[0]["subject"] == ("Reminder: a question about your signature: Stop selling face recognition")
    assert len(mails()) == 2
    frozen.shift(WEEK - timedelta(minutes=1))
    follow(app)
    assert asking_of(app, number) == ("held", "asked")
    frozen.shift(timedelta(minutes=1))
    with app.app_context():
        before = count_public(db.session.get_one(Signature, number).letter_id)
    follow(app)
    follow(app)
    assert asking_of(app, number) == ("approved", "none")
    assert acts(app) == [("ask", True), ("publish_without_affiliation", False)]
    with app.app_context():
        row = db.session.get_one(Signature, number)
        after = count_public(row.letter_id)
        assert (row.affiliation, row.affiliation_typed, row.institution_id, row.reasons) == ("", "", None, "")
        assert after["people"] == before["people"] + 1
        assert list(db.session.scalars(select(RuleHit.rule).where(RuleHit.signature_id == number))) == []
    frozen.shift(timedelta(minutes=2))
    assert mails()[0]["subject"] == "Your signature is on the letter: Stop selling face recognition"


@pytest.mark.parametrize(
    ("reasons", "mode"), [("watched_name", "hold_risky"), ("free_mail_affiliation", "review_first")]
)
def test_no_answer_returns_to_the_queue_where_more_is_open(
    app: Flask, cast: Cast, press: Press, mails: Mails, frozen: Traveller, reasons: str, mode: str
) -> None:
    """p-V3: the default is only for an affiliation that is the only reason."""
    with app.app_context():
        db.session.scalars(select(Letter).where(Letter.slug == cast.letter)).one().mode = mode
        db.session.commit()
    number = ask_about_affiliation(app, cast, press, reasons)
    frozen.shift(timedelta(minutes=2))
    assert "without the affiliation:" not in mails()[0]["text"]
    assert "the organizers decide without your answer" in mails()[0]["text"]
    frozen.shift(WEEK)
    follow(app)
    frozen.shift(WEEK)
    follow(app)
    assert asking_of(app, number) == ("held", "none")
    assert acts(app) == [("ask", True), ("question_lapsed", False)]
    with app.app_context():
        row = db.session.get_one(Signature, number)
        assert (row.affiliation, row.institution_id is None, row.reasons) == ("Göttingen", False, reasons)
        assert row.affiliation_typed == "Goettingen"


def test_erased_leaves_no_question(app: Flask, desk: Desk, press: Press, mails: Mails, frozen: Traveller) -> None:
    """p-S8: question, answer, hits and evidence go with the person; no mail leaves, no timer stumbles."""
    press("ask", f"{desk['Ada Lovelace']}:held", question="Are you the Ada of the notes?")
    with app.app_context():
        row = db.session.scalars(select(Asked)).one()
        row.note, row.page = "I am.", "https://ada.example"
        erase_signature(owned_signature(desk["Ada Lovelace"], 0), NOW)
        db.session.commit()
        assert list(db.session.scalars(select(Asked))) == []
        mine = Proof.signature_id == desk["Ada Lovelace"]
        assert list(db.session.scalars(select(Proof).where(mine))) == []
    frozen.shift(timedelta(minutes=2))
    assert mails() == []
    frozen.shift(3 * WEEK)
    follow(app)


def test_viewer_and_stranger_ask_nothing(app: Flask, cast: Cast, desk: Desk, press: Press) -> None:
    """House 6: read-only refused, stranger told nothing, colleague allowed."""
    row = f"{desk['Ada Lovelace']}:held"
    assert press("ask:identity", row, by=signed_in(app, cast.viewer))[0] == 403
    assert press("ask:identity", row, by=signed_in(app, cast.stranger))[0] == 404
    assert press("ask:identity", row, by=signed_in(app, cast.moderator))[0] == 303
    assert state_of(app, desk["Ada Lovelace"]) == ("verified", "held")


def test_queue_asks_as_often_with_questions_as_without(
    app: Flask, cast: Cast, desk: Desk, owner: FlaskClient, press: Press
) -> None:
    """R7: whoever was asked costs the queue nothing; opening one who was asked costs one statement."""
    page = f"/desk/letters/{cast.letter}/queue"
    with counted(app) as before:
        owner.get(page)
    press("ask:identity", f"{desk['Ada Lovelace']}:held")
    owner.get(page)
    with counted(app) as after:
        owner.get(page)
    assert len(after) == len(before)
    with counted(app) as opened:
        owner.get(f"{page}?at={desk['Ada Lovelace']}")
    assert len(opened) == len(before) + 1


def test_a_question_waits_for_nothing_else(app: Flask, desk: Desk, press: Press, owner: FlaskClient) -> None:
    """D2: the job holds ids; no usable link is at rest."""
    press("ask:identity", f"{desk['Ada Lovelace']}:held")
    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.kind == "moderation.asked")).one()
        asked = db.session.scalars(select(Asked)).one()
        assert job.payload == {"asked": asked.id}
        assert desk_token(owner)
