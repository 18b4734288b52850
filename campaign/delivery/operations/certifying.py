"""Numbers that partners certify: recorded, and taken back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from campaign.decisions import record_act
from campaign.extensions import db
from campaign.letters.operations.drafting import touch
from campaign.letters.rules import is_web_address
from campaign.models import CertifiedTotal, Letter
from campaign.states import Refused
from campaign.storage import Upload


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A number, how exact it is, what was counted, and who certified it when."""

    organization: str
    number: int
    qualifier: str = "exactly"
    counted: str = ""
    certified_by: str
    certified_on: date
    source: str = ""
    source_url: str = ""


def certify(
    letter: Letter,
    said: Certificate,
    *,
    by_id: int | None,
    now: datetime,
    upload: Upload | None = None,
    file_name: str = "",
) -> CertifiedTotal:
    """Records a partner's number beside the counts of a letter, in no total. Raises `Refused`: bad_number, bad_url."""
    if not 1 <= said.number < 2**31:
        raise Refused("bad_number")
    if said.source_url and not is_web_address(said.source_url):
        raise Refused("bad_url")
    row = CertifiedTotal(letter_id=letter.id, created_at=now, **asdict(said))
    if upload is not None:
        row.proof_name, row.proof_type, row.proof_sha256 = file_name, upload.type, upload.sha256
    db.session.add(row)
    touch(letter, now)
    _log(letter, "total_certified", said.organization, by_id, now)
    return row


def take_back(letter: Letter, row: CertifiedTotal, *, by_id: int | None, now: datetime) -> None:
    """Takes a partner's number off the pages again."""
    db.session.delete(row)
    touch(letter, now)
    _log(letter, "total_taken_back", row.organization, by_id, now)


def _log(letter: Letter, act: str, organization: str, by_id: int | None, now: datetime) -> None:
    detail = {"organization": organization}
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)
