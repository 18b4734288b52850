"""The public names of a letter: one page, the letters they begin with, all of them as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, func, literal, select, tuple_

from campaign.extensions import db, read_only_connection
from campaign.models import SearchWord, Signature
from campaign.models.signature import IS_LISTED
from campaign.signing.queries import listed_signatures

# (sort key, id) of the last name of a page.
Place = tuple[bytes, int]
STREAM_ROWS = 1000
_LAST = chr(0x10FFFF)


def names_in_order(
    letter_id: int,
    kind: str,
    *,
    limit: int,
    words: Sequence[str] = (),
    listed_count: int = 0,
    group: str | None = None,
    after: Place | None = None,
) -> list[Any]:
    """At most `limit` rows of `listed_signatures` with their `sort_key`, in order, after a place.

    `words` are folded beginnings of words, all of which a name or affiliation has; `listed_count` is
    about how many names there are, and only chooses the faster way. `group` is an index letter.
    """
    statement = listed_signatures(letter_id, kind).add_columns(Signature.sort_key)
    if group is not None:
        statement = statement.where(Signature.index_letter == group)
    if after is not None:
        here = tuple_(literal(after[0]), literal(after[1]))
        statement = statement.where(tuple_(Signature.sort_key, Signature.id) > here)
    place: Sequence[Any] = (Signature.sort_key, Signature.id)
    if words and _are_frequent(letter_id, words, limit, listed_count):
        # A walk along the list soon fills the page, while fetching and sorting all who match would not.
        for word in words:
            statement = statement.where(_has_word(word))
    elif words:
        for word in words:
            statement = statement.where(Signature.id.in_(_with_word(letter_id, word)))
        # The limit keeps the order outside: found by their words, the few are fetched and then sorted.
        found = statement.limit(listed_count + limit).subquery()
        statement, place = select(found), (found.c.sort_key, found.c.id)
    return list(db.session.execute(statement.order_by(*place).limit(limit)))


def names_of_kinds(
    letter_id: int, kinds: Sequence[str], *, limit: int, after: tuple[int, bytes, int] | None = None
) -> list[Any]:
    """At most `limit` rows over several kinds, one after the other; `after` is (number of the kind, sort key, id).

    An `after` beyond the last kind has nothing after it.
    """
    first, rest = (after[0], after[1:]) if after is not None else (0, None)
    rows: list[Any] = []
    for number, kind in enumerate(kinds):
        if number >= first and len(rows) < limit:
            place = rest if number == first else None
            rows += names_in_order(letter_id, kind, limit=limit - len(rows), after=place)
    return rows


def _begins(word: str) -> Any:
    return and_(SearchWord.word >= word, SearchWord.word < word + _LAST)


def _with_word(letter_id: int, word: str) -> Any:
    return select(SearchWord.signature_id).where(SearchWord.letter_id == letter_id, _begins(word))


def _has_word(word: str) -> Any:
    return select(SearchWord.word).where(SearchWord.signature_id == Signature.id, _begins(word)).exists()


def _are_frequent(letter_id: int, words: Sequence[str], limit: int, listed_count: int) -> bool:
    """Whether each word is so frequent that walking is faster; reads no more of the index than tells.

    Finding costs by how many there are, walking by how rare they are. For one word both are the same
    at the square root of page size times length of the list; for several, their shares multiply.
    """
    share = (limit / max(listed_count, limit)) ** (1 / (2 * len(words)))
    enough = int(share * listed_count)
    return all(_count_up_to(letter_id, word, enough + 1) > enough for word in words)


def _count_up_to(letter_id: int, word: str, most: int) -> int:
    some = _with_word(letter_id, word).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def index_letters(letter_id: int, kind: str) -> set[str]:
    """The index letters that names of this kind stand under: one step along the index for each letter there is."""
    least = select(func.min(Signature.index_letter)).where(
        Signature.letter_id == letter_id, Signature.kind == kind, IS_LISTED
    )
    there = least.with_only_columns(func.min(Signature.index_letter).label("letter")).cte("there", recursive=True)
    following = least.where(Signature.index_letter > there.c.letter).scalar_subquery()
    there = there.union_all(select(following).where(there.c.letter.is_not(None)))
    return set(db.session.scalars(select(there.c.letter).where(there.c.letter.is_not(None))))


def stream_names(letter_id: int, kinds: Sequence[str]) -> Iterator[Sequence[Any]]:
    """All rows of `listed_signatures`, kind after kind in order, in parts, from one snapshot of its own connection."""
    with read_only_connection() as connection:
        reading = connection.execution_options(yield_per=STREAM_ROWS)
        for kind in kinds:
            statement = listed_signatures(letter_id, kind).order_by(Signature.sort_key, Signature.id)
            yield from reading.execute(statement).partitions()
