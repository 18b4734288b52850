"""Whom an update is for: the one condition behind the numbers on the page, the hand-over and the last look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from campaign.choices import SignatureKind, UpdateKind
from campaign.extensions import db
from campaign.models import Consent, Edition, EditionLeaf, Signature, Suppression, Update, UpdateMail, Version
from campaign.models.signature import is_live
from campaign.states import Moderation, Verification
from campaign.updates.rules import CONSENTS, NO_FINAL_COPY, RESULT_MAILS, Standing


@dataclass(frozen=True)
class Circle:
    """Whom an update is for: what decides it, apart from the signatories."""

    letter_id: int
    kind: str
    segment: dict[str, Any]
    edition_id: int | None = None
    update_id: int | None = None
    begun_at: datetime | None = None

    @classmethod
    def of(cls, update: Update) -> Circle:
        """The circle of a stored update."""
        return cls(update.letter_id, update.kind, update.segment, update.edition_id, update.id, update.begun_at)


def recipients(circle: Circle) -> ColumnElement[bool]:
    """The condition of a signature whose owner gets the update: one for each mailbox, the oldest."""
    other = aliased(Signature)
    mailed = exists().where(UpdateMail.update_id == circle.update_id, UpdateMail.signature_id == other.id)
    same = exists().where(
        other.mailbox_key == Signature.mailbox_key,
        other.letter_id == circle.letter_id,
        other.id < Signature.id,
        or_(_asked(circle, other), mailed if circle.update_id is not None else false()),
    )
    return and_(_asked(circle, Signature), ~same)


def _asked(circle: Circle, row: Any) -> ColumnElement[bool]:
    """The condition of a signature that asked for such mails and may get them."""
    conditions = [
        row.letter_id == circle.letter_id,
        row.verification == Verification.VERIFIED.value,
        row.moderation != Moderation.REJECTED.value,
        row.email.is_not(None),
        is_live(row),
        ~_suppressed(circle, row),
        _consents(circle.kind, row),
    ]
    if circle.begun_at is not None:
        # Who confirms while the mails leave belongs to the next update, so that this one comes to an end.
        conditions.append(row.verified_at <= circle.begun_at)
    if number := circle.segment.get("version"):
        accepted = select(Version.id).where(Version.letter_id == circle.letter_id, Version.number == number)
        conditions.append(row.version_id.in_(accepted))
    if country := circle.segment.get("country"):
        conditions.append(row.country == country)
    if circle.kind == UpdateKind.FINAL_COPY:
        conditions.append(_in_edition(circle, row))
    return and_(*conditions)


def _consents(kind: str, row: Any) -> ColumnElement[bool]:
    """Whether the box of this kind is ticked; a final copy needs none."""
    if kind not in CONSENTS:
        return true()
    return exists().where(Consent.signature_id == row.id, Consent.kind == CONSENTS[kind], Consent.ended_at.is_(None))


def _suppressed(circle: Circle, row: Any) -> ColumnElement[bool]:
    """Whether a mailbox must get no such mail: "not me" or a complaint about the letter, or it bounced anywhere."""
    here = or_(Suppression.letter_id == circle.letter_id, Suppression.letter_id.is_(None))
    reasons = ["not_me", "complaint", *([NO_FINAL_COPY] if circle.kind == UpdateKind.FINAL_COPY else [])]
    return exists().where(
        Suppression.mailbox_key == row.mailbox_key,
        or_(Suppression.reason == "bounce", and_(Suppression.reason.in_(reasons), here)),
    )


def _in_edition(circle: Circle, row: Any) -> ColumnElement[bool]:
    """Whether an organization stands in the edition: by its leaves, or, before there were any, by when it was on."""
    leaf = exists().where(EditionLeaf.edition_id == circle.edition_id, EditionLeaf.signature_id == row.id)
    has_leaves = exists().where(EditionLeaf.edition_id == circle.edition_id)
    frozen_at = select(Edition.frozen_at).where(Edition.id == circle.edition_id).scalar_subquery()
    by_time = and_(row.moderation == Moderation.APPROVED.value, row.verified_at <= frozen_at)
    return and_(row.kind == SignatureKind.ORGANIZATION.value, or_(leaf, and_(~has_leaves, by_time)))


def count_recipients(circle: Circle) -> int:
    """How many would get a mail, those who had their four result mails included."""
    return db.session.scalar(select(func.count()).select_from(Signature).where(recipients(circle))) or 0


def count_exhausted(circle: Circle) -> int:
    """How many of the recipients had their four result mails already."""
    if circle.kind != UpdateKind.RESULT:
        return 0
    had_all = recipients(circle) & (_result_mails() >= RESULT_MAILS)
    return db.session.scalar(select(func.count()).select_from(Signature).where(had_all)) or 0


def has_recipient(circle: Circle) -> bool:
    """Whether anybody would get a mail; found without counting, for it is asked while others wait."""
    wanted = recipients(circle)
    if circle.kind == UpdateKind.RESULT:
        wanted = wanted & (_result_mails() < RESULT_MAILS)
    return db.session.scalar(select(Signature.id).where(wanted).limit(1)) is not None


def _result_mails() -> Any:
    """How many of the four result mails a signatory has had."""
    return (
        select(func.count())
        .select_from(UpdateMail)
        .where(UpdateMail.signature_id == Signature.id, UpdateMail.slot.is_not(None))
        .correlate(Signature)
        .scalar_subquery()
    )


def count_without_address(circle: Circle) -> int:
    """How many organizations of the edition left no address, so that somebody has to write to them by hand."""
    if circle.kind != UpdateKind.FINAL_COPY:
        return 0
    missing = and_(Signature.letter_id == circle.letter_id, Signature.email.is_(None), is_live(Signature))
    standing = and_(missing, Signature.verification == Verification.VERIFIED.value, _in_edition(circle, Signature))
    return db.session.scalar(select(func.count()).select_from(Signature).where(standing)) or 0


def next_recipients(circle: Circle, after: int, limit: int) -> list[int]:
    """Ids of the next recipients in the order of their signatures; a keyset, so that each step costs the same."""
    found = select(Signature.id).where(recipients(circle), Signature.id > after).order_by(Signature.id).limit(limit)
    return list(db.session.scalars(found))


def standing_of(update: Update, signature_id: int) -> Standing | None:
    """What decides now whether a signatory may get a mail of this update."""
    circle = Circle.of(update)
    row = db.session.execute(
        select(
            Signature,
            _consents(update.kind, Signature).label("consents"),
            _suppressed(circle, Signature).label("is_suppressed"),
        ).where(Signature.id == signature_id)
    ).one_or_none()
    if row is None:
        return None
    signature = row.Signature
    return Standing(
        signature.verification,
        signature.moderation,
        signature.withdrawn_at is not None,
        signature.merged_into_id is not None,
        bool(signature.email),
        bool(row.consents),
        bool(row.is_suppressed),
    )
