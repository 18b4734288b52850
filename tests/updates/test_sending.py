"""From the organizer's press to the mailboxes: who gets an update, once, and who does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session
from time_machine import Traveller

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Consent, Job, Letter, Signature, Suppression, Update, UpdateMail
from campaign.signing.operations import erase_signature, withdraw_signature
from campaign.states import Refused
from campaign.updates import operations
from campaign.updates.operations import unsubscribe
from campaign.updates.queries import Circle, count_exhausted, count_recipients, counts_of, result_mails_begun
from campaign.updates.rules import Words
from tests.factories import DAY, NOW, make_consent, make_edition, make_letter, make_signature, make_update, make_version
from tests.support.smtp import Sink
from tests.updates.conftest import Work, mail_states, send_now

Session = scoped_session[Any]


def test_those_who_asked_get_one_mail_each(letter: Letter, people: list[Signature], work: Work, sink: Sink) -> None:
    """p-D7: the three who ticked the box, in the order of their signatures; the update is posted and over."""
    update = make_update(letter)
    send_now(letter, update)
    work()
    assert sink.recipients == ["person0@example.org", "person1@example.org", "person2@example.org"]
    assert mail_states(update) == [("sent", "")] * 3
    assert (update.state, update.published_at, update.sent_at) == ("sent", NOW, NOW)
    work()
    assert len(sink.recipients) == 3


def test_nobody_else_gets_one(letter: Letter, work: Work, sink: Sink) -> None:
    """R10, S6: unconfirmed, withdrawn, merged, rejected, suppressed, ended and of another letter: none."""
    other = make_letter("other")
    wanted = make_signature(letter, "Ada", "ada@example.org")
    merged = make_signature(letter, "Merged", "merged@example.org", merged_into_id=wanted.id)
    rows = [
        wanted,
        merged,
        make_signature(letter, "Pending", "pending@example.org", verification="pending"),
        make_signature(letter, "Expired", "expired@example.org", verification="expired"),
        make_signature(letter, "Withdrawn", "withdrawn@example.org", withdrawn_at=NOW),
        make_signature(letter, "Rejected", "rejected@example.org", moderation="rejected"),
        make_signature(letter, "Not me", "notme@example.org"),
        make_signature(letter, "Bounced", "bounced@example.org"),
        make_signature(other, "Elsewhere", "elsewhere@example.org"),
    ]
    for row in rows:
        make_consent(row)
    ended = make_signature(letter, "Ended", "ended@example.org")
    make_consent(ended, ended_at=NOW)
    results = make_signature(letter, "Results", "results@example.org")
    make_consent(results, "wants_results")
    for row, place, reason in ((rows[6], letter.id, "not_me"), (rows[7], other.id, "bounce")):
        db.session.add(Suppression(mailbox_key=row.mailbox_key or "", letter_id=place, reason=reason, created_at=NOW))
    update = make_update(letter)
    send_now(letter, update)
    work()
    assert sink.recipients == ["ada@example.org"]


def test_held_people_get_what_they_asked_for(letter: Letter, work: Work, sink: Sink) -> None:
    """A check of a name says nothing about a mailbox that is proven."""
    make_consent(make_signature(letter, "Ada", "ada@example.org", moderation="held", reasons="watched_name"))
    send_now(letter, make_update(letter))
    work()
    assert sink.recipients == ["ada@example.org"]


def test_one_mail_for_one_mailbox(letter: Letter, work: Work, sink: Sink) -> None:
    """Somebody who signed as a person and for an organization gets one mail."""
    make_consent(make_signature(letter, "Ada", "ada@example.org"))
    make_consent(make_signature(letter, "Open Rights", "ada@example.org", website="https://example.org"))
    update = make_update(letter)
    assert count_recipients(Circle.of(update)) == 1
    send_now(letter, update)
    work()
    assert sink.recipients == ["ada@example.org"]


@pytest.mark.parametrize(
    ("segment", "wanted"),
    [
        ({"version": 2}, ["pt2@example.org", "de2@example.org"]),
        ({"country": "PT"}, ["pt1@example.org", "pt2@example.org"]),
        ({"version": 2, "country": "PT"}, ["pt2@example.org"]),
    ],
)
def test_segments(letter: Letter, work: Work, sink: Sink, segment: dict[str, Any], wanted: list[str]) -> None:
    """p-D7: narrowed by the version accepted and by country."""
    second = make_version(letter, 2)
    for country in ("PT", "DE"):
        for number, version in ((1, letter.version_id), (2, second.id)):
            address = f"{country.lower()}{number}@example.org"
            signature = make_signature(letter, address, address, country=country)
            signature.version_id = version or 0
            make_consent(signature)
    send_now(letter, make_update(letter, segment=segment))
    work()
    assert sink.recipients == wanted


def test_a_change_of_mind_counts_until_the_mail_leaves(
    letter: Letter, people: list[Signature], work: Work, sink: Sink
) -> None:
    """Withdrawing, unsubscribing, erasing or a rejection take effect before the next job is claimed."""
    for signature in people[3:]:
        make_consent(signature)
    update = make_update(letter)
    send_now(letter, update)
    step = operations.plan(update, NOW)
    assert step is not None
    assert operations.hand_out(letter, update, step, NOW) == 5
    withdraw_signature(people[0], "", NOW)
    unsubscribe(people[1], "news", NOW)
    erase_signature(people[2], NOW)
    db.session.add(
        Suppression(mailbox_key=people[3].mailbox_key or "", letter_id=letter.id, reason="complaint", created_at=NOW)
    )
    work()
    assert sink.recipients == ["person4@example.org"]
    states = ["withdrawn", "unsubscribed", "withdrawn", "suppressed"]
    assert mail_states(update) == [*(("skipped", reason) for reason in states), ("sent", "")]


def test_who_confirms_meanwhile_waits_for_the_next(
    letter: Letter, people: list[Signature], work: Work, sink: Sink
) -> None:
    """The number said before sending is the number that leaves."""
    update = make_update(letter)
    send_now(letter, update)
    make_consent(make_signature(letter, "Late", "late@example.org", verified_at=NOW + DAY / 24))
    work()
    assert "late@example.org" not in sink.recipients
    assert update.state == "sent"


def test_four_result_mails_and_no_more(letter: Letter, work: Work, sink: Sink, frozen: Traveller) -> None:
    """S6: the fifth result skips whoever had four, by a unique key; who came later still gets it."""
    early = make_signature(letter, "Early", "early@example.org")
    make_consent(early, "wants_results")
    for number in range(1, 5):
        send_now(letter, make_update(letter, "result", number))
        work()
        # A mailbox gets five mails a day at most.
        frozen.shift(DAY)
    assert len(sink.to("early@example.org")) == 4
    make_consent(make_signature(letter, "Late", "late@example.org"), "wants_results")
    fifth = make_update(letter, "result", 5)
    circle = Circle.of(fifth)
    assert (count_recipients(circle), count_exhausted(circle), result_mails_begun(letter.id, fifth.id)) == (2, 1, 4)
    send_now(letter, fifth)
    work()
    slots = list(db.session.scalars(select(UpdateMail.slot).where(UpdateMail.signature_id == early.id)))
    assert sorted(slots, key=lambda slot: slot or 9) == [1, 2, 3, 4, None]
    assert mail_states(fifth) == [("skipped", "had_four"), ("sent", "")]
    assert (len(sink.to("early@example.org")), len(sink.to("late@example.org"))) == (4, 1)


def test_two_results_at_once_take_two_places(letter: Letter, work: Work, sink: Sink) -> None:
    """S6: both are planned before either is handed out; nobody's mail is lost for a place that was taken meanwhile."""
    early = make_signature(letter, "Early", "early@example.org")
    make_consent(early, "wants_results")
    both = [make_update(letter, "result", number) for number in (1, 2)]
    for update in both:
        send_now(letter, update)
    steps = [operations.plan(update, NOW) for update in both]
    for update, step in zip(both, steps, strict=True):
        assert step is not None
        assert operations.hand_out(letter, update, step, NOW) == 1
    slots = db.session.scalars(select(UpdateMail.slot).where(UpdateMail.signature_id == early.id))
    assert sorted(slot or 9 for slot in slots) == [1, 2]
    work()
    assert len(sink.to("early@example.org")) == 2
    assert [mail_states(update) for update in both] == [[("sent", "")]] * 2


