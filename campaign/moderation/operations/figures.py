"""Renews the figures of the method page."""

from __future__ import annotations

import time
from datetime import datetime

from campaign.extensions import db, upsert
from campaign.models import Figures
from campaign.moderation.figures import count_figures


def renew_figures(letter_id: int, now: datetime) -> None:
    """Counts how a letter's signatures were checked, and stores it."""
    started = time.perf_counter()
    numbers = count_figures(letter_id, db.session.execute)
    row = {
        "letter_id": letter_id,
        "numbers": numbers,
        "seconds": time.perf_counter() - started,
        "counted_at": now,
    }
    upsert(Figures.__table__, row, ["letter_id"], ["numbers", "seconds", "counted_at"])  # type: ignore[arg-type]
