"""Marks of networks: an HMAC of the /24 or /64 an attempt came from, under a random key that lives for a day.

No address is stored anywhere, and when the day's key is deleted nobody can compute a mark from one any more (K4).
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from campaign.extensions import db, insert_or_skip, read_only
from campaign.lib.networks import network_of
from campaign.lib.tokens import mac
from campaign.models import NetworkKey
from campaign.pagecache import cache

MARK_LENGTH = 32
# So long before midnight in UTC the next day's key is made, so that no attempt to sign has to.
MADE_BEFORE = timedelta(hours=1)


def mark(address: str | None, now: datetime) -> str:
    """The mark of the network of an address today; "" for an unreadable address. Inside a writing transaction only."""
    network = network_of(address)
    return mac(_key(now.date()), network).hex()[:MARK_LENGTH] if network else ""


def turn_keys(now: datetime) -> None:
    """Makes the keys of now and of an hour from now, and deletes those of days that are over; the caller commits."""
    today, soon = now.date(), (now + MADE_BEFORE).date()
    with read_only():
        days = set(db.session.scalars(select(NetworkKey.day)))
    if min(days, default=today) < today:
        db.session.execute(delete(NetworkKey).where(NetworkKey.day < today))
    for day in {today, soon} - days:
        _make_key(day)


def _key(day: date) -> bytes:
    """The key of a day; looked up once a second at most, since a transaction that is rolled back takes it along."""
    kept: str = cache().checked(("network key", day), lambda: _find_key(day) or _make_key(day))
    return bytes.fromhex(kept)


def _find_key(day: date) -> str | None:
    return db.session.scalar(select(NetworkKey.key).where(NetworkKey.day == day))


def _make_key(day: date) -> str:
    """The key of the day: of two that are made at once the first stands."""
    insert_or_skip(NetworkKey.__table__, [{"day": day, "key": secrets.token_hex(32)}])  # type: ignore[arg-type]
    return _find_key(day) or ""
