"""Reads of editions, deliveries and responses."""

from campaign.delivery.queries.editions import (
    as_last,
    attestations_of,
    editions_of,
    erased_signatures,
    left_since,
    newest_edition,
    versions_of_text,
)

__all__ = [
    "as_last",
    "attestations_of",
    "editions_of",
    "erased_signatures",
    "left_since",
    "newest_edition",
    "versions_of_text",
]
