"""Pages of the desk: overview, queue, rules, signatures, duplicates, imports, logos, mails that failed."""

from campaign.moderation.views import (
    authority,
    duplicates,
    holding,
    imports,
    logos,
    mail,
    overview,
    queue,
    signatures,
)
from campaign.moderation.views.blueprint import bp

__all__ = ["authority", "bp", "duplicates", "holding", "imports", "logos", "mail", "overview", "queue", "signatures"]
