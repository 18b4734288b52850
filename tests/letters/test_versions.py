"""Words that somebody accepted: how they change, what every change leaves behind, and what it asks of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.letters import changes, operations, queries
from campaign.letters.operations import ReadWords
from campaign.letters.rules import Words
from campaign.models import DirtyLetter, Job, Letter, LogEntry, Signature, Suppression, Tally, Version
from campaign.signing.operations import recount_letter
from campaign.states import Refused
from tests.factories import BODY, DEMANDS, NOW, make_letter, make_signature
from tests.signing.test_at_once import Other

Session = scoped_session[Any]
LATER = NOW + timedelta(hours=1)
SAME = Words(
    title="Stop selling face recognition",
    body=BODY,
    ask="Stop selling face recognition to governments.",
    salutation="Dear Mr. Bezos,",
    demands=DEMANDS,
    closing="We look forward to your answer.",
)


def read(**changed: Any) -> ReadWords:
    """The words of the factory's letter, with changes."""
    return operations.read_words(replace(SAME, **changed), "en")


def refusal(call: Any, *given: Any) -> str:
    """Why an operation was refused."""
    with pytest.raises(Refused) as caught:
        call(*given, by_id=None, now=LATER)
    return caught.value.reason


def versions(letter: Letter) -> list[tuple[int, str, int, str]]:
    """Number, sort of change, number of the text asked for, and body of each version."""
    return [(one.number, one.change, one.asked_number, one.body) for one in queries.versions_of(letter.id)]


def test_correction_makes_a_version_and_asks_nobody(session: Session) -> None:
    """p-L3, T21: the words that were signed stay as they were; the next ones tell why, and no mail leaves."""
    letter = make_letter()
    signature = make_signature(letter)
    first = letter.version_id
    operations.correct_text(letter, read(title="Stop it", body="Stopp."), " A typing error. ", by_id=None, now=LATER)
    assert versions(letter) == [(1, "first", 1, BODY), (2, "correction", 1, "Stopp.")]
    current = queries.version_of(letter)
    assert (current.reason, current.created_at, letter.title, letter.changed_at) == (
        "A typing error.",
        LATER,
        "Stop it",
        LATER,
    )
    assert [demand.text for demand in current.demands] == list(DEMANDS)
    assert signature.version_id == first
    assert session.scalars(select(Job.kind)).all() == []
    assert session.scalars(select(LogEntry.act)).all() == ["text_corrected"]
    assert session.scalars(select(DirtyLetter.letter_id)).all()[-1] == letter.id


def test_new_version_leaves_a_job_that_asks(session: Session) -> None:
    """p-L3: everybody who signed is asked by the signing room, in the same transaction; nobody is moved."""
    letter = make_letter()
    signature = make_signature(letter)
    first = letter.version_id
    version = operations.publish_new_version(letter, read(body="Other."), "", by_id=None, now=LATER)
    assert versions(letter) == [(1, "first", 1, BODY), (2, "new_text", 2, "Other.")]
    assert (letter.version_id, signature.version_id) == (version.id, first)
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.payload) == ("signing.ask_about_text", {"version": version.id, "after": 0})
    assert session.scalars(select(LogEntry)).one().detail == {"version": 2, "before": 1}
    operations.correct_text(letter, read(body="Others."), "A letter was missing.", by_id=None, now=LATER)
    assert [row[:3] for row in versions(letter)] == [(1, "first", 1), (2, "new_text", 2), (3, "correction", 2)]


def test_only_a_new_date_asks_nobody(session: Session) -> None:
    """p-D1: editions bear dates of their own, so the date may change in place, and the log remembers the one before."""
    letter = make_letter()
    make_signature(letter)
    operations.redate_text(letter, date(2026, 6, 18), "Seattle", by_id=None, now=LATER)
    operations.redate_text(letter, date(2026, 6, 19), "Seattle", by_id=None, now=LATER)
    current = queries.version_of(letter)
    assert (current.number, current.dated_on, current.place, current.body) == (1, date(2026, 6, 19), "Seattle", BODY)
    assert [row.detail for row in queries.redatings_of(letter.id, letter.campaign_id)] == [
        {
            "version": 1,
            "before": {"dated_on": "", "place": ""},
            "after": {"dated_on": "2026-06-18", "place": "Seattle"},
        },
        {
            "version": 1,
            "before": {"dated_on": "2026-06-18", "place": "Seattle"},
            "after": {"dated_on": "2026-06-19", "place": "Seattle"},
        },
    ]


