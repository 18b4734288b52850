"""The logo an organization gave for the printed letter: put to its signature, or taken off."""

from __future__ import annotations

from datetime import datetime

from campaign import storage
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.lib import pictures
from campaign.models import Endorsement, Letter
from campaign.moderation import queries
from campaign.states import Refused


def set_logo(letter: Letter, signature_id: int, data: bytes, *, by_id: int, now: datetime) -> None:
    """Keeps a PNG or JPEG picture as the logo of an organization of this letter, in place of the one before.

    Raises `Refused`: not_found, file_empty, file_too_large, file_type, logo_unprintable.
    """
    endorsement = _endorsement(letter, signature_id)
    kept = storage.keep_upload(data, storage.PICTURES, pictures.LARGEST)
    if pictures.logo(storage.upload_path(kept.sha256)) is None:
        raise Refused("logo_unprintable")
    _write(letter, endorsement, kept.sha256, by_id, now)


def remove_logo(letter: Letter, signature_id: int, *, by_id: int, now: datetime) -> None:
    """Takes the logo off; files of the letter made from here on do without. Raises `Refused("not_found")`."""
    _write(letter, _endorsement(letter, signature_id), "", by_id, now)


def _endorsement(letter: Letter, signature_id: int) -> Endorsement:
    endorsement = queries.endorsement_of(letter.id, signature_id)
    if endorsement is None:
        raise Refused("not_found")
    return endorsement


def _write(letter: Letter, endorsement: Endorsement, sha256: str, by_id: int, now: datetime) -> None:
    endorsement.logo_sha256 = sha256
    db.session.flush()
    detail = {"signature": endorsement.signature_id, "sha256": sha256}
    record_act("logo_set", now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
