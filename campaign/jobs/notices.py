"""Mails to several organizers about one thing: each gets one, and what comes in quick succession is one mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from campaign.jobs import outbox
from campaign.jobs.kinds import Payload

# What comes in within this time is told in one mail.
TOGETHER = timedelta(minutes=10)


def write_to(
    organizer_ids: Iterable[int],
    kind: str,
    key: str,
    payload: Payload,
    *,
    now: datetime,
    prio: int = outbox.NORMAL,
    letter_id: int | None = None,
    is_gathered: bool = False,
) -> None:
    """Queues a mail to each of these organizers, once for each key and organizer; the payload has who in `organizer`.

    Gathered, it leaves when the ten minutes are over that `now` lies in, and the payload has their number in `slot`.
    """
    run_at = None
    if is_gathered:
        slot = int(now.timestamp() // TOGETHER.total_seconds())
        key, payload, run_at = f"{key}:{slot}", {**payload, "slot": slot}, while_of(slot)[1]
    outbox.enqueue_many(
        [
            outbox.job_row(
                kind,
                f"{key}:{organizer_id}",
                {**payload, "organizer": organizer_id},
                now=now,
                run_at=run_at,
                prio=prio,
                letter_id=letter_id,
            )
            for organizer_id in organizer_ids
        ]
    )


def while_of(slot: int) -> tuple[datetime, datetime]:
    """Beginning and end of the ten minutes with a number."""
    begins_at = datetime.fromtimestamp(slot * TOGETHER.total_seconds(), UTC)
    return begins_at, begins_at + TOGETHER
