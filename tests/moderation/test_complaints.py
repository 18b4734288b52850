"""Complaints below the pages (T24, p-M4): filed, answered, upheld, dismissed, told in public, and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign import mailboxes
from campaign.decisions import broken_links
from campaign.letters.operations import lift_hold, place_hold
from campaign.lib.emails import mailbox_key, parse_address
from campaign.models import Complaint, ComplaintNote, Job, Letter, Signature, Suppression
from campaign.moderation import cases, operations
from campaign.moderation.cases import NUMBER, Filing
from campaign.moderation.jobs import blank_complaints, mind_complaints
from campaign.moderation.operations.complaints import operator_mailbox
from campaign.public.queries.corrections import falls_of
from campaign.signing.operations import sign_letter
from campaign.signing.queries import count_public
from campaign.states import Refused
from tests.factories import DAY, entry, make_campaign, make_institution, make_letter, make_organizer, make_signature
from tests.support.tables import places_of

Session = scoped_session[Any]
GIVEN = Filing("not_me", "Ada Lovelace", "Marker Complainant", "marker@example.org", "I never signed this.")


@pytest.fixture
def letter(session: Session) -> Letter:
    """A letter with an owner."""
    campaign = make_campaign()
    make_organizer(campaign=campaign)
    return make_letter(campaign=campaign)


def refusal(act: Callable[[], object]) -> str:
    """The reason an act is refused for."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def test_filing_opens_a_case_with_a_number_and_a_deadline(session: Session, letter: Letter, now: datetime) -> None:
    """T24: a number that says nothing of others, seven days, a receipt, owners and operator told."""
    case = operations.file_complaint(letter, GIVEN, now)
    other = operations.file_complaint(letter, replace(GIVEN, text="Again"), now)
    assert (bool(NUMBER.fullmatch(case.number)), case.number == other.number) == (True, False)
    assert (case.state, case.due_at - now) == ("open", timedelta(days=7))
    kinds = sorted(session.scalars(select(Job.kind)))
    assert kinds == ["moderation.complaint_received"] * 2 + ["moderation.complaints_filed"]
    again = operations.file_complaint(letter, GIVEN, now + timedelta(minutes=5))
    assert again.id == case.id
    assert operations.file_complaint(letter, GIVEN, now + timedelta(hours=2)).id not in (case.id, other.id)


def test_receipt_holds_nothing_that_was_typed(
    app: Flask, session: Session, letter: Letter, now: datetime, frozen: object, mails: Callable[..., Any]
) -> None:
    """T6, T7: a stranger's mailbox gets number and deadline; the words of whoever wrote reach nobody by mail."""
    app.config["OPERATOR_ADDRESS"] = "1 Example Street, Springfield; hello@operator.example"
    case = operations.file_complaint(letter, replace(GIVEN, text="Marker words", concerned="Marker Name"), now)
    session.commit()
    [receipt] = mails("marker@example.org")
    assert receipt["subject"] == f"Case {case.number}: {letter.title}"
    assert case.number in receipt["text"]
    assert "25 June 2026" in receipt["text"]
    frozen.shift(timedelta(minutes=11))  # type: ignore[attr-defined]
    sent = {mail["to"]: mail for mail in mails()}
    assert set(sent) == {"marker@example.org", "owner@example.org", "hello@operator.example"}
    for mail in sent.values():
        assert not any(word in mail["subject"] + mail["text"] + mail["html"] for word in ("Marker", "words"))


def test_trapped_complaint_mails_nobody(session: Session, letter: Letter, now: datetime) -> None:
    """p-V5: a machine's complaint is kept, and writes to nobody."""
    case = operations.file_complaint(letter, replace(GIVEN, is_trapped=True), now)
    assert (list(session.scalars(select(Job.kind))), cases.count_cases(letter.id)) == ([], {})
    assert [row.id for row in cases.cases_of(letter.id, cases.UNDECIDED)] == [case.id]


def test_mailbox_and_letter_have_limits(app: Flask, session: Session, letter: Letter, now: datetime) -> None:
    """p-V5, T6: five a day from a mailbox; above sixty an hour the form mails no more receipts."""
    app.config["LIMITS"] = "on"
    for number in range(5):
        operations.file_complaint(letter, replace(GIVEN, text=f"{number}"), now)
    assert refusal(lambda: operations.file_complaint(letter, GIVEN, now)) == "too_many_complaints"
    for number in range(60):
        operations.file_complaint(letter, replace(GIVEN, email=f"somebody{number}@example.org"), now)
    receipts = select(Job).where(Job.kind == "moderation.complaint_received")
    assert len(session.scalars(receipts).all()) == 60 - 1


