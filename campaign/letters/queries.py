"""Letters and their parts, read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from campaign.extensions import db
from campaign.letters import rules
from campaign.models import (
    Addressee,
    Campaign,
    Evidence,
    InitialSignatory,
    LegalHold,
    Letter,
    LetterTarget,
    LogEntry,
    Organizer,
    PreviewLink,
    Signature,
    Tally,
    Target,
    TimelineEntry,
    Update,
    Version,
    VersionQuestion,
    WatchName,
)
from campaign.models.retention import TAKEN_DOWN, letter_ended_at
from campaign.models.signature import IS_ASKED, IS_QUEUED
from campaign.states import LetterState


def letter_by_slug(slug: str) -> Letter | None:
    """The letter with this slug, whatever its state."""
    return db.session.scalars(select(Letter).where(Letter.slug == slug)).first()


def campaign_by_slug(slug: str) -> Campaign | None:
    """The campaign with this slug."""
    return db.session.scalars(select(Campaign).where(Campaign.slug == slug)).first()


def campaign_of(letter: Letter) -> Campaign:
    """The letter's campaign."""
    return db.session.scalars(select(Campaign).where(Campaign.id == letter.campaign_id)).one()


def target_by_slug(slug: str) -> Target | None:
    """The target with this slug."""
    return db.session.scalars(select(Target).where(Target.slug == slug)).first()


def version_of(letter: Letter) -> Version:
    """The letter's current version with its demands."""
    return db.session.scalars(
        select(Version).where(Version.id == letter.version_id).options(selectinload(Version.demands))
    ).one()


def versions_of(letter_id: int) -> Sequence[Version]:
    """Every version of a letter with its demands, the first one first."""
    return db.session.scalars(
        select(Version)
        .where(Version.letter_id == letter_id)
        .options(selectinload(Version.demands))
        .order_by(Version.number)
    ).all()


def texts_of(letter_id: int) -> Sequence[Any]:
    """Which versions there are, the first one first: the columns that tell them apart, without their words."""
    columns = (Version.id, Version.number, Version.asked_number, Version.change, Version.dated_on, Version.created_at)
    return db.session.execute(select(*columns).where(Version.letter_id == letter_id).order_by(Version.number)).all()


def redatings_of(letter_id: int, campaign_id: int) -> Sequence[LogEntry]:
    """The log rows of when only the date or place of a text changed, the first one first."""
    found = select(LogEntry).where(
        LogEntry.campaign_id == campaign_id, LogEntry.letter_id == letter_id, LogEntry.act == "text_redated"
    )
    return db.session.scalars(found.order_by(LogEntry.id)).all()


def count_to_ask(letter_id: int) -> int:
    """How many signatories a new version would be mailed to."""
    found = select(func.count()).select_from(Signature).where(Signature.letter_id == letter_id, IS_ASKED)
    return db.session.scalar(found) or 0


def answers_to(letter_id: int) -> dict[str, int]:
    """What those who were asked about the newest text answered, as counts by answer; {} when nobody was asked."""
    newest = select(func.max(VersionQuestion.version_id)).join(Version, Version.id == VersionQuestion.version_id)
    rows = db.session.execute(
        select(VersionQuestion.answer, func.count())
        .where(VersionQuestion.version_id == newest.where(Version.letter_id == letter_id).scalar_subquery())
        .group_by(VersionQuestion.answer)
    )
    return {row[0]: row[1] for row in rows}


def targets_of(letter_id: int) -> Sequence[Target]:
    """Whom the letter asks, in its order."""
    return db.session.scalars(
        select(Target)
        .join(LetterTarget, LetterTarget.target_id == Target.id)
        .where(LetterTarget.letter_id == letter_id)
        .order_by(LetterTarget.position, Target.id)
    ).all()


