"""What no file for the delivery or the press may hold, in any byte of it (e-9)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import scoped_session

from campaign.exports.formats import FORMATS
from campaign.exports.operations import make_export
from campaign.exports.report import Report
from campaign.exports.source import Choice, Order, Purpose
from campaign.extensions import db
from campaign.models import Campaign, Consent, Endorsement, Letter, Signature
from tests.exports.reading import squeezed, text_of, unpacked
from tests.factories import NOW, make_letter, make_organizer, make_signature

# One word no other text holds, with a number for each field.
MARK = "hiddenmarker"


def marked(number: int) -> str:
    return f"{MARK}{number:02}"


# Signatures that are in no list: what makes each so.
UNSEEN: tuple[dict[str, Any], ...] = (
    {"is_private": True},
    {"kind": "employee"},
    {"kind": "imported", "is_private": True},
    {"moderation": "held"},
    {"moderation": "rejected"},
    {"verification": "pending"},
    {"verification": "expired"},
    {"withdrawn_at": NOW, "withdraw_reason": f"{MARK}18"},
)


def hidden_world(letter: Letter) -> None:
    """A public person and organization whose every hidden field is marked, and people who are not shown at all."""
    campaign = db.session.get_one(Campaign, letter.campaign_id)
    make_organizer(f"{marked(1)}@example.org", campaign)
    campaign.reply_to = f"{marked(2)}@example.org"
    hidden = {"place": marked(6), "comment": marked(7), "source": f"partner:{marked(8)}", "reasons": marked(9)}
    shown = make_signature(
        letter, "Ada Lovelace", f"{marked(3)}@{marked(4)}.example.org", mailbox_key=marked(10), **hidden
    )
    shown.name_typed = marked(5)
    consent = {"kind": "wants_results", "sentence": marked(11), "source": marked(12), "given_at": NOW}
    db.session.add(Consent(signature_id=shown.id, **consent))
    website = f"https://{marked(14)}.example.org"
    fund = make_signature(letter, "Open Rights", f"{marked(13)}@example.org", website=website)
    endorsement = db.session.get_one(Endorsement, fund.id)
    endorsement.legal_name, endorsement.representative, endorsement.role = marked(15), marked(16), marked(17)
    for number, changes in enumerate((*UNSEEN, {"merged_into_id": shown.id}), 20):
        more = {"title": marked(number + 20), "affiliation": marked(number + 40)}
        make_signature(letter, marked(number), f"{marked(number + 60)}@example.org", **more, **changes)
    db.session.commit()


@pytest.mark.parametrize("purpose", [Purpose.DELIVERY, Purpose.PRESS])
@pytest.mark.parametrize("form", sorted(FORMATS))
def test_hidden_fields_are_in_no_byte(
    session: scoped_session[Any], now: datetime, tmp_path: Path, form: str, purpose: Purpose
) -> None:
    """Bytes, unpacked parts, metadata and names of every file that is handed over; the organizers' report is not."""
    letter = make_letter()
    hidden_world(letter)
    letter_id = letter.id
    options = {"folder": tmp_path, "now": now, "report": Report(), "choice": Choice(order=Order.FOUNDERS)}
    names = make_export(letter_id, purpose, form, None, **options)
    files = [path for path in tmp_path.iterdir() if path.name != "report.json"]
    assert len(files) == len(names) + 2
    for path in files:
        assert MARK.encode() not in unpacked(path), path.name
        assert MARK not in text_of(path), path.name
    assert "AdaLovelace" in squeezed(text_of(tmp_path / names[0]))


def test_internal_list_holds_its_columns_and_no_more(
    session: scoped_session[Any], now: datetime, tmp_path: Path
) -> None:
    """The internal list has addresses, reasons and source, and neither notes, comments, consents nor keys."""
    letter = make_letter()
    hidden_world(letter)
    options = {"folder": tmp_path, "now": now, "report": Report()}
    make_export(letter.id, Purpose.INTERNAL, "xlsx", None, **options)
    text = text_of(tmp_path / "signatories.xlsx")
    assert [number for number in (3, 4, 8, 9, 13, 20, 23) if marked(number) not in text] == []
    assert [
        number for number in (1, 2, 5, 6, 7, 10, 11, 12, 14, 15, 16, 17, 18, 21, 28) if marked(number) in text
    ] == []
    assert session.scalar(db.select(db.func.count()).select_from(Signature)) == 11
