"""What the desk of a seeded letter has to decide beside its queue: signatures that may be one, and complaints."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from campaign.choices import ComplaintKind, ComplaintOutcome
from campaign.extensions import db
from campaign.models import Job, Letter, Signature
from campaign.models.signature import IS_LISTED
from campaign.moderation import operations, pairs
from campaign.moderation.cases import ANSWERED_WITHIN, Filing
from campaign.states import LetterState

# How many of a letter's signatures are compared, the first to sign: those of a large letter are left to the worker.
COMPARED = 2000
TAKES_CASES = (LetterState.OPEN.value, LetterState.PAUSED.value, LetterState.CLOSED.value)


def make_cases(letter: Letter, by_id: int, now: datetime) -> None:
    """Looks for pairs, merges one and tells one apart, and files three complaints: new, overdue and decided."""
    if letter.state not in TAKES_CASES:
        return
    ids = select(Signature.id).where(Signature.letter_id == letter.id).order_by(Signature.id).limit(COMPARED)
    operations.look_for_pairs(list(db.session.scalars(ids)), now)
    decide_pairs(letter.id, by_id, now)
    names = list(
        db.session.scalars(
            select(Signature.name)
            .where(Signature.letter_id == letter.id, Signature.kind == "person", IS_LISTED)
            .order_by(Signature.id)
            .limit(3)
        )
    )
    if len(names) == 3:
        file_complaints(letter, names, by_id, now)
    # An invented world writes to nobody.
    db.session.execute(delete(Job).where(Job.letter_id == letter.id, Job.kind.startswith("moderation.complaint")))


def decide_pairs(letter_id: int, by_id: int, now: datetime) -> None:
    """One pair that is private or waits is merged, and one told apart, where there are enough to leave some."""
    found = pairs.pairs_of(letter_id, "suggested")
    quiet = [two for two in found if two.first.moderation == two.second.moderation != "approved"]
    if len(found) > 3:
        operations.tell_apart(letter_id, found[-1].pair.id, by_id=by_id, now=now)
    if quiet and quiet[0].pair.id != found[-1].pair.id:
        two = quiet[0]
        operations.merge(letter_id, two.first.id, two.second.id, by_id=by_id, now=now)


def file_complaints(letter: Letter, names: list[str], by_id: int, now: datetime) -> None:
    """Three cases about people who are on the letter."""
    told = (
        (
            ComplaintKind.NOT_ME,
            names[0],
            "A colleague saw my name on this letter. I did not sign it.",
            1,
        ),
        (ComplaintKind.NAMED_FALSELY, names[1], "I left that company two years ago; it must not stand there.", 9),
        (ComplaintKind.OTHER, names[2], "This person never worked in this field.", 20),
    )
    for number, (kind, concerned, text, days) in enumerate(told):
        filed_at = max(now - timedelta(days=days), letter.opened_at or now)
        email = f"complainant{number}@{letter.slug}.example.org"
        filing = Filing(kind.value, concerned, f"Complainant {number + 1}", email, text, letter.language)
        case = operations.file_complaint(letter, filing, filed_at)
        if kind == ComplaintKind.OTHER:
            decided_at = min(filed_at + ANSWERED_WITHIN / 2, now)
            outcome = ComplaintOutcome.NO_GROUND.value
            operations.dismiss(letter.id, case.id, outcome, "", by_id=by_id, now=decided_at)
