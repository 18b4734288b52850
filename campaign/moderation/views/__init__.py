"""Pages of the desk, by what they show: overview, queue, all signatures, imports, logos, mails that failed."""

from campaign.moderation.views import imports, logos, mail, overview, queue, signatures
from campaign.moderation.views.blueprint import bp

__all__ = ["bp", "imports", "logos", "mail", "overview", "queue", "signatures"]
