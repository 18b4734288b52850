"""Pages of the desk, by what they show: overview, queue, all signatures, mails that failed."""

from campaign.moderation.views import mail, overview, queue, signatures
from campaign.moderation.views.blueprint import bp

__all__ = ["bp", "mail", "overview", "queue", "signatures"]
