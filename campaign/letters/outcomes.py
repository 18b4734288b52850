"""What became of letters, read: deliveries, what was answered, where each demand stands, certified numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from campaign.choices import Audience, DemandStatus, ResponseKind
from campaign.extensions import db
from campaign.letters.rules import first_day, sort_day
from campaign.lib.silence import Clock, of_several, response_clock
from campaign.models import (
    Campaign,
    CertifiedTotal,
    Commitment,
    Delivery,
    DeliveryEdition,
    Demand,
    Edition,
    Letter,
    Response,
    ResponseDemand,
    Target,
)
from campaign.states import DeliveryState, ResponseState

# What speaks to the signatories and says something; acknowledging or asking for a correction does not.
ANSWERING = (ResponseKind.ANSWER.value, ResponseKind.STATEMENT.value)
SHOWN = (ResponseState.PUBLISHED.value, ResponseState.SET_ASIDE.value)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A demand and its status; None before anything was delivered or answered."""

    number: int
    text: str
    status: str | None


@dataclass(frozen=True, kw_only=True)
class Handed:
    """An edition in a delivery, with whom it went to and the slug of the campaign that handed it over."""

    delivery: Delivery
    edition: Edition
    target: Target
    campaign: str


@dataclass(kw_only=True)
class Outcome:
    """What became of one letter. `responses` are published or set aside, the earliest first."""

    letter: Letter
    deliveries: list[Handed] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    # What published responses said of demands, the earliest first: target, number of the demand, status.
    said: list[tuple[int, int, str]] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    certified: list[CertifiedTotal] = field(default_factory=list)
    # The slugs of the companies that answered, by id.
    targets: dict[int, str] = field(default_factory=dict)

    def standings(self, target_id: int | None = None) -> list[Standing]:
        """Each demand of the current text with the status the latest published response gave it.

        Of one of the letter's targets only, where that is given. A demand that no response names is silent once the
        letter was delivered.
        """
        statuses = {number: status for target, number, status in self.said if target_id in (None, target)}
        otherwise = DemandStatus.SILENT.value if self.deliveries else None
        return [
            Standing(number=row.number, text=row.text, status=statuses.get(row.number, otherwise))
            for row in self.demands
        ]

    def clock(self, now: datetime, target_id: int | None = None) -> Clock:
        """The response clock of the letter; of one of its targets only, where that is given."""
        targets = {row.target.id for row in self.deliveries}
        return of_several(
            self._clock_of(each, now) for each in sorted(targets) if target_id is None or each == target_id
        )

    def _clock_of(self, target_id: int, now: datetime) -> Clock:
        handed = [row.delivery for row in self.deliveries if row.target.id == target_id]
        moments = [row.delivered_at for row in handed if row.delivered_at is not None]
        replies = [reply_days(row) for row in self.responses if row.target_id == target_id and answers_signatories(row)]
        return response_clock(min(moments, default=None), replies, now, self.letter.timezone)


def only_of(outcome: Outcome, target_id: int) -> Outcome:
    """The same of one of the letter's targets only."""
    outcome.deliveries = [row for row in outcome.deliveries if row.target.id == target_id]
    outcome.responses = [row for row in outcome.responses if row.target_id == target_id]
    outcome.said = [row for row in outcome.said if row[0] == target_id]
    return outcome


def answers_signatories(row: Response) -> bool:
    """Whether a response stops the clock: published, said to the signatories, and more than an acknowledgement."""
    is_shown = row.state == ResponseState.PUBLISHED
    return is_shown and row.audience == Audience.SIGNATORIES and row.kind in ANSWERING


def reply_days(row: Response) -> tuple[date, date]:
    """The first and the last day a response may have come on."""
    return first_day(row.happened.partition("/")[0]), sort_day(row.happened, row.precision)


def outcomes_of(letters: Sequence[Letter]) -> dict[int, Outcome]:
    """What became of each of these letters, by its id; four queries, however many there are."""
    found = _handed_and_answered(letters)
    for letter_id, demand in demands_of(found):
        found[letter_id].demands.append(demand)
    for row in certified_of(found):
        found[row.letter_id].certified.append(row)
    return found


def clock_of(letter: Letter, now: datetime) -> Clock:
    """The response clock of a letter alone; two queries."""
    return _handed_and_answered([letter])[letter.id].clock(now)


def _handed_and_answered(letters: Sequence[Letter]) -> dict[int, Outcome]:
    found = {letter.id: Outcome(letter=letter) for letter in letters}
    for handed in deliveries_of(found):
        found[handed.edition.letter_id].deliveries.append(handed)
    for response, link, slug in responses_of(found):
        outcome = found[link.letter_id]
        outcome.targets[response.target_id] = slug
        if response not in outcome.responses[-1:]:
            outcome.responses.append(response)
        if link.status is not None and response.state == ResponseState.PUBLISHED:
            outcome.said.append((response.target_id, link.number, link.status))
    return found


def deliveries_of(letter_ids: Iterable[int]) -> list[Handed]:
    """The deliveries of editions of these letters, the earliest first."""
    rows = db.session.execute(
        select(Delivery, Edition, Target, Campaign.slug)
        .join(DeliveryEdition, DeliveryEdition.delivery_id == Delivery.id)
        .join(Edition, Edition.id == DeliveryEdition.edition_id)
        .join(Target, Target.id == Delivery.target_id)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Edition.letter_id.in_(list(letter_ids)), Delivery.state == DeliveryState.DELIVERED.value)
        .order_by(Delivery.delivered_at, Delivery.id, Edition.number)
    )
    return [Handed(delivery=row[0], edition=row[1], target=row[2], campaign=row[3]) for row in rows]


def responses_of(letter_ids: Iterable[int]) -> list[tuple[Response, ResponseDemand, str]]:
    """What was answered to these letters and is shown, the earliest first, with what it means for each demand.

    The last is the slug of who answered.
    """
    rows = db.session.execute(
        select(Response, ResponseDemand, Target.slug)
        .join(ResponseDemand, ResponseDemand.response_id == Response.id)
        .join(Target, Target.id == Response.target_id)
        .where(ResponseDemand.letter_id.in_(list(letter_ids)), Response.state.in_(SHOWN))
        .order_by(Response.sort_on, Response.id, ResponseDemand.number)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def demands_of(letter_ids: Iterable[int]) -> list[tuple[int, Demand]]:
    """The demands of the current texts of these letters, each with its letter's id, by number."""
    rows = db.session.execute(
        select(Letter.id, Demand)
        .join(Demand, Demand.version_id == Letter.version_id)
        .where(Letter.id.in_(list(letter_ids)))
        .order_by(Letter.id, Demand.number)
    )
    return [(row[0], row[1]) for row in rows]


def certified_of(letter_ids: Iterable[int]) -> list[CertifiedTotal]:
    """The numbers partners certify for these letters, as they were recorded."""
    return list(
        db.session.scalars(
            select(CertifiedTotal).where(CertifiedTotal.letter_id.in_(list(letter_ids))).order_by(CertifiedTotal.id)
        )
    )


def commitments_of(response_ids: Iterable[int]) -> dict[int, list[Commitment]]:
    """What was promised in each of these responses, in the order it was noted."""
    found: dict[int, list[Commitment]] = {}
    ids = list(response_ids)
    query = select(Commitment).where(Commitment.response_id.in_(ids)).order_by(Commitment.id)
    for row in db.session.scalars(query) if ids else ():
        found.setdefault(row.response_id, []).append(row)
    return found
