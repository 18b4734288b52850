"""Handing a letter over: which editions, when, how, to whom; and numbers that partners certify."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import DeliveryMethod
from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of
from campaign.states import DeliveryState


class Delivery(Base, kw_only=True):
    """One or more editions of a campaign's letters, handed over together to one target.

    `delivered_at` is the moment of handing over, told on the clocks of `timezone`. The proof is kept by its hash.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        one_of("state", DeliveryState),
        one_of("method", DeliveryMethod),
        has_time("state", "delivered", "delivered_at"),
        # Read by: the response clock and the company page.
        Index("ix_delivery_target_id", "target_id", "delivered_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=DeliveryState.PREPARED.value)
    method: Mapped[str] = mapped_column(String(20), default=DeliveryMethod.IN_PERSON.value)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    place: Mapped[str] = mapped_column(String(200), default="")
    handed_by: Mapped[str] = mapped_column(String(300), default="")
    received_by: Mapped[str] = mapped_column(String(300), default="")
    reference: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    answer_due_on: Mapped[date | None] = mapped_column(default=None)
    proof_name: Mapped[str] = mapped_column(String(200), default="")
    proof_type: Mapped[str] = mapped_column(String(80), default="")
    proof_sha256: Mapped[str] = mapped_column(String(64), default="")
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class DeliveryEdition(Base, kw_only=True):
    """An edition that was handed over in a delivery, in the order of the cover page."""

    __tablename__ = "delivery_edition"
    __table_args__ = (
        UniqueConstraint("delivery_id", "edition_id"),
        # Read by: the page of an edition.
        Index("ix_delivery_edition_edition_id", "edition_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    position: Mapped[int] = mapped_column(default=1)


class CertifiedTotal(Base, kw_only=True):
    """A number of signatures that a partner organization certifies; it stands in no total of ours.

    `qualifier` says how exact it is as certified: exactly, more_than or nearly.
    """

    __tablename__ = "certified_total"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("qualifier IN ('exactly', 'more_than', 'nearly')", name="qualifier"),
        # Read by: letter, delivery and press pages.
        Index("ix_certified_total_letter_id", "letter_id", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    organization: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    qualifier: Mapped[str] = mapped_column(String(20), default="exactly")
    # What was counted, in the words of the certificate: "petition signatures".
    counted: Mapped[str] = mapped_column(String(120), default="")
    certified_by: Mapped[str] = mapped_column(String(200))
    certified_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(300), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    proof_name: Mapped[str] = mapped_column(String(200), default="")
    proof_type: Mapped[str] = mapped_column(String(80), default="")
    proof_sha256: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
