"""Entries that an organizer corrects after a complaint, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaign.choices import ComplaintOutcome
from campaign.decisions import record_decision
from campaign.lib.names import index_letter, sort_key
from campaign.models import Decision, DecisionDetail, Signature
from campaign.moderation.operations.reopening import reopen_upheld
from campaign.organizations.institutions import institution_to_name
from campaign.signing.operations import left_lists, listing_changed
from campaign.signing.operations.listing import is_public
from campaign.signing.operations.sign import affiliation_columns
from campaign.states import Refused


def correct_entry(
    signature: Signature, entry: Mapping[str, str], reason: str, *, by_id: int | None, now: datetime
) -> Decision:
    """Gives a locked signature the name, title and affiliation of `entry`; what stood there stays in the record.

    Raises `Refused("nothing_corrected")`.
    """
    values: dict[str, Any] = dict(entry)
    if not entry.get("name") or all(getattr(signature, name) == value for name, value in values.items()):
        raise Refused("nothing_corrected")
    if values.get("affiliation", signature.affiliation) != signature.affiliation:
        # It stands as the organizer wrote it, and follows no institution any more; what was typed would come back with
        # the next correction of its owner.
        values.update(affiliation_columns(values["affiliation"], None))
    before = {name: getattr(signature, name) for name in values}
    _write(signature, values, now)
    said: dict[str, Any] = {"reason": reason, "before": before, "after": values}
    return record_decision(signature.letter_id, signature.id, "correct", by_id=by_id, now=now, **said)


def take_correction_back(
    signature: Signature, decision: Decision, detail: DecisionDetail, *, by_id: int | None, now: datetime
) -> Decision:
    """Gives a locked signature the entry back that stood before a correction, which is still the newest decision on it.

    The complaint that the correction upheld is open again. The caller has looked that nobody changed the entry since.
    """
    reopen_upheld(signature.letter_id, [signature.id], ComplaintOutcome.CORRECTED, by_id=by_id, now=now)
    before = detail.before
    if before.get("institution_id") is not None and (stands := institution_to_name(before["institution_id"])):
        # It may have another name by now, or be part of another one.
        before = {**before, "affiliation": stands.name, "institution_id": stands.id}
    _write(signature, before, now)
    said: dict[str, Any] = {"before": detail.after, "after": before, "undoes_id": decision.id}
    return record_decision(signature.letter_id, signature.id, "undo", by_id=by_id, now=now, **said)


def _write(signature: Signature, values: Mapping[str, Any], now: datetime) -> None:
    """Writes the columns of an entry, and brings lists and search in line."""
    was_named = is_public(signature) and not signature.is_private
    for name, value in values.items():
        setattr(signature, name, value)
    is_body = signature.kind == "organization"
    signature.sort_key = sort_key(signature.name, ignore_article=is_body)
    signature.index_letter = index_letter(signature.name, ignore_article=is_body)
    listing_changed(signature)
    if was_named:
        left_lists(signature.letter_id, now)
