"""Whose mailbox an address is, by the rules of this site: those that ship and the operator's own (T3).

Keys carry no number: where two editions agree on an address, and they do on most, its key is one and the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from flask import Flask, current_app

from campaign.lib import disposable, mailbox_rules
from campaign.lib.emails import Address, BadAddress, mailbox_key, parse_address
from campaign.lib.mailbox_rules import BadRules, Edition
from config import SettingsError

RULES_FILE, DISPOSABLE_FILE = "mailbox-rules.toml", "disposable-domains.txt"
T = TypeVar("T")


@dataclass(frozen=True)
class SiteRules:
    """What this process goes by: editions, the one in force last, and the domains of throw-away mailboxes."""

    editions: tuple[Edition, ...]
    disposable: frozenset[str]

    @property
    def in_force(self) -> Edition:
        """The edition that new keys are made under."""
        return self.editions[-1]


@dataclass(frozen=True)
class Mailbox:
    """The key of an address under the rules in force, and (number, key) of older rules that give another key.

    Two addresses are one mailbox where the rules in force say so, whatever older ones said.
    """

    key: str
    rule: int
    older: tuple[tuple[int, str], ...] = field(default=(), compare=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key this mailbox may stand under, the present one first."""
        return tuple(dict.fromkeys((self.key, *(key for _rule, key in self.older))))


def read_rules(folder: Path) -> SiteRules:
    """The rules that ship and those in this data folder. Raises `config.SettingsError` naming the file."""
    editions = _read(folder / RULES_FILE, lambda text: mailbox_rules.read_editions(text, mailbox_rules.shipped()))
    own = _read(folder / DISPOSABLE_FILE, disposable.read_domains)
    return SiteRules(editions or mailbox_rules.shipped(), disposable.shipped() | (own or frozenset()))


def _read(path: Path, parse: Callable[[str], T]) -> T | None:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (BadRules, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path} {problem}; docs/mailboxes.md shows one that works") from None


def init_app(app: Flask) -> None:
    """Reads the rules once; a process keeps those it started with."""
    app.extensions["mailboxes"] = read_rules(Path(app.config["DATA_DIR"]))


def rules() -> SiteRules:
    """The rules of this process."""
    found: SiteRules = current_app.extensions["mailboxes"]
    return found


def secret() -> bytes:
    """The key of mailbox keys: its own setting, so that a new SECRET_KEY opens no second signature."""
    return str(current_app.config["MAILBOX_KEY"]).encode()


def mailbox_of(address: Address) -> Mailbox:
    """The mailbox of an address, under every edition in use."""
    key_of_keys, editions = secret(), rules().editions
    key = mailbox_key(key_of_keys, address, editions[-1])
    earlier = ((edition.number, mailbox_key(key_of_keys, address, edition)) for edition in editions[:-1])
    return Mailbox(key, editions[-1].number, tuple(pair for pair in earlier if pair[1] != key))


def keys_of(key: str | None, email: str | None) -> tuple[str, ...]:
    """Every key a stored signature's mailbox may stand under elsewhere; its own alone once its address is gone."""
    kept = (key,) if key else ()
    if not email or len(rules().editions) == 1:
        return kept
    try:
        others = mailbox_of(parse_address(email)).keys
    except BadAddress:
        return kept
    return tuple(dict.fromkeys((*kept, *others)))


def is_disposable(domain: str) -> bool:
    """Whether mailboxes of this domain are made to be thrown away."""
    return disposable.is_disposable(domain, rules().disposable)
