"""Questions to those who are held: asking, reminding, and what comes of no answer. `undo` takes one back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from campaign.choices import Asking
from campaign.decisions import lock_chain
from campaign.extensions import db
from campaign.models import Asked, Decision, Signature
from campaign.moderation import queries, rules
from campaign.moderation.operations.decide import Outcome
from campaign.moderation.operations.questions import end_questions, mail_question
from campaign.moderation.operations.recording import locked_signature, record, state_of, tell
from campaign.moderation.rules import Question, Ruling
from campaign.sentences import QUESTIONS
from campaign.signing.operations.judging import judge
from campaign.signing.queries import is_silenced, letter_to_judge
from campaign.signing.queries.asked import locked_question
from campaign.states import Moderation, Refused

# How long nobody has to have answered before a reminder, and after that before the signature goes on without an answer.
REMIND_AFTER = LAPSE_AFTER = timedelta(days=7)
# How long a second address is kept that nobody proved.
UNPROVEN_KEPT = timedelta(days=1)
ONLY_AFFILIATION = "free_mail_affiliation"


def ask(
    letter_id: int, signature_id: int, seen: str, question: Question, *, by_id: int | None, now: datetime
) -> Decision:
    """Asks somebody who waits something; the row leaves the queue until they answer, the mail leaves in two minutes.

    Raises `Refused`: needs_question, not_found, already_withdrawn, already_decided, cannot_be_asked.
    """
    rules.check_question(question)
    signature = locked_signature(letter_id, signature_id)
    if signature.moderation != seen:
        raise Refused("already_decided")
    if not rules.may_ask(signature) or is_silenced(signature):
        raise Refused("cannot_be_asked")
    asking, signature.asking = signature.asking, Asking.ASKED.value
    end_questions([signature.id], now)
    row = Asked(
        letter_id=letter_id,
        signature_id=signature.id,
        ready=question.ready,
        words=question.words,
        organizer_id=by_id,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    state = {**state_of(signature), "asking": asking}
    after = {**state_of(signature), "asking": signature.asking}
    words = question.words or str(QUESTIONS[question.ready])
    decision = record(signature, "ask", words, state, after, by_id=by_id, now=now)
    mail_question("moderation.asked", row, now + rules.MAIL_DELAY, now)
    return decision


def ask_many(
    letter_id: int, rows: Iterable[tuple[int, str]], question: Question, *, by_id: int | None, now: datetime
) -> Outcome:
    """The same question to several, each given as id and the state seen; a row that refuses is left and reported.

    A question that can be put to nobody raises as in `ask`.
    """
    rules.check_question(question)
    outcome = Outcome()
    for signature_id, seen in dict(rows).items():
        try:
            with db.session.begin_nested():
                decision = ask(letter_id, signature_id, seen, question, by_id=by_id, now=now)
            outcome.note(decision)
        except Refused as refused:
            outcome.refused[signature_id] = refused.reason
    return outcome


def remind_asked(asked_id: int, now: datetime) -> None:
    """Mails the question once more, once."""
    row = db.session.get_one(Asked, asked_id)
    if row.reminded_at is None and row.answered_at is None and row.ended_at is None:
        row.reminded_at = now
        mail_question("moderation.asked_again", row, now, now)


def end_unanswered(asked_id: int, now: datetime) -> None:
    """What comes of no answer: shown without the affiliation where that alone was asked about, else back to the queue.

    Nothing when it was answered, or the signature decided or withdrawn, meanwhile.
    """
    found = db.session.get_one(Asked, asked_id)
    lock_chain(found.letter_id)
    signature = queries.locked_signature(found.letter_id, found.signature_id)
    row = locked_question(asked_id)
    if signature is None or row is None or not rules.may_lapse(row, signature):
        return
    row.ended_at, row.address = now, None
    before = state_of(signature)
    signature.asking = Asking.NONE.value
    if signature.reasons == ONLY_AFFILIATION and _shown_without_affiliation(signature, before, now):
        return
    record(signature, "question_lapsed", "", before, state_of(signature), by_id=None, now=now)


def _shown_without_affiliation(signature: Signature, before: dict[str, Any], now: datetime) -> bool:
    """Takes the affiliation off and lets the rules look again; whether the signature is shown now."""
    affiliation, institution_id, typed = signature.affiliation, signature.institution_id, signature.affiliation_typed
    # What was typed goes too: a later correction of the name must not bring it back.
    signature.affiliation, signature.institution_id, signature.affiliation_typed = "", None, ""
    judge(signature, letter_to_judge(signature.letter_id), now)
    if signature.moderation != Moderation.APPROVED:
        signature.affiliation, signature.institution_id, signature.affiliation_typed = (
            affiliation,
            institution_id,
            typed,
        )
        judge(signature, letter_to_judge(signature.letter_id), now)
        return False
    db.session.flush()
    held = {**before, "affiliation": affiliation}
    after = {**state_of(signature), "affiliation": ""}
    decision = record(signature, "publish_without_affiliation", "", held, after, by_id=None, now=now)
    tell(signature, decision, before, Ruling("approve"), now)
    return True


def forget_unproven(now: datetime) -> None:
    """Forgets second addresses that nobody proved within a day."""
    old = Asked.code_asked_at < now - UNPROVEN_KEPT
    db.session.execute(update(Asked).where(Asked.address.is_not(None), old).values(address=None))
