"""The words of a letter, as every file prints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from campaign.exports.source import Addressee, Document, LetterText, Signer
from campaign.exports.texts import corrections_of
from campaign.extensions import db
from campaign.languages import direction
from campaign.letters import queries as letters
from campaign.letters.method import in_five_lines
from campaign.models import Letter, Version


def letter_of(letter_id: int) -> Letter:
    """A letter with its campaign."""
    return db.session.scalars(select(Letter).where(Letter.id == letter_id).options(joinedload(Letter.campaign))).one()


def version_of(version_id: int) -> Version:
    """A version with its demands."""
    return db.session.scalars(
        select(Version).where(Version.id == version_id).options(selectinload(Version.demands))
    ).one()


def letter_text(letter: Letter, version: Version) -> LetterText:
    """The words of one version as plain data for the encoders."""
    people = letters.addressees_of(letter.id)
    return LetterText(
        slug=letter.slug,
        title=version.title,
        kind=letter.kind,
        campaign=letter.campaign.title,
        language=letter.language,
        direction=direction(letter.language),
        lead=letter.campaign.lead,
        dated_on=version.dated_on,
        place=version.place,
        targets=tuple(target.name for target in letters.targets_of(letter.id)),
        addressees=_addressees([row for row in people if not row.is_copy]),
        copies=_addressees([row for row in people if row.is_copy]),
        salutation=version.salutation,
        body=version.body_tree,
        demands_intro=version.demands_intro,
        demands=tuple(demand.text for demand in version.demands),
        closing=version.closing,
        initial=tuple(
            Signer(name=row.name, title=row.title, affiliation=row.affiliation)
            for row in letters.initial_signatories_of(letter.id)
        ),
        evidence=_documents(letter.id),
        notice=letter.notice,
        letterhead=tuple(line.strip() for line in letter.campaign.letterhead.splitlines() if line.strip()),
        corrections=corrections_of(letter, version),
        ask=version.ask,
        method=tuple(in_five_lines(letter.mode, letter.accepts_organizations)),
    )


def _addressees(rows: Sequence[Any]) -> tuple[Addressee, ...]:
    return tuple(Addressee(name=row.name, title=row.title, postal=tuple(row.postal.splitlines())) for row in rows)


def _documents(letter_id: int) -> tuple[Document, ...]:
    return tuple(
        Document(
            number=row.number,
            title=row.title,
            source=row.source,
            obtained_on=row.obtained_on,
            url=row.url,
            sha256=row.sha256,
        )
        for row in letters.evidence_of(letter_id)
    )
