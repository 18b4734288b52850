"""The six words an employee is shown once after signing, and leaves with. Only a keyed hash of them is stored."""

from __future__ import annotations

import re
import secrets
from functools import cache
from pathlib import Path

from campaign.lib import tokens

# Six of 2,048 words are 66 bits.
WORDS = 6


@cache
def word_list() -> tuple[str, ...]:
    """The words, each of three to eight letters and known by its first four."""
    path = Path(__file__).with_name("leaving_words.txt")
    return tuple(path.read_text(encoding="ascii").split())


@cache
def _by_start() -> dict[str, str]:
    return {word[:4]: word for word in word_list()}


def new_words() -> str:
    """Six fresh words with spaces between them."""
    return " ".join(secrets.choice(word_list()) for _ in range(WORDS))


def read_words(typed: str) -> list[str] | None:
    """The six words that were typed, in the spelling of the list, or None where it is something else.

    Capitals, hyphens and commas do no harm, and four letters of a word are enough.
    """
    found = [_by_start().get(word[:4]) for word in re.findall(r"[a-z]+", typed.lower())]
    if "@" in typed or len(found) != WORDS:
        return None
    return [word for word in found if word] if all(found) else None


def looks_like_words(typed: str) -> bool:
    """Whether somebody meant words rather than an address."""
    return "@" not in typed and len(typed.split()) > 1


def leaving_hash(key: bytes, words: list[str]) -> str:
    """What is stored of the words, under the letter's key."""
    return tokens.mac(key, "employee leaves", *words).hex()
