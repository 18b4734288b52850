"""What time does to signatures: counts are renewed, reminders leave, unconfirmed ones expire."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib.periods import PERIODS
from campaign.models import DirtyLetter, Letter, Signature, SigningHint, UsedChallenge
from campaign.models.signature import IS_PENDING
from campaign.signing.operations.listing import listing_changed, recount_letter
from campaign.signing.operations.manage import blank_signature
from campaign.signing.queries import is_over, merged_into, signature_for_change
from campaign.states import VERIFICATION, advance


def recount_marked(letter_id: int, last_mark: int, now: datetime) -> None:
    """Recounts a letter and removes the dirty marks up to `last_mark`; a later one asks again."""
    db.session.execute(delete(DirtyLetter).where(DirtyLetter.letter_id == letter_id, DirtyLetter.id <= last_mark))
    recount_letter(letter_id, now)


def remind(signature_id: int, letter_id: int, count: int, now: datetime) -> None:
    """Queues the next reminder of a signature that got `count` of them."""
    changed = db.session.execute(
        update(Signature)
        .where(Signature.id == signature_id, Signature.reminder_count == count)
        .values(reminder_count=count + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        key = f"remind:{signature_id}:{count + 1}"
        outbox.enqueue("signing.remind", key, {"signature": signature_id}, now=now, letter_id=letter_id)


def expire_pending(now: datetime) -> int:
    """Expires signatures whose link ended, or whose mail never left in 30 days; returns how many."""
    result = db.session.execute(
        update(Signature)
        .where(IS_PENDING, is_over(now))
        .values(verification=advance(VERIFICATION, "pending", "expire"), expired_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def forget_networks(now: datetime) -> int:
    """Deletes what is kept of networks for over 30 days (K4), and used challenges that ended; returns how many."""
    over = now - PERIODS["networks"]
    # By letter, so that the index finds them.
    hints = delete(SigningHint).where(SigningHint.letter_id.in_(select(Letter.id)), SigningHint.signed_at < over)
    count = int(db.session.execute(hints).rowcount)  # type: ignore[attr-defined]
    db.session.execute(delete(UsedChallenge).where(UsedChallenge.ends_at < now))
    return count


def blank_over(signature_id: int, now: datetime) -> None:
    """Blanks a signature that expired or was withdrawn long enough ago, and what is counted with it."""
    signature = signature_for_change(signature_id)
    if signature is not None and signature.erased_at is None:
        # By the mailbox, which goes with the rest.
        for merged in merged_into(signature):
            blank_over(merged, now)
        blank_signature(signature, now)
        listing_changed(signature)