@pytest.mark.parametrize(
    ("state", "asks", "refused"),
    [
        ("open", True, None),
        ("paused", True, None),
        ("closed", True, None),
        ("archived", True, "text_stays"),
        ("archived", False, None),
        ("withdrawn", True, "text_stays"),
        ("withdrawn", False, "text_stays"),
        ("removed", False, "text_stays"),
    ],
)
def test_letters_that_are_over_keep_their_text(session: Session, state: str, asks: bool, refused: str | None) -> None:
    """p-L2, p-L3: nobody is asked about a letter that is over; what is shown to nobody stays as it is."""
    letter = make_letter("stop", state)
    change = operations.publish_new_version if asks else operations.correct_text
    if refused is None:
        change(letter, read(body="Other."), "Because.", by_id=None, now=LATER)
        assert len(versions(letter)) == 2
    else:
        assert refusal(change, letter, read(body="Other."), "Because.") == refused
        assert versions(letter) == [(1, "first", 1, BODY)]


def test_draft_that_was_approved_is_asked_about_too(session: Session) -> None:
    """p-L3: before opening as well; a draft nobody accepted is edited in place instead."""
    letter = make_letter("stop", "draft")
    assert refusal(operations.publish_new_version, letter, read(body="Other."), "") == "text_is_draft"
    make_signature(letter)
    operations.publish_new_version(letter, read(body="Other."), "", by_id=None, now=LATER)
    assert [row[:3] for row in versions(letter)] == [(1, "first", 1), (2, "new_text", 2)]


def test_changes_that_are_none_are_refused(session: Session) -> None:
    """House 4: a correction needs its reason, a version its words, and the same words make no version."""
    letter = make_letter()
    assert refusal(operations.correct_text, letter, read(body="Other."), " ") == "needs_reason"
    assert refusal(operations.correct_text, letter, read(), "Because.") == "text_unchanged"
    assert refusal(operations.correct_text, letter, read(place="Lisbon"), "Because.") == "text_unchanged"
    assert refusal(operations.publish_new_version, letter, read(title=""), "") == "letter_incomplete"
    assert versions(letter) == [(1, "first", 1, BODY)]


def test_two_editors_at_once_make_one_version(app: Flask, session: Session) -> None:
    """p-L3: the second waits for the first, and finds that the words stand already; other words come on top of them."""
    letter = make_letter()
    session.commit()
    letter_id = letter.id

    def publish(body: str) -> int:
        own = db.session.get_one(Letter, letter_id)
        return operations.publish_new_version(own, read(body=body), "", by_id=None, now=LATER).number

    publish("Other.")
    same = Other(app, lambda: publish("Other."))
    session.commit()
    assert same.done() == "text_unchanged"
    publish("Third.")
    other = Other(app, lambda: publish("Fourth."))
    session.commit()
    assert other.done() == 4
    session.expire_all()
    assert [row[:3] for row in versions(letter)][1:] == [(n, "new_text", n) for n in (2, 3, 4)]


def test_who_would_be_asked_is_counted(session: Session) -> None:
    """x-S14: live, proven by its owner, not rejected, with an address that may be written to."""
    letter = make_letter()
    for state in ({}, {"is_private": True}, {"moderation": "held"}, {"website": "https://example.org"}):
        make_signature(letter, **state)
    hidden: list[dict[str, Any]] = [
        {"verification": "pending"},
        {"verification": "expired"},
        {"moderation": "rejected"},
        {"withdrawn_at": NOW},
        {"kind": "imported"},
        {"kind": "employee"},
    ]
    for state in hidden:
        make_signature(letter, **state)
    without = make_signature(letter)
    session.execute(text("UPDATE signature SET email = NULL WHERE id = :id"), {"id": without.id})
    suppressed = make_signature(letter)
    row: dict[str, Any] = {"mailbox_key": suppressed.mailbox_key, "letter_id": letter.id}
    session.add(Suppression(**row, reason="not_me", created_at=NOW))
    session.flush()
    make_signature(make_letter("other"))
    assert queries.count_to_ask(letter.id) == 4


def coming(number: int, asked: int, day: date | None) -> Any:
    """A version as the sentences need it."""
    version = changes.Coming(number, day, id=number)
    return version if asked == number else _Correction(number, asked, day)


class _Correction:
    """A version that asked nobody."""

    def __init__(self, number: int, asked: int, day: date | None) -> None:
        self.id = self.number = number
        self.asked_number, self.dated_on = asked, day


