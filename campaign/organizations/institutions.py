"""Looks institutions up: by what was typed, by the beginning of a word, by their address, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import and_, func, literal, select, tuple_

from campaign.extensions import db
from campaign.lib.names import plain_form, words
from campaign.models import Institution, InstitutionName, InstitutionWord

SUGGESTED = 8
PAGE = 50
ASKED_WORDS = 4
# A word with more institutions than this is never the one to begin with, where another is rarer.
FREQUENT = 200
_LAST = chr(0x10FFFF)
T = TypeVar("T")


@dataclass(frozen=True)
class Suggestion:
    """An institution that may be meant; `also` is the name it was found by, "" for its own."""

    name: str
    country: str
    also: str = ""


def institutions_named(text: str) -> list[Institution]:
    """The institutions that have this name or alias, however its signs and accents are typed; by country."""
    return list(
        db.session.scalars(
            select(Institution)
            .join(InstitutionName, InstitutionName.institution_id == Institution.id)
            .where(InstitutionName.name_plain == plain_form(text)[:200], Institution.merged_into_id.is_(None))
            .order_by(Institution.country, Institution.sort_key, Institution.id)
            .limit(SUGGESTED)
        )
    )


def suggestions(text: str) -> list[Suggestion]:
    """At most 8 institutions: first those a name of which begins so, then those that have every word so begun."""
    asked = words(text)[:ASKED_WORDS]
    if not asked:
        return []
    found = _beginning(plain_form(text)[:200])
    if len(found) < SUGGESTED:
        found |= {id_: "" for id_ in _with_words(asked) if id_ not in found}
    rows = db.session.scalars(select(Institution).where(Institution.id.in_(list(found)[:SUGGESTED])))
    by_id = {row.id: row for row in rows}
    return [
        Suggestion(row.name, row.country, found[id_] if plain_form(found[id_]) != row.name_plain else "")
        for id_ in list(found)[:SUGGESTED]
        if (row := by_id.get(id_))
    ]


def _beginning(plain: str) -> dict[int, str]:
    """The ids of institutions with a name that begins so, each with that name; one range of an index."""
    rows = db.session.execute(
        select(InstitutionName.institution_id, InstitutionName.name)
        .join(Institution, Institution.id == InstitutionName.institution_id)
        .where(_from(InstitutionName.name_plain, plain), Institution.merged_into_id.is_(None))
        .order_by(InstitutionName.name_plain, InstitutionName.institution_id)
        .limit(2 * SUGGESTED)
    )
    found: dict[int, str] = {}
    for row in rows:
        found.setdefault(row.institution_id, row.name)
    return found


def _with_words(asked: Sequence[str]) -> list[int]:
    """Ids of institutions that have every word, walked along the rarest of them; only the index of words is read."""
    rarest = min(asked, key=_frequency) if len(asked) > 1 else asked[0]
    found = select(InstitutionWord.institution_id).where(_from(InstitutionWord.word, rarest))
    other = InstitutionWord.__table__.alias("other")
    for word in asked:
        if word != rarest:
            same = and_(other.c.institution_id == InstitutionWord.institution_id, _from(other.c.word, word))
            found = found.where(select(other.c.word).where(same).exists())
    ids = db.session.scalars(found.order_by(InstitutionWord.word, InstitutionWord.institution_id).limit(2 * SUGGESTED))
    return list(dict.fromkeys(ids))


def _frequency(word: str) -> int:
    some = select(InstitutionWord.word).where(_from(InstitutionWord.word, word)).limit(FREQUENT).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _from(column: Any, beginning: str) -> Any:
    return and_(column >= beginning, column < beginning + _LAST)


def institution_by_slug(slug: str) -> Institution | None:
    """The institution at an address; a merged one is the one it was merged into."""
    found = db.session.scalars(select(Institution).where(Institution.slug == slug)).one_or_none()
    if found is not None and found.merged_into_id is not None:
        return db.session.get_one(Institution, found.merged_into_id)
    return found


def institutions_in_order(
    asked: Sequence[str] = (), after: tuple[bytes, int] | None = None, limit: int = PAGE
) -> list[Institution]:
    """A page of the directory, A to Z, and one more if there are more; `asked` are beginnings of words it has."""
    rows = select(Institution).where(Institution.merged_into_id.is_(None))
    for word in asked:
        rows = rows.where(
            Institution.id.in_(select(InstitutionWord.institution_id).where(_from(InstitutionWord.word, word)))
        )
    if after is not None:
        rows = rows.where(tuple_(Institution.sort_key, Institution.id) > tuple_(literal(after[0]), literal(after[1])))
    return list(db.session.scalars(rows.order_by(Institution.sort_key, Institution.id).limit(limit + 1)))


def count_institutions() -> int:
    """How many institutions the directory has."""
    return (
        db.session.scalar(select(func.count()).select_from(Institution).where(Institution.merged_into_id.is_(None)))
        or 0
    )


def names_of(institution_id: int) -> Sequence[InstitutionName]:
    """Every name an institution is found by, in the order they were added."""
    return db.session.scalars(
        select(InstitutionName).where(InstitutionName.institution_id == institution_id).order_by(InstitutionName.id)
    ).all()


def locked_institution(institution_id: int) -> Institution | None:
    """An institution that stands, locked until the transaction ends; None for a merged one."""
    return db.session.scalars(
        select(Institution)
        .where(Institution.id == institution_id, Institution.merged_into_id.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def locked_part(institution_id: int, part_id: int) -> Institution | None:
    """An institution that was merged into another, locked until the transaction ends; None for any other."""
    return db.session.scalars(
        select(Institution)
        .where(Institution.id == part_id, Institution.merged_into_id == institution_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def parts_of(institution_id: int) -> Sequence[Institution]:
    """The institutions that were merged into one, A to Z."""
    parts = select(Institution).where(Institution.merged_into_id == institution_id)
    return db.session.scalars(parts.order_by(Institution.sort_key, Institution.id)).all()


def institution_to_name(institution_id: int) -> Institution | None:
    """The institution a signature names, as it is called now; its name stays until the transaction ends."""
    rows = select(Institution).with_for_update(read=True).execution_options(populate_existing=True)
    found = db.session.scalars(rows.where(Institution.id == institution_id)).one_or_none()
    if found is not None and found.merged_into_id is not None:
        found = db.session.scalars(rows.where(Institution.id == found.merged_into_id)).one_or_none()
    return found


def ids_by_name(plain_names: Collection[str]) -> dict[str, set[int]]:
    """The ids of the institutions that have each of these plain names."""
    found: dict[str, set[int]] = {}
    for some in _in_parts(plain_names):
        rows = db.session.execute(
            select(InstitutionName.name_plain, InstitutionName.institution_id)
            .join(Institution, Institution.id == InstitutionName.institution_id)
            .where(InstitutionName.name_plain.in_(some), Institution.merged_into_id.is_(None))
        )
        for row in rows:
            found.setdefault(row.name_plain, set()).add(row.institution_id)
    return found


def institutions_with_names(ids: Iterable[int]) -> Iterator[tuple[Institution, set[str]]]:
    """These institutions, each with its plain names."""
    for some in _in_parts(ids):
        names: dict[int, set[str]] = {}
        pairs = select(InstitutionName.institution_id, InstitutionName.name_plain)
        for id_, plain in db.session.execute(pairs.where(InstitutionName.institution_id.in_(some))):
            names.setdefault(id_, set()).add(plain)
        for row in db.session.scalars(select(Institution).where(Institution.id.in_(some))):
            yield row, names.get(row.id, set())


def slugs_taken(wanted: Iterable[str]) -> set[str]:
    """Which of these addresses lead to an institution already."""
    found: set[str] = set()
    for some in _in_parts(wanted):
        found.update(db.session.scalars(select(Institution.slug).where(Institution.slug.in_(some))))
    return found


def _in_parts(source: Iterable[T]) -> Iterator[list[T]]:
    """Everything in lists of 500: no statement takes any number of values."""
    values = iter(source)
    while some := list(islice(values, 500)):
        yield some
