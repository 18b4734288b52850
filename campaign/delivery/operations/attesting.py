"""What somebody outside the campaign says of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaign.decisions import record_act
from campaign.delivery.operations.building import ask_for_files
from campaign.extensions import db
from campaign.models import Attestation, Edition, Letter
from campaign.states import EditionState, Refused
from campaign.storage import keep_upload


def add_attestation(
    letter: Letter,
    edition: Edition,
    said: Mapping[str, Any],
    file: tuple[str, bytes] | None,
    *,
    by_id: int | None,
    now: datetime,
) -> Attestation:
    """Adds what was said (name office shown drawn found attested_on), with its document as name and bytes.

    Files that were not handed over yet are built again with it; handed over ones stay, and it stands on the page alone.
    Raises `Refused`: edition_not_ready, file_empty, file_too_large, file_type.
    """
    if edition.frozen_at is None:
        raise Refused("edition_not_ready")
    kept = keep_upload(file[1]) if file is not None else None
    attestation = Attestation(
        edition_id=edition.id,
        **said,
        file_name=file[0][:200] if file else "",
        file_type=kept.type if kept else "",
        file_sha256=kept.sha256 if kept else "",
        organizer_id=by_id,
        created_at=now,
    )
    db.session.add(attestation)
    db.session.flush()
    detail = {"edition": edition.number, "attestation": attestation.id}
    record_act("attested", now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
    if edition.state == EditionState.FROZEN and edition.root is not None:
        ask_for_files(edition, now)
    return attestation
