"""Named reads of letters to sign, signatures, and their counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from campaign.extensions import db
from campaign.lib.names import fold
from campaign.models import Addressee, Letter, Signature, Suppression, Tally, Version, WatchName
from campaign.models.signature import IS_LISTED, IS_LIVE, IS_PUBLIC

# The columns a face is made from, and nothing more.
FACE = (
    Signature.id,
    Signature.kind,
    Signature.name,
    Signature.title,
    Signature.affiliation,
    Signature.country,
    Signature.is_private,
)


def public_signatures(letter_id: int) -> Select[Any]:
    """Every public signature of a letter: verified, approved, not withdrawn. Private ones included.

    The one query behind page, JSON, count and export; rows hold what `public_face` needs.
    """
    return select(*FACE).where(Signature.letter_id == letter_id, IS_PUBLIC)


def listed_signatures(letter_id: int, kind: str) -> Select[Any]:
    """The public signatures of one kind that are named on lists."""
    return select(*FACE).where(Signature.letter_id == letter_id, Signature.kind == kind, IS_LISTED)


def count_public(letter_id: int) -> dict[str, int]:
    """The counts of public signatures as they are now: the same rows as `public_signatures`.

    Keys people (private included), private, organizations, employees, imported.
    """
    rows = db.session.execute(
        select(Signature.kind, Signature.is_private, func.count())
        .where(Signature.letter_id == letter_id, IS_PUBLIC)
        .group_by(Signature.kind, Signature.is_private)
    )
    counts = {"people": 0, "private": 0, "organizations": 0, "employees": 0, "imported": 0}
    names = {"person": "people", "organization": "organizations", "employee": "employees", "imported": "imported"}
    for kind, is_private, number in rows:
        counts[names[kind]] += number
        if kind == "person" and is_private:
            counts["private"] += number
    return counts


def tally_of(letter_id: int, now: datetime) -> Tally:
    """The stored counts of a letter; zeros before the first count. Not added to the session."""
    return db.session.get(Tally, letter_id) or Tally(letter_id=letter_id, counted_at=now)


def letter_by_slug(slug: str) -> Letter | None:
    """A letter in any state with its campaign, version and demands: one query and one for the demands."""
    return db.session.scalars(
        select(Letter)
        .where(Letter.slug == slug)
        .options(
            joinedload(Letter.campaign),
            joinedload(Letter.version).selectinload(Version.demands),
        )
    ).one_or_none()


def letter_state(slug: str) -> Any:
    """What the page cache needs to know: id, state, version, changed_at, and the tally's time."""
    return db.session.execute(
        select(Letter.id, Letter.state, Letter.version_id, Letter.changed_at, Tally.counted_at)
        .outerjoin(Tally, Tally.letter_id == Letter.id)
        .where(Letter.slug == slug)
    ).one_or_none()


def signature_with_letter(signature_id: int) -> Signature | None:
    """A signature with its endorsement."""
    return db.session.scalars(
        select(Signature).where(Signature.id == signature_id).options(joinedload(Signature.endorsement))
    ).one_or_none()


def letter_by_id(letter_id: int) -> Letter:
    """A letter with its campaign and version."""
    return db.session.scalars(
        select(Letter)
        .where(Letter.id == letter_id)
        .options(joinedload(Letter.campaign), joinedload(Letter.version))
    ).one()


def live_signature(letter_id: int, kind: str, mailbox_key: str) -> Signature | None:
    """The one live signature of a mailbox on a letter, with its endorsement."""
    return db.session.scalars(
        select(Signature)
        .where(
            Signature.mailbox_key == mailbox_key,
            Signature.letter_id == letter_id,
            Signature.kind == kind,
            IS_LIVE,
        )
        .options(joinedload(Signature.endorsement))
    ).one_or_none()


def pending_of_mailbox(letter_id: int, mailbox_key: str) -> list[Signature]:
    """All signatures of a mailbox on a letter that wait for confirmation, oldest first, locked."""
    return list(
        db.session.scalars(
            select(Signature)
            .where(
                Signature.mailbox_key == mailbox_key,
                Signature.letter_id == letter_id,
                Signature.verification == "pending",
                IS_LIVE,
            )
            .order_by(Signature.id)
            .options(selectinload(Signature.endorsement))
            .with_for_update()
        )
    )


def live_of_mailbox(mailbox_key: str) -> list[Any]:
    """Signature and letter title of all live, not imported signatures of a mailbox, oldest first."""
    return list(
        db.session.execute(
            select(Signature, Letter)
            .join(Letter, Letter.id == Signature.letter_id)
            .where(Signature.mailbox_key == mailbox_key, Signature.kind != "imported", IS_LIVE)
            .order_by(Signature.id)
        ).all()
    )


def is_suppressed(letter_id: int, mailbox_key: str) -> bool:
    """Whether a mailbox must get no mail for a letter: it said "not me", or bounced everywhere."""
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Suppression)
            .where(
                Suppression.mailbox_key == mailbox_key,
                (Suppression.letter_id == letter_id) | Suppression.letter_id.is_(None),
                Suppression.reason.in_(("not_me", "bounce", "complaint")),
            )
        )
    )


def addressee_names(letter_id: int) -> set[str]:
    """The folded names of those the letter is addressed to."""
    rows = db.session.scalars(select(Addressee.name).where(Addressee.letter_id == letter_id))
    return {fold(name) for name in rows}


def watched_names(letter_id: int) -> set[str]:
    """The folded names on the letter's watch list."""
    return set(db.session.scalars(select(WatchName.folded).where(WatchName.letter_id == letter_id)))
