"""Keeps who was erased away: in the database, in the file beside it, and after an older backup came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from campaign import suppressions
from campaign.extensions import db, insert_or_skip
from campaign.models import Letter, Signature, Suppression
from campaign.signing.operations.manage import forget_row
from campaign.signing.queries import signature_for_change
from campaign.suppressions import Line


def lines_in_database(since: datetime | None = None) -> list[Line]:
    """Every mailbox that was erased or said "not me", or those since a moment."""
    rows = select(Suppression).where(Suppression.letter_id.is_not(None), Suppression.reason.in_(suppressions.REASONS))
    if since is not None:
        rows = rows.where(Suppression.created_at >= since)
    return [
        Line(row.mailbox_key, row.mailbox_rule, row.letter_id or 0, row.reason, row.created_at)
        for row in db.session.scalars(rows)
    ]


def lines_not_in_file(since: datetime | None = None) -> list[Line]:
    """What the database knows and the file of this machine does not."""
    known = {line.key for line in suppressions.noted()}
    return [line for line in lines_in_database(since) if line.key not in known]


def lines_not_in_database() -> list[Line]:
    """What the file knows and the database does not: an older backup came back, or a commit failed.

    Letters that are not there, or are younger than the line, so that their number was given anew, are left out.
    """
    known = {line.key for line in lines_in_database()}
    missing = {line.key: line for line in suppressions.noted() if line.key not in known}
    wanted = {line.letter_id for line in missing.values()}
    made = {
        row.id: row.created_at for row in db.session.execute(select(Letter.id, Letter.created_at)) if row.id in wanted
    }
    return [line for line in missing.values() if line.letter_id in made and made[line.letter_id] <= line.at]


def erase_again(line: Line, now: datetime) -> list[int]:
    """Puts a line back into the database, and erases what its mailbox signed before it; returns the ids."""
    row = {
        "mailbox_key": line.mailbox_key,
        "mailbox_rule": line.mailbox_rule,
        "letter_id": line.letter_id,
        "reason": line.reason,
        "created_at": line.at,
    }
    insert_or_skip(Suppression.__table__, [row])  # type: ignore[arg-type]
    return [id for id in _of_mailbox(line) if _erased(id, line.reason, now)]


def _of_mailbox(line: Line) -> Sequence[int]:
    """What a mailbox gave a letter before the line, and what is merged into that."""
    mine = select(Signature.id).where(
        Signature.mailbox_key == line.mailbox_key,
        Signature.letter_id == line.letter_id,
        Signature.signed_at <= line.at,
        Signature.erased_at.is_(None),
    )
    return db.session.scalars(mine.order_by(Signature.id)).all()


def _erased(signature_id: int, reason: str, now: datetime) -> bool:
    signature = signature_for_change(signature_id)
    if signature is None or signature.erased_at is not None:
        return False
    forget_row(signature, reason, now)
    return True
