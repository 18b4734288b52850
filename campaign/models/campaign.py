"""A campaign: a team and its letters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class Campaign(Base, kw_only=True):
    """An organizing effort. `lead` is the organization that runs it and writes the mails.

    `letterhead` is what stands at the top of a printed letter, one line each; the press fields say whom reporters
    reach, by which numbers and in which languages.
    """

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    lead: Mapped[str] = mapped_column(String(200), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    letterhead: Mapped[str] = mapped_column(Text, default="", server_default="")
    press_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    press_phone: Mapped[str] = mapped_column(String(80), default="", server_default="")
    press_email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    press_languages: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime]
