"""Brings lists of signatures onto a letter, and takes a whole list off again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from campaign.decisions import lock_chain, record_act, record_decision
from campaign.extensions import db, insert_or_skip
from campaign.lib.names import index_letter, sort_key
from campaign.mailboxes import Mailbox, mailbox_of
from campaign.models import ImportBatch, Letter, Proof, SearchWord, Signature
from campaign.models.signature import IS_PUBLIC
from campaign.moderation import queries
from campaign.moderation.imports import ImportedEntry
from campaign.signing.holds import Claim, hold_reasons, rules_on, watched_by
from campaign.signing.operations import count_fell, left_lists, mark_dirty
from campaign.signing.operations.listing import search_rows
from campaign.signing.queries import letter_to_judge
from campaign.states import LetterState, Moderation, Refused

METHOD = "imported"
# Kept on the rows of a list that was taken off: the organizer's word, not the person's.
REMOVED = "import_removed"


@dataclass
class Tallied:
    """What became of the entries of a file; mailboxes met so far find doubles inside it."""

    imported: int = 0
    duplicates: int = 0
    suppressed: int = 0
    seen: set[str] = field(default_factory=set)


def digest_of(data: bytes) -> str:
    """What tells one file from another: SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()


def start_batch(letter: Letter, *, digest: str, file_name: str, basis: str, now: datetime) -> ImportBatch:
    """The batch of a file, new or begun before. Raises `Refused` needs_reason, letter_not_open.

    A letter that is over or taken down takes no list any more.
    """
    if not basis.strip():
        raise Refused("needs_reason")
    if letter.state in (LetterState.ARCHIVED, LetterState.WITHDRAWN, LetterState.REMOVED):
        raise Refused("letter_not_open")
    row = {
        "letter_id": letter.id,
        "digest": digest,
        "file_name": file_name[:200],
        "basis": basis.strip(),
        "row_count": 0,
        "created_at": now,
    }
    insert_or_skip(ImportBatch.__table__, [row])  # type: ignore[arg-type]
    return db.session.scalars(
        select(ImportBatch).where(ImportBatch.letter_id == letter.id, ImportBatch.digest == digest)
    ).one()


def sort_out(letter_id: int, entries: Sequence[ImportedEntry], tallied: Tallied) -> list[tuple[ImportedEntry, Mailbox]]:
    """The entries that would be new on the letter, each with its mailbox; counts the others.

    A mailbox that signed in any kind, also one that withdrew, is a duplicate; one that was erased or said
    "not me" stays out.
    """
    keyed = [(entry, mailbox_of(entry.address)) for entry in entries]
    keys = {key for _entry, mailbox in keyed for key in mailbox.keys}
    known = queries.mailboxes_on(letter_id, keys, REMOVED)
    suppressed = queries.suppressed_mailboxes(letter_id, keys)
    fresh = []
    for entry, mailbox in keyed:
        if suppressed.intersection(mailbox.keys):
            tallied.suppressed += 1
        elif known.intersection(mailbox.keys) or mailbox.key in tallied.seen:
            tallied.duplicates += 1
        else:
            fresh.append((entry, mailbox))
            tallied.imported += 1
        tallied.seen.add(mailbox.key)
    return fresh


def import_entries(
    letter: Letter, batch: ImportBatch, entries: Sequence[ImportedEntry], tallied: Tallied, now: datetime
) -> None:
    """Adds those entries that are new, verified by `imported`, counted as a class of their own.

    They are approved, but for names of addressees and of the watch list, which are held as everywhere.
    """
    # Two imports at once queue up here, so that neither misses what the other adds.
    lock_chain(letter.id)
    judged = letter_to_judge(letter.id)
    watched, on = watched_by(judged), rules_on(judged, now)
    rows = []
    for entry, mailbox in sort_out(letter.id, entries, tallied):
        row = _row(letter, batch.id, entry, mailbox, now)
        if reasons := hold_reasons(Claim(row.kind, row.name, row.affiliation), on, watched):
            row.moderation, row.reasons = Moderation.HELD.value, ";".join(reasons)
        rows.append(row)
    if not rows:
        return
    db.session.add_all(rows)
    db.session.flush()
    seen = f"batch {batch.id}"
    proofs: list[dict[str, Any]] = [
        {"signature_id": row.id, "method": METHOD, "seen": seen, "by_id": None, "proved_at": now} for row in rows
    ]
    db.session.execute(insert(Proof), proofs)
    insert_or_skip(SearchWord.__table__, [word for row in rows for word in search_rows(row)])  # type: ignore[arg-type]
    batch.row_count += len(rows)
    mark_dirty(letter.id)
    db.session.flush()


def log_import(letter: Letter, batch: ImportBatch, number: int, now: datetime) -> None:
    """Notes that a file added so many signatures."""
    detail = {"batch": batch.id, "digest": batch.digest, "signatures": number}
    record_act("signatures_imported", now=now, campaign_id=letter.campaign_id, letter_id=letter.id, detail=detail)


def remove_batch(letter_id: int, batch_id: int, *, by_id: int | None, now: datetime) -> int:
    """Takes every signature of an imported file off the letter; returns how many.

    One decision stands for all of them. The file may be imported again. Raises `Refused` not_found,
    nothing_to_undo.
    """
    batch = queries.batch_of(letter_id, batch_id)
    if batch is None:
        raise Refused("not_found")
    lock_chain(letter_id)
    mine = (Signature.import_batch_id == batch.id) & Signature.withdrawn_at.is_(None)
    db.session.execute(
        delete(SearchWord)
        .where(SearchWord.signature_id.in_(select(Signature.id).where(mine)))
        .execution_options(synchronize_session=False)
    )
    public = db.session.scalar(select(func.count()).select_from(Signature).where(mine, IS_PUBLIC)) or 0
    withdrawn = db.session.execute(
        update(Signature)
        .where(mine)
        .values(withdrawn_at=now, reasons=REMOVED)
        .execution_options(synchronize_session=False)
    )
    number = int(withdrawn.rowcount)  # type: ignore[attr-defined]
    if not number:
        raise Refused("nothing_to_undo")
    before = {"batch": batch.id, "signatures": number}
    after = {"batch": batch.id, "signatures": 0}
    record_decision(letter_id, None, "remove_batch", by_id=by_id, now=now, before=before, after=after)
    batch.row_count = 0
    mark_dirty(letter_id)
    count_fell(letter_id, REMOVED, now, public)
    left_lists(letter_id, now)
    db.session.flush()
    return number


def _row(letter: Letter, batch_id: int, entry: ImportedEntry, mailbox: Mailbox, now: datetime) -> Signature:
    return Signature(
        letter_id=letter.id,
        version_id=letter.version_id or 0,  # every letter is made with its first version
        kind="imported",
        name=entry.name,
        name_typed=entry.name,
        sort_key=sort_key(entry.name),
        index_letter=index_letter(entry.name),
        title=entry.title,
        affiliation=entry.affiliation,
        place=entry.place,
        country=entry.country,
        comment=entry.comment,
        is_private=entry.is_private,
        email=entry.address.normalized,
        mailbox_key=mailbox.key,
        mailbox_rule=mailbox.rule,
        language=letter.language,
        source="import",
        verification="verified",
        moderation="approved",
        import_batch_id=batch_id,
        signed_at=entry.signed_at,
        verified_at=now,
    )
