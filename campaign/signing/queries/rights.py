"""Reads of everything that is kept about one signature, for its owner's copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from campaign.extensions import db
from campaign.mailboxes import keys_of
from campaign.models import (
    Consent,
    Decision,
    DecisionDetail,
    Edition,
    EditionLeaf,
    ImportBatch,
    Proof,
    Signature,
    Update,
    UpdateMail,
)


def editions_holding(*signature_ids: int) -> Sequence[Any]:
    """Signature, number and times of the frozen editions that hold any of these signatures, by number."""
    return db.session.execute(
        select(EditionLeaf.signature_id, Edition.number, Edition.frozen_at, Edition.delivered_at)
        .join(Edition, Edition.id == EditionLeaf.edition_id)
        .where(EditionLeaf.signature_id.in_(signature_ids), Edition.frozen_at.is_not(None))
        .order_by(Edition.number)
    ).all()


def proofs_of(signature_id: int) -> Sequence[Proof]:
    """How a signature was proved, in the order it came."""
    return db.session.scalars(select(Proof).where(Proof.signature_id == signature_id).order_by(Proof.id)).all()


def every_consent(signature_id: int) -> Sequence[Consent]:
    """Each box that is or was ticked."""
    return db.session.scalars(select(Consent).where(Consent.signature_id == signature_id).order_by(Consent.id)).all()


def updates_mailed(signature_id: int) -> Sequence[Any]:
    """Each update that was or is to be mailed to a signatory."""
    return db.session.execute(
        select(Update.number, Update.title, Update.kind, UpdateMail.state, UpdateMail.sent_at)
        .join(UpdateMail, UpdateMail.update_id == Update.id)
        .where(UpdateMail.signature_id == signature_id)
        .order_by(UpdateMail.id)
    ).all()


def decisions_on(signature_id: int) -> Sequence[Any]:
    """What organizers decided on a signature, in order: act, reasons afterwards, time."""
    return db.session.execute(
        select(Decision.act, DecisionDetail.after, Decision.decided_at)
        .join(DecisionDetail, DecisionDetail.decision_id == Decision.id)
        .where(Decision.signature_id == signature_id)
        .order_by(Decision.id)
    ).all()


def imported_from(signature: Signature) -> ImportBatch | None:
    """The import that brought a signature."""
    return db.session.get(ImportBatch, signature.import_batch_id) if signature.import_batch_id else None


def other_rows(signature: Signature) -> Sequence[Signature]:
    """What else the mailbox left on the letter, and what was merged into the signature; erased ones left out."""
    keys = keys_of(signature.mailbox_key, signature.email)
    same = Signature.mailbox_key.in_(keys) & (Signature.letter_id == signature.letter_id)
    return db.session.scalars(
        select(Signature)
        .where(or_(same, Signature.merged_into_id == signature.id))
        .where(Signature.id != signature.id, Signature.erased_at.is_(None))
        .order_by(Signature.id)
    ).all()
