"""Handing letters over: a delivery is prepared, made public, and given its proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select

from campaign.choices import DeliveryMethod
from campaign.decisions import record_act
from campaign.delivery import queries
from campaign.delivery.operations.freezing import mark_delivered
from campaign.extensions import db
from campaign.letters.operations.drafting import touch
from campaign.letters.rules import is_web_address, zones
from campaign.models import Campaign, Delivery, DeliveryEdition, Edition, Letter
from campaign.states import DELIVERY, DeliveryState, EditionState, Refused, advance
from campaign.storage import Upload


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What is said of a delivery; `delivered_at` may be unknown until it has happened."""

    target_id: int
    delivered_at: datetime | None
    timezone: str
    method: str = DeliveryMethod.IN_PERSON.value
    place: str = ""
    handed_by: str = ""
    received_by: str = ""
    reference: str = ""
    note: str = ""
    source: str = ""
    source_url: str = ""
    answer_due_on: date | None = None


def prepare_delivery(
    campaign: Campaign, said: Handover, edition_ids: Sequence[int], *, by_id: int | None, now: datetime
) -> Delivery:
    """The campaign's next delivery, still to be made public, of frozen editions in the order given.

    Raises `Refused`: delivery_without_editions, edition_of_others, edition_not_ready, no_such_target, target_not_asked.
    """
    editions = _editions(campaign, said, edition_ids)
    _lock(campaign)
    last = db.session.scalar(select(func.max(Delivery.number)).where(Delivery.campaign_id == campaign.id)) or 0
    row = Delivery(
        campaign_id=campaign.id,
        number=last + 1,
        organizer_id=by_id,
        created_at=now,
        changed_at=now,
        **asdict(said),
    )
    db.session.add(row)
    db.session.flush()
    _hold(row, editions)
    _log(row, "delivery_prepared", by_id, now)
    return row


def edit_delivery(
    campaign: Campaign,
    row: Delivery,
    said: Handover,
    edition_ids: Sequence[int],
    *,
    by_id: int | None,
    now: datetime,
) -> None:
    """Says otherwise of a delivery that is being prepared. Raises `Refused`: delivery_is_done, and as `prepare_`."""
    _lock(campaign)
    db.session.refresh(row)
    if row.state != DeliveryState.PREPARED:
        raise Refused("delivery_is_done")
    editions = _editions(campaign, said, edition_ids)
    for name, value in asdict(said).items():
        setattr(row, name, value)
    row.changed_at = now
    db.session.execute(delete(DeliveryEdition).where(DeliveryEdition.delivery_id == row.id))
    _hold(row, editions)
    _log(row, "delivery_edited", by_id, now)


def hand_over(campaign: Campaign, row: Delivery, *, by_id: int | None, now: datetime) -> None:
    """Makes a delivery public, and its editions with it.

    Raises `Refused`: delivery_needs_time, delivery_ahead, delivery_without_editions, illegal_move when it was done.
    """
    _lock(campaign)
    db.session.refresh(row)
    state = advance(DELIVERY, row.state, "deliver")
    if row.delivered_at is None:
        raise Refused("delivery_needs_time")
    if row.delivered_at > now:
        raise Refused("delivery_ahead")
    held = queries.editions_in([row.id])[row.id]
    if not held:
        raise Refused("delivery_without_editions")
    for edition, _letter in held:
        if edition.state == EditionState.FROZEN:
            mark_delivered(edition, row.delivered_at)
    row.state, row.changed_at = state, now
    _tell((letter for _edition, letter in held), now)
    _log(row, "delivered", by_id, now)


def keep_proof(row: Delivery, upload: Upload, name: str, *, by_id: int | None, now: datetime) -> None:
    """Notes the file that proves a delivery, which lies under its hash; one before it is not kept on the record."""
    row.proof_name, row.proof_type, row.proof_sha256 = name, upload.type, upload.sha256
    row.changed_at = now
    _tell((letter for _edition, letter in queries.editions_in([row.id])[row.id]), now)
    _log(row, "delivery_proof_kept", by_id, now)


def _editions(campaign: Campaign, said: Handover, edition_ids: Sequence[int]) -> list[Edition]:
    """The editions in the order given, each once, when all of them can be handed to this target."""
    if not edition_ids:
        raise Refused("delivery_without_editions")
    if said.timezone not in zones():
        raise Refused("unknown_zone")
    if said.source_url and not is_web_address(said.source_url):
        raise Refused("bad_url")
    known = {edition.id: (edition, letter) for edition, letter in queries.editions_of_campaign(campaign.id)}
    chosen = [known.get(edition_id) for edition_id in dict.fromkeys(edition_ids)]
    asked = queries.letters_by_target(campaign.id)
    if said.target_id not in asked:
        raise Refused("no_such_target")
    found = []
    for entry in chosen:
        if entry is None:
            raise Refused("edition_of_others")
        edition, letter = entry
        if edition.frozen_at is None:
            raise Refused("edition_not_ready")
        if letter.id not in asked[said.target_id]:
            raise Refused("target_not_asked", title=letter.title)
        found.append(edition)
    return found


def _hold(row: Delivery, editions: Iterable[Edition]) -> None:
    """Puts the editions into the delivery, in order."""
    for position, edition in enumerate(editions, 1):
        db.session.add(DeliveryEdition(delivery_id=row.id, edition_id=edition.id, position=position))
    db.session.flush()


def _tell(letters: Iterable[Letter], now: datetime) -> None:
    """The pages of these letters say something else from now on."""
    for letter in letters:
        touch(letter, now)


def _lock(campaign: Campaign) -> None:
    """Lets one at a time change the deliveries of a campaign, so that numbers are given once."""
    db.session.execute(select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())


def _log(row: Delivery, act: str, by_id: int | None, now: datetime) -> None:
    detail = {"delivery": row.number}
    record_act(act, now=now, by_id=by_id, campaign_id=row.campaign_id, detail=detail)