def test_broken_update_stops_no_other(letter: Letter, people: list[Signature], work: Work, sink: Sink) -> None:
    """An update whose step fails is told in the log, and the mails of the next one leave."""
    broken, whole = make_update(letter, per_hour=60), make_update(letter, number=2)
    for update in (broken, whole):
        send_now(letter, update)
    # No form lets this in; by hand in the database it would divide by zero.
    broken.per_hour = 0
    work()
    assert len(sink.recipients) == 3
    assert (broken.state, whole.state) == ("sending", "sent")


def test_final_copy_goes_to_the_organizations_of_the_edition(letter: Letter, work: Work, sink: Sink) -> None:
    """p-D7: every organization that stands in it, without a box; nobody else."""
    make_consent(make_signature(letter, "Ada", "ada@example.org"))
    for name in ("alpha", "beta"):
        make_signature(letter, name.title(), f"desk@{name}.example", website=f"https://{name}.example")
    make_signature(letter, "Held", "desk@held.example", website="https://held.example", moderation="held")
    late = NOW - DAY / 4
    make_signature(letter, "Late", "desk@late.example", website="https://late.example", verified_at=late)
    edition = make_edition(letter)
    send_now(letter, make_update(letter, "final_copy", edition_id=edition.id, is_public=False))
    work()
    assert sink.recipients == ["desk@alpha.example", "desk@beta.example"]


