"""Reads for the limits of signing: how much came from a network lately, and whom a letter trusts or blocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from campaign.extensions import db
from campaign.models import GuardEntry, SigningHint
from campaign.signing.rules import BURST_WINDOW, MOST_ON_SITE, NETWORK_WINDOW

# No further than the last limit: what is above it is refused, so that counting costs no more than that.
_LATELY = (
    select(SigningHint.letter_id, SigningHint.signed_at)
    .where(SigningHint.network == bindparam("network"), SigningHint.signed_at > bindparam("since"))
    .order_by(SigningHint.signed_at.desc())
    .limit(MOST_ON_SITE)
    .subquery()
)
_ON_LETTER = _LATELY.c.letter_id == bindparam("letter")
_COUNTS = select(
    func.count().filter(_ON_LETTER, _LATELY.c.signed_at > bindparam("burst_since")),
    func.count().filter(_ON_LETTER),
    func.count(),
).select_from(_LATELY)
_GUARDS = select(GuardEntry.side, GuardEntry.kind, GuardEntry.value).where(
    or_(GuardEntry.letter_id == bindparam("letter"), GuardEntry.letter_id.is_(None))
)


def attempts_from(network: str, letter_id: int, now: datetime) -> tuple[int, int, int]:
    """Attempts from a network: on the letter in five minutes and in an hour, and on the whole site in an hour."""
    given = {
        "network": network,
        "letter": letter_id,
        "since": now - NETWORK_WINDOW,
        "burst_since": now - BURST_WINDOW,
    }
    row: Any = db.session.execute(_COUNTS, given).one()
    return row[0], row[1], row[2]


def guard_entries(letter_id: int) -> list[tuple[str, str, str]]:
    """Side, kind and value of all that a letter and the site trust or block."""
    rows = db.session.execute(_GUARDS, {"letter": letter_id})
    return [(row.side, row.kind, row.value) for row in rows]
