"""Keeps the directory of institutions: loads lists, corrects names, adds and removes aliases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from campaign.decisions import record_act
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.lib.names import plain_form, sort_key, words
from campaign.models import Campaign, Institution, InstitutionName, InstitutionWord
from campaign.organizations import institutions as directory
from campaign.organizations.institution_lists import InstitutionLine
from campaign.organizations.rules import slug_choices
from campaign.states import Refused

# An institution with its plain names.
Known = tuple[Institution, set[str]]


@dataclass
class Loading:
    """What a list does to the directory: what is new, what adds to it, how much changes nothing, and bad lines."""

    new: list[InstitutionLine] = field(default_factory=list)
    added: list[tuple[Institution, InstitutionLine, list[str]]] = field(default_factory=list)
    same: int = 0
    bad: list[InstitutionLine] = field(default_factory=list)


def plan_loading(lines: Sequence[InstitutionLine]) -> Loading:
    """What each line would do; nothing is written. A name that several institutions have is a bad line."""
    loading = Loading(bad=[line for line in lines if line.problem])
    good = [line for line in lines if not line.problem]
    by_name = directory.ids_by_name({plain_form(line.name)[:200] for line in good})
    known = {
        row.id: (row, names)
        for row, names in directory.institutions_with_names({id_ for ids in by_name.values() for id_ in ids})
    }
    for line in good:
        met = [known[id_] for id_ in sorted(by_name.get(plain_form(line.name)[:200], ()))]
        meant = _meant(line, met)
        if len(meant) > 1:
            loading.bad.append(InstitutionLine(line.number, line.raw, problem="several"))
        elif not meant:
            loading.new.append(line)
        else:
            _compare(loading, line, *meant[0])
    loading.bad.sort(key=lambda line: line.number)
    return loading


def _meant(line: InstitutionLine, met: list[Known]) -> list[Known]:
    """Of those that have a line's name, the one it means: by name and country, by country, or all it may mean."""
    possible = [(row, names) for row, names in met if not line.country or row.country in ("", line.country)]
    same_country = [(row, names) for row, names in possible if row.country == line.country]
    own_name = [(row, names) for row, names in same_country if row.name_plain == plain_form(line.name)[:200]]
    return next((found for found in (own_name, same_country) if len(found) == 1), possible)


def _compare(loading: Loading, line: InstitutionLine, row: Institution, names: set[str]) -> None:
    """Whether a line says more of an institution than is known."""
    aliases = [alias for alias in line.aliases if plain_form(alias)[:200] not in names]
    fills = (line.country and not row.country) or (line.website and not row.website)
    if aliases or fills:
        loading.added.append((row, line, aliases))
    else:
        loading.same += 1


def load_institutions(campaign: Campaign, lines: Sequence[InstitutionLine], *, by_id: int, now: datetime) -> Loading:
    """Adds the new institutions and aliases of a list, and leaves a log row. No name that stands is changed.

    Raises `Refused("directory_changed")` when somebody else added one of them at this moment.
    """
    loading = plan_loading(lines)
    try:
        with db.session.begin_nested():
            add_institutions(loading.new, now)
            for row, line, aliases in loading.added:
                row.country, row.website = row.country or line.country, row.website or line.website
                add_names([(row.id, alias) for alias in aliases])
            db.session.flush()
    except IntegrityError:
        raise Refused("directory_changed") from None
    if loading.new or loading.added:
        detail = {"new": len(loading.new), "added": len(loading.added)}
        record_act("institutions_loaded", now=now, by_id=by_id, campaign_id=campaign.id, detail=detail)
    return loading


def add_institutions(lines: Sequence[InstitutionLine], now: datetime) -> None:
    """Adds institutions that are not in the directory yet."""
    if not lines:
        return
    choices = [slug_choices(line.name, line.country) for line in lines]
    taken = directory.slugs_taken(slug for three in choices for slug in three)
    rows: list[dict[str, Any]] = []
    for line, three in zip(lines, choices, strict=True):
        slug = next((slug for slug in three if slug not in taken), three[-1])
        taken.add(slug)
        named = {"name": line.name, "name_plain": plain_form(line.name)[:200], "sort_key": sort_key(line.name, True)}
        about = {"country": line.country, "website": line.website, "created_at": now}
        rows.append({"slug": slug, **named, **about})
    statement = insert(Institution).returning(Institution.id, sort_by_parameter_order=True)
    ids = db.session.scalars(statement, rows).all()
    add_names([(id_, name) for id_, line in zip(ids, lines, strict=True) for name in (line.name, *line.aliases)])


