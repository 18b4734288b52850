"""What an organization's signature says beyond its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.choices import OrganizationType
from campaign.extensions import Base
from campaign.models.constraints import one_of

if TYPE_CHECKING:
    from campaign.models.signature import Signature


class Endorsement(Base, kw_only=True):
    """What an organization's signature says beyond its name: who signed for it, and by what right."""

    __tablename__ = "endorsement"
    __table_args__ = (one_of("type", OrganizationType),)

    signature_id: Mapped[int] = mapped_column(
        ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True, init=False
    )
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    type: Mapped[str] = mapped_column(String(20), default=OrganizationType.NGO.value)
    representative: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(200), default="")
    show_representative: Mapped[bool] = mapped_column(default=False)
    # A picture of the organization for paper, kept by its hash; "" for none.
    logo_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    signature: Mapped[Signature] = relationship(lazy="raise", back_populates="endorsement")
