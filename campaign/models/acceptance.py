"""A signatory asked about a new version of the text, and what they answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign.choices import VersionAnswer
from campaign.extensions import Base
from campaign.models.constraints import one_of


class VersionQuestion(Base, kw_only=True):
    """One signatory is asked once about one new version; who does not answer stays on the text they accepted."""

    __tablename__ = "version_question"
    __table_args__ = (
        UniqueConstraint("version_id", "signature_id"),
        one_of("answer", VersionAnswer),
        CheckConstraint("answer = 'none' OR answered_at IS NOT NULL", name="answer_has_time"),
        # Read by: a signatory's own page.
        Index("ix_version_question_signature_id", "signature_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id", ondelete="CASCADE"))
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"))
    # The version the signature stood under when it was asked.
    from_version_id: Mapped[int] = mapped_column(ForeignKey("version.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(20), default=VersionAnswer.NONE.value)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
