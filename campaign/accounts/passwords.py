"""Passwords of organizers: which may be chosen, and their hashes."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from campaign.accounts import rules
from campaign.states import Refused

_hasher = PasswordHasher()
# Each hash takes 64 MiB: two at once bound the memory of a process.
_hashing = threading.BoundedSemaphore(2)


@cache
def common_passwords() -> frozenset[str]:
    """The most common passwords of the length that is asked for, in lower case (ASVS 6.2.4)."""
    path = Path(__file__).with_name("common_passwords.txt")
    return frozenset(path.read_text(encoding="ascii").splitlines())


def check_password(password: str, known: Iterable[str]) -> None:
    """Refuses what somebody would guess: a common password, or little more than `known` names and addresses.

    Raises `Refused("password_short")`, "password_long", "password_common" or "password_expected".
    """
    rules.check_password_length(password)
    if password.lower() in common_passwords():
        raise Refused("password_common")
    if rules.is_expected(password, known):
        raise Refused("password_expected")


def hash_password(password: str) -> str:
    """The argon2id hash of a password, to be made before any transaction. Raises `Refused` for its length."""
    rules.check_password_length(password)
    with _hashing:
        return _hasher.hash(password)


def password_holds(password_hash: str | None, password: str) -> bool:
    """Whether the password is that of the hash; takes the same time when there is no hash.

    Slow on purpose: to be called outside of a transaction.
    """
    if len(password) > rules.PASSWORD_LIMIT:
        return False
    with _hashing:
        try:
            return _hasher.verify(password_hash or _decoy(), password) and password_hash is not None
        except VerificationError:
            return False


def _decoy() -> str:
    """A hash that no password meets, with the parameters of the real ones."""
    parameters = f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"{parameters}$c29tZSBub2JvZHkncw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