MAY, JUNE = date(2018, 5, 22), date(2018, 6, 3)


@pytest.mark.parametrize(
    ("texts", "counts", "signed", "delivered"),
    [
        ([(1, 1, MAY)], {}, "", "Nobody has signed yet."),
        (
            [(1, 1, MAY)],
            {"1": {"people": 1, "organizations": 2}},
            "3 signed this text.",
            "2 organizations and 1 person signed this text.",
        ),
        (
            [(1, 1, MAY), (2, 2, JUNE)],
            {"1": {"people": 148_796}, "2": {"people": 1_204}},
            "1,204 signed this text, 148,796 the text of 22 May 2018.",
            "1,204 people signed this text; 148,796 people the text of 22 May 2018, "
            "printed as an annex with the differences.",
        ),
        (
            [(1, 1, MAY), (2, 2, MAY), (3, 2, JUNE)],
            {"1": {"organizations": 40}, "2": {"organizations": 7}, "3": {"organizations": 5, "imported": 9}},
            "12 signed this text, 40 the text of 22 May 2018.",
            None,
        ),
        (
            [(1, 1, MAY), (2, 2, None), (3, 3, JUNE)],
            {"1": {"people": 2}, "2": {"people": 3}},
            "3 signed version 2 of the text, 2 the text of 22 May 2018.",
            "3 people signed version 2 of the text; 2 people the text of 22 May 2018, "
            "each printed as an annex with the differences.",
        ),
    ],
)
def test_who_signed_which_text_in_words(
    session: Session, texts: list[Any], counts: dict[str, Any], signed: str, delivered: str | None
) -> None:
    """x-S14: corrections are in the count of the text they correct; imported names are in none."""
    rows = [coming(*row) for row in texts]
    found = changes.signed_by_text(rows, counts)
    if len({row[2] for row in texts if row[0] == row[1]}) == len([row for row in texts if row[0] == row[1]]):
        assert changes.signed_sentence(found) == signed
        assert delivered is None or changes.delivery_sentence(found, rows[-1].asked_number) == delivered
    else:
        # Two texts of one day are told apart by their numbers.
        assert changes.signed_sentence(found) == "12 signed this text, 40 version 1 of the text."


def test_counts_of_before_versions_were_counted_are_of_the_first(session: Session) -> None:
    """P26: a tally that an older release stored knows of one version, and everybody stands under that."""
    letter = make_letter()
    assert queries.counts_by_version(letter.id) == {}
    session.add(Tally(letter_id=letter.id, people=3, private=1, organizations=2, counted_at=NOW))
    session.flush()
    first = letter.version_id
    operations.publish_new_version(letter, read(body="Two."), "", by_id=None, now=NOW)
    counts = {"organizations": 2, "people": 3, "private": 1, "employees": 0, "imported": 0}
    assert queries.counts_by_version(letter.id) == {str(first): counts}
    make_signature(letter)
    recount_letter(letter.id, NOW)
    one = {"organizations": 0, "people": 1, "private": 0, "employees": 0, "imported": 0}
    assert queries.counts_by_version(letter.id) == {str(letter.version_id): one}


def test_difference_reads_as_the_letter_does(session: Session) -> None:
    """x-S14: word by word, in the order of the letter; the ask, which only mails show, where it changed."""
    letter = make_letter()
    words = read(body=BODY.replace("the police", "anybody[^1]") + "\n\n[^1]: Now.", ask="Stop it.")
    shown = changes.condensed(changes.differences_to(queries.version_of(letter), words.words, words.tree))
    told = [
        str(change.unchanged)
        if change.unchanged
        else "".join(run.text if run.mark == "same" else f"[{run.mark[0]}:{run.text}]" for run in change.runs)
        for change in shown
    ]
    assert told == [
        "Stop [r:selling face recognition to governments][a:it].",
        "2",
        "Stop selling face recognition to [r:the police][a:anybody[1]].",
        "4",
        "[a:[1] Now.]",
    ]


def test_signed_words_can_be_read_afterwards(session: Session) -> None:
    """T21: after two more versions each signatory's own words are still there, whole."""
    letter = make_letter()
    said = {make_signature(letter, "First").id: BODY}
    for number, body in enumerate(("Second.", "Third."), 2):
        operations.publish_new_version(letter, read(body=body), "", by_id=None, now=LATER)
        said[make_signature(letter, f"Signatory {number}").id] = body
    rows = session.execute(select(Signature.id, Version.body).join(Version, Version.id == Signature.version_id))
    assert dict(rows.all()) == said