def test_nobody_to_mail_is_said(letter: Letter) -> None:
    """An update that nobody would get is not sent."""
    with pytest.raises(Refused, match="update_nobody"):
        operations.send_now(letter, make_update(letter), by_id=None, now=NOW)


@pytest.mark.parametrize("state", ["draft", "scheduled", "removed"])
def test_hidden_letter_sends_nothing(session: Session, state: str) -> None:
    """Nothing is mailed about a letter that readers cannot see."""
    letter = make_letter(state=state)
    with pytest.raises(Refused, match="update_letter_hidden"):
        operations.send_now(letter, make_update(letter), by_id=None, now=NOW)


def test_scheduled_update_leaves_by_itself(
    letter: Letter, people: list[Signature], work: Work, sink: Sink, frozen: Traveller
) -> None:
    """It leaves at its time, not before; and not at all once it is a draft again."""
    update = make_update(letter)
    operations.schedule(letter, update, NOW + DAY, by_id=None, now=NOW)
    work()
    assert (sink.recipients, update.state, update.published_at) == ([], "scheduled", None)
    frozen.shift(DAY)
    work()
    assert (len(sink.recipients), update.state, update.published_at) == (3, "sent", NOW + DAY)


@pytest.mark.parametrize(("at", "reason"), [(None, "update_needs_time"), (NOW - DAY, "update_in_past")])
def test_schedule_refuses_no_time_and_the_past(letter: Letter, people: list[Signature], at: Any, reason: str) -> None:
    """A time that cannot be kept is refused."""
    with pytest.raises(Refused, match=reason):
        operations.schedule(letter, make_update(letter), at, by_id=None, now=NOW)


def test_pause_holds_and_resume_goes_on(
    letter: Letter, people: list[Signature], work: Work, sink: Sink, frozen: Traveller
) -> None:
    """Jobs that come up while it is paused are put off, none is lost, none is doubled."""
    update = make_update(letter)
    send_now(letter, update)
    step = operations.plan(update, NOW)
    assert step is not None
    operations.hand_out(letter, update, step, NOW)
    operations.pause(letter, update, by_id=None, now=NOW)
    work()
    frozen.shift(timedelta(minutes=6))
    work()
    assert (sink.recipients, mail_states(update)) == ([], [("waiting", "")] * 3)
    operations.resume(letter, update, by_id=None, now=NOW + timedelta(minutes=6))
    work()
    assert (len(sink.recipients), update.state) == (3, "sent")


def test_cancelled_mails_are_skipped(letter: Letter, people: list[Signature], work: Work, sink: Sink) -> None:
    """What has not left is left, and said so; a result keeps its place among the four."""
    for signature in people:
        make_consent(signature, "wants_results")
    update = make_update(letter, "result")
    send_now(letter, update)
    step = operations.plan(update, NOW)
    assert step is not None
    operations.hand_out(letter, update, step, NOW)
    operations.cancel(letter, update, by_id=None, now=NOW)
    work()
    assert (sink.recipients, mail_states(update)) == ([], [("skipped", "cancelled")] * 5)
    assert db.session.scalar(select(func.count(UpdateMail.slot))) == 0


