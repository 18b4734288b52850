"""One signature with its evidence; organizations with their logos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from campaign.extensions import db
from campaign.models import Endorsement, Proof, Signature
from campaign.models.signature import IS_LISTED


def signature_of(letter_id: int, signature_id: int) -> Signature | None:
    """A signature of this letter with its endorsement; None for another letter's."""
    return db.session.scalars(
        select(Signature)
        .where(Signature.id == signature_id, Signature.letter_id == letter_id)
        .options(joinedload(Signature.endorsement))
    ).one_or_none()


def signature_by_id(signature_id: int) -> Signature | None:
    """A signature of any letter, for the mails of decisions."""
    return db.session.get(Signature, signature_id)


def locked_signature(letter_id: int, signature_id: int) -> Signature | None:
    """The same, locked until the transaction ends."""
    return db.session.scalars(
        select(Signature)
        .where(Signature.id == signature_id, Signature.letter_id == letter_id)
        .options(joinedload(Signature.endorsement))
        .with_for_update(of=Signature)
        .execution_options(populate_existing=True)
    ).one_or_none()


def proofs_of(signature_id: int) -> Sequence[Proof]:
    """The evidence that this signature is verified, oldest first."""
    return db.session.scalars(select(Proof).where(Proof.signature_id == signature_id).order_by(Proof.id)).all()


def names_of(signature_ids: Sequence[int]) -> dict[int, str]:
    """The names on these signatures."""
    rows = db.session.execute(select(Signature.id, Signature.name).where(Signature.id.in_(signature_ids)))
    return {row.id: row.name for row in rows}


def organizations_with_logos(letter_id: int) -> Sequence[Any]:
    """Id, name and SHA-256 of the logo ("" for none) of each organization that is listed, A to Z."""
    rows = (
        select(Signature.id, Signature.name, Endorsement.logo_sha256)
        .join(Endorsement, Endorsement.signature_id == Signature.id)
        .where(Signature.letter_id == letter_id, Signature.kind == "organization", IS_LISTED)
        .order_by(Signature.sort_key, Signature.id)
    )
    return db.session.execute(rows).all()


def endorsement_of(letter_id: int, signature_id: int) -> Endorsement | None:
    """What a listed organization's signature says beyond its name; None for any other signature."""
    return db.session.scalars(
        select(Endorsement)
        .join(Signature, Signature.id == Endorsement.signature_id)
        .where(Signature.id == signature_id, Signature.letter_id == letter_id, IS_LISTED)
    ).one_or_none()