def is_asked_elsewhere(target_id: int, letter_id: int) -> bool:
    """Whether a letter other than this one asks the target."""
    found = select(LetterTarget.letter_id).where(
        LetterTarget.target_id == target_id, LetterTarget.letter_id != letter_id
    )
    return db.session.scalar(found.limit(1)) is not None


def addressees_of(letter_id: int) -> Sequence[Addressee]:
    """Whom the letter goes to, in its order, those in copy included."""
    return db.session.scalars(
        select(Addressee).where(Addressee.letter_id == letter_id).order_by(Addressee.position)
    ).all()


def initial_signatories_of(letter_id: int) -> Sequence[InitialSignatory]:
    """Who is named on the letter from its first publication, in order."""
    return db.session.scalars(
        select(InitialSignatory).where(InitialSignatory.letter_id == letter_id).order_by(InitialSignatory.position)
    ).all()


def evidence_of(letter_id: int) -> Sequence[Evidence]:
    """The documents offered in support, by number."""
    return db.session.scalars(select(Evidence).where(Evidence.letter_id == letter_id).order_by(Evidence.number)).all()


def evidence_file(letter_id: int, number: int) -> Evidence | None:
    """The document of that number, where we hold the file itself."""
    found = select(Evidence).where(Evidence.letter_id == letter_id, Evidence.number == number, Evidence.file_name != "")
    return db.session.scalars(found).one_or_none()


def timeline_of(letter_id: int) -> Sequence[TimelineEntry]:
    """What happened, the earliest first."""
    return db.session.scalars(
        select(TimelineEntry)
        .where(TimelineEntry.letter_id == letter_id)
        .order_by(TimelineEntry.sort_on, TimelineEntry.id)
    ).all()


def updates_posted(letter_ids: Sequence[int]) -> dict[int, list[Update]]:
    """The updates that stand on each of these letters, the latest first, without their Markdown; one query."""
    found: dict[int, list[Update]] = {letter_id: [] for letter_id in letter_ids}
    rows = db.session.scalars(
        select(Update)
        .where(Update.letter_id.in_(letter_ids), Update.is_public, Update.published_at.is_not(None))
        .options(defer(Update.body), defer(Update.body_tree))
        .order_by(Update.published_at.desc(), Update.id.desc())
    )
    for row in rows:
        found[row.letter_id].append(row)
    return found


def watched_names_of(letter_id: int) -> Sequence[WatchName]:
    """The names that are held on this letter."""
    return db.session.scalars(select(WatchName).where(WatchName.letter_id == letter_id).order_by(WatchName.id)).all()


def hold_of(letter_id: int) -> LegalHold | None:
    """The legal hold that stands on a letter."""
    standing = select(LegalHold).where(LegalHold.letter_id == letter_id, LegalHold.lifted_at.is_(None))
    return db.session.scalars(standing).one_or_none()


def hold_with_owner(letter_id: int) -> Any:
    """Reason and time of the legal hold that stands on a letter, and who placed it; None without one."""
    who = func.coalesce(func.nullif(Organizer.name, ""), Organizer.email).label("by")
    return db.session.execute(
        select(LegalHold.reason, LegalHold.placed_at, who)
        .outerjoin(Organizer, Organizer.id == LegalHold.organizer_id)
        .where(LegalHold.letter_id == letter_id, LegalHold.lifted_at.is_(None))
    ).one_or_none()


def is_signed(letter_id: int) -> bool:
    """Whether anybody ever accepted the letter's words, confirmed or not."""
    return db.session.scalar(select(Signature.id).where(Signature.letter_id == letter_id).limit(1)) is not None


def words_may_change(letter: Letter) -> bool:
    """Whether the letter's words can still be edited in place."""
    return rules.words_may_change(letter.state, is_signed(letter.id))


def waiting_counts(letter_ids: Sequence[int]) -> dict[int, int]:
    """How many confirmed signatures wait for a decision, for each letter that has any; one query."""
    rows = db.session.execute(
        select(Signature.letter_id, func.count())
        .where(Signature.letter_id.in_(letter_ids), IS_QUEUED)
        .group_by(Signature.letter_id)
    )
    return {row[0]: row[1] for row in rows}


