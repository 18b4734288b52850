"""What stands around a letter's words: whom it asks, to whom it goes, its evidence and its timeline.

Each part is replaced as a whole, in the order given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete

from campaign.decisions import record_act
from campaign.extensions import Base, db
from campaign.letters import queries, rules
from campaign.letters.operations.drafting import lock, lock_words, touch
from campaign.lib.names import fold
from campaign.models import (
    Addressee,
    Evidence,
    InitialSignatory,
    Letter,
    LetterTarget,
    Target,
    TimelineEntry,
    WatchName,
)
from campaign.states import LetterState, Refused


def replace_targets(letter: Letter, entries: Sequence[rules.TargetEntry], *, by_id: int | None, now: datetime) -> None:
    """Says whom the letter asks. A target that exists keeps its row, which other letters may share.

    Raises `Refused`: text_is_fixed, bad_slug, bad_url, letter_incomplete when a scheduled letter would ask nobody,
    target_is_shared when an entry says otherwise than a target that another letter asks too.
    """
    _check_addresses(entry.website for entry in entries)
    lock_words(letter)
    if letter.state == LetterState.SCHEDULED and not entries:
        raise Refused("letter_incomplete")
    asked = {target.id for target in queries.targets_of(letter.id)}
    targets = [_target(letter, entry, asked, now) for entry in entries]
    # A company named twice is asked once.
    positions = {target.id: position for position, target in reversed(list(enumerate(targets, 1)))}
    rows = [
        LetterTarget(letter_id=letter.id, target_id=target_id, position=position)
        for target_id, position in positions.items()
    ]
    _replace(letter, LetterTarget, rows, "targets_set", by_id, now)


def _target(letter: Letter, entry: rules.TargetEntry, asked: Collection[int], now: datetime) -> Target:
    """The target with the entry's slug, with what the entry says of it: found, changed, or made."""
    found = queries.target_by_slug(entry.slug)
    if found is not None:
        known = {name: getattr(found, name) for name in ("name", "short_name", "website")}
        changes = rules.changes_of_target(known, entry, is_asked=found.id in asked)
        if changes and queries.is_asked_elsewhere(found.id, letter.id):
            raise Refused("target_is_shared", name=found.name)
        for name, value in changes.items():
            setattr(found, name, value)
        return found
    if not rules.is_slug(entry.slug):
        raise Refused("bad_slug")
    target = Target(**asdict(entry), created_at=now)
    db.session.add(target)
    db.session.flush()
    return target


def replace_addressees(
    letter: Letter, entries: Sequence[rules.AddresseeEntry], *, by_id: int | None, now: datetime
) -> None:
    """Says to whom the letter goes. Raises `Refused("text_is_fixed")`."""
    lock_words(letter)
    rows = [Addressee(letter_id=letter.id, position=n, **asdict(entry)) for n, entry in enumerate(entries, 1)]
    _replace(letter, Addressee, rows, "addressees_set", by_id, now)


def replace_initial_signatories(
    letter: Letter, entries: Sequence[rules.SignatoryEntry], *, by_id: int | None, now: datetime
) -> None:
    """Says who is named on the letter when it is first published. Raises `Refused("text_is_fixed")`."""
    lock_words(letter)
    rows = [InitialSignatory(letter_id=letter.id, position=n, **asdict(entry)) for n, entry in enumerate(entries, 1)]
    _replace(letter, InitialSignatory, rows, "initial_signatories_set", by_id, now)


def replace_evidence(
    letter: Letter, entries: Sequence[rules.EvidenceEntry], *, by_id: int | None, now: datetime
) -> None:
    """Sets the documents, numbered in their order; one that says what it `was` keeps its file and hash.

    Raises `Refused`: no_such_evidence when it was none of them, bad_url.
    """
    _check_addresses(entry.url for entry in entries)
    lock(letter)
    before = {document.number: document for document in queries.evidence_of(letter.id)}
    if any(entry.was is not None and entry.was not in before for entry in entries):
        raise Refused("no_such_evidence")
    rows = []
    for number, entry in enumerate(entries, 1):
        values = asdict(entry)
        was = before.get(values.pop("was"))
        if was is not None and was.file_name:
            values.update(file_name=was.file_name, sha256=was.sha256)
        rows.append(Evidence(letter_id=letter.id, number=number, **values))
    _replace(letter, Evidence, rows, "evidence_set", by_id, now)


def replace_timeline(letter: Letter, rows: Sequence[rules.TimelineRow], *, by_id: int | None, now: datetime) -> None:
    """Sets what happened; rows of one day keep their order. Raises `Refused`: bad_url, bad_precision, bad_happened."""
    _check_addresses(row.url for row in rows)
    problems = (rules.happened_problem(row.happened, row.precision) for row in rows)
    if problem := next(filter(None, problems), None):
        raise Refused(problem)
    lock(letter)
    entries = [TimelineEntry(letter_id=letter.id, **asdict(row)) for row in rows]
    _replace(letter, TimelineEntry, entries, "timeline_set", by_id, now)


def replace_watched_names(
    letter: Letter, names: Sequence[rules.WatchedName], *, by_id: int | None, now: datetime
) -> None:
    """Sets the names that are held wherever they sign this letter; one spelt twice alike stands once."""
    lock(letter)
    by_fold = {fold(entry.name): entry for entry in reversed(names)}
    rows = [
        WatchName(letter_id=letter.id, name=entry.name, folded=folded, note=entry.note)
        for folded, entry in reversed(by_fold.items())
    ]
    _replace(letter, WatchName, rows, "watched_names_set", by_id, now)


def _check_addresses(urls: Iterable[str]) -> None:
    if not all(rules.is_web_address(url) for url in urls if url):
        raise Refused("bad_url")


def _replace(
    letter: Letter, model: type[Base], rows: Sequence[Base], act: str, by_id: int | None, now: datetime
) -> None:
    """Deletes the letter's rows of `model`, writes these, and logs it with their number."""
    db.session.execute(delete(model).where(model.letter_id == letter.id))  # type: ignore[attr-defined]
    db.session.add_all(rows)
    record_act(
        act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail={"rows": len(rows)}
    )
    touch(letter, now)
