"""A letter and the wordings it had."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.choices import LetterKind, PublicationMode, VersionChange
from campaign.extensions import Base
from campaign.models.campaign import Campaign
from campaign.models.constraints import has_time, one_of
from campaign.states import LetterState


class Letter(Base, kw_only=True):
    """The text that asks something of a target, and its rules. Its words are in `Version`.

    `changed_at` moves with everything a reader can see but names and counts; caches are keyed on it.
    `state_before` is the state a withdrawn or removed letter goes back to.
    """

    __tablename__ = "letter"
    __table_args__ = (
        one_of("kind", LetterKind),
        one_of("state", LetterState),
        one_of("mode", PublicationMode),
        has_time("state", "open", "opened_at"),
        has_time("state", "closed", "closed_at"),
        has_time("state", "paused", "paused_at"),
        has_time("state", "scheduled", "opens_at"),
        CheckConstraint("state NOT IN ('withdrawn', 'removed') OR reason <> ''", name="taken_has_reason"),
        # Read by: the worker's clock, which opens and closes letters on time.
        Index("ix_letter_state", "state"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default=LetterKind.PUBLIC.value)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10), default="en")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    state: Mapped[str] = mapped_column(String(20), default=LetterState.DRAFT.value)
    state_before: Mapped[str | None] = mapped_column(String(20), default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    mode: Mapped[str] = mapped_column(String(20), default=PublicationMode.HOLD_RISKY.value)
    status_note: Mapped[str] = mapped_column(Text, default="")
    notice: Mapped[str] = mapped_column(Text, default="")
    is_reconstruction: Mapped[bool] = mapped_column(default=False)
    accepts_people: Mapped[bool] = mapped_column(default=True)
    accepts_organizations: Mapped[bool] = mapped_column(default=True)
    # Employees of the target sign on a page of their own, see `models.employee`.
    accepts_employees: Mapped[bool] = mapped_column(default=False, server_default=false())
    asks_title: Mapped[bool] = mapped_column(default=False)
    asks_affiliation: Mapped[bool] = mapped_column(default=True)
    asks_place: Mapped[bool] = mapped_column(default=False)
    asks_country: Mapped[bool] = mapped_column(default=False)
    asks_comment: Mapped[bool] = mapped_column(default=False)
    offers_updates: Mapped[bool] = mapped_column(default=False)
    # The coalition board: until when organizations answer, and whether their pages show who is on so far.
    answers_due_at: Mapped[datetime | None] = mapped_column(default=None)
    board_shows_names: Mapped[bool] = mapped_column(default=True, server_default=true())
    # Why every signature is held from now on, "" while none is; whether a proof of work is asked, or until when.
    hold_all: Mapped[str] = mapped_column(Text, default="", server_default="")
    asks_proof: Mapped[bool] = mapped_column(default=False, server_default=false())
    proof_until: Mapped[datetime | None] = mapped_column(default=None)
    opens_at: Mapped[datetime | None] = mapped_column(default=None)
    closes_at: Mapped[datetime | None] = mapped_column(default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    paused_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("version.id", use_alter=True, name="fk_letter_version_id"), default=None
    )
    campaign: Mapped[Campaign] = relationship(init=False, lazy="raise")
    version: Mapped[Version | None] = relationship(
        init=False, lazy="raise", foreign_keys="Letter.version_id", post_update=True
    )

    @property
    def sender(self) -> str:
        """The organization that runs the campaign and writes the mails."""
        return self.campaign.lead or self.campaign.title


class Version(Base, kw_only=True):
    """One wording. `body` is Markdown, `body_tree` its parsed form, `body_html` that form as HTML.

    Draft text is version 1 and is edited in place; from the first signature or approval on, the
    words of a version never change, and a change makes the next version. `asked_number` is the number of the
    version that signatories were last asked to accept: its own for the first and for a new text, that of the version
    before for a correction. `reason` is shown with a correction.
    """

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("letter_id", "number"),
        one_of("change", VersionChange),
        CheckConstraint("change <> 'correction' OR reason <> ''", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200))
    ask: Mapped[str] = mapped_column(String(300), default="")
    salutation: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    body_tree: Mapped[dict[str, Any]] = mapped_column(JSON)
    body_html: Mapped[str] = mapped_column(Text)
    demands_intro: Mapped[str] = mapped_column(String(300), default="")
    closing: Mapped[str] = mapped_column(Text, default="")
    dated_on: Mapped[date | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(String(120), default="")
    change: Mapped[str] = mapped_column(
        String(20), default=VersionChange.FIRST.value, server_default=VersionChange.FIRST.value
    )
    asked_number: Mapped[int] = mapped_column(default=1, server_default="1")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    created_at: Mapped[datetime]
    demands: Mapped[list[Demand]] = relationship(
        init=False, lazy="raise", order_by="Demand.number", cascade="all, delete-orphan"
    )


class Demand(Base, kw_only=True):
    """One numbered thing a version asks for."""

    __tablename__ = "demand"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id", ondelete="CASCADE"), init=False)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