def taken_down_at(letter: Letter) -> datetime | None:
    """When a withdrawn or removed letter was last taken down, from the log; None where that tells nothing."""
    act = TAKEN_DOWN.get(LetterState(letter.state))
    found = select(func.max(LogEntry.logged_at)).where(
        LogEntry.campaign_id == letter.campaign_id, LogEntry.letter_id == letter.id, LogEntry.act == act
    )
    return db.session.scalar(found) if act else None


def ended_at(letter: Letter) -> datetime | None:
    """The moment from which what is kept of a letter's signatories is counted; None for one that has not ended."""
    return db.session.scalar(select(letter_ended_at).where(Letter.id == letter.id))


def tally_of(letter_id: int) -> Tally | None:
    """The stored counts of a letter; None before the first count."""
    return db.session.get(Tally, letter_id)


def counts_by_version(letter_id: int) -> dict[str, dict[str, int]]:
    """The stored counts of each version of a letter, by its id as text; {} before the first count.

    One that was last counted before versions were counted apart had only its first one.
    """
    first = select(func.min(Version.id)).where(Version.letter_id == letter_id).scalar_subquery()
    columns = (Tally.organizations, Tally.people, Tally.private, Tally.employees, Tally.imported)
    found = db.session.execute(
        select(first.label("first"), Tally.versions, *columns).where(Tally.letter_id == letter_id)
    )
    row = found.one_or_none()
    if row is None or row.versions:
        return row.versions if row is not None else {}
    return {str(row.first): {column.key: getattr(row, column.key) for column in columns}}


def letters_of(campaign_id: int) -> Sequence[Letter]:
    """The letters of a campaign, locked until the transaction ends."""
    return db.session.scalars(
        select(Letter).where(Letter.campaign_id == campaign_id).order_by(Letter.id).with_for_update()
    ).all()


def letters_with_counts(campaign_ids: Sequence[int]) -> list[tuple[Letter, Tally | None]]:
    """The letters of these campaigns with their tallies, the newest letter first; one query."""
    rows = db.session.execute(
        select(Letter, Tally)
        .outerjoin(Tally, Tally.letter_id == Letter.id)
        .where(Letter.campaign_id.in_(campaign_ids))
        .order_by(Letter.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def letters_due(now: datetime) -> Sequence[int]:
    """The ids of letters that should have opened or closed by now. Uses ix_letter_state."""
    opening = and_(Letter.state == LetterState.SCHEDULED, Letter.opens_at <= now)
    closing = and_(Letter.state == LetterState.OPEN, Letter.closes_at <= now)
    return db.session.scalars(select(Letter.id).where(or_(opening, closing)).order_by(Letter.id)).all()


def previews_of(letter_id: int) -> Sequence[PreviewLink]:
    """The previews of a letter that were given away, the newest first. Uses ix_preview_link_letter_id."""
    return db.session.scalars(
        select(PreviewLink).where(PreviewLink.letter_id == letter_id).order_by(PreviewLink.id.desc())
    ).all()


def preview_of(letter_id: int, link_id: int) -> PreviewLink | None:
    """The preview of that number, where it is one of this letter."""
    found = select(PreviewLink).where(PreviewLink.id == link_id, PreviewLink.letter_id == letter_id)
    return db.session.scalars(found).one_or_none()


def preview_with_letter(link_id: int, slug: str) -> tuple[PreviewLink, Letter] | None:
    """A preview and its letter with its campaign, where the letter has that slug; one query."""
    row = db.session.execute(
        select(PreviewLink, Letter)
        .join(Letter, Letter.id == PreviewLink.letter_id)
        .where(PreviewLink.id == link_id, Letter.slug == slug)
        .options(joinedload(Letter.campaign))
    ).one_or_none()
    return None if row is None else (row[0], row[1])
