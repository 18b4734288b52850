"""What the company did with a letter: answers, what they mean for each demand, promises, and its own link."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import Audience, CommitmentState, DemandStatus, ResponseKind
from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of
from campaign.states import ResponseState


class Response(Base, kw_only=True):
    """One answer or act of a target, kept whole. Only an answer to the signatories stops the clock.

    `happened`, `precision` and `sort_on` are those of a timeline entry. `is_own` came through `/reply/<token>`; it
    waits until it is published whole, or set aside with a `reason` that is shown instead. A `correction` asks the
    organizers for something by `due_on`, and `outcome` says what became of it. `sha256` is of the text as stored.
    """

    __tablename__ = "response"
    __table_args__ = (
        one_of("kind", ResponseKind),
        one_of("audience", Audience),
        one_of("state", ResponseState),
        has_time("state", "published", "published_at"),
        CheckConstraint("state <> 'set_aside' OR reason <> ''", name="set_aside_has_reason"),
        # Read by: company, campaign and timeline pages, in order; the response clock.
        Index("ix_response_target_id", "target_id", "sort_on", "id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    kind: Mapped[str] = mapped_column(String(20), default=ResponseKind.STATEMENT.value)
    audience: Mapped[str] = mapped_column(String(20), default=Audience.SIGNATORIES.value)
    state: Mapped[str] = mapped_column(String(20), default=ResponseState.PUBLISHED.value)
    sort_on: Mapped[date]
    happened: Mapped[str] = mapped_column(String(40))
    precision: Mapped[str] = mapped_column(String(10), default="day")
    actor: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(10), default="en")
    source: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_type: Mapped[str] = mapped_column(String(80), default="")
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    is_own: Mapped[bool] = mapped_column(default=False)
    reply_link_id: Mapped[int | None] = mapped_column(ForeignKey("reply_link.id"), default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(Text, default="")
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    received_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(default=None)


class ResponseDemand(Base, kw_only=True):
    """What a response means for one demand of a letter; `number` 0 is the letter as a whole, without a status."""

    __tablename__ = "response_demand"
    __table_args__ = (
        UniqueConstraint("response_id", "letter_id", "number"),
        CheckConstraint("(number = 0) = (status IS NULL)", name="whole_letter_has_no_status"),
        one_of("status", DemandStatus),
        # Read by: the status of each demand of a letter.
        Index("ix_response_demand_letter_id", "letter_id", "number"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=0)
    status: Mapped[str | None] = mapped_column(String(20), default=None)


class Commitment(Base, kw_only=True):
    """Something the target promised, by when, and whether it was kept."""

    __tablename__ = "commitment"
    __table_args__ = (one_of("state", CommitmentState),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(String(20), default=CommitmentState.OPEN.value)
    state_note: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[datetime]


class ReplyLink(Base, kw_only=True):
    """The target's own way to answer a delivery: `/reply/<token>`, proven by a code to its own domain."""

    __tablename__ = "reply_link"
    __table_args__ = (UniqueConstraint("delivery_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    domain: Mapped[str] = mapped_column(String(253))
    # Where the next mail goes; forgotten when it left.
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    generation: Mapped[int] = mapped_column(default=0)
    code_tries: Mapped[int] = mapped_column(default=0)
    codes_asked: Mapped[int] = mapped_column(default=0)
    code_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
