"""Reads about the versions that signatories accepted, were asked about, or are still to be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, selectinload

from campaign.extensions import db
from campaign.models import Signature, Version, VersionQuestion
from campaign.models.signature import IS_ASKED


def version_to_ask_about(version_id: int) -> Version | None:
    """A version with its demands."""
    found = select(Version).where(Version.id == version_id).options(selectinload(Version.demands))
    return db.session.scalars(found).one_or_none()


def signatures_to_ask(version: Version, after: int, limit: int) -> Sequence[Any]:
    """Id and accepted version of the next signatories whom a new text is put to, by id. Uses ix_signature_letter_id."""
    accepted = aliased(Version)
    return db.session.execute(
        select(Signature.id, Signature.version_id)
        .join(accepted, accepted.id == Signature.version_id)
        .where(Signature.letter_id == version.letter_id, Signature.id > after, IS_ASKED)
        .where(accepted.asked_number < version.asked_number)
        .order_by(Signature.id)
        .limit(limit)
    ).all()


def is_asked(signature_id: int) -> bool:
    """Whether a signature is still one whose signatory may be asked, as it is now."""
    return db.session.scalar(select(Signature.id).where(Signature.id == signature_id, IS_ASKED)) is not None


def question_of(version_id: int, signature_id: int) -> VersionQuestion | None:
    """What a signatory was asked about a version."""
    found = select(VersionQuestion).where(
        VersionQuestion.version_id == version_id, VersionQuestion.signature_id == signature_id
    )
    return db.session.scalars(found).one_or_none()


def answers_of(signature_id: int) -> Sequence[Any]:
    """What a signatory was asked, oldest first: number of the version, of the one accepted before, answer and times."""
    before = aliased(Version)
    return db.session.execute(
        select(
            Version.number,
            before.number.label("from_number"),
            VersionQuestion.answer,
            VersionQuestion.asked_at,
            VersionQuestion.answered_at,
        )
        .join(Version, Version.id == VersionQuestion.version_id)
        .join(before, before.id == VersionQuestion.from_version_id)
        .where(VersionQuestion.signature_id == signature_id)
        .order_by(VersionQuestion.id)
    ).all()
