"""Reads of what time has reached: typed entries that are over, addresses, names that are not shown, old consents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, select

from campaign.extensions import db
from campaign.lib.periods import PERIODS
from campaign.models import Consent, Letter, LinkRequest, Signature
from campaign.models.retention import letter_ended_at, on_hold
from campaign.models.signature import IS_LEFT, IS_LISTED

# An address stays as long as one of these boxes is ticked; `wants_partner` only names who may have it.
CONSENTS = ("wants_results", "wants_updates", "wants_partner")

_consent_stands = exists().where(
    Consent.signature_id == Signature.id, Consent.kind.in_(CONSENTS), Consent.ended_at.is_(None)
)
# What was withdrawn or expired has a time of its own.
_kept_without_use = and_(Signature.erased_at.is_(None), not_(IS_LEFT), not_(_consent_stands))
# What stands on no list of names, and still holds one.
_is_hidden = and_(Signature.verification == "verified", Signature.name != "", not_(IS_LISTED))


def _ended_before(now: datetime, period: str) -> ColumnElement[bool]:
    return letter_ended_at <= now - PERIODS[period]


# What is taken from signatures, and when: the condition over a signature and its letter.
CLASSES: dict[str, Callable[[datetime], ColumnElement[bool]]] = {
    "expired": lambda now: and_(IS_LEFT, Signature.expired_at < now - PERIODS["expired"]),
    "withdrawn": lambda now: and_(IS_LEFT, Signature.withdrawn_at < now - PERIODS["withdrawn"]),
    "names": lambda now: and_(_ended_before(now, "addresses"), _kept_without_use, _is_hidden),
    "addresses": lambda now: and_(_ended_before(now, "addresses"), _kept_without_use, Signature.email.is_not(None)),
}


def signatures_due(kind: str, now: datetime, limit: int, after: int = 0) -> list[int]:
    """Ids above `after` of signatures of a class whose time is up, in order; none of a letter on legal hold."""
    return list(
        db.session.scalars(
            select(Signature.id)
            .join(Letter, Letter.id == Signature.letter_id)
            .where(CLASSES[kind](now), ~on_hold(Letter.id), Signature.id > after)
            .order_by(Signature.id)
            .limit(limit)
        )
    )


def has_aged(now: datetime) -> bool:
    """Whether anything may have been kept too long: a letter that ended long ago, or a box taken back long ago."""
    ended = select(Letter.id).where(_ended_before(now, "addresses"))
    taken_back = select(Consent.id).where(Consent.ended_at < now - PERIODS["consents"])
    return any(db.session.scalar(found.limit(1)) is not None for found in (ended, taken_back))


def requests_waiting(limit: int) -> list[int]:
    """Ids of addresses that asked for their links and that nobody looked for yet, the first first."""
    waiting = select(LinkRequest.id).where(LinkRequest.queued_at.is_(None)).order_by(LinkRequest.id).limit(limit)
    return list(db.session.scalars(waiting))


def consents_over(now: datetime) -> ColumnElement[bool]:
    """The condition of boxes that were taken back long enough ago, over a consent alone."""
    of_held = exists().where(Signature.id == Consent.signature_id, on_hold(Signature.letter_id))
    return and_(Consent.ended_at < now - PERIODS["consents"], ~of_held)


def requests_over(now: datetime) -> ColumnElement[bool]:
    """The condition of requests for links whose mail did not leave in time."""
    return LinkRequest.asked_at < now - PERIODS["link_requests"]


def count_due(now: datetime) -> list[Any]:
    """Letter, class, number and whether a legal hold freezes them, of everything in signatures whose time is up."""
    found = []
    for kind, condition in CLASSES.items():
        rows = select(Letter.slug, func.count(), on_hold(Letter.id)).select_from(Signature)
        found += _by_letter(kind, rows.join(Letter, Letter.id == Signature.letter_id).where(condition(now)))
    consents = select(Letter.slug, func.count(), on_hold(Letter.id)).select_from(Consent)
    consents = consents.join(Signature, Signature.id == Consent.signature_id).join(
        Letter, Letter.id == Signature.letter_id
    )
    return [*found, *_by_letter("consents", consents.where(Consent.ended_at < now - PERIODS["consents"]))]


def _by_letter(kind: str, rows: Any) -> list[tuple[str, str, int, bool]]:
    grouped = rows.group_by(Letter.id, Letter.slug).order_by(Letter.slug)
    return [(slug, kind, number, bool(held)) for slug, number, held in db.session.execute(grouped)]
