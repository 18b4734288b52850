"""How somebody is asked whether a representative may sign for an organization, and what its domain was found to say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import AskedWay
from campaign.extensions import Base
from campaign.models.constraints import one_of


class AuthorityRequest(Base, kw_only=True):
    """Somebody at an organization who is asked to approve its endorsement; the page is `/authority/<token>`.

    `way` is the method that an approval proves. A published contact that the representative named waits for an
    organizer to see it on `page`; it is mailed once `asked_at` stands. `generation` is drawn, and part of the mailed
    link: a row that takes the number of one that is gone has another link.
    """

    __tablename__ = "authority_request"
    __table_args__ = (
        one_of("way", AskedWay),
        CheckConstraint("approved_at IS NULL OR asked_at IS NOT NULL", name="approved_was_asked"),
        CheckConstraint("approved_at IS NULL OR declined_at IS NULL", name="one_answer"),
        # Read by: the representative's own page and the desk; judging.
        Index("ix_authority_request_signature_id", "signature_id", "id"),
        # Read by: whether an address said no before.
        Index("ix_authority_request_email", "email"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    way: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    page: Mapped[str] = mapped_column(String(500), default="")
    # Null: the representative named it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    generation: Mapped[int]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    # An organizer did not find the address on its page.
    refused_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)
    declined_at: Mapped[datetime | None] = mapped_column(default=None)


class DomainCheck(Base, kw_only=True):
    """The look at a domain for the value of an endorsement: how often it was asked for, and what came of it."""

    __tablename__ = "domain_check"

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True)
    asked_count: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    # What the last look found, keys of `sentences.authority.CHECKS`, DNS first; "" before the first.
    outcome: Mapped[str] = mapped_column(String(60), default="")
