"""What the desk reads: who waits, one signature with its history, all signatures, mails that failed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.orm import aliased, joinedload

from campaign.choices import Asking
from campaign.extensions import db
from campaign.models import (
    BulkChunk,
    BulkDecision,
    Complaint,
    Decision,
    DecisionDetail,
    Endorsement,
    ImportBatch,
    Job,
    Letter,
    Organizer,
    Proof,
    Signature,
    Suppression,
)
from campaign.models.signature import IS_LISTED, IS_PENDING, IS_QUEUED, IS_UNDECIDED
from campaign.moderation.pairs import suggested
from campaign.moderation.rules import OF_PAIRS, PAGE, Place
from campaign.states import CaseState

# Of how many decisions it is measured how long they took.
MOST_WAITS = 1000


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


def signature_of(letter_id: int, signature_id: int) -> Signature | None:
    """A signature of this letter with its endorsement; None for another letter's."""
    return db.session.scalars(
        select(Signature)
        .where(Signature.id == signature_id, Signature.letter_id == letter_id)
        .options(joinedload(Signature.endorsement))
    ).one_or_none()


def signature_by_id(signature_id: int) -> Signature | None:
    """A signature of any letter, for the mails of decisions."""
    return db.session.get(Signature, signature_id)


def locked_signature(letter_id: int, signature_id: int) -> Signature | None:
    """The same, locked until the transaction ends."""
    return db.session.scalars(
        select(Signature)
        .where(Signature.id == signature_id, Signature.letter_id == letter_id)
        .options(joinedload(Signature.endorsement))
        .with_for_update(of=Signature)
        .execution_options(populate_existing=True)
    ).one_or_none()


def proofs_of(signature_id: int) -> Sequence[Proof]:
    """The evidence that this signature is verified, oldest first."""
    return db.session.scalars(select(Proof).where(Proof.signature_id == signature_id).order_by(Proof.id)).all()


@dataclass(frozen=True)
class Past:
    """One decision of a signature's history, its words, and who took it (None: a command)."""

    decision: Decision
    detail: DecisionDetail | None
    by: str | None
    is_undone: bool


