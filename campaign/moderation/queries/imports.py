"""Files that were brought in, and which mailboxes a letter knows already."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, not_, select

from campaign.extensions import db
from campaign.models import ImportBatch, Signature, Suppression
from campaign.moderation.rules import PAGE


def mailboxes_on(letter_id: int, keys: Collection[str], removed: str) -> set[str]:
    """Which of these mailboxes have a signature on the letter, in any kind and state.

    Not counted: those never confirmed, and rows of an import that was taken off (`removed` is their reason).
    """
    taken_off = and_(Signature.withdrawn_at.is_not(None), Signature.reasons == removed)
    return set(
        db.session.scalars(
            select(Signature.mailbox_key).where(
                Signature.mailbox_key.in_(keys),
                Signature.letter_id == letter_id,
                Signature.verification != "expired",
                not_(taken_off),
            )
        )
    )


def suppressed_mailboxes(letter_id: int, keys: Collection[str]) -> set[str]:
    """Which of these mailboxes must not come back to the letter: erased, "not me", complained, or bounced."""
    return set(
        db.session.scalars(
            select(Suppression.mailbox_key).where(
                Suppression.mailbox_key.in_(keys),
                (Suppression.letter_id == letter_id) | Suppression.letter_id.is_(None),
            )
        )
    )


def batches_of(letter_id: int) -> Sequence[ImportBatch]:
    """The imported files of a letter, newest first."""
    return db.session.scalars(
        select(ImportBatch).where(ImportBatch.letter_id == letter_id).order_by(ImportBatch.id.desc()).limit(PAGE)
    ).all()


def batch_of(letter_id: int, batch_id: int) -> ImportBatch | None:
    """An imported file of this letter; None for another letter's."""
    return db.session.scalars(
        select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.letter_id == letter_id)
    ).one_or_none()
