"""What a role may do, and the bounds of passwords, links and sessions."""

from __future__ import annotations

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
# A session ends so long after the last act in it (OWASP ASVS 5.0, 7.3.1).
SESSION_IDLE = timedelta(days=14)
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
    """Raises `Refused("password_short")` or `Refused("password_long")`; nothing else is asked (ASVS 6.2.5)."""
    if len(password) < PASSWORD_LENGTH:
        raise Refused("password_short")
    if len(password) > PASSWORD_LIMIT:
        raise Refused("password_long")


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
