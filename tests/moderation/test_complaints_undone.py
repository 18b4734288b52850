"""Complaints that were upheld, and what was done about them taken back: nothing public is untrue then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.decisions import broken_links
from campaign.models import (
    BulkDecision,
    Campaign,
    Decision,
    Job,
    Letter,
    LogEntry,
    Membership,
    SearchWord,
    Signature,
)
from campaign.moderation import operations
from campaign.moderation.conditions import Condition
from campaign.moderation.rules import Ruling
from campaign.organizations.operations import merge_institutions
from campaign.signing.queries import count_public
from tests.delivery.sealed import freeze
from tests.factories import DAY, make_campaign, make_institution, make_letter, make_organizer, make_signature
from tests.moderation.test_complaints import GIVEN, refusal
from tests.support.cast import Cast, desk_token, signed_in
from tests.support.pages import Page

Session = scoped_session[Any]


@pytest.fixture
def letter(session: Session) -> Letter:
    """A letter with an owner."""
    campaign = make_campaign()
    make_organizer(campaign=campaign)
    return make_letter(campaign=campaign)


def last_decision(session: Session) -> Decision:
    """The newest decision of all."""
    return session.scalars(select(Decision).order_by(Decision.id.desc())).first()  # type: ignore[no-any-return]


def test_removal_taken_back_opens_the_case_again(
    session: Session, letter: Letter, now: datetime, client: FlaskClient, mails: Callable[..., Any]
) -> None:
    """T24: what everybody reads of a complaint is true again: not upheld, and looked at with a deadline anew."""
    by = make_organizer("second@example.org").id
    row = make_signature(letter, "Marker Person")
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), now)
    operations.remove(letter.id, case.id, row.id, "approved", by_id=by, now=now)
    path = f"/letters/{letter.slug}/corrections"
    removed = Page(client.get(path).text).text
    assert (case.number in removed, "Upheld: the signature was removed." in removed) == (True, True)
    operations.undo(letter.id, last_decision(session).id, by_id=by, now=now + DAY)
    # The worker counts anew, and with that the page is made anew.
    mails()
    assert (case.state, case.outcome, case.closed_at, case.signature_id) == ("open", "", None, None)
    assert (case.due_at, row.moderation, count_public(letter.id)["people"]) == (now + 8 * DAY, "approved", 1)
    page = Page(client.get(path).text).text
    assert (case.number in page, "Upheld" in page, "1 complaint is being looked at." in page) == (False, False, True)
    assert [(one.act, one.organizer_id) for one in session.scalars(select(LogEntry)) if "reopened" in one.act] == [
        ("complaint_reopened", by)
    ]
    operations.dismiss(letter.id, case.id, "no_ground", "", by_id=by, now=now + DAY)
    assert (case.state, case.outcome, broken_links(letter.id)) == ("dismissed", "no_ground", [])


@pytest.mark.parametrize("way", ["one", "many", "condition"])
def test_approving_what_a_complaint_took_off_opens_it_again(
    session: Session, letter: Letter, now: datetime, way: str
) -> None:
    """T24: by whatever press it comes back; a complaint about another signature stays decided."""
    row, other = (make_signature(letter, name) for name in ("Marker Person", "Other Person"))
    cases_filed = [
        operations.file_complaint(letter, replace(GIVEN, kind="named_falsely", text=text), now) for text in ("a", "b")
    ]
    for case, off in zip(cases_filed, (row, other), strict=True):
        operations.remove(letter.id, case.id, off.id, "approved", by_id=None, now=now)
    ruling = Ruling("approve")
    if way == "one":
        operations.decide(letter.id, row.id, "rejected", ruling, by_id=None, now=now)
    elif way == "many":
        operations.decide_many(letter.id, [(row.id, "rejected")], ruling, by_id=None, now=now)
    else:
        bulk = operations.plan_bulk(letter, Condition(name="Marker"), ruling, by_id=None, now=now)
        for begin in (None, operations.start_bulk):
            if begin is not None:
                begin(letter.id, bulk.id, by_id=None, now=now)
            while operations.take_step(bulk.id, bulk.state, None, now):
                session.commit()
    assert [(case.state, case.outcome) for case in cases_filed] == [("open", ""), ("upheld", "removed")]
    assert [one.moderation for one in (row, other)] == ["approved", "rejected"]


def test_what_is_off_already_upholds_a_complaint(session: Session, letter: Letter, now: datetime) -> None:
    """T24: after an approval that was a slip, and for a second complaint; all of them are open when it comes back."""
    row = make_signature(letter, "Marker Person")
    filed = [
        operations.file_complaint(letter, replace(GIVEN, kind="named_falsely", text=text), now) for text in ("a", "b")
    ]
    operations.remove(letter.id, filed[0].id, row.id, "approved", by_id=None, now=now)
    slip = operations.decide(letter.id, row.id, "rejected", Ruling("approve"), by_id=None, now=now)
    operations.undo(letter.id, slip.id, by_id=None, now=now)
    assert ([case.state for case in filed], row.moderation) == (["open", "open"], "rejected")
    number = last_decision(session).id
    for case in filed:
        assert operations.remove(letter.id, case.id, row.id, "rejected", by_id=None, now=now) is None
    assert [(case.state, case.outcome) for case in filed] == [("upheld", "removed")] * 2
    assert last_decision(session).id == number
    operations.decide(letter.id, row.id, "rejected", Ruling("hold"), by_id=None, now=now)
    assert [case.state for case in filed] == ["open", "open"]


def test_rejected_for_another_reason_is_not_off_after_a_complaint(
    session: Session, letter: Letter, now: datetime
) -> None:
    """T24: nobody reads that a complaint removed what a slip of another kind may bring back."""
    row = make_signature(letter, "Marker Person")
    operations.decide(letter.id, row.id, "approved", Ruling("reject", "duplicate"), by_id=None, now=now)
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), now)
    given = (letter.id, case.id, row.id, "rejected")
    assert refusal(lambda: operations.remove(*given, by_id=None, now=now)) == "illegal_move"
    assert case.state == "open"


ENTRY = ("name", "title", "affiliation", "affiliation_typed", "institution_id", "sort_key", "index_letter")


def corrected(session: Session, letter: Letter, now: datetime) -> tuple[Any, Signature]:
    """A complaint that was upheld by a correction, and the signature."""
    place = make_institution("Marker Company").id
    row = make_signature(
        letter,
        "Ada Lovelase",
        title="Dr",
        affiliation="Marker Company",
        affiliation_typed="marker co",
        institution_id=place,
    )
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), now)
    new = {"name": "Zoe King", "title": "", "affiliation": ""}
    operations.correct(letter.id, case.id, row.id, new, by_id=None, now=now)
    session.commit()
    return case, row


def words_of(session: Session, row: Signature) -> list[str]:
    """What a signature is found by."""
    return sorted(session.scalars(select(SearchWord.word).where(SearchWord.signature_id == row.id)))


def test_correction_taken_back_is_the_entry_as_before(session: Session, letter: Letter, now: datetime) -> None:
    """T24: every column, the words it is found by, the files of editions; and the case is open again."""
    freeze(letter, now)
    before = make_signature(letter, "Ada Lovelase", title="Dr", affiliation="Marker Company")
    case, row = corrected(session, letter, now)
    assert (row.name, words_of(session, row), case.outcome) == ("Zoe King", ["king", "zoe"], "corrected")
    undone = operations.undo(letter.id, last_decision(session).id, by_id=None, now=now + DAY)
    session.commit()
    assert [getattr(row, name) for name in ENTRY] == [
        *("Ada Lovelase", "Dr", "Marker Company", "marker co", row.institution_id),
        *(before.sort_key, before.index_letter),
    ]
    assert row.institution_id is not None
    assert words_of(session, row) == ["ada", "company", "lovelase", "marker"]
    assert (case.state, case.outcome, case.due_at) == ("open", "", now + 8 * DAY)
    assert len(session.scalars(select(Job.id).where(Job.kind == "delivery.recheck")).all()) == 2
    assert refusal(lambda: operations.undo(letter.id, undone.id, by_id=None, now=now)) == "nothing_to_undo"
    assert broken_links(letter.id) == []


@pytest.mark.parametrize("since", ["owner", "organizer", "withdrawn"])
def test_correction_is_not_taken_back_over_what_came_since(
    session: Session, letter: Letter, now: datetime, since: str
) -> None:
    """P14: neither over the words of its owner nor over another decision."""
    case, row = corrected(session, letter, now)
    number = last_decision(session).id
    if since == "owner":
        row.title = "Countess"
    elif since == "organizer":
        operations.decide(letter.id, row.id, "approved", Ruling("hold"), by_id=None, now=now)
    else:
        row.withdrawn_at = now
    session.commit()
    reason = "already_withdrawn" if since == "withdrawn" else "already_decided"
    assert refusal(lambda: operations.undo(letter.id, number, by_id=None, now=now)) == reason
    assert (row.name, case.state) == ("Zoe King", "upheld")


def test_case_offers_to_undo(app: Flask, session: Session, cast: Cast) -> None:
    """O4: one press beside the outcome; it leads back to the complaints that wait."""
    letter = session.scalars(select(Letter).where(Letter.slug == cast.letter)).one()
    row = make_signature(letter, "Ada Lovelace")
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), row.signed_at)
    session.commit()
    client, path = signed_in(app, cast.owner), f"/desk/letters/{cast.letter}/complaints/{case.id}"
    assert "Undo" not in Page(client.get(path).text).text
    fields = {"action": "correct", "row": f"{row.id}:approved", "name": "Ada King", "title": "", "affiliation": ""}
    assert client.post(path, data={"csrf_token": desk_token(client), **fields}).status_code == 303
    page = Page(client.get(path).text)
    assert "The entry is corrected, and the case is decided." in page.text
    (form,) = [form for form in page.forms if form.action.endswith("/undo")]
    answer = client.post(form.action, data=form.fields)
    assert (answer.status_code, answer.location) == (303, f"/desk/letters/{cast.letter}/complaints")
    listed = Page(client.get(answer.location).text)
    assert ("1 decision undone." in listed.text, case.number in listed.text) == (True, True)
    assert [form for form in listed.forms if form.action.endswith("/undo")] == []
    session.expire_all()
    assert (row.name, case.state) == ("Ada Lovelace", "open")


def carry_on(session: Session, bulk: BulkDecision, now: datetime) -> None:
    """The job of a decision by condition, to its end."""
    while operations.take_step(bulk.id, bulk.state, None, now):
        session.commit()
    session.commit()
    session.expire_all()


def test_removal_by_condition_taken_back_opens_the_case_again(session: Session, letter: Letter, now: datetime) -> None:
    """T24, p-M2: a complaint about what a condition had taken off is upheld, and open again when all are put back."""
    row = make_signature(letter, "Marker Person")
    session.commit()
    condition = Condition(name="Marker*")
    bulk = operations.plan_bulk(letter, condition, Ruling("reject", "complaint"), by_id=None, now=now)
    carry_on(session, bulk, now)
    operations.start_bulk(letter.id, bulk.id, by_id=None, now=now)
    carry_on(session, bulk, now)
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), now)
    operations.remove(letter.id, case.id, row.id, "rejected", by_id=None, now=now)
    assert (row.moderation, case.state, case.outcome) == ("rejected", "upheld", "removed")
    operations.undo_bulk(letter.id, bulk.id, by_id=None, now=now)
    carry_on(session, bulk, now)
    assert (row.moderation, case.state, case.outcome) == ("approved", "open", "")


def test_correction_taken_back_follows_its_institution(session: Session, letter: Letter, now: datetime) -> None:
    """p-S4: what was merged meanwhile is named as it is called now, and goes on following it."""
    by_id = session.scalars(select(Membership.organizer_id)).one()
    campaign = session.get_one(Campaign, letter.campaign_id)
    old, new = make_institution("Marker Company"), make_institution("Better Name")
    given = {"affiliation": "Marker Company", "affiliation_typed": "marker co", "institution_id": old.id}
    row = make_signature(letter, "Ada", **given)
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), now)
    entry = {"name": "Ada", "title": "", "affiliation": "Else"}
    operations.correct(letter.id, case.id, row.id, entry, by_id=None, now=now)
    merge_institutions(campaign, old.id, "Better Name", by_id=by_id, now=now)
    operations.undo(letter.id, last_decision(session).id, by_id=None, now=now + DAY)
    assert (row.affiliation, row.institution_id, case.state) == ("Better Name", new.id, "open")
    assert broken_links(letter.id) == []
