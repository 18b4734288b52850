"""The desk's list of everybody, narrowed and searched; a page is newest first, and one row longer if there is more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select, union
from sqlalchemy.orm import joinedload

from campaign.extensions import db
from campaign.lib.names import words
from campaign.models import SearchWord, Signature
from campaign.models.signature import HAS_QUESTION, IS_LISTED, IS_PENDING, IS_UNDECIDED
from campaign.moderation.rules import PAGE, name_range


def _unmerged(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(Signature.withdrawn_at.is_(None), Signature.merged_into_id.is_(None), *conditions)


def in_state(state: str) -> ColumnElement[bool]:
    """The condition of a state as the desk names it (`rules.STATES`)."""
    if state == "pending":
        return IS_PENDING
    if state == "asked":
        return and_(IS_UNDECIDED, HAS_QUESTION)
    if state == "expired":
        return _unmerged(Signature.verification == "expired")
    if state == "withdrawn":
        return Signature.withdrawn_at.is_not(None)
    return _unmerged(Signature.verification == "verified", Signature.moderation == state)


def signatures(letter_id: int, *, before_id: int | None, kind: str, state: str) -> list[Signature]:
    """A page of a letter's signatures, newest first, and one more if there are more; "" leaves kind and state open."""
    return page_of(select(Signature).where(*_narrowed(letter_id, before_id, kind, state)))


def _narrowed(letter_id: int, before_id: int | None, kind: str, state: str) -> list[ColumnElement[bool]]:
    conditions = [Signature.letter_id == letter_id]
    if before_id is not None:
        conditions.append(Signature.id < before_id)
    if kind:
        conditions.append(Signature.kind == kind)
    if state:
        conditions.append(in_state(state))
    return conditions


def signatures_with_words(
    letter_id: int, text: str, *, before_id: int | None, kind: str, state: str
) -> list[Signature]:
    """The same, where name and affiliation have a word that begins so for each word of `text`.

    Public names are found by the index of their words, and those that wait are few enough to be read. Only when nobody
    of either is found, the rest is read through: private, unconfirmed, rejected, withdrawn. What is read and not looked
    up is compared as the database folds letters: without case, but with accents, unless the whole name begins so.
    """
    conditions = _narrowed(letter_id, before_id, kind, state)
    folded = words(text)
    if not folded:
        return []
    listed = select(SearchWord.signature_id).where(SearchWord.letter_id == letter_id, _begins(folded[0]))
    for word in folded[1:]:
        same = select(SearchWord.signature_id).where(SearchWord.letter_id == letter_id, _begins(word))
        listed = listed.where(SearchWord.signature_id.in_(same))
    listed = listed.join(Signature, Signature.id == SearchWord.signature_id).where(*conditions)
    waiting = select(Signature.id).where(*conditions, IS_UNDECIDED, _says(text))
    found = union(_newest(listed), _newest(waiting))
    rows = page_of(select(Signature).where(Signature.id.in_(found)))
    return rows or page_of(select(Signature).where(*conditions, not_(IS_LISTED), _says(text)))


def _newest(ids: Select[Any]) -> Select[Any]:
    """As many ids as a page needs, the newest first; SQLite takes a limit within a union only like this."""
    place = ids.distinct().order_by(ids.selected_columns[0].desc()).limit(PAGE + 1).subquery()
    return select(place.c[0])


def _begins(word: str) -> ColumnElement[bool]:
    """Words of the index that begin so; they stand in the order of code points."""
    return and_(SearchWord.word >= word, SearchWord.word < word + chr(0x10FFFF))


def _says(text: str) -> ColumnElement[bool]:
    """Whether the name begins with the text, or each of its words begins a word of name or affiliation."""
    start, end = name_range(text)
    columns = (Signature.name, Signature.affiliation)
    each = [
        or_(
            *(
                column.istartswith(form, autoescape=True) | column.icontains(f" {form}", autoescape=True)
                for column in columns
                for form in {word, word.capitalize()}
            )
        )
        for word in text.split()
    ]
    return or_(and_(Signature.sort_key >= start, Signature.sort_key < end), and_(*each))


def signatures_at(letter_id: int, domain: str, *, before_id: int | None, kind: str, state: str) -> list[Signature]:
    """The same, whose addresses lie at a domain that begins so; reads the letter's rows until the page is full."""
    at = Signature.email.icontains(f"@{domain}", autoescape=True)
    return page_of(select(Signature).where(*_narrowed(letter_id, before_id, kind, state), at))


def signatures_of_mailbox(letter_id: int, mailbox_keys: Collection[str]) -> list[Signature]:
    """A letter's signatures from one mailbox, newest first."""
    return page_of(select(Signature).where(Signature.mailbox_key.in_(mailbox_keys), Signature.letter_id == letter_id))


def page_of(found: Select[Signature]) -> list[Signature]:
    """The newest of these, one more than a page holds if there are more."""
    ordered = found.order_by(Signature.id.desc()).limit(PAGE + 1).options(joinedload(Signature.endorsement))
    return list(db.session.scalars(ordered))
