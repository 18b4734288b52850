"""What the clock takes from signatures: typed entries that are over, addresses, names that are not shown.

It never touches a letter on legal hold, and never a name that stands on a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update

from campaign.choices import Asking
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.models import Asked, AuthorityRequest, Consent, Endorsement, LinkRequest, Signature
from campaign.models.signature import IS_LISTED
from campaign.organizations.operations import forget_organization
from campaign.signing.operations.authority import forget_requests
from campaign.signing.operations.listing import mark_dirty
from campaign.signing.operations.manage import blank_words, forget_decided_words, forget_looked_at
from campaign.signing.operations.upkeep import blank_over
from campaign.signing.queries import consents_over, requests_over, signature_for_change
from campaign.states import MODERATION, Moderation, advance

# Why a signature is off that nobody decided on before the time to keep its name was over.
NEVER_DECIDED = "never_decided"


def take(kind: str, ids: Sequence[int], now: datetime) -> None:
    """Takes what a class of `queries.retention.CLASSES` names from signatures that are due."""
    if kind == "addresses":
        _take_addresses(ids, now)
        return
    for signature_id in ids:
        if kind == "names":
            _take_name(signature_id, now)
        else:
            blank_over(signature_id, now)


def drop_old_consents(now: datetime) -> int:
    """Deletes what is kept of boxes that were taken back long enough ago; returns how many."""
    return _deleted(delete(Consent).where(consents_over(now)))


def drop_old_requests(now: datetime) -> int:
    """Deletes addresses that asked for links and got no mail in time; returns how many."""
    return _deleted(delete(LinkRequest).where(requests_over(now)))


def log_taken(letter_id: int, kind: str, number: int, now: datetime) -> None:
    """Leaves a line in the letter's log: what the clock took, and from how many signatures."""
    record_act("anonymized", now=now, letter_id=letter_id, detail={"class": kind, "number": number})


def numbers_by_letter(ids: Sequence[int]) -> dict[int, int]:
    """How many of these signatures each letter has."""
    found: dict[int, int] = {}
    for letter_id in db.session.scalars(select(Signature.letter_id).where(Signature.id.in_(ids))):
        found[letter_id] = found.get(letter_id, 0) + 1
    return found


def _take_addresses(ids: Sequence[int], now: datetime) -> None:
    """The mailbox key stays, with the number of its rule: a second signature of the mailbox is still found."""
    mine = Signature.id.in_(ids)
    db.session.execute(
        update(Signature)
        .where(mine)
        .values(email=None, place="", comment="", withdraw_reason="", asking=Asking.NONE.value, anonymized_at=now)
        .execution_options(synchronize_session=False)
    )
    unnamed = ~exists().where(Signature.id == Endorsement.signature_id, IS_LISTED)
    db.session.execute(
        update(Endorsement)
        .where(Endorsement.signature_id.in_(ids), ~Endorsement.show_representative | unnamed)
        .values(representative="", role="")
        .execution_options(synchronize_session=False)
    )
    # Who else was asked for the organization: their answers stand in the proofs.
    _deleted(delete(AuthorityRequest).where(AuthorityRequest.signature_id.in_(ids)))
    # And what signatories themselves were asked, with the notes and pages they answered.
    _deleted(delete(Asked).where(Asked.signature_id.in_(ids)))


def _take_name(signature_id: int, now: datetime) -> None:
    """Blanks a signature that is on no list; it stays counted where it was, and nobody can show it any more."""
    signature = signature_for_change(signature_id)
    if signature is None or not signature.name:
        return
    blank_words(signature)
    forget_requests(signature.id)
    forget_looked_at(signature.id)
    signature.email, signature.anonymized_at, signature.asking = None, now, Asking.NONE.value
    if signature.endorsement is not None:
        for column in ("legal_name", "website", "representative", "role"):
            setattr(signature.endorsement, column, "")
        signature.endorsement.show_representative = False
    organization_id, signature.organization_id = signature.organization_id, None
    if signature.moderation in (Moderation.WAITING, Moderation.HELD):
        signature.moderation = advance(MODERATION, signature.moderation, "reject")
        signature.reasons = NEVER_DECIDED
    db.session.flush()
    if organization_id is not None:
        forget_organization(organization_id)
    forget_decided_words(signature.id, now)
    mark_dirty(signature.letter_id)


def _deleted(statement: delete) -> int:  # type: ignore[valid-type]
    result = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]
    return int(result.rowcount)  # type: ignore[attr-defined]
