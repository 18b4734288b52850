"""The pages of updates: the desk's, and the one that ends their mails."""

from campaign.updates.views import sending, unsubscribe, writing
from campaign.updates.views.blueprint import bp

__all__ = ["bp", "sending", "unsubscribe", "writing"]
