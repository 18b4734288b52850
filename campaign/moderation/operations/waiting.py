"""Measures how long those who are held wait for a decision, so that they can be told."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaign.extensions import db, upsert
from campaign.models import WaitingTime
from campaign.moderation import rules
from campaign.moderation.queries import letters_that_decide, waits_of

MEASURED = timedelta(days=30)


def measure_waits(now: datetime) -> None:
    """Stores for each letter in how many hours nine of ten of its decisions came in 30 days, else those of the site."""
    found = {letter_id: waits_of(letter_id, now - MEASURED) for letter_id in letters_that_decide()}
    site = rules.hours_of([wait for waits in found.values() for wait in waits])
    for letter_id, waits in found.items():
        row = {"letter_id": letter_id, "hours": rules.hours_of(waits) or site, "measured_at": now}
        upsert(WaitingTime.__table__, row, ["letter_id"], ["hours", "measured_at"])  # type: ignore[arg-type]
    db.session.flush()
