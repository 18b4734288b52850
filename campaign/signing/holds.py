"""The rules that hold a confirmed signature until a person looked at it: one table, pure functions.

A rule has an id, which is also the key of its sentence in `sentences.HOLDS`, and a check of what is claimed. Which
rules are on for a letter is its preset by kind (`preset`) with the switches of its organizers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from campaign.lib.emails import DomainMatch
from campaign.lib.names import flags, fold
from campaign.states import LetterKind, SignatureKind

# What `lib.names.flags` finds in a name that a person has to look at: of a person, of an organization, which may well
# be called 350.org, or after a year.
SUSPECT_FLAGS = (
    frozenset(("mixed_scripts", "digits", "symbols", "no_letters", "looks_like_formula", "looks_like_link")),
    frozenset(("mixed_scripts", "looks_like_formula")),
)


@dataclass(frozen=True)
class Claim:
    """What the rules look at. `match` only for organizations, `is_free_mail` only for people.

    `signals` are ids of rules whose check needs more than the claim itself: what was found before the rules ran.
    """

    kind: str
    name: str
    affiliation: str
    match: DomainMatch | None = None
    is_free_mail: bool = False
    signals: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Watched:
    """Folded names a letter looks out for: of its addressees, and of its watch list."""

    addressees: Collection[str] = ()
    names: Collection[str] = ()


@dataclass(frozen=True)
class HoldRule:
    """One reason to hold. `kinds` of letter it is on for, unless an organizer switches it; empty is every kind.

    `of` are the kinds of signature it looks at, empty for all; `is_fixed` when nobody can switch it off.
    """

    id: str
    check: Callable[[Claim, Watched], bool]
    of: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    is_fixed: bool = False


def _found(signal: str) -> Callable[[Claim, Watched], bool]:
    """The check of a rule whose finding comes with the claim."""
    return lambda claim, _watched: signal in claim.signals


def _matches(*kinds: DomainMatch) -> Callable[[Claim, Watched], bool]:
    """The check of how an organization's address fits its website."""
    return lambda claim, _watched: claim.match in kinds


def _is_suspect(claim: Claim, _watched: Watched) -> bool:
    return bool(SUSPECT_FLAGS[claim.kind == SignatureKind.ORGANIZATION].intersection(flags(claim.name)))


def _is_addressee(claim: Claim, watched: Watched) -> bool:
    return _names_one_of(fold(claim.name), watched.addressees)


def _is_watched(claim: Claim, watched: Watched) -> bool:
    return _names_one_of(fold(claim.name), watched.names)


def _claims_from_free_mail(claim: Claim, _watched: Watched) -> bool:
    return bool(claim.affiliation) and claim.is_free_mail


_PERSON = (SignatureKind.PERSON.value,)
_ORGANIZATION = (SignatureKind.ORGANIZATION.value,)

# In the order in which the desk tells them.
RULES: tuple[HoldRule, ...] = (
    HoldRule("honeypot", _found("honeypot")),
    HoldRule("addressee", _is_addressee, is_fixed=True),
    HoldRule("watched_name", _is_watched, is_fixed=True),
    HoldRule("name_flags", _is_suspect),
    HoldRule("disposable", _found("disposable")),
    HoldRule("free_mail_affiliation", _claims_from_free_mail, of=_PERSON, kinds=(LetterKind.ACADEMICS.value,)),
    HoldRule("free_mail", _matches(DomainMatch.FREE_MAIL), of=_ORGANIZATION, is_fixed=True),
    HoldRule("shared_host", _matches(DomainMatch.SHARED_HOST), of=_ORGANIZATION, is_fixed=True),
    HoldRule(
        "address_not_exact", _matches(DomainMatch.DIFFERENT, DomainMatch.NO_SITE), of=_ORGANIZATION, is_fixed=True
    ),
    HoldRule("name_clash", _found("name_clash"), of=_ORGANIZATION, is_fixed=True),
    HoldRule("organization_already_signed", _found("organization_already_signed"), of=_ORGANIZATION, is_fixed=True),
)


def preset(letter_kind: str) -> frozenset[str]:
    """The ids of the rules that are on for a kind of letter before anybody switches one."""
    return frozenset(rule.id for rule in RULES if not rule.kinds or letter_kind in rule.kinds)


def hold_reasons(claim: Claim, rules_on: Collection[str], watched: Watched) -> list[str]:
    """The ids of the rules that hold a confirmed signature, in the order of the table; empty when none does.

    Affiliation from free mail is held for academics only; elsewhere it is published "for identification only".
    """
    looking = [rule for rule in RULES if rule.id in rules_on and (not rule.of or claim.kind in rule.of)]
    return [rule.id for rule in looking if rule.check(claim, watched)]


def watched_by(letter: Any) -> Watched:
    """The folded names a letter looks out for, from `queries.letter_to_judge`."""
    addressees, watched = letter.addressees or "", letter.watched or ""
    return Watched(set(map(fold, addressees.splitlines())), set(map(fold, watched.splitlines())))


def _names_one_of(folded: str, names: Collection[str]) -> bool:
    """Whether a name is, or holds as its first and last words, one of the folded names."""
    if folded in names:
        return True
    words = folded.split()
    ends = {words[0], words[-1]} if len(words) > 1 else set()
    # "Jeff P. Bezos" for "jeffrey p. bezos" stays a matter for people; same first and last word is not.
    return any(len(parts := name.split()) > 1 and {parts[0], parts[-1]} == ends for name in names)
