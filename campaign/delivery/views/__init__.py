"""The desk's pages of editions, deliveries and responses."""

from campaign.delivery.views import editions, reading
from campaign.delivery.views.blueprint import bp

__all__ = ["bp", "editions", "reading"]
