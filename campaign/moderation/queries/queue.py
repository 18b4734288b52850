"""Who waits for a decision, in which order, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import joinedload

from campaign.choices import Asking
from campaign.extensions import db
from campaign.models import Signature
from campaign.models.signature import IS_QUEUED, IS_UNDECIDED
from campaign.moderation.rules import PAGE, Place


def _queued(letter_id: int, kind: str, after: Place | None) -> list[ColumnElement[bool]]:
    conditions = [Signature.letter_id == letter_id, IS_QUEUED]
    if kind:
        conditions.append(Signature.kind == kind)
    if after is None:
        return conditions
    if after.asking == Asking.ANSWERED:
        # The few who answered are passed over one by one, all others come after them.
        return [*conditions, or_(Signature.asking != Asking.ANSWERED.value, Signature.id > after.id)]
    return [*conditions, Signature.asking == Asking.NONE.value, Signature.id > after.id]


def undecided(letter_id: int, after: Place | None = None, kind: str = "") -> list[Signature]:
    """A page of signatures that wait for a decision, and one more if there are more.

    Those who answered a question come first, then the first to sign. Reads ix_signature_queue.
    """
    return list(
        db.session.scalars(
            select(Signature)
            .where(*_queued(letter_id, kind, after))
            .order_by(Signature.asking, Signature.id)
            .limit(PAGE + 1)
            .options(joinedload(Signature.endorsement))
        )
    )


def next_undecided(letter_id: int, after: Place | None, kind: str = "") -> int | None:
    """The first signature after this place of the queue that waits for a decision."""
    return db.session.scalar(
        select(Signature.id).where(*_queued(letter_id, kind, after)).order_by(Signature.asking, Signature.id).limit(1)
    )


def last_place(signature_ids: Sequence[int]) -> Place | None:
    """The place of the queue at which the last of these signatures stood before they were decided."""
    # Whoever is asked now stood among the others.
    asking = case((Signature.asking == Asking.ASKED, Asking.NONE.value), else_=Signature.asking)
    found = select(asking, Signature.id).where(Signature.id.in_(signature_ids))
    row = db.session.execute(found.order_by(asking.desc(), Signature.id.desc()).limit(1)).first()
    return None if row is None else Place(*row)


@dataclass(frozen=True)
class Waiting:
    """How many signatures wait, by kind, and when the oldest was signed; how many more were asked something."""

    by_kind: dict[str, int]
    held: int
    oldest_at: datetime | None
    asked: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_kind.values())


def count_undecided(letter_id: int) -> Waiting:
    """What waits on a letter; one query over the index of the queue."""
    is_asked = Signature.asking == Asking.ASKED.value
    rows = db.session.execute(
        select(Signature.kind, Signature.moderation, is_asked, func.count(), func.min(Signature.signed_at))
        .where(Signature.letter_id == letter_id, IS_UNDECIDED)
        .group_by(Signature.kind, Signature.moderation, is_asked)
    ).all()
    by_kind: dict[str, int] = {}
    for kind, _state, asked, number, _since in rows:
        by_kind[kind] = by_kind.get(kind, 0) + (0 if asked else number)
    held = sum(number for _kind, state, asked, number, _since in rows if state == "held" and not asked)
    oldest_at = min((since for _kind, _state, asked, _number, since in rows if since and not asked), default=None)
    return Waiting(by_kind, held, oldest_at, sum(number for _kind, _state, asked, number, _since in rows if asked))
