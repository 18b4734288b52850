"""Showing that an organization signs by its own domain: the worker looks, and what stands there is kept (p-V2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaign import limits
from campaign.extensions import db, insert_or_skip
from campaign.jobs import outbox
from campaign.models import DomainCheck, Signature
from campaign.signing.operations.authority import check_may_prove, domain_of, prove
from campaign.states import Refused, Verification
from campaign.verification.domain_value import Look

CHECK_PAUSE = timedelta(minutes=1)
CHECKS_A_DAY = 20


def ask_check(signature: Signature, *, by_id: int | None, now: datetime) -> None:
    """Asks the worker to look at the organization's domain; nothing is fetched here (T16).

    Raises `Refused` authority_not_needed, check_no_domain, check_too_soon, check_too_often.
    """
    check_may_prove(signature, by_id)
    if not domain_of(signature):
        raise Refused("check_no_domain")
    insert_or_skip(DomainCheck.__table__, [{"signature_id": signature.id, "asked_count": 0, "outcome": ""}])  # type: ignore[arg-type]
    row = db.session.get_one(DomainCheck, signature.id, with_for_update=True, populate_existing=True)
    if row.asked_at is not None and now - row.asked_at < CHECK_PAUSE:
        raise Refused("check_too_soon")
    limits.refuse_above(CHECKS_A_DAY, f"domain-check:{signature.id}", timedelta(days=1), now, "check_too_often")
    row.asked_at, row.asked_count = now, row.asked_count + 1
    outbox.enqueue(
        "signing.check_domain",
        f"check-domain:{signature.id}:{int(now.timestamp())}",
        {"signature": signature.id},
        now=now,
        prio=outbox.SOON,
        letter_id=signature.letter_id,
    )


def note_check(signature: Signature, domain: str, look: Look, now: datetime) -> None:
    """Keeps what the worker found on a domain; a value that stands there proves the claim, unless it changed since."""
    row = db.session.get(DomainCheck, signature.id)
    is_same = signature.verification == Verification.VERIFIED and signature.withdrawn_at is None
    if row is None or not is_same or domain != domain_of(signature):
        return
    row.checked_at, row.outcome = now, look.outcome[:60]
    if look.method:
        prove(signature, look.method, seen=look.seen, by_id=None, now=now)
