"""Reads of what targets answered, for the desk and for the target's own link."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from campaign.extensions import db
from campaign.models import (
    Campaign,
    Commitment,
    Delivery,
    Demand,
    Letter,
    ReplyLink,
    Response,
    ResponseDemand,
    Target,
)
from campaign.states import ResponseState


def responses_of(campaign_id: int) -> list[tuple[Response, Target]]:
    """Every response to a campaign with who gave it, the latest first."""
    rows = db.session.execute(
        select(Response, Target)
        .join(Target, Target.id == Response.target_id)
        .where(Response.campaign_id == campaign_id)
        .order_by(Response.sort_on.desc(), Response.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def response_of(campaign_id: int, response_id: int) -> tuple[Response, Target] | None:
    """One response to a campaign with who gave it, or None."""
    row = db.session.execute(
        select(Response, Target)
        .join(Target, Target.id == Response.target_id)
        .where(Response.campaign_id == campaign_id, Response.id == response_id)
    ).first()
    return (row[0], row[1]) if row else None


def same_response(campaign_id: int, target_id: int, happened: str, sha256: str) -> Response | None:
    """The response with the same words at the same time, when it is recorded already."""
    return db.session.scalars(
        select(Response).where(
            Response.campaign_id == campaign_id,
            Response.target_id == target_id,
            Response.happened == happened,
            Response.sha256 == sha256,
        )
    ).first()


def about_of(response_id: int) -> dict[tuple[int, int], str | None]:
    """What a response means for which demands."""
    rows = db.session.scalars(
        select(ResponseDemand).where(ResponseDemand.response_id == response_id).order_by(ResponseDemand.id)
    )
    return {(row.letter_id, row.number): row.status for row in rows}


def letters_about(response_id: int) -> list[Letter]:
    """The letters a response is about."""
    about = select(ResponseDemand.letter_id).where(ResponseDemand.response_id == response_id)
    return list(db.session.scalars(select(Letter).where(Letter.id.in_(about)).order_by(Letter.id)))


def letters_of_campaign(campaign_id: int) -> list[Letter]:
    """The letters of a campaign, the oldest first."""
    return list(db.session.scalars(select(Letter).where(Letter.campaign_id == campaign_id).order_by(Letter.id)))


def demand_numbers(letter_ids: Iterable[int]) -> dict[int, list[int]]:
    """The numbers of the demands of each letter's current text."""
    found: dict[int, list[int]] = {}
    rows = db.session.execute(
        select(Letter.id, Demand.number)
        .join(Demand, Demand.version_id == Letter.version_id)
        .where(Letter.id.in_(list(letter_ids)))
        .order_by(Letter.id, Demand.number)
    )
    for letter_id, number in rows:
        found.setdefault(letter_id, []).append(number)
    return found


def commitment_of(response_id: int, commitment_id: int) -> Commitment | None:
    """A promise made in a response, or None."""
    found = select(Commitment).where(Commitment.response_id == response_id, Commitment.id == commitment_id)
    return db.session.scalars(found).one_or_none()


def reply_link_by_id(link_id: int) -> tuple[ReplyLink, Delivery, Campaign, Target] | None:
    """A target's own link with its delivery, campaign and target, or None."""
    row = db.session.execute(
        select(ReplyLink, Delivery, Campaign, Target)
        .join(Delivery, Delivery.id == ReplyLink.delivery_id)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .join(Target, Target.id == Delivery.target_id)
        .where(ReplyLink.id == link_id)
    ).first()
    return (row[0], row[1], row[2], row[3]) if row else None


def waiting_response(response_id: int) -> tuple[Response, Campaign, Target] | None:
    """An answer that still waits for the organizers, with its campaign and who sent it."""
    row = db.session.execute(
        select(Response, Campaign, Target)
        .join(Campaign, Campaign.id == Response.campaign_id)
        .join(Target, Target.id == Response.target_id)
        .where(Response.id == response_id, Response.state == ResponseState.WAITING.value)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def responses_through(link_id: int) -> list[Response]:
    """What the target sent through its own link, the latest first."""
    return list(
        db.session.scalars(select(Response).where(Response.reply_link_id == link_id).order_by(Response.id.desc()))
    )
