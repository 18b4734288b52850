"""Reads of editions, deliveries and responses."""

from campaign.delivery.queries.deliveries import (
    certified_of,
    deliveries_of,
    delivery_of,
    editions_in,
    editions_of_campaign,
    has_update_since,
    letters_by_target,
    letters_with_addressee,
    reply_link_of,
    targets_of_campaign,
)
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
    "certified_of",
    "deliveries_of",
    "delivery_of",
    "editions_in",
    "editions_of",
    "editions_of_campaign",
    "erased_signatures",
    "has_update_since",
    "left_since",
    "letters_by_target",
    "letters_with_addressee",
    "newest_edition",
    "reply_link_of",
    "targets_of_campaign",
    "versions_of_text",
]
