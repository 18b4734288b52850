"""A wave for the seeded world: attempts from one network, an alarm, lists, and a decision by condition."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from campaign import networks
from campaign.choices import AlarmKind, AlarmState
from campaign.extensions import db
from campaign.models import Alarm, Letter, Signature, SigningHint
from campaign.moderation import operations
from campaign.moderation.conditions import Condition
from campaign.moderation.rules import Ruling

# Addresses for documentation (RFC 5737).
ATTACKER, EVERYBODY = "203.0.113.77", "198.51.100.1"
ENTRIES = (
    ("trusted", "*.edu", "Universities share few addresses"),
    ("blocked", "203.0.113.0/24", "A script, since this morning"),
    ("blocked", "prankster@mail.example", ""),
)
# Of the latest signatures so many came in the wave, and so many are looked at.
WAVE, LATEST = 46, 120


def make_wave(letter: Letter, owner_id: int, now: datetime) -> None:
    """Leaves the marks of networks on the latest signatures, with what was made of them; the caller commits."""
    latest = select(Signature.id, Signature.signed_at).where(
        Signature.letter_id == letter.id, Signature.kind == "person", Signature.source == "web"
    )
    rows = db.session.execute(latest.order_by(Signature.id.desc()).limit(LATEST)).all()
    if len(rows) <= WAVE:
        return
    bad = networks.mark(ATTACKER, now)
    hints = [
        {
            "letter_id": letter.id,
            "signature_id": row.id,
            "network": bad if number < WAVE else networks.mark(f"198.51.{number}.1", now),
            "seconds": 4 if number < WAVE else 41 + number,
            "signed_at": now - timedelta(minutes=number),
        }
        for number, row in enumerate(rows)
    ]
    db.session.execute(insert(SigningHint.__table__), hints)  # type: ignore[arg-type]
    _raise_alarms(letter.id, bad, now)
    for side, entry, comment in ENTRIES:
        named = operations.read_entry(entry)
        operations.add_guard(letter, named, side, comment, everywhere=False, by_id=owner_id, now=now)
    _take_back_a_slip(letter, bad, owner_id, now)


def _raise_alarms(letter_id: int, network: str, now: datetime) -> None:
    """One that nobody looked at, and one of last night that is over."""
    fresh, past = now - timedelta(minutes=12), now - timedelta(hours=10)
    db.session.add(
        Alarm(
            letter_id=letter_id,
            kind=AlarmKind.NETWORK.value,
            subject=network,
            number=WAVE,
            usual=6,
            raised_at=fresh,
            last_at=fresh,
            told_at=fresh,
        )
    )
    db.session.add(
        Alarm(
            letter_id=letter_id,
            kind=AlarmKind.HOUR.value,
            number=412,
            usual=35,
            state=AlarmState.OVER.value,
            raised_at=past,
            last_at=past,
            told_at=past,
            over_at=past + timedelta(hours=3),
        )
    )


def _take_back_a_slip(letter: Letter, network: str, owner_id: int, now: datetime) -> None:
    """A decision on many that was carried out and undone: every count is as it was."""
    condition = Condition(network=network)
    row = operations.plan_bulk(letter, condition, Ruling("hold"), by_id=owner_id, now=now)
    steps = (None, operations.start_bulk, operations.undo_bulk)
    for step in steps:
        if step is not None and row.count:
            step(letter.id, row.id, by_id=owner_id, now=now)
        while operations.take_step(row.id, row.state, owner_id, now):
            pass
