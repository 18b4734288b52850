"""Numbered editions of the habits of mail providers: which spellings of an address reach one mailbox.

`mailbox-rules.toml` beside this file holds those that ship; an operator's file adds editions of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("mailbox-rules.toml")
# Editions of operators begin here, so that none of ours ever takes the number of one of theirs.
FIRST_OWN = 1000
_KEYS = {"domains", "each", "ignores", "reads", "tag", "name_as_subdomain"}


class BadRules(Exception):
    """The file cannot be used; the text says why, for the operator."""


@dataclass(frozen=True)
class Edition:
    """The rules of one number, ready to be asked by domain. Domains are in lower-case IDNA ASCII."""

    number: int
    same: Mapping[str, str] = field(default_factory=dict)
    reads: Mapping[str, Mapping[int, str | None]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    names_as_subdomain: tuple[str, ...] = ()


@cache
def shipped() -> tuple[Edition, ...]:
    """The editions that come with this version, the oldest first."""
    return read_editions(SHIPPED.read_text(encoding="utf-8"))


def read_editions(text: str, base: Sequence[Edition] = ()) -> tuple[Edition, ...]:
    """`base` and the editions of a file, the oldest first.

    With a `base` the file is an operator's: its numbers begin at 1000, and each edition says with `on` which one it
    adds to. Raises `BadRules`.
    """
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRules(f"is no TOML: {error}") from None
    known = {edition.number: edition for edition in base}
    for table in _tables(file, "edition"):
        edition = _edition(table, known, is_own=bool(base))
        known[edition.number] = edition
    return tuple(known[number] for number in sorted(known))


def _edition(table: Mapping[str, Any], known: Mapping[int, Edition], *, is_own: bool) -> Edition:
    number = _number(table, known, is_own=is_own)
    start = known.get(table.get("on", 0)) if is_own else Edition(number)
    if start is None:
        raise BadRules(f"has to say what edition {number} adds to: on = {max(known)}")
    same, reads, tags = dict(start.same), dict(start.reads), dict(start.tags)
    subdomains = list(start.names_as_subdomain)
    for provider in _tables(table, "provider"):
        heads = _heads(provider, same)
        table_of_signs = _signs(provider)
        for head in heads:
            # A provider that is told of anew is as it is told now.
            reads.pop(head, None), tags.pop(head, None)
            if table_of_signs:
                reads[head] = table_of_signs
            if provider.get("tag"):
                tags[head] = _text(provider, "tag")
            if provider.get("name_as_subdomain"):
                subdomains.append(head)
    return Edition(number, same, reads, tags, tuple(dict.fromkeys(subdomains)))


def _heads(provider: Mapping[str, Any], same: dict[str, str]) -> list[str]:
    """The domains whose mailboxes are told about; those that only lead to one of them go into `same`."""
    if odd := set(provider) - _KEYS:
        raise BadRules(f'knows no "{sorted(odd)[0]}"; there are {", ".join(sorted(_KEYS))}')
    domains, each = _domains(provider, "domains"), _domains(provider, "each")
    if not domains and not each:
        raise BadRules("has a provider without domains")
    for domain in domains + each:
        same.pop(domain, None)
    same.update(dict.fromkeys(domains[1:], domains[0] if domains else ""))
    return domains[:1] + each


def _domains(provider: Mapping[str, Any], key: str) -> list[str]:
    found = provider.get(key, [])
    if not isinstance(found, list) or not all(_is_domain(domain) for domain in found):
        raise BadRules(
            f'has domains that are none under "{key}": write them small, as example.org or xn--mnchen-3ya.de'
        )
    return list(found)


def _is_domain(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text == text.lower().strip(". ") and "." in text


def _signs(provider: Mapping[str, Any]) -> Mapping[int, str | None]:
    """What a provider leaves out or reads otherwise, for `str.translate`."""
    reads = provider.get("reads", {})
    if not isinstance(reads, dict) or not all(len(a) == 1 and isinstance(b, str) for a, b in reads.items()):
        raise BadRules('has "reads" that is no table of single signs: reads = { "." = "-" }')
    return {**{ord(sign): None for sign in _text(provider, "ignores")}, **{ord(a): b for a, b in reads.items()}}


def _text(provider: Mapping[str, Any], key: str) -> str:
    found = provider.get(key, "")
    if not isinstance(found, str):
        raise BadRules(f'has "{key}" that is no text')
    return found


def _tables(table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadRules(f"writes each {key} as its own part: [[{'edition.' if key == 'provider' else ''}{key}]]")
    return found


def _number(table: Mapping[str, Any], known: Mapping[int, Edition], *, is_own: bool) -> int:
    found = table.get("number")
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found < 2**31 or found in known:
        raise BadRules(f'needs a number of its own for each edition, not "{found}"')
    if is_own and (found < FIRST_OWN or found <= max(known)):
        raise BadRules(f"may number editions from {FIRST_OWN} on, each above the one before it, not {found}")
    return found