def test_not_me_upheld_is_the_removal_of_not_me(session: Session, letter: Letter, now: datetime) -> None:
    """p-S9, T24: the entry is erased, the mailbox suppressed, the count has its line, the chain holds."""
    by = make_organizer("second@example.org").id
    row = make_signature(letter, "Marker Person", "person@example.org")
    case = operations.file_complaint(letter, GIVEN, now)
    operations.remove(letter.id, case.id, row.id, "approved", by_id=by, now=now)
    assert (case.state, case.outcome, case.closed_at, row.erased_at) == ("upheld", "removed", now, now)
    assert (count_public(letter.id)["people"], [fall.rule for fall in falls_of(letter.id, 9)]) == (0, ["complaint"])
    assert [row.reason for row in session.scalars(select(Suppression))] == ["complaint"]
    assert (places_of("Marker Person", "person@example.org"), broken_links(letter.id)) == ({}, [])
    sign_letter(letter.id, entry("Marker Person", "person@example.org"), now)
    assert session.scalars(select(Signature.id).where(Signature.verification == "pending")).all() == []
    assert refusal(lambda: operations.remove(letter.id, case.id, row.id, "approved", by_id=by, now=now)) == (
        "case_is_closed"
    )


def test_false_name_upheld_is_a_rejection(session: Session, letter: Letter, now: datetime) -> None:
    """T24: it is undone like any other rejection, and says why."""
    row = make_signature(letter)
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), now)
    other = make_signature(make_letter("other"))
    foreign = (letter.id, case.id, other.id, "approved")
    assert refusal(lambda: operations.remove(*foreign, by_id=None, now=now)) == "not_found"
    assert case.state == "open"
    stale = (letter.id, case.id, row.id, "held")
    assert refusal(lambda: operations.remove(*stale, by_id=None, now=now)) == "already_decided"
    operations.remove(letter.id, case.id, row.id, "approved", tell=True, by_id=None, now=now)
    assert (row.moderation, row.reasons, case.outcome) == ("rejected", "complaint", "removed")
    kinds = set(session.scalars(select(Job.kind)))
    assert {"moderation.signature_rejected", "moderation.complaint_closed"} <= kinds


def test_corrected_entry_is_shown_and_what_was_typed_stays(session: Session, letter: Letter, now: datetime) -> None:
    """T24, x-O7: the list shows the new words, is found by them, and the record keeps the old."""
    institution_id = make_institution("Marker Company").id
    row = make_signature(letter, "Ada Lovelase", affiliation="Marker Company", institution_id=institution_id)
    case = operations.file_complaint(letter, replace(GIVEN, kind="named_falsely"), now)
    new = {"name": "Ada Lovelace", "title": "", "affiliation": ""}
    same = {"name": "Ada Lovelase", "title": "", "affiliation": "Marker Company"}
    for bad in (same, {**new, "name": ""}):
        given = (letter.id, case.id, row.id, bad)
        assert refusal(lambda given=given: operations.correct(*given, by_id=None, now=now)) == "nothing_corrected"
    operations.correct(letter.id, case.id, row.id, new, by_id=None, now=now)
    assert (row.name, row.affiliation, row.name_typed) == ("Ada Lovelace", "", "Ada Lovelase")
    # It follows no institution any more, whose next correction would bring it back.
    assert (row.institution_id, row.affiliation_typed) == (None, "")
    assert (case.state, case.outcome, count_public(letter.id)["people"]) == ("upheld", "corrected", 1)
    assert places_of("marker company") == {"marker company": ["decision_detail", "institution", "institution_name"]}
    assert broken_links(letter.id) == []


@pytest.mark.parametrize(
    ("outcome", "words", "reason"),
    [
        ("removed", "", "needs_outcome"),
        ("", "", "needs_outcome"),
        ("other", "  ", "needs_outcome"),
        ("nonsense", "", "needs_outcome"),
        ("other", "Mrs LOVELACE signed.", "outcome_names_somebody"),
        ("other", "Said to Marker.", "outcome_names_somebody"),
    ],
)
def test_dismissal_needs_public_words_without_names(
    session: Session, letter: Letter, now: datetime, outcome: str, words: str, reason: str
) -> None:
    """T24, p-M4: the outcome is a public sentence, and names nobody."""
    case = operations.file_complaint(letter, GIVEN, now)
    assert refusal(lambda: operations.dismiss(letter.id, case.id, outcome, words, by_id=None, now=now)) == reason
    assert (case.state, case.outcome) == ("open", "")


