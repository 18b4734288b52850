"""The job kinds of the desk: many decisions, mails of decisions, questions and complaints, waves, looking for pairs."""

from __future__ import annotations

from datetime import datetime

from campaign.accounts.queries import who_may
from campaign.choices import AlarmState, ComplaintOutcome
from campaign.extensions import db, read_only
from campaign.jobs.kinds import Payload, job_kind, mail_kind, timer
from campaign.jobs.notices import while_of
from campaign.lib import clock
from campaign.mail.render import Mail
from campaign.models import Alarm, Asked, Complaint, ComplaintNote, Letter, Organizer, Signature
from campaign.moderation import cases, figures, messages, operations, pairs, protection, queries, rules
from campaign.moderation.operations.complaints import OPERATOR, operator_mailbox
from campaign.moderation.rules import outcome_words
from campaign.signing.queries import is_silenced, letter_by_id, signature_with_endorsement
from campaign.signing.queries.asked import asked_by_id, questions_due

# How many complaints or questions one round of a timer takes.
BATCH = 500


@job_kind("moderation.bulk", is_long=True)
def carry_on(payload: Payload) -> None:
    """Counts, decides or takes back, one commit for each step; a crash goes on where the last commit was."""
    while operations.take_step(payload["bulk"], payload["state"], payload["by"], clock.now()):
        db.session.commit()
        db.session.expunge_all()
    db.session.commit()


def _mailable(payload: Payload, state: str) -> Signature | None:
    """The signature, if it is still in the state the mail speaks of and may be written to."""
    signature = queries.signature_by_id(payload["signature"])
    if signature is None or not signature.email or signature.withdrawn_at is not None or signature.moderation != state:
        return None
    return None if is_silenced(signature) else signature


def build_published(payload: Payload, now: datetime) -> Mail | None:
    """The mail that a signature was added after a check."""
    signature = _mailable(payload, "approved")
    return messages.signature_published(signature, letter_by_id(signature.letter_id)) if signature else None


def build_rejected(payload: Payload, now: datetime) -> Mail | None:
    """The mail that a signature is not shown."""
    signature = _mailable(payload, "rejected")
    found = queries.decision_of(signature.letter_id, payload["decision"]) if signature else None
    if signature is None or found is None:
        return None
    reason, note = found[1].after.get("reasons", ""), found[1].reason
    return messages.signature_rejected(signature, letter_by_id(signature.letter_id), reason, note)


@job_kind("moderation.judge_held")
def judge_held(payload: Payload) -> None:
    """Judges the next held signatures of a letter by its rules of now."""
    operations.judge_held(
        payload["letter"],
        payload["organizer"],
        payload["after"],
        payload["released"],
        payload["started"],
        clock.now(),
    )
    db.session.commit()


def _question(payload: Payload) -> tuple[Asked, Signature, Letter] | None:
    """A question that waits for its answer, with its signature and letter; None once it needs none."""
    asked = asked_by_id(payload["asked"])
    signature = queries.signature_by_id(asked.signature_id) if asked else None
    if asked is None or signature is None or not signature.email or not rules.may_lapse(asked, signature):
        return None
    if is_silenced(signature):
        return None
    # The mail shows the entry, with who signed for an organization.
    return asked, signature_with_endorsement(signature.id) or signature, letter_by_id(signature.letter_id)


def build_asked(payload: Payload, now: datetime) -> Mail | None:
    """The mail with a question."""
    found = _question(payload)
    return messages.question_asked(*found) if found else None


def build_asked_again(payload: Payload, now: datetime) -> Mail | None:
    """The same a week later."""
    found = _question(payload)
    return messages.question_asked(*found, again=True) if found else None


@timer("moderation-questions", 300.0)
def follow_questions(now: datetime) -> None:
    """Reminds who has not answered for a week, and goes on without an answer after two; one commit each."""
    with read_only():
        ended = questions_due(now - operations.LAPSE_AFTER, is_reminded=True, most=BATCH)
        reminded = questions_due(now - operations.REMIND_AFTER, is_reminded=False, most=BATCH)
    for asked_id in ended:
        operations.end_unanswered(asked_id, now)
        db.session.commit()
    for asked_id in reminded:
        operations.remind_asked(asked_id, now)
        db.session.commit()
    operations.forget_unproven(now)
    db.session.commit()


@timer("moderation-waiting", 3600.0)
def measure_waits(now: datetime) -> None:
    """Measures how long those who are held wait, for what they are told."""
    operations.measure_waits(now)
    db.session.commit()


mail_kind("moderation.asked", build_asked)
mail_kind("moderation.asked_again", build_asked_again)


def build_wave_alarm(payload: Payload, now: datetime) -> Mail | None:
    """The warning of a wave to one organizer."""
    letter, alarms = letter_by_id(payload["letter"]), protection.alarms_by_id(payload["alarms"])
    to = _owner(letter.campaign_id, payload["organizer"])
    return messages.wave_alarm(letter, to, alarms) if to and alarms else None


