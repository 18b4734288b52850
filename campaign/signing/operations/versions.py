"""A new text is put to those who signed the one before; nobody is moved to words they have not accepted (p-L3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update

from campaign.choices import VersionAnswer
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.models import Letter, Signature, Version, VersionQuestion
from campaign.signing.operations.listing import listing_changed
from campaign.signing.queries import question_of, signatures_to_ask, version_to_ask_about
from campaign.states import Refused

# How many signatories one job puts the question to: well under its lease, and one commit.
AT_ONCE = 500


def ask_about_text(version_id: int, after: int, now: datetime) -> None:
    """Puts a new text to the next signatories behind the id `after`: a question and a mail each, a job for the rest.

    All of it is one commit, and every row has a key of its own: repeated after a crash, it asks nobody twice.
    """
    version = version_to_ask_about(version_id)
    if version is None or not is_current(version):
        # A newer text is put to them instead.
        return
    rows = signatures_to_ask(version, after, AT_ONCE)
    questions = [_question(version_id, row.id, row.version_id, now) for row in rows]
    insert_or_skip(VersionQuestion.__table__, questions)  # type: ignore[arg-type]
    letter_id = version.letter_id
    jobs = [_mail(version_id, row.id, letter_id, now) for row in rows]
    if len(rows) == AT_ONCE:
        jobs.append(_rest(version_id, rows[-1].id, letter_id, now))
    outbox.enqueue_many(jobs)


def ask_latecomer(signature: Signature, now: datetime) -> None:
    """Puts the letter's text to somebody who confirmed one that was replaced meanwhile; nothing after a correction."""
    letter = db.session.get_one(Letter, signature.letter_id)
    current = db.session.get_one(Version, letter.version_id)
    if db.session.get_one(Version, signature.version_id).asked_number == current.asked_number:
        return
    version_id = _asked(current).id
    row = _question(version_id, signature.id, signature.version_id, now)
    insert_or_skip(VersionQuestion.__table__, [row])  # type: ignore[arg-type]
    outbox.enqueue_many([_mail(version_id, signature.id, letter.id, now)])


def _question(version_id: int, signature_id: int, from_version_id: int, now: datetime) -> dict[str, object]:
    return {
        "version_id": version_id,
        "signature_id": signature_id,
        "from_version_id": from_version_id,
        "answer": VersionAnswer.NONE.value,
        "asked_at": now,
    }


def _mail(version_id: int, signature_id: int, letter_id: int, now: datetime) -> dict[str, object]:
    ids = {"version": version_id, "signature": signature_id}
    key = f"ask:{version_id}:{signature_id}"
    return outbox.job_row("signing.text_changed", key, ids, now=now, prio=outbox.LATE, letter_id=letter_id)


def _rest(version_id: int, after: int, letter_id: int, now: datetime) -> dict[str, object]:
    ids, key = {"version": version_id, "after": after}, f"ask:{version_id}:after:{after}"
    return outbox.job_row("signing.ask_about_text", key, ids, now=now, prio=outbox.LATE, letter_id=letter_id)


def is_current(version: Version) -> bool:
    """Whether a version is the last text that signatories of its letter were asked for, corrections left aside."""
    letter = db.session.get_one(Letter, version.letter_id)
    current = db.session.get(Version, letter.version_id) if letter.version_id else None
    return current is not None and current.asked_number == version.asked_number


def accept_text(signature: Signature, seen_id: int, now: datetime) -> None:
    """Moves a locked signature to the letter's current version, at its owner's word.

    `seen_id` is the version the page showed. Raises `Refused`: already_withdrawn, text_moved_again when there is
    another one by now, no_newer_text. Pressed twice is harmless.
    """
    if signature.version_id == seen_id and signature.withdrawn_at is None:
        return
    version = _newer_text(signature, seen_id)
    _answer(signature, version, VersionAnswer.KEEP, now)
    signature.version_id = version.id
    listing_changed(signature)


def decide_later(signature: Signature, seen_id: int, now: datetime) -> None:
    """Remembers that the owner of a locked signature read the new text, and stays on the one they accepted for now.

    Raises `Refused` as `accept_text`.
    """
    _answer(signature, _newer_text(signature, seen_id), VersionAnswer.LATER, now)


def answer_by_withdrawing(signature_id: int, now: datetime) -> None:
    """Remembers, with a withdrawal, that it is the answer to the last text the signatory was asked about, if any."""
    last = select(func.max(VersionQuestion.id)).where(VersionQuestion.signature_id == signature_id).scalar_subquery()
    db.session.execute(
        update(VersionQuestion)
        .where(VersionQuestion.id == last, VersionQuestion.answer != VersionAnswer.KEEP.value)
        .values(answer=VersionAnswer.WITHDRAW.value, answered_at=now)
        .execution_options(synchronize_session=False)
    )


def _newer_text(signature: Signature, seen_id: int) -> Version:
    """The letter's current version, which asks more than the one the signature stands under."""
    if signature.withdrawn_at is not None:
        raise Refused("already_withdrawn")
    # One that is published at this very moment asks again: its job finds the signature under the text accepted here.
    letter = db.session.get_one(Letter, signature.letter_id)
    version = db.session.get_one(Version, letter.version_id)
    if version.asked_number <= db.session.get_one(Version, signature.version_id).asked_number:
        raise Refused("no_newer_text")
    if version.id != seen_id:
        raise Refused("text_moved_again")
    return version


def _answer(signature: Signature, version: Version, answer: VersionAnswer, now: datetime) -> None:
    """Writes the answer down; also of somebody whom no mail reached, or who confirmed after the mails had left."""
    asked = _asked(version)
    row = _question(asked.id, signature.id, signature.version_id, now)
    insert_or_skip(VersionQuestion.__table__, [row])  # type: ignore[arg-type]
    question = question_of(asked.id, signature.id)
    if question is not None:
        question.answer, question.answered_at = answer.value, now


def _asked(version: Version) -> Version:
    """The version whose question an answer to this one belongs to: itself, or the one that it corrects."""
    if version.number == version.asked_number:
        return version
    return db.session.query(Version).filter_by(letter_id=version.letter_id, number=version.asked_number).one()
