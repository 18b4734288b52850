"""The legal hold of a letter: while it stands, the clock blanks and deletes nothing of it."""

from __future__ import annotations

from datetime import datetime

from campaign.decisions import record_act
from campaign.extensions import db
from campaign.letters import queries
from campaign.letters.operations.drafting import lock
from campaign.models import LegalHold, Letter
from campaign.states import Refused


def place_hold(letter: Letter, reason: str, *, by_id: int | None, now: datetime) -> None:
    """Stops the clock on everything of this letter. Raises `Refused`: needs_hold_reason, hold_stands."""
    lock(letter)
    if not reason.strip():
        raise Refused("needs_hold_reason")
    if queries.hold_of(letter.id) is not None:
        raise Refused("hold_stands")
    db.session.add(LegalHold(letter_id=letter.id, reason=reason.strip(), placed_at=now, organizer_id=by_id))
    _log(letter, "hold_placed", by_id, now)


def lift_hold(letter: Letter, *, by_id: int | None, now: datetime) -> None:
    """Lets the clock go on; what it froze goes with the next run. Raises `Refused("no_hold")`."""
    lock(letter)
    hold = queries.hold_of(letter.id)
    if hold is None:
        raise Refused("no_hold")
    hold.lifted_at, hold.lifted_by_id = now, by_id
    _log(letter, "hold_lifted", by_id, now)


def _log(letter: Letter, act: str, by_id: int | None, now: datetime) -> None:
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id)
    db.session.flush()
