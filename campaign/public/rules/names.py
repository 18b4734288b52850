"""What a reader may ask of the names page, and how the page is divided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaign.choices import SignatureKind
from campaign.languages import _
from campaign.lib import paging
from campaign.lib.names import words
from campaign.public.rules.letters import Numbers
from campaign.states import Refused

# The kinds that stand on lists of names, in the agreed order. Employees are a number only.
NAMED_KINDS = (SignatureKind.ORGANIZATION.value, SignatureKind.PERSON.value, SignatureKind.IMPORTED.value)
INDEX_LETTERS = (*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "*")
QUERY_LENGTH, QUERY_WORDS = 200, 6


@dataclass(frozen=True, kw_only=True)
class NamesAsked:
    """What a reader asks of the names page; `kind` is None where the page may choose."""

    kind: str | None
    q: str
    words: list[str]
    group: str | None
    after: tuple[bytes, int] | None


def names_asked(given: Mapping[str, str]) -> NamesAsked:
    """The query of the names page. Raises `Refused("not_found")` for a kind, group or place there cannot be."""
    kind, group, after = given.get("kind") or None, (given.get("group") or "").upper() or None, given.get("after")
    if kind not in (None, *NAMED_KINDS) or group not in (None, *INDEX_LETTERS):
        raise Refused("not_found")
    q = " ".join(given.get("q", "").split())[:QUERY_LENGTH]
    return NamesAsked(kind=kind, q=q, words=words(q)[:QUERY_WORDS], group=group, after=place(after, bytes, int))


def place(after: str | None, *shape: type) -> Any:
    """The values of a cursor, None without one. Raises `Refused("not_found")` for text that is no cursor."""
    try:
        return paging.decode(after, shape) if after else None
    except paging.BadCursor:
        raise Refused("not_found") from None


def kinds_shown(counts: Numbers, accepts_people: bool) -> list[tuple[str, str, int]]:
    """The tabs of the names page as (kind, words, number): what the letter is signed by, largest use first."""
    people = ("person", _("People"), counts.people)
    organizations = ("organization", _("Organizations"), counts.organizations)
    shown = [people, organizations] if counts.people or not counts.organizations else [organizations, people]
    if not accepts_people and not counts.people:
        shown.remove(people)
    if counts.imported:
        shown.append(("imported", _("Collected elsewhere"), counts.imported))
    return shown
