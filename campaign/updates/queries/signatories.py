"""Reads of single mails and of those who get them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from campaign.choices import SignatureKind, UpdateKind
from campaign.extensions import db
from campaign.mailboxes import keys_of
from campaign.models import Consent, Job, Signature, Suppression, UpdateMail
from campaign.updates.rules import CONSENTS, NO_FINAL_COPY

SHOWN = 50


def slots_of(signature_ids: Sequence[int]) -> dict[int, list[int]]:
    """Which of the four result mails each of these signatories has had."""
    found: dict[int, list[int]] = {}
    rows: Any = db.session.execute(
        select(UpdateMail.signature_id, UpdateMail.slot).where(
            UpdateMail.signature_id.in_(signature_ids), UpdateMail.slot.is_not(None)
        )
    )
    for signature_id, slot in rows:
        found.setdefault(signature_id, []).append(slot)
    return found


def mail_row(update_id: int, signature_id: int) -> UpdateMail | None:
    """The row of one mail."""
    return db.session.scalars(
        select(UpdateMail).where(UpdateMail.update_id == update_id, UpdateMail.signature_id == signature_id)
    ).one_or_none()


def unsettled_mails(update_id: int, limit: int = SHOWN) -> list[Any]:
    """The mails that may have left or were refused: `UpdateMail`, and the signatory's name and address."""
    return list(
        db.session.execute(
            select(UpdateMail, Signature.name, Signature.email)
            .join(Signature, Signature.id == UpdateMail.signature_id)
            .where(UpdateMail.update_id == update_id, UpdateMail.state.in_(("parked", "failed")))
            .order_by(UpdateMail.state.desc(), UpdateMail.signature_id)
            .limit(limit)
        ).all()
    )


def consent_sentence(signature_id: int, kind: str) -> str:
    """The sentence a signatory ticked, for the mail that stands on it."""
    found = select(Consent.sentence).where(Consent.signature_id == signature_id, Consent.kind == CONSENTS.get(kind, ""))
    return db.session.scalar(found) or ""


def same_mailbox(signature: Signature) -> list[int]:
    """The ids of a mailbox's signatures on one letter, its own first."""
    if signature.mailbox_key is None:
        return [signature.id]
    same = select(Signature.id).where(
        Signature.mailbox_key.in_(keys_of(signature.mailbox_key, signature.email)),
        Signature.letter_id == signature.letter_id,
        Signature.id != signature.id,
    )
    return [signature.id, *db.session.scalars(same)]


def standing_consents(signature: Signature) -> set[str]:
    """The kinds of mail a mailbox still gets about a letter: news, result, final_copy for an organization."""
    ids = same_mailbox(signature)
    ticked = set(
        db.session.scalars(select(Consent.kind).where(Consent.signature_id.in_(ids), Consent.ended_at.is_(None)))
    )
    found = {kind for kind, consent in CONSENTS.items() if consent in ticked}
    if signature.kind == SignatureKind.ORGANIZATION and signature.withdrawn_at is None and signature.mailbox_key:
        refused = select(Suppression.id).where(
            Suppression.mailbox_key == signature.mailbox_key,
            Suppression.letter_id == signature.letter_id,
            Suppression.reason == NO_FINAL_COPY,
        )
        if db.session.scalar(refused.limit(1)) is None:
            found.add(UpdateKind.FINAL_COPY.value)
    return found


def jobs_by_key(keys: Sequence[str]) -> dict[str, int]:
    """The ids of jobs by their key."""
    rows = db.session.execute(select(Job.key, Job.id).where(Job.key.in_(keys)))
    return dict(rows.all())
