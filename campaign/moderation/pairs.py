"""Reads of pairs: what was confirmed since the last look, who may be whom, what the desk shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from campaign.choices import PairState
from campaign.extensions import db
from campaign.models import NameKey, Pair, PairProgress, Proof, Signature
from campaign.moderation.rules import PAGE
from campaign.moderation.sameness import COMPARED, Likeness, differing
from campaign.states import Moderation, Verification

# A transaction that wrote a proof has ended by then: none that comes late is passed over.
SETTLED = timedelta(minutes=1)
# With how many that share its name a signature is compared.
MOST_ALIKE = 20


def is_comparable(row: type[Signature]) -> ColumnElement[bool]:
    """Confirmed, standing, not rejected, and no employee's. For the model or an alias."""
    return and_(
        row.verification == Verification.VERIFIED.value,
        row.moderation != Moderation.REJECTED.value,
        row.withdrawn_at.is_(None),
        row.merged_into_id.is_(None),
        row.kind.in_(COMPARED),
    )


def likeness(row: Signature) -> Likeness:
    """What of a signature, read with its endorsement, is compared."""
    claim = row.endorsement
    return Likeness(
        row.kind,
        row.name,
        row.affiliation,
        row.place,
        row.country,
        row.email or "",
        row.organization_id,
        (claim.legal_name,) if claim and claim.legal_name else (),
    )


def proofs_after(proof_id: int, limit: int) -> Sequence[tuple[int, int, datetime]]:
    """Id, signature and time of the proofs written after one, in order."""
    rows = select(Proof.id, Proof.signature_id, Proof.proved_at).where(Proof.id > proof_id)
    found = db.session.execute(rows.order_by(Proof.id).limit(limit))
    return [(row.id, row.signature_id, row.proved_at) for row in found]


def has_new_proofs(now: datetime) -> bool:
    """Whether a signature was confirmed since the last look."""
    done = db.session.scalar(select(PairProgress.proof_id)) or 0
    found = proofs_after(done, 1)
    return bool(found) and found[0][2] <= now - SETTLED


def comparable(signature_ids: Collection[int]) -> list[Signature]:
    """Those of these signatures that are compared, with their endorsements, by id."""
    rows = select(Signature).where(Signature.id.in_(signature_ids), is_comparable(Signature))
    return list(db.session.scalars(rows.order_by(Signature.id).options(joinedload(Signature.endorsement))))


def alike(letter_id: int, signature_id: int, keys: Collection[str]) -> list[Signature]:
    """The first signatures of the letter that share a key with one, with their endorsements; one look into an index."""
    found = (
        select(NameKey.signature_id)
        .where(NameKey.letter_id == letter_id, NameKey.key.in_(keys), NameKey.signature_id != signature_id)
        .order_by(NameKey.signature_id)
        .distinct()
        .limit(MOST_ALIKE)
    )
    return comparable(list(db.session.scalars(found)))


def told_apart(marks: Collection[str]) -> set[str]:
    """Which of these two mailboxes an organizer said are not the same, whichever signatures they were then."""
    rows = select(Pair.mark).where(Pair.mark.in_(marks), Pair.state == PairState.NOT_THE_SAME.value)
    return set(db.session.scalars(rows))


@dataclass(frozen=True)
class Two:
    """A pair with both signatures and their endorsements."""

    pair: Pair
    first: Signature
    second: Signature

    @property
    def kept_first(self) -> bool:
        """Whether the first is the one to keep: it is shown and the other is not, or it came first."""
        shown = [row.moderation == Moderation.APPROVED for row in (self.first, self.second)]
        return shown[0] >= shown[1]

    @property
    def kept_id(self) -> int:
        """The one that a merge keeps unless somebody chooses otherwise."""
        return self.first.id if self.kept_first else self.second.id

    @property
    def differing(self) -> set[str]:
        """The fields in which the two entries differ."""
        return differing(likeness(self.first), likeness(self.second))


def _of_both(*columns: Any, stand: bool = True) -> Select[Any]:
    """A statement over pairs and both their signatures; of those that `stand` and are compared, or of all.

    It reads pair, first and second with their endorsements, or only the `columns`. The two names of the table are made
    for each statement: where threads shared them, the rows of one did not fit the statement of another.
    """
    first, second = aliased(Signature), aliased(Signature)
    rows: Select[Any] = select(*(columns or (Pair, first, second)))
    rows = rows.select_from(Pair).join(first, first.id == Pair.first_id).join(second, second.id == Pair.second_id)
    if not columns:
        rows = rows.options(joinedload(first.endorsement), joinedload(second.endorsement))
    return rows.where(is_comparable(first), is_comparable(second)) if stand else rows


def _read(rows: Select[Any]) -> list[Two]:
    return [Two(*row) for row in db.session.execute(rows)]


def pairs_of(letter_id: int, state: str, after_id: int = 0) -> list[Two]:
    """A page of the letter's pairs in a state, oldest first, and one more if there are more.

    Suggested ones only while both stand; those told apart or merged as long as they are remembered.
    """
    # Of the others, whatever became of the two since.
    rows = _of_both(stand=state == PairState.SUGGESTED)
    rows = rows.where(Pair.letter_id == letter_id, Pair.state == state, Pair.id > after_id)
    return _read(rows.order_by(Pair.id).limit(PAGE + 1))


def suggestion_for(letter_id: int, signature_id: int) -> Two | None:
    """The oldest suggestion that names a signature."""
    names_it = or_(Pair.first_id == signature_id, Pair.second_id == signature_id)
    ids = select(Pair.id).where(names_it, Pair.letter_id == letter_id, Pair.state == PairState.SUGGESTED.value)
    found = _read(_of_both().where(Pair.id.in_(ids)).order_by(Pair.id).limit(1))
    return found[0] if found else None


def pair_of(letter_id: int, pair_id: int) -> Pair | None:
    """A pair of this letter; None for another letter's."""
    return db.session.scalars(select(Pair).where(Pair.id == pair_id, Pair.letter_id == letter_id)).one_or_none()


def pair_for_change(letter_id: int, pair_id: int) -> Pair | None:
    """A pair of this letter, locked until the transaction ends; None for another letter's."""
    return db.session.scalars(
        select(Pair)
        .where(Pair.id == pair_id, Pair.letter_id == letter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def pair_between(one_id: int, other_id: int) -> Pair | None:
    """The pair of two signatures, locked."""
    first, second = sorted((one_id, other_id))
    return db.session.scalars(
        select(Pair)
        .where(Pair.first_id == first, Pair.second_id == second)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def merged_into(signature_id: int) -> Sequence[Pair]:
    """The merges that a signature came out of as the one that stays."""
    return db.session.scalars(
        select(Pair).where(Pair.kept_id == signature_id, Pair.state == PairState.MERGED.value)
    ).all()


def oldest_of(signature_ids: Collection[int]) -> datetime | None:
    """The earliest date among these signatures."""
    return db.session.scalar(select(func.min(Signature.signed_at)).where(Signature.id.in_(signature_ids)))


def suggested(letter_id: int) -> Any:
    """The statement that counts the pairs that wait for an answer, while both of them stand."""
    return _of_both(func.count()).where(Pair.letter_id == letter_id, Pair.state == PairState.SUGGESTED.value)


def count_suggested(letter_id: int) -> int:
    """How many pairs wait for an answer."""
    return db.session.scalar(suggested(letter_id)) or 0
