"""What a role may do, and the bounds of passwords, links and sessions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from campaign.choices import Role
from campaign.lib import tokens
from campaign.states import Refused

# Everything an organizer can be allowed to do in a campaign.
PERMISSIONS = frozenset(("view", "edit", "publish", "moderate", "export", "internal_export", "deliver", "team"))
BY_ROLE: dict[str, frozenset[str]] = {
    Role.OWNER.value: PERMISSIONS,
    Role.VIEWER.value: frozenset(("view",)),
}

PASSWORD_LENGTH = 12
# Argon2 reads every byte it is given; nobody types a longer one.
PASSWORD_LIMIT = 200
# A password has to hold so many letters and digits besides the words that everybody expects here.
OWN_PART = 8
# Shorter words stand in too many passwords by chance.
EXPECTED_WORD = 4
# What the site is about: with names and addresses, the words that nobody's password consists of (ASVS 6.1.2).
EXPECTED = (
    "undersigned",
    "openletter",
    "campaign",
    "coalition",
    "petition",
    "letter",
    "organizer",
    "owner",
    "password",
)
# A session ends so long after the last act in it, and so long after signing in (OWASP ASVS 5.0, 7.3.1 and 7.3.2).
SESSION_IDLE = timedelta(days=14)
SESSION_LIFE = timedelta(days=30)
# The gravest acts want somebody who signed in at most so long ago (ASVS 7.5.1 to 7.5.3).
LATELY = timedelta(hours=1)
# A mailed link counts from when the mail left.
LINK_LIFE = timedelta(minutes=15)
LINK_LIFE_IN_DEVELOPMENT = timedelta(hours=24)
# A mail server that is away may keep a mail this long before its link is worthless.
LINK_WAIT = timedelta(hours=24)

TRY_WINDOW = timedelta(hours=1)
TRIES_PER_ACCOUNT = 10
TRIES_PER_NETWORK = 20
MAIL_WINDOW = timedelta(minutes=10)


def may(role: str, permission: str) -> bool:
    """Whether a role includes a permission; an unknown permission is a bug and raises KeyError."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return permission in BY_ROLE[role]


def check_password_length(password: str) -> None:
    """Raises `Refused("password_short")` or `Refused("password_long")`; no kind of character is asked (ASVS 6.2.5)."""
    if len(password) < PASSWORD_LENGTH:
        raise Refused("password_short")
    if len(password) > PASSWORD_LIMIT:
        raise Refused("password_long")


def is_expected(password: str, known: Iterable[str]) -> bool:
    """Whether a password is little more than words of this site or of `known` names and addresses (ASVS 6.2.11)."""
    left = password.casefold()
    words = {word for name in (*EXPECTED, *known) for word in re.split(r"[\W_]+", name.casefold())}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= EXPECTED_WORD:
            left = left.replace(word, "")
    return left != password.casefold() and sum(character.isalnum() for character in left) < OWN_PART


def session_end(signed_in_at: datetime, now: datetime) -> datetime:
    """When a session ends in which somebody acts now."""
    return min(now + SESSION_IDLE, signed_in_at + SESSION_LIFE)


def safe_next(path: str, otherwise: str) -> str:
    """Where to go after signing in: a path of this site, or `otherwise` for anything else.

    A browser reads `//host` and `/\\host` as another site, and drops control characters before it looks.
    """
    is_own = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() and "\\" not in path
    return path if is_own else otherwise


def session_hash(secret: str, token: str) -> str:
    """What the table keeps of a session's token: its hash under a key of its own."""
    return tokens.token_hash(tokens.derive_key(secret, "desk session"), token)


def link_hash(secret: str, token: str) -> str:
    """What the table keeps of a sign-in link's token."""
    return tokens.token_hash(tokens.derive_key(secret, "sign-in link"), token)


def link_token(secret: str, link_id: int, made_at: datetime) -> str:
    """The token of a sign-in link, derived anew each time; the time makes a reused row id another link."""
    key = tokens.derive_key(secret, "sign-in link")
    return tokens.link_token(key, "sign-in", link_id, int(made_at.timestamp()))