def add_names(pairs: Sequence[tuple[int, str]]) -> None:
    """Makes institutions found by further names; one they have already is left."""
    if not pairs:
        return
    names = [{"institution_id": id_, "name": name, "name_plain": plain_form(name)[:200]} for id_, name in pairs]
    found = dict.fromkeys((word, id_) for id_, name in pairs for word in words(name))
    insert_or_skip(InstitutionName.__table__, names)  # type: ignore[arg-type]
    insert_or_skip(InstitutionWord.__table__, [{"word": word, "institution_id": id_} for word, id_ in found])  # type: ignore[arg-type]


def correct_institution(
    campaign: Campaign, institution_id: int, *, name: str, country: str, website: str, by_id: int, now: datetime
) -> None:
    """Gives an institution its right name, country and website; the name before stays as an alias.

    Every signature that names it follows, by a job. Raises `Refused` not_found, institution_exists.
    """
    row = locked_institution(institution_id)
    before = {"name": row.name, "country": row.country, "website": row.website}
    try:
        with db.session.begin_nested():
            row.name, row.name_plain, row.sort_key = name, plain_form(name)[:200], sort_key(name, True)
            row.country, row.website = country, website
            db.session.flush()
    except IntegrityError:
        raise Refused("institution_exists") from None
    add_names([(row.id, name)])
    # The same name, spelt otherwise: as its own it stands as it is written now.
    db.session.execute(
        update(InstitutionName)
        .where(InstitutionName.institution_id == row.id, InstitutionName.name_plain == row.name_plain)
        .values(name=name)
    )
    after = {"name": name, "country": country, "website": website}
    if after != before:
        log_institution(campaign, "institution_corrected", row, {"before": before, "after": after}, by_id, now)
    if name != before["name"]:
        follow_names(row.id, now)


def add_institution_alias(campaign: Campaign, institution_id: int, alias: str, *, by_id: int, now: datetime) -> None:
    """Lets an institution be found by one more name. Raises `Refused("not_found")`."""
    row = locked_institution(institution_id)
    add_names([(row.id, alias)])
    log_institution(campaign, "institution_alias_added", row, {"alias": alias}, by_id, now)


def remove_institution_alias(
    campaign: Campaign, institution_id: int, name_id: int, *, by_id: int, now: datetime
) -> None:
    """Takes an alias off. Signatures that were matched by it stay. Raises `Refused` not_found, own_name."""
    row = locked_institution(institution_id)
    alias = db.session.get(InstitutionName, name_id)
    if alias is None or alias.institution_id != row.id:
        raise Refused("not_found")
    if alias.name_plain == row.name_plain:
        raise Refused("own_name")
    words_before = alias.name
    db.session.delete(alias)
    db.session.flush()
    index_anew(row.id)
    log_institution(campaign, "institution_alias_removed", row, {"alias": words_before}, by_id, now)


def locked_institution(institution_id: int) -> Institution:
    """An institution that stands, locked until the transaction ends. Raises `Refused("not_found")`."""
    row = directory.locked_institution(institution_id)
    if row is None:
        raise Refused("not_found")
    return row


def index_anew(institution_id: int) -> None:
    """Finds an institution by the words of its names as they are now."""
    db.session.execute(delete(InstitutionWord).where(InstitutionWord.institution_id == institution_id))
    add_names([(institution_id, name.name) for name in directory.names_of(institution_id)])


def log_institution(
    campaign: Campaign, act: str, row: Institution, detail: dict[str, Any], by_id: int, now: datetime
) -> None:
    """Writes down what an organizer of a campaign did to an institution of the site."""
    record_act(act, now=now, by_id=by_id, campaign_id=campaign.id, detail={"institution": row.id, **detail})


def follow_names(institution_id: int, now: datetime) -> None:
    """Asks for every signature that names an institution to take its present name."""
    moment = now.isoformat(timespec="microseconds")
    outbox.enqueue(
        "signing.follow_institution",
        f"institution:{institution_id}:{moment}",
        {"institution": institution_id},
        now=now,
        prio=outbox.SOON,
    )
