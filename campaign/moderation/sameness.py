"""When two signatures look like one person's, or one organization's: pure comparisons, and the keys to find them by.

A name alone is no reason: many people share one. Nothing is merged by itself, and nothing is held for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from campaign.choices import SignatureKind
from campaign.lib.emails import BadAddress, canonical, is_free_mail, is_shared_host, parse_address, registrable_domain
from campaign.lib.names import fold

# Employees are numbers: nothing of them is compared.
COMPARED = (SignatureKind.PERSON.value, SignatureKind.ORGANIZATION.value, SignatureKind.IMPORTED.value)
# A shorter local part says nothing: "me", "jo", "a".
SHORTEST_LOCAL = 3
ACRONYM = range(2, 9)

_WORD = re.compile(r"\w+")
_ASIDE = re.compile(r"\(([^()]*)\)")
# What says in which form a body exists, not which one it is.
_FORM_WORDS = """
    ab ag as asbl association bv co corp corporation eg ev fondation foundation fundacion fundacao ggmbh gmbh inc
    incorporated kg limited llc llp ltd nv oy oyj plc sa sarl sas spa srl stichting stiftung trust verein vzw
"""
# Which words an acronym leaves out.
_SMALL_WORDS = "and da das de del der des di die do dos du e et for fur in la le les of on the to und y"
_FORMS, _SMALL = frozenset(_FORM_WORDS.split()), frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class Likeness:
    """What of a signature is compared. `aliases` are further names of an organization."""

    kind: str
    name: str
    affiliation: str = ""
    place: str = ""
    country: str = ""
    email: str = ""
    organization_id: int | None = None
    aliases: tuple[str, ...] = ()


def keys_of(one: Likeness) -> list[str]:
    """What a signature is found by: two that may be one share a key."""
    if one.kind != SignatureKind.ORGANIZATION:
        return [f"{one.kind}:{fold(one.name)}"]
    keys = {f"name:{core}" for core in _cores(one)} | {f"short:{short}" for short in _shorts(one)}
    if one.organization_id is not None:
        keys.add(f"organization:{one.organization_id}")
    return sorted(keys)


def why_same(one: Likeness, other: Likeness) -> str:
    """The key in PAIR_REASONS of why two signatures may be one; "" when nothing says so."""
    if one.kind != other.kind or one.kind not in COMPARED:
        return ""
    if one.kind == SignatureKind.ORGANIZATION:
        return _why_same_body(one, other)
    if fold(one.name) != fold(other.name):
        return ""
    told = {
        "same_affiliation": _both(one.affiliation, other.affiliation),
        "same_domain": _is_one(work_domain(one.email), work_domain(other.email)),
        "same_local_part": _is_one(local_part(one.email), local_part(other.email)),
        "same_place": _same_place(one, other),
    }
    return next((reason for reason, is_so in told.items() if is_so), "")


def work_domain(email: str) -> str:
    """The registrable domain of an address that a body gives to its own people; "" for free mail and shared hosts."""
    domain = email.rpartition("@")[2]
    if not domain or is_free_mail(domain) or is_shared_host(domain):
        return ""
    return registrable_domain(domain) or ""


def local_part(email: str) -> str:
    """The canonical part before the @; "" when it is too short to mean anything."""
    try:
        local = canonical(parse_address(email)).rpartition("@")[0]
    except BadAddress:
        return ""
    return local if len(local) >= SHORTEST_LOCAL else ""


def differing(one: Likeness, other: Likeness) -> set[str]:
    """The fields in which two entries differ when compared as people read them."""
    fields = ("name", "affiliation", "place", "country", "email")
    return {field for field in fields if fold(getattr(one, field)) != fold(getattr(other, field))}


def _why_same_body(one: Likeness, other: Likeness) -> str:
    if one.organization_id is not None and one.organization_id == other.organization_id:
        return "same_organization"
    if _cores(one) & _cores(other):
        return "same_name"
    if _words_alone(one) & _initials(other) or _words_alone(other) & _initials(one):
        return "acronym"
    return ""


def _names(one: Likeness) -> Iterable[str]:
    """A body's names; one in brackets is a name of its own: "American Civil Liberties Union (ACLU)"."""
    for name in (one.name, *one.aliases):
        yield _ASIDE.sub(" ", name)
        yield from _ASIDE.findall(name)


def _words(name: str) -> list[str]:
    """The words of a name without its signs: "A.C.L.U." is one."""
    return _WORD.findall(fold(name).replace(".", "").replace("'", ""))


def _cores(one: Likeness) -> set[str]:
    """Each name without articles, legal forms and spaces."""
    found = set()
    for name in _names(one):
        words = _words(name)
        kept = [word for word in words if word not in _FORMS and word != "the"] or words
        found.add("".join(kept)[:80])
    return found - {""}


def _initials(one: Likeness) -> set[str]:
    """The acronyms that its names could have, with and without the legal form."""
    found = set()
    for name in _names(one):
        words = [word for word in _words(name) if word not in _SMALL]
        for parts in (words, [word for word in words if word not in _FORMS]):
            if len(parts) > 1 and len(parts) in ACRONYM:
                found.add("".join(word[0] for word in parts))
    return found


def _words_alone(one: Likeness) -> set[str]:
    """Its names that are one short word, as acronyms are."""
    alone = [words[0] for name in _names(one) if len(words := _words(name)) == 1]
    return {word for word in alone if len(word) in ACRONYM}


def _shorts(one: Likeness) -> set[str]:
    return _initials(one) | _words_alone(one)


def _same_place(one: Likeness, other: Likeness) -> bool:
    """The same place, or the same country where neither gave a place."""
    countries = {one.country, other.country} - {""}
    if one.place or other.place:
        return _both(one.place, other.place) and len(countries) < 2
    return _is_one(one.country, other.country)


def _both(one: str, other: str) -> bool:
    return _is_one(fold(one), fold(other))


def _is_one(one: str, other: str) -> bool:
    return bool(one) and one == other
