"""The rules that hold a confirmed signature until a person looked at it: one table, pure functions.

A rule has an id, which is also the key of its sentence in `sentences.HOLDS`, and a check of what is claimed. Which
rules are on for a letter is its preset by kind (`preset`) with the switches of its organizers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from campaign.choices import LetterKind, SignatureKind
from campaign.lib.emails import DomainMatch
from campaign.lib.names import BadText, clean_text, flags, fold
from campaign.signing.rules import moderation_after
from campaign.states import Moderation

# A comment with fewer letters shouts at nobody: "YES!"
SHOUTED = 12


@dataclass(frozen=True)
class Claim:
    """What the rules look at. `match` only for organizations, `is_free_mail` only for people.

    `is_proven` when an organization itself showed that it signs: then its representative's address says nothing more.
    `signals` are ids of rules whose check needs more than the claim itself: what was found before the rules ran.
    """

    kind: str
    name: str
    affiliation: str
    match: DomainMatch | None = None
    is_free_mail: bool = False
    signals: frozenset[str] = frozenset()
    comment: str = ""
    is_proven: bool = False


@dataclass(frozen=True)
class Watched:
    """Folded names a letter looks out for: of its addressees, of its watch list, and of who leads its targets."""

    addressees: Collection[str] = ()
    names: Collection[str] = ()
    leaders: Collection[str] = ()


@dataclass(frozen=True)
class HoldRule:
    """One reason to hold. `kinds` of letter it is on for, unless an organizer switches it; empty is every kind.

    `of` are the kinds of signature it looks at, empty for all; `is_fixed` when nobody can switch it off. `is_at_stall`
    when it holds honest people who sign one after the other at one place, so that a mute proposes it.
    """

    id: str
    check: Callable[[Claim, Watched], bool]
    of: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    is_fixed: bool = False
    is_at_stall: bool = False


def _found(signal: str) -> Callable[[Claim, Watched], bool]:
    """The check of a rule whose finding comes with the claim."""
    return lambda claim, _watched: signal in claim.signals


def _matches(*kinds: DomainMatch) -> Callable[[Claim, Watched], bool]:
    """The check of how an organization's address fits its website."""
    return lambda claim, _watched: claim.match in kinds and not claim.is_proven


def _flagged(flag: str) -> Callable[[Claim, Watched], bool]:
    """The check of something that `lib.names.flags` finds in a name."""
    return lambda claim, _watched: flag in flags(claim.name)


def _is_addressee(claim: Claim, watched: Watched) -> bool:
    return _names_one_of(fold(claim.name), watched.addressees)


def _is_watched(claim: Claim, watched: Watched) -> bool:
    return _names_one_of(fold(claim.name), watched.names)


def _is_leader(claim: Claim, watched: Watched) -> bool:
    return _names_one_of(fold(claim.name), watched.leaders)


def _shouts_or_links(claim: Claim, _watched: Watched) -> bool:
    """A comment that is all in capitals, or has an address or markup in it."""
    if sum(map(str.isalpha, claim.comment)) >= SHOUTED and claim.comment.isupper():
        return True
    # A full stop without the space after it makes no address: "the police.It was".
    small = " ".join(word for word in claim.comment.split() if word.islower())
    if "looks_like_link" in flags(small):
        return True
    try:
        clean_text(claim.comment, len(claim.comment) + 1, allow_breaks=True, refuse_links=True)
    except BadText as bad:
        return bad.reason in ("links", "markup")
    return False


def _claims_from_free_mail(claim: Claim, _watched: Watched) -> bool:
    return bool(claim.affiliation) and claim.is_free_mail


# Those an import brings are people as well.
_PERSON = (SignatureKind.PERSON.value, SignatureKind.IMPORTED.value)
_ORGANIZATION = (SignatureKind.ORGANIZATION.value,)

