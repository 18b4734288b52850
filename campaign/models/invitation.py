"""The coalition board: organizations asked to sign before a letter is public, and what they answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base
from campaign.models.constraints import has_time, one_of
from campaign.states import InvitationAnswer


class Invitation(Base, kw_only=True):
    """One organization on the board of a letter; its page is `/invitations/<token>`.

    `generation` is part of the mailed link. An approval names the version approved, and is a signature:
    `signature_id`. `second_email` is a second contact, who gets every mail too; where `needs_second` stands, the
    approval counts once another address of the organization has given it again (`second_approved_at`).
    `approver_email` is the address the code was mailed to, which waits for it, or gave it; `first_approved_at` is when
    the first of two approvers gave it, of the words and the line that `approved_digest` stands for.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        # Also read by: the board, by name.
        UniqueConstraint("letter_id", "name_folded"),
        one_of("answer", InvitationAnswer),
        CheckConstraint("answer = 'none' OR answered_at IS NOT NULL", name="answer_has_time"),
        CheckConstraint("answer <> 'approved' OR signature_id IS NOT NULL", name="approved_has_signature"),
        has_time("answer", "approved", "version_id"),
        # Read by: what becomes of an approval when its signature is withdrawn or erased.
        Index("ix_invitation_signature_id", "signature_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    website: Mapped[str] = mapped_column(String(500), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    second_contact: Mapped[str] = mapped_column(String(200), default="")
    second_email: Mapped[str | None] = mapped_column(String(254), default=None)
    needs_second: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(String(20), default=InvitationAnswer.NONE.value)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    # The day the organization's board decides.
    board_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    # The line as it prints, once the organization has said how.
    line: Mapped[str] = mapped_column(String(200), default="")
    approver: Mapped[str] = mapped_column(String(200), default="")
    approver_role: Mapped[str] = mapped_column(String(200), default="")
    approver_email: Mapped[str | None] = mapped_column(String(254), default=None)
    first_approved_at: Mapped[datetime | None] = mapped_column(default=None)
    approved_digest: Mapped[str] = mapped_column(String(32), default="", server_default="")
    second_approver: Mapped[str] = mapped_column(String(200), default="")
    second_approver_email: Mapped[str | None] = mapped_column(String(254), default=None)
    second_approved_at: Mapped[datetime | None] = mapped_column(default=None)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), default=None)
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"), default=None)
    generation: Mapped[int] = mapped_column(default=0)
    code_tries: Mapped[int] = mapped_column(default=0)
    codes_asked: Mapped[int] = mapped_column(default=0)
    code_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    invited_at: Mapped[datetime | None] = mapped_column(default=None)
    reminder_count: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class InvitationNote(Base, kw_only=True):
    """A question or a comment on the draft from an organization's page, or the organizers' answer to it."""

    __tablename__ = "invitation_note"
    # Read by: the organization's page and the desk, in order.
    __table_args__ = (Index("ix_invitation_note_invitation_id", "invitation_id", "id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200), default="")
    # Null: written on the organization's page.
    organizer_id: Mapped[int | None] = mapped_column(ForeignKey("organizer.id"), default=None)
    written_at: Mapped[datetime]
