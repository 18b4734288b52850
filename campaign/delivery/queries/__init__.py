"""Reads of editions, deliveries and responses."""

from campaign.delivery.queries.editions import editions_of, erased_signatures

__all__ = ["editions_of", "erased_signatures"]