def build_mail_slow(payload: Payload, now: datetime) -> Mail | None:
    """The warning of slow first mails to the operator; None where that is over, or has no mail address."""
    to, alarm = operator_mailbox(), db.session.get(Alarm, payload["alarm"])
    return messages.mail_slow(to, alarm) if to and alarm is not None and alarm.state != AlarmState.OVER else None


@timer("moderation-waves", 300.0)
def look_for_waves(now: datetime) -> None:
    """Looks at every letter that is being signed, one commit each; letters that asked for proofs ask no longer."""
    operations.end_proofs(now)
    db.session.commit()
    with read_only():
        letters = protection.letters_with_attempts(now)
    operations.look_at_mail(letters, now)
    db.session.commit()
    for letter_id in letters:
        operations.look_for_waves(letter_id, now)
        db.session.commit()


mail_kind("moderation.wave_alarm", build_wave_alarm)
mail_kind("moderation.mail_slow", build_mail_slow)
mail_kind("moderation.signature_published", build_published)
mail_kind("moderation.signature_rejected", build_rejected)


@job_kind("moderation.look_for_pairs")
def look_for_pairs(payload: Payload) -> None:
    """Compares a corrected signature with the others of its letter."""
    operations.look_for_pairs([payload["signature"]], clock.now())
    db.session.commit()


@timer("moderation-pairs", 5.0)
def look_on(now: datetime) -> None:
    """Compares what was confirmed since the last look, a batch in each round."""
    with read_only():
        is_due = pairs.has_new_proofs(now)
    if is_due:
        operations.look_on(now)
        db.session.commit()


def _case(payload: Payload) -> Complaint | None:
    """The complaint of a mail to its author, while there is an address that may be written to."""
    case = db.session.get(Complaint, payload["complaint"])
    if case is None or case.email is None:
        return None
    if case.outcome == ComplaintOutcome.REMOVED:
        # Its author may be the one whose mailbox was misused, and which gets no mails of the letter from now on.
        return case
    return None if is_silenced(case) else case


def build_received(payload: Payload, now: datetime) -> Mail | None:
    """The receipt of a complaint."""
    case = _case(payload)
    return messages.complaint_received(case, letter_by_id(case.letter_id)) if case else None


def build_answered(payload: Payload, now: datetime) -> Mail | None:
    """An answer that decides nothing yet."""
    case, note = _case(payload), db.session.get(ComplaintNote, payload["note"])
    return messages.complaint_answered(case, letter_by_id(case.letter_id), note.text) if case and note else None


def build_closed(payload: Payload, now: datetime) -> Mail | None:
    """The outcome, unless the case is looked at once more."""
    case = _case(payload)
    if case is None or not case.outcome:
        return None
    outcome = outcome_words(case.outcome, case.outcome_text)
    return messages.complaint_closed(case, letter_by_id(case.letter_id), outcome)


def _owner(campaign_id: int, organizer_id: int) -> str | None:
    """The address of somebody who still owns the campaign."""
    organizer = db.session.get(Organizer, organizer_id)
    return organizer.email if organizer is not None and organizer.id in who_may(campaign_id, "moderate") else None


def build_filed(payload: Payload, now: datetime) -> Mail | None:
    """What was filed within ten minutes, to an owner or to the operator."""
    letter, is_operator = letter_by_id(payload["letter"]), payload["organizer"] == OPERATOR
    to = operator_mailbox() if is_operator else _owner(letter.campaign_id, payload["organizer"])
    filed = cases.filed_between(letter.id, *while_of(payload["slot"]))
    return messages.complaints_filed(letter, to, filed, is_operator=is_operator) if to and filed else None


def build_overdue(payload: Payload, now: datetime) -> Mail | None:
    """That a complaint waits too long, unless it was decided meanwhile."""
    case = db.session.get(Complaint, payload["complaint"])
    if case is None or case.state not in cases.UNDECIDED:
        return None
    letter = letter_by_id(case.letter_id)
    to = _owner(letter.campaign_id, payload["organizer"])
    return messages.complaint_overdue(case, letter, to) if to else None


mail_kind("moderation.complaint_received", build_received)
mail_kind("moderation.complaint_answered", build_answered)
mail_kind("moderation.complaint_closed", build_closed)
mail_kind("moderation.complaints_filed", build_filed)
mail_kind("moderation.complaint_overdue", build_overdue)


@timer("moderation-figures", 30.0)
def renew_figures(now: datetime) -> None:
    """Brings the figures of the method pages up to date, one commit each."""
    with read_only():
        due = figures.letters_to_figure(now)
    for letter_id in due:
        operations.renew_figures(letter_id, now)
        db.session.commit()


@timer("moderation-complaints", 600.0)
def mind_complaints(now: datetime) -> None:
    """Tells owners of overdue complaints, one commit each."""
    with read_only():
        late = cases.overdue(now, BATCH)
    for case_id, letter_id in late:
        operations.tell_overdue(letter_id, case_id, now)
        db.session.commit()


@timer("moderation-blanking", 3600.0)
def blank_complaints(now: datetime) -> None:
    """Takes the words of complaints that were decided long ago, one commit each."""
    with read_only():
        old = cases.cases_to_blank(now, BATCH)
    for case_id, letter_id in old:
        operations.blank_case(letter_id, case_id, now)
        db.session.commit()
