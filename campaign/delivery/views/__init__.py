"""The desk's pages of editions, deliveries and responses."""

from campaign.delivery.views import (
    certificates,
    deliveries,
    editions,
    reading,
    receipts,
    replies,
    responses,
)
from campaign.delivery.views.blueprint import (
    bp,
)

__all__ = [
    "bp",
    "certificates",
    "deliveries",
    "editions",
    "reading",
    "receipts",
    "replies",
    "responses",
]
