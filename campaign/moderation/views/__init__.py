"""Pages of the desk, by what they show: overview, queue, all signatures, imports, mails that failed."""

from campaign.moderation.views import imports, mail, overview, queue, signatures
from campaign.moderation.views.blueprint import bp

__all__ = ["bp", "imports", "mail", "overview", "queue", "signatures"]
