"""Pages of the desk: overview, queue, hold rules, all signatures, imports, logos, mails that failed."""

from campaign.moderation.views import holding, imports, logos, mail, overview, queue, signatures
from campaign.moderation.views.blueprint import bp

__all__ = ["bp", "holding", "imports", "logos", "mail", "overview", "queue", "signatures"]
