"""The earlier texts of a letter, compared with the one that is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from campaign.choices import VersionChange
from campaign.exports.source import Correction, Earlier
from campaign.extensions import db
from campaign.letters.changes import paragraphs_of
from campaign.lib.difference import compare
from campaign.models import Letter, Version


def earlier_texts(printed: Version, texts: Mapping[int, int]) -> tuple[Earlier, ...]:
    """The texts that signatories accepted other than the printed one, the newest first, as annexes A, B, ...

    `texts` counts them by the version that asked. Where a text was corrected since, the corrected wording is compared.
    """
    wanted = {number: count for number, count in texts.items() if number != printed.asked_number}
    latest = {version.asked_number: version for version in _versions(printed.letter_id, sorted(wanted))}
    return tuple(
        Earlier(
            annex=annex_name(position),
            version=number,
            dated_on=latest[number].dated_on,
            changes=tuple(compare(paragraphs_of(latest[number]), paragraphs_of(printed))),
            count=wanted[number],
        )
        for position, number in enumerate(sorted(latest, reverse=True))
    )


def annex_name(position: int) -> str:
    """A, B, ..., Z, AA, AB, ...: the name of the annex at this position, which counts from 0."""
    above, letter = divmod(position, 26)
    return (annex_name(above - 1) if above else "") + chr(ord("A") + letter)


def corrections_of(letter: Letter, printed: Version) -> tuple[Correction, ...]:
    """What was corrected in the printed text since its signatories were asked, the oldest first."""
    rows = db.session.execute(
        select(Version.created_at, Version.reason)
        .where(
            Version.letter_id == letter.id,
            Version.asked_number == printed.asked_number,
            Version.change == VersionChange.CORRECTION.value,
            Version.number <= printed.number,
        )
        .order_by(Version.number)
    )
    zone = ZoneInfo(letter.timezone)
    return tuple(Correction(day=made.astimezone(zone).date(), reason=reason) for made, reason in rows)


def _versions(letter_id: int, asked: Sequence[int]) -> list[Version]:
    """The versions that belong to these texts, in order, so that the last of each text is its corrected wording."""
    if not asked:
        return []
    return list(
        db.session.scalars(
            select(Version)
            .where(Version.letter_id == letter_id, Version.asked_number.in_(asked))
            .options(selectinload(Version.demands))
            .order_by(Version.number)
        )
    )
