"""What the desk shows of hold rules and questions in the seeded world: a few cases of each."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.models import Asked, Letter, LetterTarget, Signature
from campaign.models.signature import IS_QUEUED
from campaign.moderation import operations
from campaign.moderation.operations.questions import question_key
from campaign.moderation.rules import Question
from campaign.signing.operations import answer_question, owned_question

LEADERS = ("Marguerite Oakenfield", "Anselm Rotherby", "Ines Valdecorda")
# What they are asked, and how the first two answer: a page and a note.
QUESTIONS = (
    (Question(ready="identity"), ("https://people.example.org/about", "It is me, and not the one from the news.")),
    (Question(words="Are you the person who runs the company's press office?"), ("", "No, only the same name.")),
    (Question(ready="entry"), None),
)


def show_holds(letter: Letter, owner_id: int, now: datetime) -> None:
    """Names leaders, switches a rule, mutes one for a stall, and asks three who are held; the first two answer."""
    for target_id in db.session.scalars(select(LetterTarget.target_id).where(LetterTarget.letter_id == letter.id)):
        operations.name_leaders(letter, target_id, LEADERS, by_id=owner_id, now=now)
    operations.switch_rule(letter, "name_digits", False, by_id=owner_id, now=now)
    hours = (now - timedelta(hours=2), now + timedelta(hours=4))
    said = ("Stall at the market", hours, "Two tablets on one network.")
    operations.mute_rules(letter, ["honeypot"], *said, by_id=owner_id, now=now)
    waiting = db.session.scalars(
        select(Signature)
        .where(Signature.letter_id == letter.id, Signature.kind == "person", IS_QUEUED)
        .order_by(Signature.id)
        .limit(len(QUESTIONS))
    ).all()
    for row, (question, answer) in zip(waiting, QUESTIONS, strict=False):
        operations.ask(letter.id, row.id, row.moderation, question, by_id=owner_id, now=now)
        asked_id = db.session.scalars(select(Asked.id).where(Asked.signature_id == row.id)).one()
        # Nobody there could read it.
        outbox.forget_ready(question_key("moderation.asked", asked_id))
        if answer is not None:
            answer_question(*owned_question(asked_id, row.id, row.generation), *answer, now)
