"""Reads the evidence there is."""

from __future__ import annotations

from sqlalchemy import select

from campaign.extensions import db
from campaign.models import Proof


def methods_of(signature_ids: list[int]) -> dict[int, list[str]]:
    """The methods each of these signatures was verified by, in the order they came."""
    found: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Proof.signature_id, Proof.method).where(Proof.signature_id.in_(signature_ids)).order_by(Proof.id)
    )
    for signature_id, method in rows:
        found.setdefault(signature_id, []).append(method)
    return found
