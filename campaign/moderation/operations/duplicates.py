"""Two signatures that may be one: found by the worker, merged or told apart by an organizer, and taken back.

Merging moves nothing: both rows stay, one is not counted any more, and the other shows the older date of both. A
consent belongs to its mailbox: each row keeps what was ticked from its own, and nobody is mailed for the merged one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from campaign import mailboxes
from campaign.choices import PairState
from campaign.decisions import lock_chain, record_decision
from campaign.extensions import db, insert_or_skip
from campaign.lib import tokens
from campaign.models import Decision, NameKey, Pair, PairProgress, Signature
from campaign.moderation import pairs, queries
from campaign.moderation.sameness import COMPARED, keys_of, why_same
from campaign.signing.operations import count_fell, left_lists, listing_changed
from campaign.signing.operations.listing import is_public
from campaign.signing.queries import live_signature
from campaign.states import Moderation, Refused, Verification

# How many proofs one commit looks through, and how many suggestions one signature makes.
AT_ONCE, MOST_SUGGESTED = 300, 5


def look_on(now: datetime) -> int:
    """Compares the signatures that were confirmed since the last look; returns how many proofs it passed.

    Two workers at once go one after the other.
    """
    insert_or_skip(PairProgress.__table__, [{"id": 1, "proof_id": 0}])  # type: ignore[arg-type]
    progress = db.session.get_one(PairProgress, 1, with_for_update=True, populate_existing=True)
    found = pairs.proofs_after(progress.proof_id, AT_ONCE)
    settled = list(takewhile(lambda row: row[2] <= now - pairs.SETTLED, found))
    if settled:
        look_for_pairs({row[1] for row in settled}, now)
        progress.proof_id = settled[-1][0]
    return len(settled)


def look_for_pairs(signature_ids: Collection[int], now: datetime) -> None:
    """Compares signatures with those of their letters that share a key, and suggests what looks the same."""
    for row in pairs.comparable(signature_ids):
        like = pairs.likeness(row)
        keys = [_hashed(key) for key in keys_of(like)]
        db.session.execute(delete(NameKey).where(NameKey.signature_id == row.id))
        stored = [{"letter_id": row.letter_id, "key": key, "signature_id": row.id} for key in keys]
        insert_or_skip(NameKey.__table__, stored)  # type: ignore[arg-type]
        others = [(other, why_same(like, pairs.likeness(other))) for other in pairs.alike(row.letter_id, row.id, keys)]
        _suggest(row, [(other, why) for other, why in others if why][:MOST_SUGGESTED], now)


def merge(letter_id: int, kept_id: int, dropped_id: int, *, by_id: int | None, now: datetime) -> Decision:
    """Counts two signatures as one: `kept_id` stays, with the older date of both.

    Raises `Refused`: not_found, already_withdrawn (also merged by now), already_decided (told apart by now),
    cannot_merge (unconfirmed, rejected, an employee's, of two kinds, or the same row), keep_the_shown.
    """
    kept, dropped = _both(letter_id, kept_id, dropped_id)
    why_not = _why_not_merge(kept, dropped)
    if why_not:
        raise Refused(why_not)
    pair = pairs.pair_between(kept_id, dropped_id) or _by_hand(kept, dropped, now)
    if pair.state != PairState.SUGGESTED:
        raise Refused("already_decided")
    before = {"merged_into": None, "signed_at": kept.signed_at.isoformat()}
    was_public = is_public(dropped)
    earlier = pairs.merged_into(kept_id)
    pair.own_signed_at = earlier[0].own_signed_at if earlier else kept.signed_at
    pair.state, pair.kept_id, pair.decided_at = PairState.MERGED.value, kept_id, now
    dropped.merged_into_id = kept_id
    kept.signed_at = min(kept.signed_at, dropped.signed_at)
    listing_changed(dropped)
    if was_public:
        count_fell(letter_id, "merged", now)
        left_lists(letter_id, now)
    after = {"merged_into": kept_id, "signed_at": kept.signed_at.isoformat()}
    decision = record_decision(letter_id, dropped_id, "merge", by_id=by_id, now=now, before=before, after=after)
    pair.decision_id = decision.id
    return decision


def tell_apart(letter_id: int, pair_id: int, *, by_id: int | None, now: datetime) -> Decision:
    """Remembers that two signatures are not of one: they are never suggested again, nor who signs anew from there.

    Raises `Refused` not_found, already_decided.
    """
    lock_chain(letter_id)
    pair = pairs.pair_for_change(letter_id, pair_id)
    if pair is None:
        raise Refused("not_found")
    if pair.state != PairState.SUGGESTED:
        raise Refused("already_decided")
    pair.state, pair.decided_at = PairState.NOT_THE_SAME.value, now
    other = {"other": pair.first_id}
    decision = record_decision(letter_id, pair.second_id, "not_the_same", by_id=by_id, now=now, after=other)
    pair.decision_id = decision.id
    return decision


def take_back(letter_id: int, decision: Decision, other_id: int, *, by_id: int | None, now: datetime) -> Decision:
    """Undoes a merge or a "not the same": both signatures are what they were, and the pair is suggested again.

    `other_id` is the other signature of the decision. Raises `Refused`: not_found, nothing_to_undo,
    already_withdrawn, mailbox_signed_again, organization_already_signed.
    """
    lock_chain(letter_id)
    pair = pairs.pair_between(decision.signature_id or 0, other_id)
    wanted = {"merge": PairState.MERGED, "not_the_same": PairState.NOT_THE_SAME}[decision.act]
    if pair is None or pair.state != wanted:
        raise Refused("nothing_to_undo")
    before: dict[str, Any] = {"other": other_id}
    if decision.act == "merge":
        before = {"merged_into": other_id}
        _unmerge(letter_id, pair)
    own = pair.own_signed_at
    pair.state, pair.kept_id, pair.own_signed_at = PairState.SUGGESTED.value, None, None
    pair.decision_id = pair.decided_at = None
    db.session.flush()
    if own is not None:
        _dates_again(other_id, own)
    number = decision.signature_id
    return record_decision(letter_id, number, "undo", by_id=by_id, now=now, before=before, undoes_id=decision.id)


def _both(letter_id: int, kept_id: int, dropped_id: int) -> tuple[Signature, Signature]:
    """Both signatures, locked after their letter's chain and in the order of their ids."""
    lock_chain(letter_id)
    found = {number: queries.locked_signature(letter_id, number) for number in sorted({kept_id, dropped_id})}
    kept, dropped = found[kept_id], found[dropped_id]
    if kept is None or dropped is None:
        raise Refused("not_found")
    if any(row.withdrawn_at is not None or row.merged_into_id is not None for row in (kept, dropped)):
        raise Refused("already_withdrawn")
    return kept, dropped


def _why_not_merge(kept: Signature, dropped: Signature) -> str:
    rows = (kept, dropped)
    is_possible = kept.id != dropped.id and kept.kind == dropped.kind and kept.kind in COMPARED
    is_possible &= all(row.verification == Verification.VERIFIED for row in rows)
    is_possible &= all(row.moderation != Moderation.REJECTED for row in rows)
    if not is_possible:
        return "cannot_merge"
    # The count falls by the one that is merged, never by the other too.
    return "keep_the_shown" if is_public(dropped) and not is_public(kept) else ""


def _unmerge(letter_id: int, pair: Pair) -> None:
    """Takes the merge off the row; its place may be taken by now, which the database says."""
    dropped = queries.locked_signature(letter_id, pair.dropped_id or 0)
    if dropped is None or dropped.merged_into_id != pair.kept_id:
        raise Refused("nothing_to_undo")
    if dropped.withdrawn_at is not None:
        raise Refused("already_withdrawn")
    keys = mailboxes.keys_of(dropped.mailbox_key, dropped.email)
    if len(keys) > 1 and live_signature(letter_id, dropped.kind, *keys) is not None:
        # Under another edition of the rules of mailboxes, where the database sees another key.
        raise Refused("mailbox_signed_again")
    try:
        with db.session.begin_nested():
            db.session.execute(update(Signature).where(Signature.id == dropped.id).values(merged_into_id=None))
    except IntegrityError as error:
        is_body = "organization" in str(error.orig)
        raise Refused("organization_already_signed" if is_body else "mailbox_signed_again") from None
    db.session.refresh(dropped)
    listing_changed(dropped)


def _dates_again(signature_id: int, own: datetime) -> None:
    """The date of a signature, its `own` or an older one merged into it; and so on upwards, where it is merged too."""
    row = db.session.get_one(Signature, signature_id, with_for_update=True, populate_existing=True)
    merged = [pair.dropped_id or 0 for pair in pairs.merged_into(signature_id)]
    row.signed_at = min(filter(None, (own, pairs.oldest_of(merged))))
    db.session.flush()
    above = pairs.merged_into(row.merged_into_id) if row.merged_into_id else []
    if above:
        _dates_again(row.merged_into_id or 0, above[0].own_signed_at or row.signed_at)


def _by_hand(one: Signature, other: Signature, now: datetime) -> Pair:
    """The pair of two that nobody suggested."""
    insert_or_skip(Pair.__table__, [_pair(one, other, "by_hand", now)])  # type: ignore[arg-type]
    pair = pairs.pair_between(one.id, other.id)
    if pair is None:
        raise LookupError("the pair just written cannot be found")
    return pair


def _suggest(row: Signature, others: list[tuple[Signature, str]], now: datetime) -> None:
    rows = [_pair(row, other, why, now) for other, why in others]
    known = pairs.told_apart({pair["mark"] for pair in rows} - {""}) if rows else set()
    insert_or_skip(Pair.__table__, [pair for pair in rows if pair["mark"] not in known])  # type: ignore[arg-type]


def _pair(one: Signature, other: Signature, why: str, now: datetime) -> dict[str, Any]:
    first, second = sorted((one.id, other.id))
    return {
        "letter_id": one.letter_id,
        "first_id": first,
        "second_id": second,
        "why": why,
        "mark": _mark(one, other),
        "state": PairState.SUGGESTED.value,
        "created_at": now,
    }


def _mark(one: Signature, other: Signature) -> str:
    """What two mailboxes on a letter are remembered by together; "" where one has none."""
    if one.mailbox_key is None or other.mailbox_key is None:
        return ""
    joined = ":".join((str(one.letter_id), one.kind, *sorted((one.mailbox_key, other.mailbox_key))))
    return hashlib.sha256(joined.encode()).hexdigest()


def _hashed(key: str) -> str:
    return tokens.mac(mailboxes.secret(), "like", key).hex()[:32]