def history_of(signature_id: int) -> list[Past]:
    """The decisions on a signature, newest first."""
    rows = db.session.execute(
        select(Decision, DecisionDetail, Organizer.email)
        .outerjoin(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .outerjoin(Organizer, Organizer.id == Decision.organizer_id)
        .where(Decision.signature_id == signature_id)
        .order_by(Decision.id.desc())
        .limit(PAGE)
    ).all()
    undone = {row[0].undoes_id for row in rows}
    return [Past(decision, detail, by, decision.id in undone) for decision, detail, by in rows]


def decision_of(letter_id: int, decision_id: int) -> tuple[Decision, DecisionDetail] | None:
    """A decision of this letter with its words."""
    row = db.session.execute(
        select(Decision, DecisionDetail)
        .join(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .where(Decision.id == decision_id, Decision.letter_id == letter_id)
    ).first()
    return (row[0], row[1]) if row else None


def is_on_one() -> ColumnElement[bool]:
    """Decisions on a signature itself, not on what it has to do with another: those about pairs, and their undoing."""
    undone = aliased(Decision)
    of_pairs = select(undone.id).where(undone.signature_id == Decision.signature_id, undone.act.in_(OF_PAIRS))
    return and_(Decision.act.not_in(OF_PAIRS), or_(Decision.undoes_id.is_(None), Decision.undoes_id.not_in(of_pairs)))


def last_decision_id(signature_id: int) -> int | None:
    """The newest decision on a signature itself."""
    mine = (Decision.signature_id == signature_id, is_on_one())
    return db.session.scalar(select(func.max(Decision.id)).where(*mine))


def letters_that_decide() -> Sequence[int]:
    """The ids of letters on which somebody may wait for a decision."""
    return db.session.scalars(
        select(Letter.id).where(Letter.state.in_(("open", "paused", "closed"))).order_by(Letter.id)
    ).all()


def waits_of(letter_id: int, since: datetime) -> list[timedelta]:
    """How long those waited whom an organizer approved or rejected since then, of the newest thousand such decisions.

    Decisions by condition say nothing of how long a person's turn takes, and are left out.
    """
    in_bulk = exists().where(
        BulkDecision.letter_id == letter_id,
        BulkChunk.bulk_id == BulkDecision.id,
        BulkChunk.first <= Decision.sequence,
        BulkChunk.last >= Decision.sequence,
    )
    wanted = (Decision.act.in_(("approve", "reject")), Decision.decided_at >= since, ~in_bulk)
    newest = (
        select(Decision.id, Decision.signature_id, Decision.decided_at)
        .where(Decision.letter_id == letter_id, *wanted)
        .order_by(Decision.sequence.desc())
        .limit(MOST_WAITS)
        .subquery()
    )
    rows = db.session.execute(
        select(newest.c.decided_at, Signature.verified_at, DecisionDetail.before)
        .join(Signature, Signature.id == newest.c.signature_id)
        .join(DecisionDetail, DecisionDetail.decision_id == newest.c.id)
        .where(Signature.kind != "imported")
    )
    waited = ("waiting", "held")
    return [
        max(decided_at - verified_at, timedelta(0))
        for decided_at, verified_at, before in rows
        if verified_at is not None and before.get("moderation") in waited
    ]


def failed_jobs(letter_id: int, before_id: int | None = None) -> list[Job]:
    """A page of a letter's dead and parked jobs, newest first, and one more if there are more."""
    found = select(Job).where(Job.state.in_(("dead", "parked")), Job.letter_id == letter_id)
    if before_id is not None:
        found = found.where(Job.id < before_id)
    return list(db.session.scalars(found.order_by(Job.id.desc()).limit(PAGE + 1)))


def job_of(letter_id: int, job_id: int) -> Job | None:
    """A job of this letter; None for another letter's."""
    return db.session.scalars(select(Job).where(Job.id == job_id, Job.letter_id == letter_id)).one_or_none()


def names_of(signature_ids: Sequence[int]) -> dict[int, str]:
    """The names on these signatures."""
    rows = db.session.execute(select(Signature.id, Signature.name).where(Signature.id.in_(signature_ids)))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True)
class Figures:
    """What the overview counts beside the tally and the queue."""

    all: int
    pending: int
    failed: int
    mails_due: int
    mail_since: datetime | None
    complaints: int
    overdue: int
    pairs: int


def figures_of(letter_id: int, now: datetime) -> Figures:
    """Counts of a letter in one query, each over an index."""
    due = and_(Job.state == literal("ready", literal_execute=True), Job.letter_id == letter_id, Job.run_at <= now)
    undecided = and_(
        Complaint.letter_id == letter_id,
        Complaint.state.in_((CaseState.OPEN.value, CaseState.ANSWERED.value)),
        Complaint.is_trapped.is_(False),
    )
    parts: dict[str, Select[Any]] = {
        "all": select(func.count()).select_from(Signature).where(Signature.letter_id == letter_id),
        "pending": select(func.count()).select_from(Signature).where(IS_PENDING, Signature.letter_id == letter_id),
        "failed": select(func.count())
        .select_from(Job)
        .where(Job.state.in_(("dead", "parked")), Job.letter_id == letter_id),
        "mails_due": select(func.count()).select_from(Job).where(due),
        "mail_since": select(func.min(Job.run_at)).where(due),
        "complaints": select(func.count()).select_from(Complaint).where(undecided),
        "overdue": select(func.count()).select_from(Complaint).where(undecided, Complaint.due_at <= now),
        "pairs": suggested(letter_id),
    }
    row: Row[Any] = db.session.execute(
        select(*(part.scalar_subquery().label(name) for name, part in parts.items()))
    ).one()
    return Figures(**row._mapping)


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


def organizations_with_logos(letter_id: int) -> Sequence[Any]:
    """Id, name and SHA-256 of the logo ("" for none) of each organization that is listed, A to Z."""
    rows = (
        select(Signature.id, Signature.name, Endorsement.logo_sha256)
        .join(Endorsement, Endorsement.signature_id == Signature.id)
        .where(Signature.letter_id == letter_id, Signature.kind == "organization", IS_LISTED)
        .order_by(Signature.sort_key, Signature.id)
    )
    return db.session.execute(rows).all()


def endorsement_of(letter_id: int, signature_id: int) -> Endorsement | None:
    """What a listed organization's signature says beyond its name; None for any other signature."""
    return db.session.scalars(
        select(Endorsement)
        .join(Signature, Signature.id == Endorsement.signature_id)
        .where(Signature.id == signature_id, Signature.letter_id == letter_id, IS_LISTED)
    ).one_or_none()
