"""What is kept of the network an attempt to sign came from: a mark that is worthless after its day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.extensions import Base


class NetworkKey(Base, kw_only=True):
    """The random key of a day, under which networks are marked; deleted when the day is over, left out of backups."""

    __tablename__ = "network_key"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))


class SigningHint(Base, kw_only=True):
    """An attempt to sign: the mark of its network on that day, never an address, and the seconds on the form (K4).

    One row for each attempt, also of a mailbox that is known, so that counting needs no row that everybody changes.
    Never of employees. Kept for 30 days.
    """

    __tablename__ = "signing_hint"
    __table_args__ = (
        # Read by: the limits of a network, at every attempt to sign.
        Index("ix_signing_hint_network", "network", "signed_at", "letter_id"),
        # Read by: the wave alarm, lists of the last 30 days, pruning.
        Index("ix_signing_hint_letter_id", "letter_id", "signed_at", "network"),
        # Read by: the desk, "n from one network"; erasure.
        Index("ix_signing_hint_signature_id", "signature_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), default=None)
    network: Mapped[str] = mapped_column(String(32))
    seconds: Mapped[int | None] = mapped_column(default=None)
    signed_at: Mapped[datetime]


class UsedChallenge(Base, kw_only=True):
    """A proof of work that was taken, so that it is taken once; kept until the challenge is over."""

    __tablename__ = "used_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime]
