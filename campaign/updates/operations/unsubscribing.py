"""Ends the mails of one kind at a signatory's word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from campaign.extensions import db
from campaign.models import Consent, Signature
from campaign.signing.operations import suppress
from campaign.updates import queries
from campaign.updates.rules import CONSENTS, NO_FINAL_COPY


def unsubscribe(signature: Signature, kind: str, now: datetime) -> None:
    """Ends mails of this kind about the letter to the mailbox of a signature; twice is harmless.

    Whoever signed as a person and for an organization means both: the next mail must not come by the other.
    """
    if kind in CONSENTS:
        ids = queries.same_mailbox(signature)
        db.session.execute(
            update(Consent)
            .where(Consent.signature_id.in_(ids), Consent.kind == CONSENTS[kind], Consent.ended_at.is_(None))
            .values(ended_at=now)
        )
    else:
        suppress(signature, NO_FINAL_COPY, now)