def test_life_of_a_dismissed_case(session: Session, letter: Letter, now: datetime) -> None:
    """T24: answered, dismissed, looked at again; each with its mail, its log line and a deadline anew."""
    case = operations.file_complaint(letter, GIVEN, now)
    operations.add_note(letter.id, case.id, "Called her office", by_id=None, now=now)
    operations.answer(letter.id, case.id, "We look into it.", by_id=None, now=now + DAY)
    assert (case.state, case.due_at) == ("answered", now + 8 * DAY)
    operations.dismiss(letter.id, case.id, "other", "She confirmed it by phone.", by_id=None, now=now + 2 * DAY)
    assert (case.state, case.outcome_text) == ("dismissed", "She confirmed it by phone.")
    for late in (operations.answer, operations.dismiss):
        given = (
            (letter.id, case.id, "no_ground") if late is operations.answer else (letter.id, case.id, "no_ground", "")
        )
        assert refusal(lambda late=late, given=given: late(*given, by_id=None, now=now)) == "case_is_closed"
    operations.reopen(letter.id, case.id, by_id=None, now=now + 3 * DAY)
    assert (case.state, case.outcome, case.closed_at, case.due_at) == ("open", "", None, now + 10 * DAY)
    assert refusal(lambda: operations.reopen(letter.id, case.id, by_id=None, now=now)) == "illegal_move"
    assert refusal(lambda: operations.add_note(letter.id, case.id, " ", by_id=None, now=now)) == "needs_text"
    assert refusal(lambda: operations.add_note(letter.id + 1, case.id, "x", by_id=None, now=now)) == "not_found"


def test_overdue_is_told_once(app: Flask, session: Session, letter: Letter, now: datetime) -> None:
    """T24: what was promised and not kept is mailed to the owners once; a decided case is not."""
    late = operations.file_complaint(letter, GIVEN, now)
    fine = operations.file_complaint(letter, replace(GIVEN, text="other"), now)
    operations.dismiss(letter.id, fine.id, "not_found", "", by_id=None, now=now)
    session.commit()
    ids = (late.id, fine.id)
    for moment in (now + 6 * DAY, now + 8 * DAY, now + 9 * DAY):
        mind_complaints(moment)
    keys = session.scalars(select(Job.key).where(Job.kind == "moderation.complaint_overdue")).all()
    assert [key.split(":")[1] for key in keys] == [str(ids[0])]
    told = [session.get_one(Complaint, number).overdue_told_at for number in ids]
    assert told == [now + 8 * DAY, None]


def test_words_are_blanked_six_months_after_the_outcome(session: Session, letter: Letter, now: datetime) -> None:
    """K5, K8: names, address, words and notes go; number, dates and outcome stay."""
    case = operations.file_complaint(letter, replace(GIVEN, text="Marker words"), now)
    operations.add_note(letter.id, case.id, "Marker note", by_id=None, now=now)
    operations.dismiss(letter.id, case.id, "confirmed", "", by_id=None, now=now)
    session.commit()
    number, letter_id = case.number, letter.id
    blank_complaints(now + 182 * DAY)
    assert set(places_of("Marker")) == {"Marker"}
    place_hold(session.get_one(Letter, letter_id), "A court asked", by_id=None, now=now)
    session.commit()
    blank_complaints(now + 184 * DAY)
    assert set(places_of("Marker")) == {"Marker"}
    lift_hold(session.get_one(Letter, letter_id), by_id=None, now=now)
    session.commit()
    blank_complaints(now + 184 * DAY)
    key = mailbox_key(mailboxes.secret(), parse_address("marker@example.org"))
    left = places_of("Marker", "Ada Lovelace", key)
    left.pop(key, None)  # the limiter's count of that mailbox, which goes after two days
    assert left == {}
    row = session.scalars(select(Complaint)).one()
    assert (row.number, row.outcome, row.email, row.mailbox_key) == (number, "confirmed", None, None)
    assert session.scalars(select(ComplaintNote)).all() == []


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("1 Example Street, Springfield; hello@example.org", "hello@example.org"),
        ("hello@example.org", "hello@example.org"),
        ("1 Example Street", None),
        ("at@", None),
        (None, None),
    ],
)
def test_operator_is_told_where_there_is_a_mailbox(app: Flask, typed: str | None, mailbox: str | None) -> None:
    """T24: the operator's address may be a street; then there is nobody to mail."""
    with app.app_context():
        app.config["OPERATOR_ADDRESS"] = typed
        assert operator_mailbox() == mailbox


def test_outcome_reaches_whoever_asked_for_it(
    session: Session, letter: Letter, now: datetime, mails: Callable[..., Any]
) -> None:
    """T24: also whose own mailbox was misused; it gets no more mail of the letter, but the outcome."""
    row = make_signature(letter, "Ada Lovelace", "marker@example.org")
    case = operations.file_complaint(letter, GIVEN, now)
    session.commit()
    operations.remove(letter.id, case.id, row.id, "approved", by_id=None, now=now)
    session.commit()
    assert f"Case {case.number}" in " ".join(mail["subject"] for mail in mails("marker@example.org"))
    assert len(mails("marker@example.org")) == 2
    assert session.scalars(select(Suppression.reason)).one() == "complaint"
