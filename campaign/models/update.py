"""News of a letter, and each mail it was sent by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import UpdateKind, UpdateMailState
from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of
from campaign.states import UpdateState


class Update(Base, kw_only=True):
    """News posted on a letter; mailed to those who agreed to its kind.

    `segment` narrows whom it is mailed to (`version`: number, `country`: code); `per_hour` is how many mails may
    leave in an hour, null for no limit of its own. A `final_copy` goes to the organizations of its edition.
    """

    __tablename__ = "update"
    __table_args__ = (
        UniqueConstraint("letter_id", "number"),
        one_of("kind", UpdateKind),
        one_of("state", UpdateState),
        has_time("state", "scheduled", "scheduled_at"),
        has_time("state", "sent", "sent_at"),
        CheckConstraint("kind <> 'final_copy' OR edition_id IS NOT NULL", name="final_copy_has_edition"),
        # Read by: the clock that starts what was scheduled.
        Index("ix_update_state", "state", "scheduled_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default=UpdateKind.NEWS.value)
    state: Mapped[str] = mapped_column(String(20), default=UpdateState.DRAFT.value)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    body_tree: Mapped[dict[str, Any]] = mapped_column(JSON)
    body_html: Mapped[str] = mapped_column(Text)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), default=None)
    segment: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    per_hour: Mapped[int | None] = mapped_column(default=None)
    is_public: Mapped[bool] = mapped_column(default=True)
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    scheduled_at: Mapped[datetime | None] = mapped_column(default=None)
    begun_at: Mapped[datetime | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    # How far the fan-out came: the id of the last signature it looked at.
    fanned_out_to: Mapped[int] = mapped_column(default=0)


class UpdateMail(Base, kw_only=True):
    """One mail of an update to one signatory, at most once. A result mail takes one of the four `slot`s.

    `queued_at` is when its turn is; `reason` says in a short word why it was skipped.
    """

    __tablename__ = "update_mail"
    __table_args__ = (
        UniqueConstraint("update_id", "signature_id"),
        UniqueConstraint("signature_id", "slot"),
        CheckConstraint("slot IS NULL OR slot BETWEEN 1 AND 4", name="slot"),
        one_of("state", UpdateMailState),
        # Read by: the counts on the page of an update.
        Index("ix_update_mail_state", "update_id", "state"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("update.id", ondelete="CASCADE"))
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    slot: Mapped[int | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(String(20), default=UpdateMailState.WAITING.value)
    reason: Mapped[str] = mapped_column(String(20), default="")
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
