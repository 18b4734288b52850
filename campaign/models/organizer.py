"""An organizer's account, the links and sessions it signs in with, and its roles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.choices import Role
from campaign.extensions import Base
from campaign.models.campaign import Campaign
from campaign.models.constraints import one_of


class Organizer(Base, kw_only=True):
    """A person who works on campaigns. `email` is stored as typed, `email_key` folded and unique."""

    __tablename__ = "organizer"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None)
    created_at: Mapped[datetime]


class Membership(Base, kw_only=True):
    """The role of one organizer in one campaign."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organizer_id", "campaign_id"), one_of("role", Role))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id", ondelete="CASCADE"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    organizer: Mapped[Organizer] = relationship(init=False, lazy="raise")
    campaign: Mapped[Campaign] = relationship(init=False, lazy="raise")


class SignInLink(Base, kw_only=True):
    """A single-use link to the desk: only its keyed hash is stored."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class DeskSession(Base, kw_only=True):
    """One signed-in browser; revoking the row signs it out."""

    __tablename__ = "desk_session"
    # Read by: every desk request (by token_hash), the page "my sessions" (by organizer).
    __table_args__ = (Index("ix_desk_session_organizer_id", "organizer_id", "id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    organizer_id: Mapped[int] = mapped_column(ForeignKey("organizer.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
