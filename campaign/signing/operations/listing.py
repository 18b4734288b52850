"""Keeps what is derived from signatures: search words, and the tally with its dirty marks."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from campaign.decisions import record_act
from campaign.extensions import db, insert_or_skip, upsert
from campaign.jobs import outbox
from campaign.lib.names import words
from campaign.models import (
    DirtyLetter,
    Edition,
    Letter,
    SearchWord,
    Signature,
    Tally,
)
from campaign.signing.queries import (
    added_up,
    count_by_version,
)
from campaign.signing.rules import public_face

# Seconds; a name that left is off the files of editions within twice as many.
LOOKED_EVERY = 25
# Its new id is nobody's business.
_MARK = insert(DirtyLetter.__table__).inline()  # type: ignore[arg-type]


def mark_dirty(letter_id: int) -> None:
    """Asks the worker to recount a letter: one appended row, never a hot one."""
    db.session.execute(_MARK, {"letter_id": letter_id})


def listing_changed(signature: Signature, *, is_new: bool = False) -> None:
    """Brings search words in line with what is shown of a signature now, and marks its letter dirty.

    Call it after every change of who is listed, or of the words shown. `is_new` spares the delete.
    """
    db.session.flush()
    if not is_new:
        db.session.execute(delete(SearchWord).where(SearchWord.signature_id == signature.id))
    insert_or_skip(SearchWord.__table__, search_rows(signature))  # type: ignore[arg-type]
    mark_dirty(signature.letter_id)


def left_lists(letter_id: int, now: datetime) -> None:
    """Asks for the editions of a letter to be looked through, because somebody is not named any more.

    One job for all who leave within half a minute, when it is over; none for a letter without editions.
    """
    if db.session.scalar(select(Edition.id).where(Edition.letter_id == letter_id).limit(1)) is None:
        return
    slot = int(now.timestamp()) // LOOKED_EVERY + 1
    outbox.enqueue(
        "delivery.recheck",
        f"recheck:{letter_id}:{slot}",
        {"letter": letter_id},
        now=now,
        run_at=datetime.fromtimestamp(slot * LOOKED_EVERY, UTC),
        prio=outbox.SOON,
        letter_id=letter_id,
    )


def count_fell(letter_id: int, rule: str, now: datetime, number: int = 1) -> None:
    """Leaves the line of the public correction log for a fall of a letter's count: by which rule, how many, which day.

    Whoever makes a public signature one that is not calls it; nobody is named in it.
    """
    zone = db.session.scalar(select(Letter.timezone).where(Letter.id == letter_id)) or "UTC"
    detail = {"rule": rule, "number": number, "on": now.astimezone(ZoneInfo(zone)).date().isoformat()}
    record_act("count_fell", now=now, letter_id=letter_id, detail=detail)


def search_rows(signature: Signature) -> list[dict[str, object]]:
    """The search words of a signature as rows; none unless it is public and named."""
    face = public_face(signature) if is_public(signature) else None
    if face is None:
        return []
    found = dict.fromkeys([*words(face.name), *words(face.affiliation)])
    return [{"letter_id": signature.letter_id, "word": word, "signature_id": signature.id} for word in found]


def is_public(signature: Signature) -> bool:
    """The condition of `models.signature.IS_PUBLIC` for a row at hand."""
    return (
        signature.verification == "verified"
        and signature.moderation == "approved"
        and signature.withdrawn_at is None
        and signature.merged_into_id is None
    )


def recount_letter(letter_id: int, now: datetime) -> Tally | None:
    """Counts a letter's public signatures anew and stores the tally; returns the one before.

    Two at once count one after the other, so that an older count never overwrites a newer one. Call it in a transaction
    that has changed nothing else: who holds the letter while another one counts it first would wait for that one.
    """
    before = _locked_tally(letter_id)
    if before is None:
        # Of two first counts at once, the second waits here for the first.
        insert_or_skip(Tally.__table__, [{"letter_id": letter_id, "counted_at": now}])  # type: ignore[arg-type]
        _locked_tally(letter_id)
    started = time.perf_counter()
    versions = count_by_version(letter_id)
    row = {
        "letter_id": letter_id,
        **added_up(versions),
        "versions": {str(version_id): counts for version_id, counts in versions.items()},
        "seconds": time.perf_counter() - started,
        "counted_at": now,
    }
    changes = [name for name in row if name != "letter_id"]
    upsert(Tally.__table__, row, ["letter_id"], changes)  # type: ignore[arg-type]
    return before


def _locked_tally(letter_id: int) -> Tally | None:
    """The stored tally as it is now, not added to the session; its row is locked until the end of the transaction."""
    found = db.session.get(Tally, letter_id, with_for_update=True, populate_existing=True)
    if found is not None:
        db.session.expunge(found)
    return found
