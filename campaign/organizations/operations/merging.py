"""Makes one institution of two that are the same, and two again of what was merged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from campaign.extensions import db
from campaign.jobs import outbox
from campaign.lib.names import plain_form
from campaign.models import Campaign, Institution, InstitutionName, InstitutionWord, LogEntry
from campaign.organizations import institutions as directory
from campaign.organizations.operations.institutions import (
    add_names,
    follow_names,
    index_anew,
    locked_institution,
    log_institution,
)
from campaign.states import Refused

MERGED = "institutions_merged"


def merge_institutions(campaign: Campaign, institution_id: int, into: str, *, by_id: int, now: datetime) -> Institution:
    """Makes one of two: names, aliases and signatures go over, and the old address leads on. The one that stays.

    `into` is the other's address or name. Raises `Refused` not_found, merge_unknown.
    """
    wanted = _other(institution_id, into)
    # Always in one order, so that two merges at once wait for each other in turn.
    locked = {id_: locked_institution(id_) for id_ in sorted((institution_id, wanted.id))}
    row, kept = locked[institution_id], locked[wanted.id]
    theirs, mine = directory.names_of(row.id), {name.name_plain for name in directory.names_of(kept.id)}
    # What it takes to make them two again.
    undo = {"names": [name.name for name in theirs], "gained": [n.name for n in theirs if n.name_plain not in mine]}
    parts = list(db.session.scalars(select(Institution.id).where(Institution.merged_into_id == row.id)))
    add_names([(kept.id, name.name) for name in theirs])
    for table in (InstitutionName, InstitutionWord):
        db.session.execute(delete(table).where(table.institution_id == row.id))
    lent = "" if kept.website else row.website
    kept.website = kept.website or row.website
    row.merged_into_id = kept.id
    db.session.flush()
    _take_country(kept, row.country)
    db.session.execute(update(Institution).where(Institution.merged_into_id == row.id).values(merged_into_id=kept.id))
    said = {"into": kept.id, "name": row.name, "kept": kept.name}
    log_institution(campaign, MERGED, row, {**said, **undo, "website": lent, "parts": parts}, by_id, now)
    follow_names(row.id, now)
    return kept


def _take_country(kept: Institution, country: str) -> None:
    """Gives a country to an institution without one, unless another of its name is the one of that country."""
    if kept.country:
        return
    try:
        with db.session.begin_nested():
            kept.country = country
            db.session.flush()
    except IntegrityError:
        db.session.refresh(kept)


def _other(institution_id: int, text: str) -> Institution:
    """The institution meant by an address of its page, or by a name that no third one has."""
    found = directory.institution_by_slug(text.rstrip("/").rpartition("/")[2])
    others = [row for row in ([found] if found else directory.institutions_named(text)) if row.id != institution_id]
    if len(others) != 1:
        raise Refused("merge_unknown")
    return others[0]


def part_institution(campaign: Campaign, institution_id: int, part_id: int, *, by_id: int, now: datetime) -> None:
    """Makes an institution of its own again of one that was merged into this: its names and its signatories go back.

    Raises `Refused` not_found; institution_exists where another of its country got its name meanwhile.
    """
    kept, part = locked_institution(institution_id), directory.locked_part(institution_id, part_id)
    if part is None:
        raise Refused("not_found")
    try:
        with db.session.begin_nested():
            part.merged_into_id = None
            db.session.flush()
    except IntegrityError:
        raise Refused("institution_exists") from None
    merges = _merges()
    merge = merges.get(part.id, {})
    others = [row.id for row in directory.parts_of(kept.id) if row.id not in merge.get("parts", [])]
    # What another of its parts is called, too, stays here.
    stays = {name for other_id in others for name in _own(merges, other_id)}
    names, gained = merge.get("names", [part.name]), _gained(merges, part.id, kept.id) - stays
    if kept.website and kept.website == merge.get("website"):
        kept.website = ""
    taken = (InstitutionName.institution_id == kept.id) & InstitutionName.name_plain.in_(gained - {kept.name_plain})
    db.session.execute(delete(InstitutionName).where(taken))
    index_anew(kept.id)
    add_names([(part.id, name) for name in names])
    theirs = (Institution.merged_into_id == kept.id) & Institution.id.in_(merge.get("parts", []))
    db.session.execute(update(Institution).where(theirs).values(merged_into_id=part.id))
    log_institution(
        campaign, "institutions_parted", part, {"from": kept.id, "name": part.name, "kept": kept.name}, by_id, now
    )
    _give_back(kept.id, part.id, now)


def _merges() -> dict[int, dict[str, Any]]:
    """What the log says of the last time each institution was merged; of no letter, as ix_log_entry_letter_id reads."""
    found = select(LogEntry.detail).where(LogEntry.letter_id.is_(None), LogEntry.act == MERGED)
    return {detail["institution"]: detail for detail in db.session.scalars(found.order_by(LogEntry.id))}


def _gained(merges: dict[int, dict[str, Any]], part_id: int, kept_id: int) -> set[str]:
    """The names, in plain form, that one institution has by the merge of another alone, be it by way of others."""
    merge = merges.pop(part_id, {})
    gained = _plain(merge)
    while merge and merge["into"] != kept_id:
        merge = merges.pop(merge["into"], {})
        gained &= _plain(merge)
    return gained


def _own(merges: dict[int, dict[str, Any]], part_id: int) -> set[str]:
    """The names, in plain form, that an institution had before it was merged, but for those of its own parts."""
    of_parts = {name for merge in merges.values() if merge["into"] == part_id for name in _plain(merge)}
    return {plain_form(name)[:200] for name in merges.get(part_id, {}).get("names", [])} - of_parts


def _plain(merge: dict[str, Any]) -> set[str]:
    return {plain_form(name)[:200] for name in merge.get("gained", [])}


def _give_back(kept_id: int, part_id: int, now: datetime) -> None:
    """Asks for the signatures that were typed with a name of the part alone."""
    moment = now.isoformat(timespec="microseconds")
    outbox.enqueue(
        "signing.part_institution",
        f"institution-part:{part_id}:{moment}",
        {"institution": kept_id, "part": part_id},
        now=now,
        prio=outbox.SOON,
    )