# In the order in which the desk tells them.
RULES: tuple[HoldRule, ...] = (
    HoldRule("blocked", _found("blocked"), is_fixed=True),
    HoldRule("burst", _found("burst")),
    HoldRule("no_proof", _found("no_proof"), is_fixed=True),
    HoldRule("too_fast", _found("too_fast")),
    HoldRule("honeypot", _found("honeypot")),
    HoldRule("addressee", _is_addressee, is_fixed=True),
    HoldRule("target_leader", _is_leader, is_fixed=True),
    HoldRule("watched_name", _is_watched, is_fixed=True),
    HoldRule("disposable", _found("disposable")),
    HoldRule("name_mixed_scripts", _flagged("mixed_scripts")),
    HoldRule("name_formula", _flagged("looks_like_formula")),
    # An organization may well be called 350.org, or after a year.
    HoldRule("name_digits", _flagged("digits"), of=_PERSON),
    HoldRule("name_symbols", _flagged("symbols"), of=_PERSON),
    HoldRule("name_no_letters", _flagged("no_letters"), of=_PERSON),
    HoldRule("name_link", _flagged("looks_like_link"), of=_PERSON),
    HoldRule("shouting_or_links", _shouts_or_links, of=_PERSON),
    HoldRule("free_mail_affiliation", _claims_from_free_mail, of=_PERSON, kinds=(LetterKind.ACADEMICS.value,)),
    HoldRule("free_mail", _matches(DomainMatch.FREE_MAIL), of=_ORGANIZATION, is_fixed=True),
    HoldRule("shared_host", _matches(DomainMatch.SHARED_HOST), of=_ORGANIZATION, is_fixed=True),
    HoldRule(
        "address_not_exact", _matches(DomainMatch.DIFFERENT, DomainMatch.NO_SITE), of=_ORGANIZATION, is_fixed=True
    ),
    HoldRule("look_alike", _found("look_alike"), of=_ORGANIZATION, is_fixed=True),
    HoldRule("name_clash", _found("name_clash"), of=_ORGANIZATION, is_fixed=True),
    HoldRule("alias_clash", _found("alias_clash"), of=_ORGANIZATION, is_fixed=True),
    HoldRule("authority_declined", _found("authority_declined"), of=_ORGANIZATION, is_fixed=True),
    HoldRule("organization_already_signed", _found("organization_already_signed"), of=_ORGANIZATION, is_fixed=True),
)

EVERY = frozenset(rule.id for rule in RULES)
FIXED = frozenset(rule.id for rule in RULES if rule.is_fixed)
# Why a signature is held while its letter holds everybody; no rule, but an organizer's switch.
HOLD_ALL = "hold_all"
# A moment at which no rule is muted.
NEVER_MUTED = datetime.max.replace(tzinfo=UTC)
# What is found while somebody signs, and kept on the pending signature until it is confirmed.
AT_SIGNING = ("blocked", "burst", "no_proof", "too_fast", "honeypot")


def preset(letter_kind: str) -> frozenset[str]:
    """The ids of the rules that are on for a kind of letter before anybody switches one."""
    return frozenset(rule.id for rule in RULES if not rule.kinds or letter_kind in rule.kinds)


def rules_on(letter: Any, at: datetime) -> frozenset[str]:
    """The ids of the rules that hold at a moment: the preset, as organizers switched it, without what is muted.

    `letter` is from `queries.letter_to_judge`.
    """
    on = set(preset(letter.kind))
    for line in (letter.switches or "").splitlines():
        rule, _equals, is_on = line.partition("=")
        (on.add if is_on == "1" else on.discard)(rule)
    for line in (letter.mutes or "").splitlines():
        rules, starts_at, ends_at = line.split("|")
        if _moment(starts_at) <= at < _moment(ends_at):
            on.difference_update(rules.split(";"))
    return frozenset(on) | FIXED


def ruling(matches: Collection[str], letter: Any, at: datetime) -> tuple[Moderation, str]:
    """Where what these rules match goes on a letter at a moment, and why; `letter` is from `queries.letter_to_judge`.

    One who is held while everybody is has that as the first reason.
    """
    on = rules_on(letter, at)
    reasons = [HOLD_ALL] if letter.hold_all else []
    reasons += [rule for rule in matches if rule in on]
    wanted = moderation_after(letter.mode, reasons)
    return wanted, ";".join(reasons) or ("review_first" if wanted == Moderation.WAITING else "")


def _moment(text: str) -> datetime:
    """A moment as the databases write it: in UTC, which SQLite does not say."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def hold_reasons(claim: Claim, rules_on: Collection[str], watched: Watched) -> list[str]:
    """The ids of the rules that hold a confirmed signature, in the order of the table; empty when none does.

    Affiliation from free mail is held for academics only; elsewhere it is published "for identification only".
    """
    looking = [rule for rule in RULES if rule.id in rules_on and (not rule.of or claim.kind in rule.of)]
    return [rule.id for rule in looking if rule.check(claim, watched)]


def watched_by(letter: Any) -> Watched:
    """The folded names a letter looks out for, from `queries.letter_to_judge`."""
    told = (letter.addressees or "", letter.watched or "", letter.leaders or "")
    return Watched(*(set(map(fold, names.splitlines())) for names in told))


def _names_one_of(folded: str, names: Collection[str]) -> bool:
    """Whether a name is, or holds as its first and last words, one of the folded names."""
    if folded in names:
        return True
    words = folded.split()
    ends = {words[0], words[-1]} if len(words) > 1 else set()
    # "Jeff P. Bezos" for "jeffrey p. bezos" stays a matter for people; same first and last word is not.
    return any(len(parts := name.split()) > 1 and {parts[0], parts[-1]} == ends for name in names)
