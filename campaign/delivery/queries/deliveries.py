"""Reads of deliveries: what a campaign handed over, and what it can hand over."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from campaign.extensions import db
from campaign.models import (
    Addressee,
    CertifiedTotal,
    Delivery,
    DeliveryEdition,
    Edition,
    Letter,
    LetterTarget,
    ReplyLink,
    Target,
    Update,
)


def deliveries_of(campaign_id: int) -> list[tuple[Delivery, Target]]:
    """The deliveries of a campaign with their targets, the newest first."""
    rows = db.session.execute(
        select(Delivery, Target)
        .join(Target, Target.id == Delivery.target_id)
        .where(Delivery.campaign_id == campaign_id)
        .order_by(Delivery.number.desc())
    )
    return [(row[0], row[1]) for row in rows]


def delivery_of(campaign_id: int, number: int) -> tuple[Delivery, Target] | None:
    """The delivery of that number with its target, or None."""
    row = db.session.execute(
        select(Delivery, Target)
        .join(Target, Target.id == Delivery.target_id)
        .where(Delivery.campaign_id == campaign_id, Delivery.number == number)
    ).first()
    return (row[0], row[1]) if row else None


def editions_in(delivery_ids: Iterable[int]) -> dict[int, list[tuple[Edition, Letter]]]:
    """The editions in each of these deliveries with their letters, in the order of the cover page; one query."""
    found: dict[int, list[tuple[Edition, Letter]]] = {delivery_id: [] for delivery_id in delivery_ids}
    rows = db.session.execute(
        select(DeliveryEdition.delivery_id, Edition, Letter)
        .join(Edition, Edition.id == DeliveryEdition.edition_id)
        .join(Letter, Letter.id == Edition.letter_id)
        .where(DeliveryEdition.delivery_id.in_(found))
        .order_by(DeliveryEdition.delivery_id, DeliveryEdition.position)
    )
    for delivery_id, edition, letter in rows:
        found[delivery_id].append((edition, letter))
    return found


def letters_in(delivery_id: int) -> list[Letter]:
    """The letters of a delivery, each once, in its order."""
    return list({letter.id: letter for _edition, letter in editions_in([delivery_id])[delivery_id]}.values())


def editions_of_campaign(campaign_id: int) -> list[tuple[Edition, Letter]]:
    """Every edition of the campaign's letters with its letter, by letter, the newest edition first."""
    rows = db.session.execute(
        select(Edition, Letter)
        .join(Letter, Letter.id == Edition.letter_id)
        .where(Letter.campaign_id == campaign_id)
        .order_by(Letter.id, Edition.number.desc())
    )
    return [(row[0], row[1]) for row in rows]


def targets_of_campaign(campaign_id: int) -> list[Target]:
    """Whom the letters of a campaign ask, by name."""
    asked = (
        select(LetterTarget.target_id)
        .join(Letter, Letter.id == LetterTarget.letter_id)
        .where(Letter.campaign_id == campaign_id)
    )
    return list(db.session.scalars(select(Target).where(Target.id.in_(asked)).order_by(Target.name, Target.id)))


def letters_by_target(campaign_id: int) -> dict[int, set[int]]:
    """The ids of the campaign's letters that ask each target, by the target's id."""
    found: dict[int, set[int]] = {}
    rows = db.session.execute(
        select(LetterTarget.target_id, LetterTarget.letter_id)
        .join(Letter, Letter.id == LetterTarget.letter_id)
        .where(Letter.campaign_id == campaign_id)
    )
    for target_id, letter_id in rows:
        found.setdefault(target_id, set()).add(letter_id)
    return found


def letters_with_addressee(letter_ids: Iterable[int]) -> set[int]:
    """Which of these letters name somebody they go to."""
    rows = select(Addressee.letter_id).where(Addressee.letter_id.in_(letter_ids), Addressee.is_copy.is_(False))
    return set(db.session.scalars(rows))


def has_update_since(letter_ids: Iterable[int], delivery: Delivery) -> bool:
    """Whether news were posted on one of these letters since the delivery was prepared."""
    found = select(Update.id).where(
        Update.letter_id.in_(letter_ids), Update.is_public.is_(True), Update.published_at >= delivery.created_at
    )
    return db.session.scalar(found.limit(1)) is not None


def certified_of(letter_id: int, row_id: int) -> CertifiedTotal | None:
    """One certified number of a letter, or None."""
    found = select(CertifiedTotal).where(CertifiedTotal.letter_id == letter_id, CertifiedTotal.id == row_id)
    return db.session.scalars(found).one_or_none()


def reply_link_of(delivery_id: int) -> ReplyLink | None:
    """The target's own link to answer a delivery, or None."""
    return db.session.scalars(select(ReplyLink).where(ReplyLink.delivery_id == delivery_id)).one_or_none()
