"""What the press page shows beside a letter's own words and counts."""

from __future__ import annotations

from sqlalchemy import select

from campaign.extensions import db
from campaign.models import CertifiedTotal


def certified_totals(letter_id: int) -> list[CertifiedTotal]:
    """The numbers that partners certify beside the letter's own, in the order they were written down."""
    found = select(CertifiedTotal).where(CertifiedTotal.letter_id == letter_id).order_by(CertifiedTotal.id)
    return list(db.session.scalars(found))