def test_throttle_spreads_the_mails(
    letter: Letter, people: list[Signature], work: Work, sink: Sink, frozen: Traveller
) -> None:
    """At 60 in an hour one leaves each minute; only the next minute's jobs exist."""
    update = make_update(letter, per_hour=60)
    send_now(letter, update)
    work()
    assert len(sink.recipients) == 1
    assert db.session.scalar(select(func.count(Job.id)).where(Job.kind == "updates.mail")) == 2
    frozen.shift(timedelta(seconds=59))
    work()
    assert len(sink.recipients) == 1
    frozen.shift(timedelta(seconds=1))
    work()
    assert len(sink.recipients) == 2
    frozen.shift(timedelta(minutes=1))
    work(3)
    assert (len(sink.recipients), update.state) == (3, "sent")


@pytest.mark.parametrize("move", [operations.resume, operations.cancel])
def test_throttle_holds_when_another_update_goes_on(
    letter: Letter, people: list[Signature], move: Callable[..., None]
) -> None:
    """Only the mails of the update itself come sooner; its number may begin like that of the other."""
    paused, other = make_update(letter), make_update(letter, number=2, per_hour=60)
    for update in (paused, other):
        send_now(letter, update)
        step = operations.plan(update, NOW)
        assert step is not None
        operations.hand_out(letter, update, step, NOW)
    operations.pause(letter, paused, by_id=None, now=NOW)
    held = [*db.session.scalars(select(Job).where(Job.key.startswith(f"update:{paused.id}:")))]
    for job in held:
        job.run_at = NOW + timedelta(minutes=5)
    # A key that begins with the same digits.
    longer = outbox.job_row(
        "updates.mail", f"update:{paused.id}0:1", {}, now=NOW, run_at=NOW + DAY, letter_id=letter.id
    )
    outbox.enqueue_many([longer])
    move(letter, paused, by_id=None, now=NOW)
    due = dict(list(db.session.execute(select(Job.key, Job.run_at))))
    minute = timedelta(minutes=1)
    assert [due[job.key] for job in held] == [NOW] * 3
    assert sorted(due[key] for key in due if key.startswith(f"update:{other.id}:")) == [NOW, NOW + minute]
    assert due[f"update:{paused.id}0:1"] == NOW + DAY


def test_refused_mailbox_gets_no_more(letter: Letter, people: list[Signature], work: Work, sink: Sink) -> None:
    """T20, P7: a mailbox that is not there is told as refused, and is not written to again."""
    update = make_update(letter)
    send_now(letter, update)
    sink.mode = "refuse"
    work()
    sink.mode = "accept"
    assert mail_states(update) == [("failed", "")] * 3
    assert update.state == "sent"
    assert [row.reason for row in db.session.query(Suppression)] == ["bounce"] * 3
    with pytest.raises(Refused, match="update_nobody"):
        operations.send_now(letter, make_update(letter, number=2), by_id=None, now=NOW)


def test_counts_of_several_updates(letter: Letter, people: list[Signature], work: Work) -> None:
    """The list reads the numbers of all updates at once."""
    first, second = make_update(letter), make_update(letter, number=2)
    send_now(letter, first)
    work()
    none = {"waiting": 0, "sent": 0, "skipped": 0, "parked": 0, "failed": 0}
    assert counts_of([first.id, second.id]) == {first.id: {**none, "sent": 3}, second.id: none}


def test_draft_alone_can_be_changed(letter: Letter, people: list[Signature]) -> None:
    """Once mails are due the words are fixed."""
    update = make_update(letter)
    read = operations.read_words(Words("news", "Changed", "Text."), "en")
    operations.save_update(letter, update, read, by_id=None, now=NOW)
    assert update.title == "Changed"
    send_now(letter, update)
    with pytest.raises(Refused, match="update_is_fixed"):
        operations.save_update(letter, update, read, by_id=None, now=NOW)


def test_erasing_leaves_ids_only(letter: Letter, people: list[Signature], work: Work) -> None:
    """K1: the row of a mail holds ids, and nothing of whom it went to."""
    update = make_update(letter)
    send_now(letter, update)
    work()
    columns = set(UpdateMail.__table__.columns.keys())
    assert columns == {"id", "update_id", "signature_id", "slot", "state", "reason", "queued_at", "sent_at"}
    erase_signature(people[0], NOW)
    db.session.commit()
    assert db.session.scalar(select(func.count(Consent.id)).where(Consent.signature_id == people[0].id)) == 0
    assert db.session.scalars(select(Update.state)).one() == "sent"
